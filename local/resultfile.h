/*
 * Result objects as Athena writes them (user guide, "Work with query results"):
 *   RESULT_CSV   <id>.csv   header and every non-NULL value quoted, '\n' after every row; beside it
 *                <id>.csv.metadata (protobuf)
 *   RESULT_TEXT  <id>.txt   rows joined by '\n', values by tab, none at the end
 *   RESULT_PLAN  <id>.txt   the same with a header line, a value of many lines is many rows
 * Text objects cannot be read back into values: a private CSV of the same rows (below state/tmp)
 * serves their pages. One offset per 1000 rows is kept, so pages cost the same wherever they are.
 */
#ifndef LOCAL_RESULTFILE_H
#define LOCAL_RESULTFILE_H

#include "base/err.h"
#include "local/bucket.h"
#include "rows/rows.h"

#include <stdbool.h>
#include <stdint.h>

enum result_kind { RESULT_CSV, RESULT_TEXT, RESULT_PLAN };
#define RESULT_STEP                                                                                \
	1000 /* rows between two known offsets; the header is row 0 where there is one */

struct result {
	enum result_kind kind;
	struct columns columns;
	uint64_t *offset; /* of rows 0, 1000, 2000 ... in the pages' file */
	size_t n_offsets;
	uint64_t rows;      /* header included */
	int64_t bytes;      /* of the object */
	char *bucket, *key; /* the object */
	char *pages;        /* path of the private CSV; NULL: the object itself is read */
	char etag[48];      /* of the object when written */
};
void result_release(struct result *r); /* removes the private CSV */

struct result_writer;
/* bucket and key: where the object will be; nothing appears there before result_commit. */
struct result_writer *result_open(struct store *s, enum result_kind kind, const char *query_id,
        const char *bucket, const char *key, struct err *err);
int result_columns(struct result_writer *w, const struct columns *c, struct err *err);
int result_row(struct result_writer *w, const struct cell *cells, struct err *err);
int64_t result_bytes(const struct result_writer *w);
/* Publishes the object and its metadata; *out becomes the caller's. Frees w either way. */
int result_commit(struct result_writer *w, struct result *out, struct err *err);
void result_abort(struct result_writer *w); /* NULL allowed */

/* Where to begin reading so that row `first` comes soonest. */
uint64_t result_seek(const struct result *r, uint64_t first, uint64_t *row_there);
/*
 * Calls `row` for at most max rows from row `first` of the CSV that begins row_there at offset.
 * ERR_NOT_FOUND when the object is gone or another one. Returns the number of rows, or -1.
 */
struct result_page {
	const char *bucket, *key, *pages, *etag;
	uint64_t offset, row_there, first;
	size_t max;
};
/* 0: go on; 1: this row was taken, no more please; -1: failed. */
typedef int (*result_row_fn)(void *arg, const struct cell *cells, size_t n, struct err *err);
int64_t result_read(struct store *s, const struct result_page *page, result_row_fn row, void *arg,
        struct err *err);

#endif
