/*
 * Errors are values. A function that can fail takes a `struct err *` as its last argument and
 * returns 0 or -1 (or a pointer or NULL); on failure the error is filled. The struct lives on the
 * caller's stack; `err` may be NULL where the caller does not want the text.
 *
 * The text says what failed, on what, and what to do next, in one line without a final full stop;
 * it never holds a secret. Codes are by what the user can do about it.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

enum err_code {
	ERR_NONE = 0,
	ERR_USAGE,       /* wrong command line */
	ERR_CONFIG,      /* settings, profile, endpoint or query file is wrong */
	ERR_RECIPE,      /* a recipe is wrong; line and col point into its file */
	ERR_CREDENTIALS, /* none found */
	ERR_EXPIRED,     /* credentials were valid once */
	ERR_DENIED,      /* refused by the service */
	ERR_SYNTAX,      /* SQL refused by the parser; line and col point into the SQL */
	ERR_QUERY,       /* the query FAILED; line and col when the service named a place */
	ERR_NOT_FOUND,   /* database, table, object, file */
	ERR_THROTTLED,   /* rate exceeded, after all retries */
	ERR_TIMEOUT,     /* query or request took longer than allowed */
	ERR_NETWORK,     /* unreachable, reset, TLS */
	ERR_PROTOCOL,    /* an answer that is not what the service promises */
	ERR_DATA,        /* result file or input file is malformed */
	ERR_IO,          /* local file cannot be read or written */
	ERR_DISK_FULL,
	ERR_CANCELLED, /* by the user */
	ERR_BUDGET,    /* a cost guard stopped it */
	ERR_MEMORY,
	ERR_INTERNAL, /* a bug of ours */
};

struct err {
	enum err_code code;
	bool transient; /* the same call may go well later */
	int line, col;  /* 1-based place in SQL or recipe; 0 when unknown */
	char text[600];
};

#define ERR_INIT                                                                                   \
	{                                                                                          \
		0                                                                                  \
	}

/* Fill err (NULL is allowed) and return -1, so that `return err_set(...)` reads well. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));
int err_vset(struct err *err, enum err_code code, const char *fmt, va_list ap)
        __attribute__((format(printf, 3, 0)));
/* Like err_set, with ": " and strerror(errnum) appended; ENOSPC and EDQUOT become ERR_DISK_FULL. */
int err_set_errno(struct err *err, enum err_code code, int errnum, const char *fmt, ...)
        __attribute__((format(printf, 4, 5)));
/* Put context before the text that is there: "while ...: text". Returns -1. */
int err_prefix(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void err_clear(struct err *err);
/* A stable lower-case word for reports and logs: "syntax", "disk-full" ... */
const char *err_code_name(enum err_code code);

#endif
