#include "local/duck_gate.h"

#include "base/mem.h"
#include "local/duck_errors.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/ban.h"

#define MAX_DEPTH 4000

static char *serialize(duckdb_connection con, const struct dialect *d, struct err *err)
{
	duckdb_prepared_statement st = NULL;
	duckdb_result r;
	char *text = NULL;
	if (duckdb_prepare(con, "SELECT system.main.json_serialize_sql(?::VARCHAR)", &st) ==
	        DuckDBError) {
		err_set(err, ERR_INTERNAL, "DuckDB cannot serialize: %s", duckdb_prepare_error(st));
		duckdb_destroy_prepare(&st);
		return NULL;
	}
	duckdb_bind_varchar_length(st, 1, buf_str(&d->sql), d->sql.len);
	if (duckdb_execute_prepared(st, &r) == DuckDBError) {
		const char *msg = duckdb_result_error(&r);
		duck_error(err, d, NULL, msg ? msg : "");
	} else {
		text = duckdb_value_varchar(&r, 0, 0);
		if (!text)
			err_set(err, ERR_INTERNAL, "DuckDB returned no tree");
	}
	duckdb_destroy_result(&r);
	duckdb_destroy_prepare(&st);
	return text;
}

json_t *duck_gate_parse(duckdb_connection con, const struct dialect *d, struct err *err)
{
	json_error_t je;
	char *text = serialize(con, d, err);
	if (!text)
		return NULL;
	json_t *tree = json_loads(text, JSON_DECODE_INT_AS_REAL, &je);
	duckdb_free(text);
	if (!tree) {
		dialect_error(err, ERR_SYNTAX, d->text, 0,
		        "statement is too large (stack overflow while parsing)");
		return NULL;
	}
	if (json_is_true(json_object_get(tree, "error"))) {
		duck_error_json(err, d, NULL, tree);
		if (err)
			err->code = ERR_SYNTAX;
		json_decref(tree);
		return NULL;
	}
	if (json_array_size(json_object_get(tree, "statements")) != 1) {
		err_set(err, ERR_SYNTAX, "Only one sql statement is allowed");
		json_decref(tree);
		return NULL;
	}
	return tree;
}

/* Common table expressions that can be seen, innermost first. */
struct scope {
	const char *name;
	const struct scope *outer;
};

static bool in_scope(const struct scope *s, const char *name)
{
	for (; s; s = s->outer) {
		if (strcasecmp(s->name, name) == 0)
			return true;
	}
	return false;
}

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

static size_t place(const struct duck_gate *g, const json_t *o)
{
	json_t *at = json_object_get(o, "query_location");
	double v = json_is_number(at) ? json_number_value(at) : 0;
	return dialect_source(g->d, v < 0 || v > (double)g->d->sql.len ? 0 : (size_t)v);
}

static int refuse(const struct duck_gate *g, const json_t *o, struct err *err, const char *name,
        const char *fmt, ...) __attribute__((format(printf, 5, 6)));

static int refuse(const struct duck_gate *g, const json_t *o, struct err *err, const char *name,
        const char *fmt, ...)
{
	char text[400];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	dialect_error(err, ERR_QUERY, g->d->text, place(g, o), "%s", text);
	return err_prefix(err, "%s", name);
}

static int check_function(const struct duck_gate *g, const json_t *o, struct err *err)
{
	const char *name = text_of(o, "function_name"), *schema = text_of(o, "schema");
	static const char *const windows[] = {"lag", "lead", "rank", "dense_rank", "row_number",
	        "percent_rank", "cume_dist", "ntile", "nth_value", "first_value", "last_value"};
	for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
		if (strcmp(text_of(o, "class"), "FUNCTION") == 0 &&
		        strcasecmp(name, windows[i]) == 0)
			return refuse(g, o, err, "MISSING_OVER",
			        "Window function %s requires an OVER clause", name);
	}
	bool own = *schema == '\0' || strcmp(schema, "main") == 0;
	if (own && *text_of(o, "catalog") == '\0' && duck_function_allowed(name))
		return 0;
	/* what the rewriting itself puts in */
	if (strcmp(text_of(o, "catalog"), "system") == 0 && strcmp(name, "unhex") == 0)
		return 0;
	return refuse(g, o, err, "FUNCTION_NOT_FOUND", "Function '%.100s' not registered", name);
}

static int check_table(
        const struct duck_gate *g, const json_t *o, const struct scope *s, struct err *err)
{
	const char *catalog = text_of(o, "catalog_name"), *schema = text_of(o, "schema_name");
	const char *name = text_of(o, "table_name");
	if (*catalog)
		return refuse(
		        g, o, err, "CATALOG_NOT_FOUND", "Catalog '%.100s' not found", catalog);
	if (!*schema && in_scope(s, name))
		return 0;
	if (*schema && strcmp(schema, "$information_schema") != 0 &&
	        !g->has_database(g->arg, schema))
		return refuse(
		        g, o, err, "SCHEMA_NOT_FOUND", "Schema '%.100s' does not exist", schema);
	struct err why = ERR_INIT;
	const char *database = *schema ? schema : g->database;
	if (g->table(g->arg, database, name, &why) == 0)
		return 0;
	if (why.code != ERR_NOT_FOUND) {
		if (err)
			*err = why;
		return -1;
	}
	return refuse(g, o, err, "TABLE_NOT_FOUND",
	        "Table 'awsdatacatalog.%.120s.%.120s' does not exist", database, name);
}

static bool one_of(const char *s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(s, list[i]) == 0)
			return true;
	}
	return false;
}

/* Kinds of table references and of query nodes that Trino has too. */
static bool known_kind(const char *type)
{
	static const char *const refused[] = {"SHOW_REF", "PIVOT", "COLUMN_DATA", "DELIM_GET",
	        "BOUND_TABLE_REF", "STATEMENT_NODE", "BOUND_SUBQUERY_NODE"};
	return !one_of(type, refused, sizeof(refused) / sizeof(refused[0]));
}

static bool is_filled(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	return json_array_size(v) > 0 || json_object_size(v) > 0;
}

static int walk(
        const struct duck_gate *g, json_t *v, const struct scope *s, int depth, struct err *err);

static int walk_children(
        const struct duck_gate *g, json_t *o, const struct scope *s, int depth, struct err *err)
{
	const char *key;
	json_t *v;
	json_object_foreach(o, key, v)
	{
		if (strcmp(key, "cte_map") != 0 && walk(g, v, s, depth + 1, err) < 0)
			return -1;
	}
	return 0;
}

/* Expressions of a WITH see those before them; a recursive one also itself. */
static int walk_ctes(const struct duck_gate *g, json_t *o, json_t *map, size_t i,
        const struct scope *s, int depth, struct err *err)
{
	if (i == json_array_size(map))
		return walk_children(g, o, s, depth, err);
	json_t *entry = json_array_get(map, i), *value = json_object_get(entry, "value");
	json_t *node = json_object_get(json_object_get(value, "query"), "node");
	struct scope own = {text_of(entry, "key"), s};
	bool recursive = strcmp(text_of(node, "type"), "RECURSIVE_CTE_NODE") == 0;
	if (walk(g, value, recursive ? &own : s, depth + 1, err) < 0)
		return -1;
	return walk_ctes(g, o, map, i + 1, &own, depth + 1, err);
}

static int check_object(
        const struct duck_gate *g, json_t *o, const struct scope *s, struct err *err)
{
	const char *type = text_of(o, "type");
	if (json_object_get(o, "function_name") && check_function(g, o, err) < 0)
		return -1;
	if (!known_kind(type))
		return refuse(g, o, err, "NOT_SUPPORTED", "%.100s", type);
	if (strcmp(type, "BASE_TABLE") == 0)
		return check_table(g, o, s, err);
	if (strcmp(type, "TABLE_FUNCTION") == 0) {
		const char *name = text_of(json_object_get(o, "function"), "function_name");
		if (strcasecmp(name, "unnest") != 0)
			return refuse(g, o, err, "FUNCTION_NOT_FOUND",
			        "Table function '%.100s' not registered", name);
	}
	if (strcmp(type, "STAR") == 0 &&
	        (json_is_true(json_object_get(o, "columns")) || is_filled(o, "replace_list") ||
	                is_filled(o, "exclude_list") || is_filled(o, "rename_list")))
		return refuse(g, o, err, "NOT_SUPPORTED", "this form of * is not Trino's");
	return 0;
}

static int walk(
        const struct duck_gate *g, json_t *v, const struct scope *s, int depth, struct err *err)
{
	if (depth > MAX_DEPTH)
		return dialect_error(
		        err, ERR_QUERY, g->d->text, 0, "statement is nested too deeply");
	if (json_is_array(v)) {
		for (size_t i = 0; i < json_array_size(v); i++) {
			if (walk(g, json_array_get(v, i), s, depth + 1, err) < 0)
				return -1;
		}
		return 0;
	}
	if (!json_is_object(v))
		return 0;
	if (check_object(g, v, s, err) < 0)
		return -1;
	json_t *map = json_object_get(json_object_get(v, "cte_map"), "map");
	return json_array_size(map) ? walk_ctes(g, v, map, 0, s, depth, err)
	                            : walk_children(g, v, s, depth, err);
}

int duck_gate_check(const struct duck_gate *g, json_t *tree, struct err *err)
{
	return walk(g, json_object_get(tree, "statements"), NULL, 0, err);
}

/* --- result names -------------------------------------------------------------------------------
 */

static json_t *first_select(json_t *node)
{
	while (node) {
		const char *type = text_of(node, "type");
		if (strcmp(type, "SET_OPERATION_NODE") == 0) {
			json_t *left = json_object_get(node, "left");
			node = left ? left : json_array_get(json_object_get(node, "children"), 0);
		} else if (strcmp(type, "CTE_NODE") == 0) {
			node = json_object_get(node, "child");
		} else {
			return strcmp(type, "SELECT_NODE") == 0 ? node : NULL;
		}
	}
	return NULL;
}

static bool is_star(const json_t *item)
{
	return strcmp(text_of(item, "class"), "STAR") == 0;
}

/* NULL: DuckDB's own name. */
static char *item_name(const json_t *item, size_t position)
{
	if (*text_of(item, "alias"))
		return NULL;
	if (strcmp(text_of(item, "class"), "COLUMN_REF") == 0) {
		json_t *parts = json_object_get(item, "column_names");
		json_t *last = json_array_get(parts, json_array_size(parts) - 1);
		return last ? mem_strdup(json_string_value(last)) : NULL;
	}
	return mem_printf("_col%zu", position);
}

static void star_names(json_t *node, char **names, size_t from, size_t n);

static void select_names(json_t *node, char **names, size_t from, size_t n)
{
	json_t *list = json_object_get(node, "select_list");
	size_t items = json_array_size(list), stars = 0, at = from;
	for (size_t i = 0; i < items; i++)
		stars += is_star(json_array_get(list, i));
	if (stars > 1 || items - stars > n || (stars == 0 && items != n))
		return; /* which columns belong to which star is not known here */
	for (size_t i = 0; i < items; i++) {
		json_t *item = json_array_get(list, i);
		if (is_star(item)) {
			star_names(node, names, at, n - (items - 1));
			at += n - (items - 1);
		} else {
			names[at] = item_name(item, at);
			at++;
		}
	}
}

/* The names behind a *: of VALUES, or of one subquery. */
static void star_names(json_t *node, char **names, size_t from, size_t n)
{
	json_t *table = json_object_get(node, "from_table");
	const char *type = text_of(table, "type");
	if (is_filled(table, "column_name_alias") || is_filled(table, "expected_names"))
		return;
	if (strcmp(type, "EXPRESSION_LIST") == 0) {
		for (size_t i = 0; i < n; i++)
			names[from + i] = mem_printf("_col%zu", from + i);
	} else if (strcmp(type, "SUBQUERY") == 0) {
		json_t *sub = json_object_get(json_object_get(table, "subquery"), "node");
		json_t *select = first_select(sub);
		if (select)
			select_names(select, names, from, n);
	}
}

char **duck_gate_names(json_t *tree, size_t n)
{
	char **names = mem_calloc(n + 1, sizeof(char *));
	json_t *statement = json_array_get(json_object_get(tree, "statements"), 0);
	json_t *select = first_select(json_object_get(statement, "node"));
	if (select)
		select_names(select, names, 0, n);
	return names;
}
