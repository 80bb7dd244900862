/*
 * Bytes scanned. The engine's physical plan (EXPLAIN) names, for every scan that it will run, the
 * columns that it reads, the filters pushed into it, and the filters on partition columns. From
 * that:
 *  - Parquet: for every file left by the partition filters, the footer and the compressed chunks of
 *    the columns read (the files' own metadata). Row groups that statistics let the engine skip and
 *    rows that a LIMIT saves are counted, so the number is an upper bound in those two cases.
 *  - NDJSON and CSV: the whole size of every file left, as there is no way to read less.
 * While a query runs, the share that the engine reports as done is shown.
 */
#include "local/duck_scan.h"

#include "base/mem.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/ban.h"

struct chunk_size {
	char *path; /* "c_row, a" */
	int64_t bytes;
};
/* The metadata of one Parquet file, kept until the file changes. */
struct file_sizes {
	char *path;
	int64_t size, mtime_ns, footer;
	struct chunk_size *chunk;
	size_t n;
};
struct duck_scan_cache {
	struct file_sizes *file;
	size_t n;
};

void duck_refs_add(struct duck_refs *r, const char *database, const char *table)
{
	r->ref = mem_realloc(r->ref, r->n + 1, sizeof(*r->ref));
	r->ref[r->n].database = mem_strdup(database);
	r->ref[r->n].table = mem_strdup(table);
	r->ref[r->n++].used = false;
}

void duck_refs_release(struct duck_refs *r)
{
	for (size_t i = 0; i < r->n; i++) {
		mem_free(r->ref[i].database);
		mem_free(r->ref[i].table);
	}
	mem_free(r->ref);
	*r = (struct duck_refs){0};
}

static void sizes_release(struct file_sizes *f)
{
	for (size_t i = 0; i < f->n; i++)
		mem_free(f->chunk[i].path);
	mem_free(f->chunk);
	mem_free(f->path);
}

void duck_scan_release(struct duck *d)
{
	for (size_t i = 0; d->scans && i < d->scans->n; i++)
		sizes_release(&d->scans->file[i]);
	if (d->scans)
		mem_free(d->scans->file);
	mem_free(d->scans);
}

static int64_t footer_bytes(struct duck *d, const char *quoted)
{
	duckdb_result r;
	char *sql = mem_printf("SELECT footer_size FROM parquet_file_metadata(%s)", quoted);
	int64_t n = 0;
	if (duckdb_query(d->admin, sql, &r) == DuckDBSuccess && duckdb_row_count(&r) == 1)
		n = duckdb_value_int64(&r, 0, 0) + 8; /* its length and the magic at the end */
	duckdb_destroy_result(&r);
	mem_free(sql);
	return n;
}

static void read_sizes(struct duck *d, const struct catalog_file *f, struct file_sizes *out)
{
	struct buf quoted;
	duckdb_result r;
	buf_init(&quoted, 1 << 16);
	duck_quote(&quoted, f->path, '\'');
	*out = (struct file_sizes){mem_strdup(f->path), f->size, f->mtime_ns,
	        footer_bytes(d, buf_str(&quoted)), NULL, 0};
	char *sql = mem_printf("SELECT path_in_schema, sum(total_compressed_size)::BIGINT FROM "
	                       "parquet_metadata(%s) GROUP BY 1",
	        buf_str(&quoted));
	if (duckdb_query(d->admin, sql, &r) == DuckDBSuccess) {
		out->chunk = mem_calloc(duckdb_row_count(&r) + 1, sizeof(*out->chunk));
		for (idx_t i = 0; i < duckdb_row_count(&r); i++) {
			char *path = duckdb_value_varchar(&r, 0, i);
			out->chunk[out->n++] = (struct chunk_size){
			        mem_strdup(path ? path : ""), duckdb_value_int64(&r, 1, i)};
			duckdb_free(path);
		}
	}
	duckdb_destroy_result(&r);
	buf_release(&quoted);
	mem_free(sql);
}

static const struct file_sizes *sizes_of(struct duck *d, const struct catalog_file *f)
{
	if (!d->scans)
		d->scans = MEM_NEW(struct duck_scan_cache);
	struct duck_scan_cache *c = d->scans;
	for (size_t i = 0; i < c->n; i++) {
		struct file_sizes *s = &c->file[i];
		if (strcmp(s->path, f->path) != 0)
			continue;
		if (s->size != f->size || s->mtime_ns != f->mtime_ns) {
			sizes_release(s);
			read_sizes(d, f, s);
		}
		return s;
	}
	c->file = mem_realloc(c->file, c->n + 1, sizeof(*c->file));
	read_sizes(d, f, &c->file[c->n]);
	return &c->file[c->n++];
}

/* --- one scan of the plan -----------------------------------------------------------------------
 */

struct scan {
	const char *filters, *file_filters, *files;
	enum catalog_format format;
	char **column; /* "score", "c_row.a" */
	size_t n;
};

static void scan_add(struct scan *s, const char *name)
{
	if (!name || !*name)
		return;
	s->column = mem_realloc(s->column, s->n + 1, sizeof(char *));
	s->column[s->n++] = mem_strdup(name);
}

static const char *info_text(const json_t *info, const char *key)
{
	const char *s = json_string_value(json_object_get(info, key));
	return s ? s : "";
}

/* One value is a text, several are an array. */
static void scan_columns(struct scan *s, const json_t *v)
{
	scan_add(s, json_string_value(v));
	for (size_t i = 0; i < json_array_size(v); i++)
		scan_add(s, json_string_value(json_array_get(v, i)));
}

static char *joined(const json_t *v)
{
	struct buf b;
	buf_init(&b, 1 << 22);
	if (json_is_string(v))
		buf_add_str(&b, json_string_value(v));
	for (size_t i = 0; i < json_array_size(v); i++)
		buf_printf(&b, " %s", json_string_value(json_array_get(v, i)));
	return buf_take(&b);
}

static bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = text; (p = strcasestr(p, word)) != NULL; p++) {
		bool starts = p == text || !(isalnum((unsigned char)p[-1]) || p[-1] == '_');
		bool ends = !(isalnum((unsigned char)p[n]) || p[n] == '_');
		if (starts && ends)
			return true;
	}
	return false;
}

static bool has_column(const struct duck_view *v, const char *name)
{
	size_t n = strcspn(name, ".");
	for (size_t i = 0; i < v->n; i++) {
		if (strncasecmp(v->col[i].name, name, n) == 0 && v->col[i].name[n] == '\0')
			return true;
	}
	return false;
}

static bool fits(const struct scan *s, const struct catalog_table *t, const struct duck_view *v)
{
	unsigned long of = 0;
	if (t->format != s->format)
		return false;
	const char *slash = strchr(s->files, '/');
	if (slash && (of = strtoul(slash + 1, NULL, 10)) != t->n_files)
		return false;
	for (size_t i = 0; i < s->n; i++) {
		if (!has_column(v, s->column[i]))
			return false;
	}
	return true;
}

/*
 * The plan does not name the table of a scan; it is the one of the statement's tables with that
 * format, those columns and that number of files. Of several, one that no other scan has taken.
 */
static const struct catalog_table *table_of(
        struct duck *d, const struct scan *s, struct duck_refs *refs, const struct duck_view **view)
{
	const struct catalog_table *found = NULL;
	size_t at = 0;
	for (size_t i = 0; i < refs->n; i++) {
		const struct catalog_table *t =
		        catalog_find(d->catalog, refs->ref[i].database, refs->ref[i].table);
		const struct duck_view *v = t ? duck_view_find(d, t) : NULL;
		if (!v || !fits(s, t, v) || (found && (refs->ref[i].used || !refs->ref[at].used)))
			continue;
		found = t;
		*view = v;
		at = i;
	}
	if (found)
		refs->ref[at].used = true;
	return found;
}

/* "(a = 1)(b = 2)": the plan puts conditions side by side. */
static void and_conditions(struct buf *sql, const char *text)
{
	int depth = 0;
	char quote = 0;
	for (const char *p = text; *p; p++) {
		if (quote)
			quote = *p == quote ? 0 : quote;
		else if (*p == '\'' || *p == '"')
			quote = *p;
		else
			depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
		buf_add_char(sql, *p);
		if (!quote && depth == 0 && *p == ')' && p[1] == '(')
			buf_add_str(sql, " AND ");
	}
}

/* Which files the partition filters leave, asked of the engine itself. Without an answer: all. */
static void prune(struct duck *d, const struct scan *s, const struct catalog_table *t, bool *keep)
{
	struct buf sql;
	duckdb_result r;
	memset(keep, 1, t->n_files);
	if (!*s->file_filters || t->n_keys == 0)
		return;
	buf_init(&sql, (size_t)1 << 28);
	buf_add_str(&sql, "SELECT i FROM (VALUES ");
	for (size_t i = 0; i < t->n_files; i++) {
		buf_printf(&sql, "%s(%zu::BIGINT", i ? ", " : "", i);
		for (size_t k = 0; k < t->n_keys; k++) {
			buf_add_str(&sql, ", ");
			duck_quote(&sql, t->file[i].part[k], '\'');
		}
		buf_add_char(&sql, ')');
	}
	buf_add_str(&sql, ") AS t(i");
	for (size_t k = 0; k < t->n_keys; k++) {
		buf_add_str(&sql, ", ");
		duck_quote(&sql, t->key[k], '"');
	}
	buf_add_str(&sql, ") WHERE ");
	and_conditions(&sql, s->file_filters);
	if (duckdb_query(d->admin, buf_str(&sql), &r) == DuckDBSuccess) {
		memset(keep, 0, t->n_files);
		for (idx_t i = 0; i < duckdb_row_count(&r); i++)
			keep[duckdb_value_int64(&r, 0, i)] = true;
	}
	duckdb_destroy_result(&r);
	buf_release(&sql);
}

/* Whether the chunks at "c_row, a" belong to the column "c_row.a" or "c_row". */
static bool chunk_is_of(const char *path, const char *column)
{
	while (*column) {
		if (*column == '.' && path[0] == ',' && path[1] == ' ') {
			path += 2;
			column++;
		} else if (tolower((unsigned char)*column) == tolower((unsigned char)*path)) {
			path++;
			column++;
		} else {
			return false;
		}
	}
	return *path == '\0' || *path == ',';
}

static int64_t parquet_bytes(const struct file_sizes *f, const struct scan *s)
{
	int64_t bytes = f->footer;
	for (size_t i = 0; i < f->n; i++) {
		bool read = false;
		for (size_t k = 0; k < s->n && !read; k++)
			read = chunk_is_of(f->chunk[i].path, s->column[k]);
		bytes += read ? f->chunk[i].bytes : 0;
	}
	return bytes;
}

static int64_t table_bytes(struct duck *d, struct scan *s, struct duck_refs *refs)
{
	const struct duck_view *view = NULL;
	const struct catalog_table *t = table_of(d, s, refs, &view);
	int64_t bytes = 0;
	if (!t)
		return 0;
	for (size_t i = 0; i < view->n; i++) {
		if (has_word(s->filters, view->col[i].name))
			scan_add(s, view->col[i].name);
	}
	bool *keep = mem_calloc(t->n_files + 1, sizeof(bool));
	prune(d, s, t, keep);
	for (size_t i = 0; i < t->n_files; i++) {
		if (keep[i])
			bytes += t->format == CATALOG_PARQUET
			                 ? parquet_bytes(sizes_of(d, &t->file[i]), s)
			                 : t->file[i].size;
	}
	mem_free(keep);
	return bytes;
}

static int64_t scan_node(struct duck *d, const json_t *info, struct duck_refs *refs)
{
	const char *fn = info_text(info, "Function");
	struct scan s = {.file_filters = info_text(info, "File Filters"),
	        .files = info_text(info, "Scanning Files")};
	s.format = strncmp(fn, "READ_PARQUET", 12) == 0 ? CATALOG_PARQUET
	           : strncmp(fn, "READ_NDJSON", 11) == 0 || strncmp(fn, "READ_JSON", 9) == 0
	                   ? CATALOG_NDJSON
	           : strncmp(fn, "READ_CSV", 8) == 0 ? CATALOG_CSV
	                                             : CATALOG_NONE;
	if (s.format == CATALOG_NONE)
		return 0;
	char *filters = joined(json_object_get(info, "Filters"));
	s.filters = filters;
	scan_columns(&s, json_object_get(info, "Projections"));
	pthread_mutex_lock(&d->lock);
	int64_t bytes = table_bytes(d, &s, refs);
	pthread_mutex_unlock(&d->lock);
	for (size_t i = 0; i < s.n; i++)
		mem_free(s.column[i]);
	mem_free(s.column);
	mem_free(filters);
	return bytes;
}

static int64_t walk(struct duck *d, const json_t *v, struct duck_refs *refs, int depth)
{
	int64_t bytes = 0;
	if (depth > 1000)
		return 0;
	if (json_is_array(v)) {
		for (size_t i = 0; i < json_array_size(v); i++)
			bytes += walk(d, json_array_get(v, i), refs, depth + 1);
		return bytes;
	}
	const json_t *info = json_object_get(v, "extra_info");
	if (json_object_get(info, "Function"))
		bytes += scan_node(d, info, refs);
	return bytes + walk(d, json_object_get(v, "children"), refs, depth + 1);
}

int64_t duck_scan_bytes(
        struct duck *d, duckdb_connection con, struct duck_refs *refs, const char *sql)
{
	duckdb_result r;
	int64_t bytes = 0;
	if (refs->n == 0)
		return 0;
	char *explain = mem_printf("EXPLAIN (FORMAT JSON) %s", sql);
	if (duckdb_query(con, explain, &r) == DuckDBSuccess) {
		char *text = duckdb_value_varchar(&r, 1, 0);
		json_t *plan = text ? json_loads(text, 0, NULL) : NULL;
		bytes = walk(d, plan, refs, 0);
		json_decref(plan);
		duckdb_free(text);
	}
	duckdb_destroy_result(&r);
	mem_free(explain);
	return bytes;
}
