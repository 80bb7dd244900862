/*
 * What is in the data directory: a folder is a database, a file or a folder in it a table. Only
 * file names and stat are looked at; no file is opened and DuckDB is not involved. A catalog is
 * immutable; a changed directory gives a new one. Any thread.
 *
 *   DIR/db/table.parquet               one file
 *   DIR/db/table/a.ndjson.zst          a folder of files (searched in depth)
 *   DIR/db/table/year=2024/x.parquet   Hive partitions: a varchar column each, after the others
 *   DIR/file.csv                       tables beside the folders: database "default"
 *
 * Names are made lower case, and what Athena does not allow in them becomes '_'. Names that begin
 * with '_' or '.' are ignored. A link to a file is followed, a link to a folder is not.
 */
#ifndef LOCAL_CATALOG_H
#define LOCAL_CATALOG_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum catalog_format { CATALOG_NONE, CATALOG_PARQUET, CATALOG_NDJSON, CATALOG_CSV };
const char *catalog_format_name(enum catalog_format f); /* "parquet", "ndjson", "csv" */

struct catalog_file {
	char *path; /* absolute, links resolved */
	int64_t size, mtime_ns;
	char **part; /* value of each partition key; NULL when the table has none */
};
struct catalog_table {
	char *database, *name;
	char *location; /* absolute path of the file or folder */
	enum catalog_format format;
	struct catalog_file *file; /* sorted by path */
	size_t n_files;
	char **key; /* partition keys in the order of the folders, lower case */
	size_t n_keys;
	uint64_t stamp; /* changes when a file appears, goes or changes */
};
struct catalog {
	struct catalog_table *table; /* sorted by database, name */
	size_t n_tables;
	char **database; /* sorted; folders without tables are in it */
	size_t n_databases;
	char **linked; /* targets of links that lie outside the directory */
	size_t n_linked;
	struct catalog_dir {
		char *path;
		int64_t mtime_ns;
	} * dir;
	size_t n_dirs;
};

/* dir must be absolute and resolved. NULL when it cannot be read. */
struct catalog *catalog_scan(const char *dir, struct err *err);
void catalog_free(struct catalog *c); /* NULL allowed */
/* Whether a scan now would give something else: stat of the known folders and files only. */
bool catalog_changed(const struct catalog *c);
/* Names in any case; NULL when absent. */
const struct catalog_table *catalog_find(
        const struct catalog *c, const char *database, const char *name);
bool catalog_has_database(const struct catalog *c, const char *database);
/* The format that a file name says; *stem gets the length of the name without the extensions. */
enum catalog_format catalog_file_format(const char *name, size_t *stem);

#endif
