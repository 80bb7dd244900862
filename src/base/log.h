/*
 * The log: INFO for major steps and progress, DEBUG for detail, ERROR for failures with context.
 * Lines go to a file (debug.log) and, when asked, to stderr; a ring of the newest lines serves the
 * Log screen. Secrets registered with log_add_secret, and anything that looks like an
 * Authorization value, a session token or a presigned query string, are replaced by "***".
 * Any thread. Format: "2026-11-23T17:44:06Z INFO  athena: text".
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/buf.h"
#include "base/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_ERROR };

/* path may be NULL (no file); to_stderr is the least level copied to stderr, or -1 for none. */
int log_open(const char *path, enum log_level file_level, int to_stderr, struct err *err);
void log_close(void);
void log_at(enum log_level level, const char *area, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));
#define log_debug(area, ...) log_at(LOG_DEBUG, area, __VA_ARGS__)
#define log_info(area, ...)  log_at(LOG_INFO, area, __VA_ARGS__)
#define log_error(area, ...) log_at(LOG_ERROR, area, __VA_ARGS__)
void log_add_secret(const char *secret); /* ignored when shorter than 6 bytes */
/* Appends text with secrets replaced: also used for error texts and reports. */
void log_redact(struct buf *out, struct slice text);
/* Copies the newest n lines, oldest first, each ended by '\n'. */
void log_tail(struct buf *out, int n);
/* Counts every line; a screen redraws when it changes. */
unsigned long log_generation(void);

#endif
