/*
 * A page of GetQueryResults (API reference, ResultSet): Rows[].Data[].VarCharValue, an absent key
 * is NULL. The header row is present only in the first page of DML results; the caller says whether
 * it expects one (never decided by comparing values).
 */
#ifndef ROWS_RESULTPAGE_H
#define ROWS_RESULTPAGE_H

#include "base/buf.h"
#include "base/err.h"
#include "rows/rows.h"

struct resultpage {
	struct columns columns; /* from ResultSetMetadata.ColumnInfo */
	struct rows *rows;      /* without the header row */
	char *next_token;       /* NULL on the last page */
	size_t raw_rows;        /* rows in the page, header included */
};
/* ERR_PROTOCOL when the body is not such a page. Release with resultpage_release. */
int resultpage_parse(struct resultpage *out, struct slice json, bool skip_header, struct err *err);
void resultpage_release(struct resultpage *p);

#endif
