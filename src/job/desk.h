/*
 * What the workbench was at when it ended: STATE/session.json (0600, atomic). Only places and
 * choices: no rows, no credentials, no text of the editor.
 */
#ifndef JOB_DESK_H
#define JOB_DESK_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct desk_param {
	char *query, *assignment; /* "min_score=2" */
};
/* How lines are written, as the commands of these names take it. */
struct desk_export {
	char *format, *compress, *shards, *split, *seed;
};
/* Strings may be NULL: nothing to say. */
struct desk {
	char *screen, *query, *sort, *filter;
	char *database, *recipe;
	char *editor_path;
	int64_t editor_cursor; /* byte offset */
	struct desk_param *param;
	size_t n_params;
	struct desk_export export;
	/* A run that had not ended. */
	char *run_name, *run_id, *run_database, *run_sql;
	bool run_local;
	bool light; /* the terminal's background, as it said */
};
#define DESK_MAX 262144 /* bytes of the file */

/* 0, all empty, when there is no file; *found says whether there is one. ERR_DATA for a file that
 * is not ours: the caller may go on without it. */
int desk_load(const char *state_dir, struct desk *out, bool *found, struct err *err);
/* Appends the file's text; without parameters and SQL where they would make it too long to be read
 * back. */
void desk_text(const struct desk *d, struct buf *out);
int desk_save(const char *state_dir, struct slice text, struct err *err);
void desk_release(struct desk *d);
void desk_add_param(struct desk *d, const char *query, const char *assignment);

#endif
