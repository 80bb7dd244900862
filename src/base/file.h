/*
 * Files. Final names exist only when complete: an outfile is written under a temporary name in the
 * same folder, then fsync, rename, fsync of the folder. Open temporary files are known to
 * file_unlink_temps, which signal handlers may call.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Whole file into buf (bounded by buf's max). */
int file_read(const char *path, struct buf *out, struct err *err);
/* Atomic write of a small file. mode: 0600 or 0644. */
int file_write(const char *path, struct slice data, mode_t mode, struct err *err);
/* The same without waiting for the disk: what may go with the machine's power, but not with the
 * program. For the UI thread. */
int file_keep(const char *path, struct slice data, mode_t mode, struct err *err);
/* Append a line and fsync: for journals. Creates the file with 0600. */
int file_append_line(const char *path, struct slice line, struct err *err);
int file_mkdir_p(const char *path, mode_t mode, struct err *err);
bool file_exists(const char *path);
bool file_is_dir(const char *path);
int64_t file_size(const char *path); /* -1 when absent */
/* Joins with one '/'; the caller frees. */
char *file_join(const char *dir, const char *name);
/* Last component, borrowed. */
const char *file_base(const char *path);
char *file_dir(const char *path); /* the caller frees; "." when there is none */

/* XDG base directory specification; each ends in /athena-jsonl; the caller frees. State and cache
 * are created 0700; the configuration is only read, so nothing is made for it. */
char *file_config_dir(struct err *err);
char *file_state_dir(struct err *err);
char *file_cache_dir(struct err *err);

/* Buffered writer with an atomic final name; path "-" writes to stdout and has no temporary. */
struct outfile;
struct outfile *outfile_open(const char *path, struct err *err);
int outfile_write(struct outfile *f, const void *bytes, size_t len, struct err *err);
int64_t outfile_bytes(const struct outfile *f); /* handed to outfile_write so far */
/* All that can fail for want of room: flush, fsync, check the length, close. Nothing is written
 * after it; commit and abort may follow. */
int outfile_settle(struct outfile *f, struct err *err);
/* Settle, rename, fsync folder, free. On failure the temporary is removed; freed as well. */
int outfile_commit(struct outfile *f, struct err *err);
/* Remove the temporary and free. NULL allowed. */
void outfile_abort(struct outfile *f);
/*
 * Files that appear together. A member's temporary is named after `path` and lies beside it; what
 * stands at path is not looked at. Its final name, in the same folder, comes with outfile_name.
 */
struct outfile *outfile_open_member(const char *path, struct err *err);
void outfile_name(struct outfile *f, const char *path);
/*
 * Settles all, then renames in order, then syncs; frees all and makes them NULL. On failure, and
 * when a signal ends the program between two renames, none of them stands under its final name.
 */
int outfile_commit_set(struct outfile **f, size_t n, struct err *err);
/*
 * Removes temporaries of `path` that a killed process left. None while one of them is locked or
 * quite new: then somebody writes, and may have members that are settled and wait. outfile_open
 * does it for its own path.
 */
void file_sweep_temps(const char *path);
/* Async-signal-safe, for a program that ends: unlinks every temporary file that is open, and no
 * more can be opened. Waits up to 20 ms for threads that are just opening or renaming one. */
void file_unlink_temps(void);

#endif
