/* Names of the catalog as they stand in SQL, and the SQL that the Schema screen makes. Pure. */
#ifndef UI_SCHEMASQL_H
#define UI_SCHEMASQL_H

#include "base/buf.h"
#include "job/catalog.h"

/* Quoted where it is reserved or not plain. */
void schema_ident(struct buf *out, const char *name);
/* What a query calls it whose database is `database` (NULL: none): a column by its name, a table by
 * its name or database.name, with the source in front when that is not the usual one. */
void schema_name(struct buf *out, const struct catalog_node *n, const char *database);
/* A SELECT of all columns of a table, one a line, with its partition keys in a comment. */
void schema_select(struct buf *out, const struct catalog_node *table, const char *database);
void schema_rows_sql(struct buf *out, const struct catalog_node *table, int rows);
/* DDL is Hive's: other quotes. */
void schema_partitions_sql(struct buf *out, const struct catalog_node *table);

#endif
