/* SHOW and DESCRIBE, from the catalog, in Athena's shapes. */
#include "local/duck_internal.h"

#include "base/file.h"
#include "base/mem.h"

#include <strings.h>

#include "base/ban.h"

int duck_emit_columns(const struct duck_sink *sink, const char *const *names,
        const char *const *types, size_t n, struct err *err)
{
	struct columns c;
	columns_init(&c);
	for (size_t i = 0; i < n; i++)
		columns_add(&c, slice_str(names[i]), slice_str(types[i]));
	int rc = sink->columns(sink->arg, &c, err);
	columns_release(&c);
	return rc;
}

int duck_emit_row(const struct duck_sink *sink, struct duck_live *live, const char *const *texts,
        size_t n, struct err *err)
{
	struct cell cell[8];
	for (size_t i = 0; i < n && i < 8; i++) {
		cell[i] = (struct cell){texts[i], (uint32_t)(texts[i] ? strlen(texts[i]) : 0)};
		atomic_fetch_add(&live->output_bytes, (long long)cell[i].len);
	}
	atomic_fetch_add(&live->output_rows, 1);
	return sink->row(sink->arg, cell, err);
}

/* Hive's pattern of SHOW TABLES 'a*|b*', or LIKE's with % and _. */
static bool matches(const char *p, const char *s, bool like)
{
	char any = like ? '%' : '*', one = like ? '_' : '.';
	for (; *p && (like || *p != '|'); p++, s++) {
		if (*p == any) {
			for (const char *rest = s;; rest++) {
				if (matches(p + 1, rest, like))
					return true;
				if (!*rest)
					return false;
			}
		}
		if (!*s || (*p != one && strncasecmp(p, s, 1) != 0))
			return false;
	}
	return *s == '\0';
}

static bool name_matches(const struct dialect *q, const char *name)
{
	if (!q->pattern)
		return true;
	for (const char *p = q->pattern; p; p = q->like ? NULL : strchr(p, '|')) {
		p += *p == '|';
		if (matches(p, name, q->like))
			return true;
	}
	return false;
}

static int show_names(const struct dialect *q, char **names, size_t n, const char *title,
        const struct duck_sink *sink, struct duck_live *live, struct err *err)
{
	int rc = duck_emit_columns(sink, &title, &(const char *){"string"}, 1, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (name_matches(q, names[i]))
			rc = duck_emit_row(sink, live, &(const char *){names[i]}, 1, err);
	}
	duck_names_free(names, n);
	return rc;
}

/* Athena's DESCRIBE: one column, its fields padded and tab separated as Hive prints them. */
static int describe(const struct duck_table *t, const struct duck_sink *sink,
        struct duck_live *live, struct err *err)
{
	static const char *const names[] = {"col_name", "data_type", "comment"};
	static const char *const types[] = {"string", "string", "string"};
	int rc = duck_emit_columns(sink, names, types, 3, err);
	for (size_t i = 0; rc == 0 && i < t->n; i++) {
		const char *row[] = {t->col[i].name, t->col[i].type, ""};
		rc = duck_emit_row(sink, live, row, 3, err);
	}
	return rc;
}

static int show_columns(const struct duck_table *t, const struct duck_sink *sink,
        struct duck_live *live, struct err *err)
{
	int rc = duck_emit_columns(
	        sink, &(const char *){"field"}, &(const char *){"string"}, 1, err);
	for (size_t i = 0; rc == 0 && i < t->n; i++)
		rc = duck_emit_row(sink, live, &(const char *){t->col[i].name}, 1, err);
	return rc;
}

/* One row per partition: year=2024/month=01. */
static int show_partitions(struct duck *d, const struct duck_table *t, const struct duck_sink *sink,
        struct duck_live *live, struct err *err)
{
	char **names = NULL;
	size_t n = 0;
	pthread_mutex_lock(&d->lock);
	const struct catalog_table *c = catalog_find(d->catalog, t->database, t->name);
	names = mem_calloc(c ? c->n_files + 1 : 1, sizeof(char *));
	for (size_t i = 0; c && c->n_keys && i < c->n_files; i++) {
		struct buf b;
		buf_init(&b, 1 << 16);
		for (size_t k = 0; k < c->n_keys; k++)
			buf_printf(&b, "%s%s=%s", k ? "/" : "", c->key[k], c->file[i].part[k]);
		names[n] = buf_take(&b);
		if (n > 0 && strcmp(names[n], names[n - 1]) == 0)
			mem_free(names[n]);
		else
			n++;
	}
	bool partitioned = c && c->n_keys > 0;
	pthread_mutex_unlock(&d->lock);
	if (!partitioned) {
		duck_names_free(names, n);
		return err_set(err, ERR_QUERY,
		        "FAILED: SemanticException Table %s.%s is not a partitioned table",
		        t->database, t->name);
	}
	struct dialect all = {0};
	return show_names(&all, names, n, "partition", sink, live, err);
}

static void create_columns(struct buf *b, const struct duck_table *t, bool partition)
{
	bool any = false;
	for (size_t i = 0; i < t->n; i++) {
		if (t->col[i].partition != partition)
			continue;
		const char *type =
		        strcmp(t->col[i].type, "varchar") == 0 ? "string" : t->col[i].type;
		buf_printf(b, "%s  `%s` %s", any ? ", \n" : "", t->col[i].name, type);
		any = true;
	}
	buf_add_char(b, ')');
}

static int show_create(const struct duck_table *t, const struct duck_sink *sink,
        struct duck_live *live, struct err *err)
{
	struct buf b;
	bool keys = t->n > 0 && t->col[t->n - 1].partition;
	buf_init(&b, 1 << 22);
	buf_printf(&b, "CREATE EXTERNAL TABLE `%s.%s`(\n", t->database, t->name);
	create_columns(&b, t, false);
	if (keys) {
		buf_add_str(&b, "\nPARTITIONED BY (\n");
		create_columns(&b, t, true);
	}
	buf_printf(&b, "\nSTORED AS %s\nLOCATION\n  's3://data/%s/%s'",
	        strcmp(t->format, "parquet") == 0 ? "PARQUET" : "TEXTFILE", t->database,
	        file_base(t->location));
	int rc = duck_emit_columns(
	        sink, &(const char *){"createtab_stmt"}, &(const char *){"string"}, 1, err);
	char *text = buf_take(&b);
	for (char *line = text; rc == 0 && line;) {
		char *next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		rc = duck_emit_row(sink, live, &(const char *){line}, 1, err);
		line = next;
	}
	mem_free(text);
	return rc;
}

static int of_table(struct duck *d, const struct dialect *q, const char *database,
        const struct duck_sink *sink, struct duck_live *live, struct err *err)
{
	struct duck_table t;
	if (duck_table_get(d, database, q->table, &t, err) < 0) {
		if (err && err->code == ERR_NOT_FOUND) {
			dialect_error(err, ERR_QUERY, q->text, q->table_at,
			        "Table 'awsdatacatalog.%s.%s' does not exist", database, q->table);
			err_prefix(err, "TABLE_NOT_FOUND");
		}
		return -1;
	}
	int rc = q->kind == DIALECT_DESCRIBE          ? describe(&t, sink, live, err)
	         : q->kind == DIALECT_SHOW_COLUMNS    ? show_columns(&t, sink, live, err)
	         : q->kind == DIALECT_SHOW_PARTITIONS ? show_partitions(d, &t, sink, live, err)
	                                              : show_create(&t, sink, live, err);
	duck_table_release(&t);
	return rc;
}

int duck_show(struct duck *d, const struct dialect *q, const char *database,
        const struct duck_sink *sink, struct duck_live *live, struct err *err)
{
	char **names;
	size_t n;
	if (q->database)
		database = q->database;
	if (q->kind == DIALECT_SHOW_DATABASES) {
		n = duck_databases(d, &names);
		return show_names(q, names, n, "database_name", sink, live, err);
	}
	if (!duck_catalog_has_database(d, database)) {
		dialect_error(err, ERR_QUERY, q->text, q->database_at, "Schema '%s' does not exist",
		        database);
		return err_prefix(err, "SCHEMA_NOT_FOUND");
	}
	if (q->kind == DIALECT_SHOW_TABLES) {
		n = duck_tables(d, database, &names);
		return show_names(q, names, n, "tab_name", sink, live, err);
	}
	return of_table(d, q, database, sink, live, err);
}
