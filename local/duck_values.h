/*
 * A DuckDB result as rows of Athena's texts (part of the DuckDB door). Whole chunks are turned
 * column by column into buffers that are reused: strings are not copied and common types take no
 * memory per value.
 */
#ifndef LOCAL_DUCK_VALUES_H
#define LOCAL_DUCK_VALUES_H

#include "base/buf.h"
#include "local/duck.h"

#include <duckdb.h>

struct duck_values;
/* names[i]: the result's column names where they differ from DuckDB's (NULL: DuckDB's own). */
struct duck_values *duck_values_new(
        duckdb_result *r, char *const *names, size_t n_names, struct err *err);
void duck_values_free(struct duck_values *v); /* NULL allowed */
const struct columns *duck_values_columns(const struct duck_values *v);
/* Hands every row of the chunk to sink->row and counts rows and bytes in live. */
int duck_values_chunk(struct duck_values *v, duckdb_data_chunk chunk, const struct duck_sink *sink,
        struct duck_live *live, struct err *err);

/* Athena's type text: "array(bigint)"; base: only the outer name ("array"), as ColumnInfo has it.
 */
void duck_type_text(struct buf *out, duckdb_logical_type type, bool base);

#endif
