/* Tables of the data directory as views of the engine. */
#include "local/duck_internal.h"

#include "base/mem.h"
#include "local/duck_values.h"

#include <stdlib.h>
#include <strings.h>

#include "base/ban.h"

#define SAMPLE_ALL_BELOW ((int64_t)256 << 20)

int duck_catalog_refresh(struct duck *d, struct err *err)
{
	int rc = 0;
	pthread_mutex_lock(&d->lock);
	if (!d->catalog || catalog_changed(d->catalog)) {
		struct catalog *now = catalog_scan(d->data_dir, err);
		if (now) {
			catalog_free(d->catalog);
			d->catalog = now;
		} else {
			rc = -1;
		}
	}
	pthread_mutex_unlock(&d->lock);
	return rc;
}

static void columns_free(struct duck_column *col, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		mem_free(col[i].name);
		mem_free(col[i].type);
	}
	mem_free(col);
}

static void view_release(struct duck_view *v)
{
	columns_free(v->col, v->n);
	mem_free(v->database);
	mem_free(v->name);
	*v = (struct duck_view){0};
}

void duck_catalog_release(struct duck *d)
{
	for (size_t i = 0; i < d->n_views; i++)
		view_release(&d->view[i]);
	mem_free(d->view);
	catalog_free(d->catalog);
}

/* read_parquet(['a', 'b'], ...): what reads a table's files. */
static void reader(struct buf *sql, const struct catalog_table *t, const char *columns)
{
	int64_t total = 0;
	static const char *const fn[] = {"", "read_parquet", "read_ndjson", "read_csv"};
	buf_printf(sql, "system.main.%s([", fn[t->format]);
	for (size_t i = 0; i < t->n_files; i++) {
		buf_add_str(sql, i ? ", " : "");
		duck_quote(sql, t->file[i].path, '\'');
		total += t->file[i].size;
	}
	buf_add_char(sql, ']');
	if (t->n_files > 1 && !columns)
		buf_add_str(sql, ", union_by_name = true");
	if (t->n_keys > 0)
		buf_add_str(sql, ", hive_partitioning = true, hive_types_autocast = false");
	else
		buf_add_str(sql, ", hive_partitioning = false");
	if (columns)
		buf_printf(sql, ", columns = {%s}", columns);
	else if (t->format != CATALOG_PARQUET)
		buf_printf(sql, ", sample_size = %d", total < SAMPLE_ALL_BELOW ? -1 : 200000);
	buf_add_char(sql, ')');
}

static void replace_all(char **s, const char *from, const char *to)
{
	struct buf out;
	buf_init(&out, 1 << 24);
	for (const char *p = *s; *p;) {
		size_t n = strlen(from);
		bool word = strncmp(p, from, n) == 0 && !(p[n] >= 'A' && p[n] <= 'Z') &&
		            p[n] != '_' && (p == *s || p[-1] == ' ' || p[-1] == '(');
		if (word) {
			buf_add_str(&out, to);
			p += n;
		} else {
			buf_add_char(&out, *p++);
		}
	}
	mem_free(*s);
	*s = buf_take(&out);
}

/*
 * Types that Athena's tables do not have become the nearest that they have. In JSON, what DuckDB
 * guesses from the look of strings stays a string, and mixed kinds (Pushshift's `edited`: false or
 * a number) are text.
 */
static void athena_type(char **type, enum catalog_format f)
{
	static const char *const always[][2] = {{"UTINYINT", "SMALLINT"}, {"USMALLINT", "INTEGER"},
	        {"UINTEGER", "BIGINT"}, {"UBIGINT", "BIGINT"}, {"HUGEINT", "BIGINT"},
	        {"UHUGEINT", "BIGINT"}, {"TIMESTAMP WITH TIME ZONE", "TIMESTAMP"},
	        {"TIMESTAMP_NS", "TIMESTAMP"}, {"TIMESTAMP_MS", "TIMESTAMP"},
	        {"TIMESTAMP_S", "TIMESTAMP"}, {"JSON", "VARCHAR"}, {"NULL", "VARCHAR"}};
	static const char *const strings[][2] = {{"DATE", "VARCHAR"}, {"TIMESTAMP", "VARCHAR"},
	        {"TIME", "VARCHAR"}, {"UUID", "VARCHAR"}};
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		replace_all(type, always[i][0], always[i][1]);
	for (size_t i = 0; f == CATALOG_NDJSON && i < sizeof(strings) / sizeof(strings[0]); i++)
		replace_all(type, strings[i][0], strings[i][1]);
	if (strncasecmp(*type, "ENUM", 4) == 0) {
		mem_free(*type);
		*type = mem_strdup("VARCHAR");
	}
}

/* One column of a file: its own name and DuckDB's type, and the type that it gets. */
struct field {
	char *name, *type, *given;
};
struct fields {
	struct field *f;
	size_t n;
};

static bool is_key(const struct catalog_table *t, const char *name)
{
	for (size_t i = 0; i < t->n_keys; i++) {
		if (strcasecmp(t->key[i], name) == 0)
			return true;
	}
	return false;
}

static void fields_release(struct fields *fs)
{
	for (size_t i = 0; i < fs->n; i++) {
		mem_free(fs->f[i].name);
		mem_free(fs->f[i].type);
		mem_free(fs->f[i].given);
	}
	mem_free(fs->f);
}

/* Pushshift's dumps are made with a window of 2 GiB, which DuckDB's decoder refuses (128 MiB). */
static const char *next_step(const char *why)
{
	return strstr(why, "too much memory for decoding")
	               ? ": made with zstd --long=31; recompress it: zstd -dc --long=31 OLD.zst | "
	                 "zstd -o "
	                 "NEW.zst"
	               : "";
}

static int unreadable(const struct catalog_table *t, const char *why, struct err *err)
{
	return err_set(err, ERR_QUERY,
	        "HIVE_CANNOT_OPEN_SPLIT: table %s.%s: its %s files cannot be read: %.200s%s",
	        t->database, t->name, catalog_format_name(t->format), why, next_step(why));
}

/* DuckDB's message without the path of a file in it. */
static int describe_failed(const struct catalog_table *t, duckdb_result *r, struct err *err)
{
	const char *msg = duckdb_result_error(r),
	           *text = msg ? strstr(msg, "exception_message\":\"") : NULL;
	char part[200];
	text = text ? text + 20 : "";
	size_t n = strcspn(text, "\"\\/");
	n = n < sizeof(part) ? n : sizeof(part) - 1;
	memcpy(part, text, n);
	part[n] = '\0';
	return unreadable(t, part, err);
}

static int describe(
        struct duck *d, const struct catalog_table *t, struct fields *out, struct err *err)
{
	struct buf sql;
	duckdb_result r;
	int rc = 0;
	buf_init(&sql, (size_t)1 << 30);
	buf_add_str(&sql, "DESCRIBE SELECT * FROM ");
	reader(&sql, t, NULL);
	if (duckdb_query(d->admin, buf_str(&sql), &r) == DuckDBError) {
		rc = describe_failed(t, &r, err);
	} else {
		out->f = mem_calloc(duckdb_row_count(&r) + 1, sizeof(*out->f));
		for (idx_t i = 0; i < duckdb_row_count(&r); i++) {
			char *name = duckdb_value_varchar(&r, 0, i),
			     *type = duckdb_value_varchar(&r, 1, i);
			if (!is_key(t, name)) {
				struct field *f = &out->f[out->n++];
				*f = (struct field){
				        mem_strdup(name), mem_strdup(type), mem_strdup(type)};
				athena_type(&f->given, t->format);
			}
			duckdb_free(name);
			duckdb_free(type);
		}
		if (out->n == 0)
			rc = unreadable(t, "they have no columns", err);
	}
	duckdb_destroy_result(&r);
	buf_release(&sql);
	return rc;
}

static void json_columns(struct buf *out, const struct fields *fs)
{
	for (size_t i = 0; i < fs->n; i++) {
		buf_add_str(out, i ? ", " : "");
		duck_quote(out, fs->f[i].name, '\'');
		buf_add_str(out, ": ");
		duck_quote(out, fs->f[i].given, '\'');
	}
}

static void lower_name(struct buf *out, const char *s)
{
	char *low = mem_strdup(s);
	for (char *p = low; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
	duck_quote(out, low, '"');
	mem_free(low);
}

static void view_sql(struct buf *sql, const struct catalog_table *t, const struct fields *fs)
{
	struct buf columns;
	bool json = t->format == CATALOG_NDJSON;
	buf_init(&columns, 1 << 24);
	json_columns(&columns, fs);
	buf_add_str(sql, "CREATE OR REPLACE VIEW ");
	duck_quote(sql, t->database, '"');
	buf_add_char(sql, '.');
	duck_quote(sql, t->name, '"');
	buf_add_str(sql, " AS SELECT ");
	for (size_t i = 0; i < fs->n; i++) {
		const struct field *f = &fs->f[i];
		bool cast = !json && strcmp(f->type, f->given) != 0;
		buf_add_str(sql, i ? ", " : "");
		buf_add_str(sql, cast ? "CAST(" : "");
		duck_quote(sql, f->name, '"');
		if (cast)
			buf_printf(sql, " AS %s)", f->given);
		buf_add_str(sql, " AS ");
		lower_name(sql, f->name);
	}
	for (size_t i = 0; i < t->n_keys; i++) {
		buf_add_str(sql, fs->n || i ? ", " : "");
		duck_quote(sql, t->key[i], '"');
	}
	buf_add_str(sql, " FROM ");
	reader(sql, t, json ? buf_str(&columns) : NULL);
	buf_release(&columns);
}

/* The view's columns with Athena's types, as the engine binds them. */
static int view_columns(
        struct duck *d, const struct catalog_table *t, struct duck_view *v, struct err *err)
{
	struct buf sql, type;
	duckdb_prepared_statement st = NULL;
	int rc = 0;
	buf_init(&sql, 1 << 20);
	buf_init(&type, 1 << 20);
	buf_add_str(&sql, "SELECT * FROM ");
	duck_quote(&sql, t->database, '"');
	buf_add_char(&sql, '.');
	duck_quote(&sql, t->name, '"');
	if (duckdb_prepare(d->admin, buf_str(&sql), &st) == DuckDBError) {
		rc = unreadable(t, "the columns do not fit together", err);
	} else {
		v->n = duckdb_prepared_statement_column_count(st);
		v->col = mem_calloc(v->n + 1, sizeof(*v->col));
		for (size_t i = 0; i < v->n; i++) {
			const char *name = duckdb_prepared_statement_column_name(st, i);
			duckdb_logical_type lt =
			        duckdb_prepared_statement_column_logical_type(st, i);
			buf_clear(&type);
			duck_type_text(&type, lt, false);
			v->col[i] = (struct duck_column){
			        mem_strdup(name), mem_strdup(buf_str(&type)), is_key(t, name)};
			duckdb_destroy_logical_type(&lt);
			duckdb_free((void *)name);
		}
	}
	duckdb_destroy_prepare(&st);
	buf_release(&sql);
	buf_release(&type);
	return rc;
}

/* "x$partitions": one row per partition. */
static int partitions_view(struct duck *d, const struct catalog_table *t, struct err *err)
{
	struct buf sql;
	buf_init(&sql, (size_t)1 << 28);
	char *name = mem_printf("%s$partitions", t->name);
	buf_add_str(&sql, "CREATE OR REPLACE VIEW ");
	duck_quote(&sql, t->database, '"');
	buf_add_char(&sql, '.');
	duck_quote(&sql, name, '"');
	buf_add_str(&sql, " AS SELECT DISTINCT * FROM (VALUES ");
	for (size_t i = 0; i < t->n_files; i++) {
		buf_add_str(&sql, i ? ", (" : "(");
		for (size_t k = 0; k < t->n_keys; k++) {
			buf_add_str(&sql, k ? ", " : "");
			duck_quote(&sql, t->file[i].part[k], '\'');
		}
		buf_add_char(&sql, ')');
	}
	buf_add_str(&sql, ") AS t(");
	for (size_t k = 0; k < t->n_keys; k++) {
		buf_add_str(&sql, k ? ", " : "");
		duck_quote(&sql, t->key[k], '"');
	}
	buf_add_char(&sql, ')');
	int rc = duck_exec(d->admin, err, "%s", buf_str(&sql));
	buf_release(&sql);
	mem_free(name);
	return rc;
}

static int make_view(
        struct duck *d, const struct catalog_table *t, struct duck_view *v, struct err *err)
{
	struct fields fs = {0};
	struct buf sql, schema;
	buf_init(&sql, (size_t)1 << 30);
	buf_init(&schema, 1024);
	duck_quote(&schema, t->database, '"');
	int rc = duck_exec(d->admin, err, "CREATE SCHEMA IF NOT EXISTS %s", buf_str(&schema));
	if (rc == 0)
		rc = describe(d, t, &fs, err);
	if (rc == 0) {
		view_sql(&sql, t, &fs);
		rc = duck_exec(d->admin, err, "%s", buf_str(&sql));
	}
	if (rc == 0)
		rc = view_columns(d, t, v, err);
	if (rc == 0 && t->n_keys > 0)
		rc = partitions_view(d, t, err);
	fields_release(&fs);
	buf_release(&sql);
	buf_release(&schema);
	return rc;
}

static struct duck_view *find_view(struct duck *d, const struct catalog_table *t)
{
	for (size_t i = 0; i < d->n_views; i++) {
		if (strcmp(d->view[i].name, t->name) == 0 &&
		        strcmp(d->view[i].database, t->database) == 0)
			return &d->view[i];
	}
	return NULL;
}

const struct duck_view *duck_view_find(struct duck *d, const struct catalog_table *t)
{
	return find_view(d, t);
}

/* Under the lock. The view is current afterwards. */
static struct duck_view *ready_view(struct duck *d, const struct catalog_table *t, struct err *err)
{
	struct duck_view *old = find_view(d, t), v = {0};
	if (old && old->stamp == t->stamp)
		return old;
	if (make_view(d, t, &v, err) < 0) {
		columns_free(v.col, v.n);
		return NULL;
	}
	v.database = mem_strdup(t->database);
	v.name = mem_strdup(t->name);
	v.stamp = t->stamp;
	if (!old) {
		d->view = mem_realloc(d->view, d->n_views + 1, sizeof(*d->view));
		old = &d->view[d->n_views++];
	} else {
		view_release(old);
	}
	*old = v;
	return old;
}

static void information_rows(
        struct buf *sql, const struct catalog_table *t, const struct duck_view *v, bool *any)
{
	for (size_t i = 0; i < v->n; i++) {
		buf_add_str(sql, *any ? ", (" : "(");
		*any = true;
		duck_quote(sql, t->database, '\'');
		buf_add_str(sql, ", ");
		duck_quote(sql, t->name, '\'');
		buf_add_str(sql, ", ");
		duck_quote(sql, v->col[i].name, '\'');
		buf_printf(sql, ", %zu::BIGINT, ", i + 1);
		bool ts = strcmp(v->col[i].type, "timestamp") == 0;
		duck_quote(sql, ts ? "timestamp(3)" : v->col[i].type, '\'');
		buf_add_char(sql, ')');
	}
}

/* information_schema of the catalog: of columns all tables must be looked at. */
static int information_schema(struct duck *d, const char *table, struct err *err)
{
	struct buf rows;
	bool any = false, columns = strcasecmp(table, "columns") == 0;
	int rc = duck_exec(d->admin, err, "CREATE SCHEMA IF NOT EXISTS \"$information_schema\"");
	if (!columns && strcasecmp(table, "tables") != 0 && strcasecmp(table, "schemata") != 0)
		return err_set(err, ERR_NOT_FOUND, "no such table");
	buf_init(&rows, (size_t)1 << 28);
	for (size_t i = 0; columns && i < d->catalog->n_tables; i++) {
		const struct duck_view *v = ready_view(d, &d->catalog->table[i], NULL);
		if (v)
			information_rows(&rows, &d->catalog->table[i], v, &any);
	}
	for (size_t i = 0; strcasecmp(table, "tables") == 0 && i < d->catalog->n_tables; i++) {
		buf_add_str(&rows, any ? ", (" : "(");
		any = true;
		duck_quote(&rows, d->catalog->table[i].database, '\'');
		buf_add_str(&rows, ", ");
		duck_quote(&rows, d->catalog->table[i].name, '\'');
		buf_add_str(&rows, ", 'BASE TABLE')");
	}
	for (size_t i = 0; strcasecmp(table, "schemata") == 0 && i < d->catalog->n_databases; i++) {
		buf_add_str(&rows, any ? ", (" : "(");
		any = true;
		duck_quote(&rows, d->catalog->database[i], '\'');
		buf_add_char(&rows, ')');
	}
	const char *names =
	        columns ? "table_schema, table_name, column_name, ordinal_position, data_type"
	        : strcasecmp(table, "tables") == 0 ? "table_schema, table_name, table_type"
	                                           : "schema_name";
	const char *none = columns                            ? "('', '', '', 0, '')"
	                   : strcasecmp(table, "tables") == 0 ? "('', '', '')"
	                                                      : "('')";
	if (rc == 0)
		rc = duck_exec(d->admin, err,
		        "CREATE OR REPLACE VIEW \"$information_schema\".\"%s\" AS SELECT '"
		        "awsdatacatalog' AS %s, * FROM (VALUES %s) AS t(%s) WHERE %s",
		        table,
		        strcasecmp(table, "schemata") == 0 ? "catalog_name" : "table_catalog",
		        any ? buf_str(&rows) : none, names, any ? "true" : "false");
	buf_release(&rows);
	return rc;
}

/* "comments$partitions" is ready when comments is. */
static const struct catalog_table *find_table(
        struct duck *d, const char *database, const char *table)
{
	static const char suffix[] = "$partitions";
	size_t n = strlen(table), m = sizeof(suffix) - 1;
	if (n <= m || strcasecmp(table + n - m, suffix) != 0)
		return catalog_find(d->catalog, database, table);
	char *base = mem_strndup(table, n - m);
	const struct catalog_table *t = catalog_find(d->catalog, database, base);
	mem_free(base);
	return t && t->n_keys > 0 ? t : NULL;
}

int duck_catalog_ready(struct duck *d, const char *database, const char *table, struct err *err)
{
	int rc;
	pthread_mutex_lock(&d->lock);
	if (strcmp(database, "$information_schema") == 0) {
		rc = information_schema(d, table, err);
	} else {
		const struct catalog_table *t = find_table(d, database, table);
		if (!t)
			rc = err_set(
			        err, ERR_NOT_FOUND, "table %s.%s does not exist", database, table);
		else
			rc = ready_view(d, t, err) ? 0 : -1;
	}
	pthread_mutex_unlock(&d->lock);
	return rc;
}

bool duck_catalog_has_database(struct duck *d, const char *database)
{
	pthread_mutex_lock(&d->lock);
	bool has = catalog_has_database(d->catalog, database);
	pthread_mutex_unlock(&d->lock);
	return has;
}

/* --- what the schema browser asks ---------------------------------------------------------------
 */

size_t duck_databases(struct duck *d, char ***names)
{
	duck_catalog_refresh(d, NULL);
	pthread_mutex_lock(&d->lock);
	size_t n = d->catalog->n_databases;
	*names = mem_calloc(n + 1, sizeof(char *));
	for (size_t i = 0; i < n; i++)
		(*names)[i] = mem_strdup(d->catalog->database[i]);
	pthread_mutex_unlock(&d->lock);
	return n;
}

size_t duck_tables(struct duck *d, const char *database, char ***names)
{
	size_t n = 0;
	duck_catalog_refresh(d, NULL);
	pthread_mutex_lock(&d->lock);
	*names = mem_calloc(d->catalog->n_tables + 1, sizeof(char *));
	for (size_t i = 0; i < d->catalog->n_tables; i++) {
		if (strcasecmp(d->catalog->table[i].database, database) == 0)
			(*names)[n++] = mem_strdup(d->catalog->table[i].name);
	}
	pthread_mutex_unlock(&d->lock);
	return n;
}

void duck_names_free(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		mem_free(names[i]);
	mem_free(names);
}

int duck_table_get(struct duck *d, const char *database, const char *table, struct duck_table *out,
        struct err *err)
{
	*out = (struct duck_table){0};
	if (duck_catalog_refresh(d, err) < 0)
		return -1;
	pthread_mutex_lock(&d->lock);
	const struct catalog_table *t = catalog_find(d->catalog, database, table);
	const struct duck_view *v = t ? ready_view(d, t, err) : NULL;
	if (!t)
		err_set(err, ERR_NOT_FOUND, "table %s.%s does not exist", database, table);
	if (v) {
		*out = (struct duck_table){mem_strdup(t->database), mem_strdup(t->name),
		        mem_strdup(t->location), mem_strdup(catalog_format_name(t->format)), NULL,
		        v->n};
		out->col = mem_calloc(v->n + 1, sizeof(*out->col));
		for (size_t i = 0; i < v->n; i++)
			out->col[i] = (struct duck_column){mem_strdup(v->col[i].name),
			        mem_strdup(v->col[i].type), v->col[i].partition};
	}
	pthread_mutex_unlock(&d->lock);
	return v ? 0 : -1;
}

void duck_table_release(struct duck_table *t)
{
	columns_free(t->col, t->n);
	mem_free(t->database);
	mem_free(t->name);
	mem_free(t->location);
	mem_free(t->format);
	*t = (struct duck_table){0};
}
