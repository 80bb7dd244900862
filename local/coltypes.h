/*
 * What is said about a column's type: in ColumnInfo of GetQueryResults, in the .metadata object
 * beside a result, and in Glue's words (Hive types) for the table listings.
 */
#ifndef LOCAL_COLTYPES_H
#define LOCAL_COLTYPES_H

#include "base/buf.h"
#include "rows/rows.h"

#include <stdbool.h>
#include <stdint.h>

struct coltype {
	char name[32]; /* base name: "decimal" of "decimal(10,2)" */
	int32_t precision, scale;
	bool case_sensitive;
};
void coltype_of(struct coltype *out, const char *type);
/* The protobuf of <id>.csv.metadata: 1 query id, 3 update count, 4 columns. */
void coltypes_metadata(struct buf *out, const char *query_id, const struct columns *c);
/* Trino's "array(row(a varchar))" in Hive's words: "array<struct<a:string>>". */
void coltype_hive(struct buf *out, const char *trino);

#endif
