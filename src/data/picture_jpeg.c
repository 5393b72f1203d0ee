/*
 * picture_jpeg: JPEG through libjpeg (libjpeg-turbo), grey or colour of 8 bits. What libjpeg only
 * warns of, data that end early above all, is damage here. A file of very many scans takes hours
 * for few bytes: they are counted. The Exif block is an APP1 marker that begins with "Exif\0\0"
 * (Exif 2.32, 4.7.2).
 */
#include "build-config.h"
#include "data/picture_formats.h"

#ifdef HAVE_JPEG
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

enum { JPEG_SCANS = 200, JPEG_MEMORY = 512 << 20 };

/* libjpeg returns from an error by a jump. */
struct jpeg_job {
	struct jpeg_decompress_struct d;
	struct jpeg_error_mgr errors;
	struct jpeg_progress_mgr progress;
	jmp_buf out;
	char message[JMSG_LENGTH_MAX];
	const char *path;
	struct picture *p;
	struct err *e;
	enum status status;
};

static void
jpeg_fail(j_common_ptr d)
{
	struct jpeg_job *j = d->client_data;
	d->err->format_message(d, j->message);
	longjmp(j->out, 1);
}

static void
jpeg_warned(j_common_ptr d, int level)
{
	if (level < 0) jpeg_fail(d);
}

static void
jpeg_quiet(j_common_ptr d)
{
	(void)d;
}

static void
jpeg_step(j_common_ptr d)
{
	struct jpeg_job *j = d->client_data;
	if (j->d.input_scan_number <= JPEG_SCANS) return;
	snprintf(j->message, sizeof j->message, "more than %d scans", JPEG_SCANS);
	longjmp(j->out, 1);
}

static void
jpeg_lines(struct jpeg_job *j)
{
	const size_t row = (size_t)j->p->w * (size_t)j->p->c;
	jpeg_start_decompress(&j->d);
	while (j->d.output_scanline < j->d.output_height) {
		JSAMPROW to = (JSAMPROW)j->p->pixels.data + j->d.output_scanline * row;
		jpeg_read_scanlines(&j->d, &to, 1);
	}
	jpeg_finish_decompress(&j->d);
}

/* The orientation in the first Exif marker. */
static int
jpeg_orientation(const struct jpeg_job *j)
{
	static const uint8_t exif[6] = "Exif\0";
	for (jpeg_saved_marker_ptr m = j->d.marker_list; m; m = m->next)
		if (m->data_length >= sizeof exif && memcmp(m->data, exif, sizeof exif) == 0)
			return exif_orientation(m->data + sizeof exif, m->data_length - sizeof exif);
	return 1;
}

/* From here errors come back to picture_jpeg. */
static void
jpeg_job_run(struct jpeg_job *j, const struct file_map *m)
{
	if (setjmp(j->out)) {
		j->status = err_set(j->e, ERR_DATA, MARK_FILE(j->path), "damaged JPEG: %s", j->message);
		return;
	}
	jpeg_create_decompress(&j->d);
	j->d.client_data = j;
	j->d.mem->max_memory_to_use = JPEG_MEMORY;
	j->d.progress = &j->progress;
	jpeg_mem_src(&j->d, m->data, m->size);
	jpeg_save_markers(&j->d, JPEG_APP0 + 1, 0xffff);
	jpeg_read_header(&j->d, TRUE);
	const int orientation = jpeg_orientation(j);
	const bool grey = j->d.jpeg_color_space == JCS_GRAYSCALE;
	j->d.out_color_space = grey ? JCS_GRAYSCALE : JCS_RGB;
	j->status = picture_alloc(j->p, j->path, j->d.image_height, j->d.image_width, grey ? 1 : 3,
		j->e);
	if (j->status == OK) jpeg_lines(j);
	if (j->status == OK) j->status = picture_turn(j->p, orientation, j->path, j->e);
}

enum status
picture_jpeg(const char *path, const struct file_map *m, struct picture *p, struct err *e)
{
	struct jpeg_job j = { .path = path, .p = p, .e = e };
	j.d.err = jpeg_std_error(&j.errors);
	j.errors.error_exit = jpeg_fail;
	j.errors.emit_message = jpeg_warned;
	j.errors.output_message = jpeg_quiet;
	j.progress.progress_monitor = jpeg_step;
	/* An error while it is being made finds the job, too. */
	j.d.client_data = &j;
	jpeg_job_run(&j, m);
	jpeg_destroy_decompress(&j.d);
	return j.status;
}
#else
enum status
picture_jpeg(const char *path, const struct file_map *m, struct picture *p, struct err *e)
{
	(void)m;
	(void)p;
	return err_set(e, ERR_DATA, MARK_FILE(path), "a JPEG, and this tlrun was built without libjpeg "
		"(libjpeg-dev); convert it to PNG");
}
#endif
