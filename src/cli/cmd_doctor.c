/* tlrun doctor: the machine, and whether this program computes right on it. */
#include "cli.h"
#include "doctor.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/host.h"
#include "tlrun/json.h"
#include "tlrun/kernels.h"
#include "tlrun/num.h"
#include "tlrun/parallel.h"

/* What other programs take of the machine. */
struct doctor_load { double work; int cpus; };

static void
doctor_load_text(const struct doctor_load *l, int cores, struct str *out)
{
	enum { NOTICED = 20 };	/* percent of a CPU */
	if (l->work < 0) {
		str_add(out, "other work   not known: this system has no /proc/stat\n");
		return;
	}
	str_printf(out, "other work   %.1f of %d CPUs", l->work, l->cpus);
	if (l->cpus - l->work >= cores - NOTICED / 100.0) str_add(out, "\n");
	else
		str_printf(out, ": the machine is busy, runs and the peak below are slower than they\n"
			"             would be on an idle one; results stay the same\n");
}

static void
doctor_text(const struct host *h, const struct doctor_load *l, double gflops,
	const struct doctor_check *c, const char *const *folders, struct str *out)
{
	char memory[32], available[32];
	num_human_bytes((double)h->memory, memory, sizeof memory);
	num_human_bytes((double)h->available, available, sizeof available);
	str_printf(out, "cpu          %s, %d cores for this process\n", h->cpu, h->cores);
	str_printf(out, "kernels      %s (this machine runs: %s)\n", kern_isa(), kern_isa_list());
	doctor_load_text(l, h->cores, out);
	str_printf(out, "peak         %.0f GF/s of multiply-adds, %d threads\n", gflops,
		parallel_threads());
	str_printf(out, "OpenBLAS     %s\n", kern_openblas_info());
	str_printf(out, "memory       %s, %s free\n", memory, available);
	str_printf(out, "system       %s\n", h->os);
	for (; *folders; folders++)
		str_printf(out, "data         %s%s\n", *folders,
			file_is_folder(*folders) ? "" : " (not there)");
	str_printf(out, "gradients    largest relative difference %.1e: %s\n", c->gradient,
		c->gradient_ok ? "ok" : "WRONG");
	str_printf(out, "same bits    %s: %s\n", c->compared, c->bits_ok ? "ok" : "WRONG");
}

static int
cmd_doctor(const struct options *o, struct arena *a)
{
	struct host h;
	struct doctor_check c;
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	host_read(a, &h);
	struct doctor_load load;
	load.work = host_other_work(0.5, &load.cpus);
	const double gflops = kern_peak_gflops(0.2);
	const char *const isa = kern_isa();
	if (doctor_run(a, &c, &e) != OK || kern_select(isa, &e) != OK) return cli_fail(o, &e);
	if (o->json) {
		struct json j;
		json_begin(&j, &text);
		json_open_object(&j, NULL);
		json_put_string(&j, "cpu", h.cpu);
		json_put_int(&j, "cores", h.cores);
		json_put_int(&j, "threads", parallel_threads());
		json_put_string(&j, "isa", kern_isa());
		json_put_string(&j, "isa_possible", kern_isa_list());
		if (load.work >= 0) json_put_double(&j, "other_work_cpus", load.work);
		json_put_double(&j, "peak_gflops", gflops);
		json_put_string(&j, "openblas", kern_openblas_info());
		json_put_int(&j, "memory_bytes", h.memory);
		json_put_int(&j, "available_bytes", h.available);
		json_put_string(&j, "os", h.os);
		json_put_double(&j, "gradient_difference", c.gradient);
		json_put_bool(&j, "gradient_ok", c.gradient_ok);
		json_put_bool(&j, "same_bits_ok", c.bits_ok);
		json_close(&j);
		json_finish(&j);
	} else doctor_text(&h, &load, gflops, &c, dataset_search_path(a, o->data), &text);
	const int printed = cli_print_free(&text);
	return c.gradient_ok && c.bits_ok ? printed : cli_exit(ERR_FAILED);
}

const struct command command_doctor = {
	.name = "doctor",
	.usage = "",
	.summary = "the machine, and whether this program computes right on it",
	.help = "Measures what other programs take of the CPUs and the multiply-add peak, checks the\n"
			"gradients of a small network against finite differences, and that all instruction\n"
			"sets and thread counts give the same bits.\n",
	.run = cmd_doctor,
};
