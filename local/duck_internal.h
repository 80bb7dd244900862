/* Private to the DuckDB door: what its files share. */
#ifndef LOCAL_DUCK_INTERNAL_H
#define LOCAL_DUCK_INTERNAL_H

#include "local/catalog.h"
#include "local/dialect.h"
#include "local/duck.h"

#include <duckdb.h>
#include <pthread.h>

/* A table as the engine knows it: made when a statement first names it, again when files change. */
struct duck_view {
	char *database, *name;
	uint64_t stamp;
	struct duck_column *col; /* partition keys last */
	size_t n;
};
struct duck_scan_cache;

#define DUCK_POOL 4
struct duck {
	duckdb_database db;
	char *data_dir, *temp_dir;
	pthread_mutex_t lock; /* guards all below; never held while a query runs */
	duckdb_connection admin;
	duckdb_connection idle[DUCK_POOL];
	size_t n_idle;
	struct catalog *catalog;
	struct duck_view *view;
	size_t n_views;
	struct duck_scan_cache *scans;
};

/* Runs SQL of our own; errors are ERR_INTERNAL with what was attempted. */
int duck_exec(duckdb_connection con, struct err *err, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));
/* 'text' with quotes doubled, or "name" likewise. */
void duck_quote(struct buf *out, const char *s, char quote);

/* duck_catalog.c; all take the lock themselves. */
int duck_catalog_refresh(struct duck *d, struct err *err);
/* Makes the view of a table (also "$information_schema" and "x$partitions"). ERR_NOT_FOUND. */
int duck_catalog_ready(struct duck *d, const char *database, const char *table, struct err *err);
bool duck_catalog_has_database(struct duck *d, const char *database);
void duck_catalog_release(struct duck *d);
const struct duck_view *duck_view_find(
        struct duck *d, const struct catalog_table *t); /* under the lock */

/* duck_functions.c, duck_prelude.c: before the lock-down. */
int duck_functions_register(duckdb_connection con, struct err *err);
int duck_prelude(duckdb_connection con, struct err *err);

void duck_scan_release(struct duck *d); /* duck_scan.c */

/* duck_pool.c: connections for queries. Filled before the lock-down. */
int duck_pool_fill(struct duck *d, struct err *err);
void duck_pool_release(struct duck *d);
int duck_pool_take(struct duck *d, duckdb_connection *con, struct err *err);
void duck_pool_give(struct duck *d, duckdb_connection con);

/* duck_profile.c: the operators of the query that has just ended there, as JSON; NULL when the
 * connection does not tell. */
char *duck_profile(duckdb_connection con);

/* duck_show.c: SHOW and DESCRIBE. */
int duck_show(struct duck *d, const struct dialect *q, const char *database,
        const struct duck_sink *sink, struct duck_live *live, struct err *err);
/* Hands over one column set and rows of texts; for results that do not come from DuckDB. */
int duck_emit_columns(const struct duck_sink *sink, const char *const *names,
        const char *const *types, size_t n, struct err *err);
int duck_emit_row(const struct duck_sink *sink, struct duck_live *live, const char *const *texts,
        size_t n, struct err *err);

#endif
