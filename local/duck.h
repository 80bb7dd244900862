/*
 * The only door to DuckDB (C API). One `struct duck` per server: an in-memory database, locked
 * down, whose schemas are the folders of the data directory and whose views are the tables in them
 * (local/catalog.h). Every call may be made from any thread; each query runs on a connection of its
 * own, in the calling thread.
 */
#ifndef LOCAL_DUCK_H
#define LOCAL_DUCK_H

#include "base/err.h"
#include "base/slice.h"
#include "rows/rows.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct duck_config {
	const char *data_dir; /* a folder in it is a database */
	const char *temp_dir; /* for spilling; swept at start */
	int64_t memory_bytes; /* 0: a quarter of the machine's */
	int threads;          /* 0: all cores */
};
struct duck;
struct duck *duck_open(const struct duck_config *cfg, struct err *err);
void duck_close(struct duck *d); /* NULL allowed; all queries must have ended */

enum duck_kind { DUCK_SELECT, DUCK_EXPLAIN, DUCK_SHOW, DUCK_DDL, DUCK_OTHER };
struct duck_statement {
	enum duck_kind kind;
	char statement_type[16];    /* Athena's: DML, DDL, UTILITY */
	char substatement_type[32]; /* SELECT, EXPLAIN, SHOW_TABLES ... */
};
/*
 * What StartQueryExecution checks: exactly one statement, of a kind that is served. ERR_SYNTAX has
 * Trino's wording with "line L:C: " in front; err->line, col set. Semantic errors (unknown table)
 * are NOT found here: they come from duck_run, as Athena's state FAILED.
 */
int duck_check(struct duck *d, struct slice sql, struct duck_statement *out, struct err *err);

/* Live numbers of one query: written by duck_run, read by other threads. */
struct duck_live {
	atomic_llong scanned_bytes; /* grows while the query runs; final when it ends */
	atomic_llong output_rows, output_bytes;
	atomic_llong planning_ms;
	atomic_bool stop;       /* set by duck_stop: interrupts within milliseconds */
	_Atomic(void *) handle; /* private: the running connection */
};
void duck_live_init(struct duck_live *l);
void duck_stop(struct duck_live *l);

/* Receives the result in Athena's text forms, in order, in duck_run's thread. */
struct duck_sink {
	/* Once, before the rows. type: Athena's base name ("varchar", "bigint", "row" ...). */
	int (*columns)(void *arg, const struct columns *c, struct err *err);
	int (*row)(void *arg, const struct cell *cells, struct err *err);
	/* May be NULL. At most once, after the rows: the operators that ran, as JSON in the form of
	 * Athena's QueryStagePlan; the sink owns it. */
	void (*plan)(void *arg, char *json);
	void *arg;
};
/*
 * Translates (local/dialect.h) and runs one statement. On failure err->text is what Athena shows as
 * StateChangeReason ("TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.reddit.x' does not exist");
 * ERR_CANCELLED after duck_stop.
 */
int duck_run(struct duck *d, struct slice sql, const char *database, const struct duck_sink *sink,
        struct duck_live *live, struct err *err);

/* Catalog. Names are lower case, sorted. The callers release. */
struct duck_column {
	char *name, *type; /* Athena's full type text: "varchar", "array(bigint)" */
	bool partition;
};
struct duck_table {
	char *database, *name;
	char *location; /* path under the data directory */
	char *format;   /* parquet, ndjson, csv */
	struct duck_column *col;
	size_t n;
};
void duck_table_release(struct duck_table *t);
size_t duck_databases(struct duck *d, char ***names);
size_t duck_tables(struct duck *d, const char *database, char ***names);
void duck_names_free(char **names, size_t n);
int duck_table_get(struct duck *d, const char *database, const char *table, struct duck_table *out,
        struct err *err); /* ERR_NOT_FOUND */

/*
 * For data/make-sample: writes rows to Parquet (zstd, row groups of 20480), in order, the same
 * bytes for the same input. columns_sql: "id VARCHAR, score BIGINT" in the order of the file's
 * columns (types without commas), or NULL to infer them.
 */
int duck_ndjson_to_parquet(const char *ndjson_path, const char *columns_sql,
        const char *parquet_path, struct err *err);

#endif
