/*
 * Incremental decoder of the CSV that Athena writes (user guide, "Work with query results"): UTF-8
 * without BOM, every non-NULL value quoted, '"' doubled, NULL = empty unquoted field, "" = empty
 * string, '\n' ends every row, newlines stay inside quotes; a row of one NULL column is an empty
 * line. It also takes what other writers make: CRLF, unquoted values, a last row without newline, a
 * BOM. Input may be cut anywhere.
 */
#ifndef ROWS_CSV_H
#define ROWS_CSV_H

#include "base/err.h"
#include "base/slice.h"
#include "rows/rows.h"

#include <stdint.h>

struct csv;
/* max_row_bytes bounds one row (ERR_DATA beyond; 0 takes 64 MiB). */
struct csv *csv_new(size_t max_row_bytes);
void csv_free(struct csv *c); /* NULL allowed */
/* The bytes to come begin at a row in the middle of a file: a BOM there is a value's. */
void csv_inside(struct csv *c);
/*
 * Takes bytes and calls `row` for each complete row, the header included as row 0. The cells are
 * valid only during the call; n is the number of fields of this very row. A non-zero return of
 * `row` stops and is passed on. Returns 0, or -1 with ERR_DATA naming the row number and the byte
 * offset: a quote that opens inside an unquoted value, text after a closing quote, NUL byte, a row
 * whose number of fields is not the header's.
 */
typedef int (*csv_row_fn)(void *arg, const struct cell *cells, size_t n, struct err *err);
int csv_feed(struct csv *c, struct slice bytes, csv_row_fn row, void *arg, struct err *err);
/* End of input: delivers a last row without newline; ERR_DATA inside an open quote. */
int csv_finish(struct csv *c, csv_row_fn row, void *arg, struct err *err);
uint64_t csv_rows(const struct csv *c);  /* delivered, header included */
uint64_t csv_bytes(const struct csv *c); /* consumed up to the end of the last complete row */

/* Writer side, for the server and tests: appends one value as Athena does. */
struct buf;
void csv_write_cell(struct buf *out, struct cell v);

#endif
