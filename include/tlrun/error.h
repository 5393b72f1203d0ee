/* floor: base */
/*
 * Status codes and the one error that travels up: what went wrong, where, and the cure.
 *
 * What can fail returns enum status and takes struct err * last. The first error set wins; callers
 * add nothing, they return it (TRY) or jump to the label that frees.
 */
#ifndef TLRUN_ERROR_H
#define TLRUN_ERROR_H

#include <stdarg.h>
#include <stdint.h>

/* The command line maps these to its exit codes (doc/command-line.md). */
enum status {
	OK = 0,
	ERR_FAILED,	/* a run failed: diverged, I/O; exit 1 */
	ERR_USAGE,	/* wrong command line; exit 2 */
	ERR_CONFIG,	/* the experiment file is wrong; exit 2 */
	ERR_DATA,	/* data or weights missing, corrupt, unreadable; exit 3 */
	ERR_MEMORY,	/* not enough memory or disk, found before starting; exit 5 */
	ERR_IO,		/* reading or writing our own files failed; exit 1 */
	ERR_STOPPED,	/* stopped by a signal after a clean checkpoint; exit 130 or 143 */
};

/* A place in a file. line and column count from 1, 0 is unknown; offset is a byte offset, -1
 * unknown. */
struct mark {
	const char *file;	/* borrowed: must live as long as the mark */
	int line, column;
	long long offset;
};

#define MARK_NONE ((struct mark){ 0, 0, 0, -1 })
#define MARK_FILE(name) ((struct mark){ (name), 0, 0, -1 })
#define MARK_OFFSET(name, off) ((struct mark){ (name), 0, 0, (off) })

enum { ERR_TEXT = 1536 };

struct err {
	enum status code;
	char message[ERR_TEXT];	/* complete: place, what was found, expected, what to do */
};

#define ERR_INIT ((struct err){ OK, "" })

/*
 * Fill e (may be NULL) with "PLACE: message" and return code. The place is written from the mark:
 * "file:line:column: ", "file: byte N: " or "file: ". Messages do not end in a newline.
 */
enum status err_set(struct err *e, enum status code, struct mark at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* As err_set, and adds ": " and the text of errnum (an errno value). */
enum status err_errno(struct err *e, enum status code, struct mark at, int errnum,
	const char *format, ...) __attribute__((format(printf, 5, 6)));

/* A stable word for a status, for logs and records: "ok", "failed", "usage", … Never NULL. */
const char *status_name(enum status code);

#define TRY(call)                                                                                  \
	do {                                                                                           \
		const enum status try_status_ = (call);                                                    \
		if (try_status_ != OK) return try_status_;                                                 \
	} while (0)

#endif
