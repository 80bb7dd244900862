/* What the engine's operators did, as Athena's QueryStagePlan tells it. */
#include "local/duck_internal.h"

#include "base/fmt.h"
#include "base/mem.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ban.h"

#define MAX_DEPTH 40

/* A metric as text; NULL when the node has none. The caller frees with duckdb_free. */
static char *metric(duckdb_profiling_info node, const char *name)
{
	duckdb_value v = duckdb_profiling_info_get_value(node, name);
	char *text = v ? duckdb_get_varchar(v) : NULL;
	if (v)
		duckdb_destroy_value(&v);
	return text;
}

static double number(duckdb_profiling_info node, const char *name)
{
	char *text = metric(node, name);
	double n = text ? strtod(text, NULL) : 0;
	duckdb_free(text);
	return n;
}

/* "HASH_GROUP_BY" as "HashGroupBy": the form that Trino's operators have. */
static char *operator_name(duckdb_profiling_info node)
{
	char *text = metric(node, "OPERATOR_NAME"), *out = mem_strdup(text ? text : "Query"),
	     *to = out;
	bool begin = true;
	duckdb_free(text);
	for (const char *s = out; *s; s++) {
		bool letter = (*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z') ||
		              (*s >= '0' && *s <= '9');
		if (letter)
			*to++ = !begin && *s >= 'A' && *s <= 'Z' ? (char)(*s + 32) : *s;
		begin = !letter;
	}
	*to = '\0';
	return out;
}

static json_t *node_json(duckdb_profiling_info node, int depth)
{
	char what[96], rows[FMT_SIZE];
	char *name = operator_name(node);
	fmt_thousands(rows, (int64_t)number(node, "OPERATOR_CARDINALITY"));
	snprintf(what, sizeof what, "%s rows, %.1f ms", rows,
	        number(node, "OPERATOR_TIMING") * 1000);
	json_t *o = json_pack("{s:s, s:s, s:[], s:[]}", "Name", name, "Identifier", what,
	        "Children", "RemoteSources");
	mem_free(name);
	json_t *children = json_object_get(o, "Children");
	idx_t n = duckdb_profiling_info_get_child_count(node);
	for (idx_t i = 0; i < n && depth < MAX_DEPTH; i++)
		json_array_append_new(
		        children, node_json(duckdb_profiling_info_get_child(node, i), depth + 1));
	return o;
}

char *duck_profile(duckdb_connection con)
{
	duckdb_profiling_info root = duckdb_get_profiling_info(con);
	if (!root || duckdb_profiling_info_get_child_count(root) == 0)
		return NULL;
	json_t *o = node_json(duckdb_profiling_info_get_child(root, 0), 0);
	char *text = json_dumps(o, JSON_COMPACT), *out = mem_strdup(text);
	free(text);
	json_decref(o);
	return out;
}
