#include "local/api_athena_ops.h"

#include "base/mem.h"
#include "local/coltypes.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/ban.h"

#define LIST_MAX 50

/* A window into a sorted list of names: NextToken is the last name that was given. */
struct window {
	size_t max;
	const char *after;
};

static bool read_window(struct op *o, struct window *w)
{
	int64_t max = op_number(o, o->in, "MaxResults", LIST_MAX);
	w->after = op_string(o, o->in, "NextToken");
	if (max < 1 || max > LIST_MAX)
		op_invalid(o, "INVALID_INPUT", "MaxResults must be 1 to %d", LIST_MAX);
	w->max = (size_t)max;
	return !o->failed;
}

static json_t *catalog_summary(void)
{
	return json_pack("{s:s, s:s, s:s}", "CatalogName", "AwsDataCatalog", "Type", "GLUE",
	        "Status", "CREATE_COMPLETE");
}

void op_list_data_catalogs(struct op *o)
{
	op_reply(o, json_pack("{s:[o]}", "DataCatalogsSummary", catalog_summary()));
}

void op_get_data_catalog(struct op *o)
{
	const char *name = op_required(o, "Name");
	if (op_our_catalog(o, name))
		op_reply(o, json_pack("{s:{s:s, s:s, s:s, s:{}}}", "DataCatalog", "Name",
		                    "AwsDataCatalog", "Type", "GLUE", "Status", "CREATE_COMPLETE",
		                    "Parameters"));
}

static json_t *database_json(const char *name)
{
	return json_pack("{s:o, s:{}}", "Name", text_json(slice_str(name)), "Parameters");
}

void op_list_databases(struct op *o)
{
	struct window w;
	char **names;
	if (!op_our_catalog(o, op_string(o, o->in, "CatalogName")) || !read_window(o, &w))
		return;
	size_t n = duck_databases(o->api->duck, &names), taken = 0;
	json_t *list = json_array(), *out = json_pack("{s:o}", "DatabaseList", list);
	for (size_t i = 0; i < n; i++) {
		if (w.after && strcmp(names[i], w.after) <= 0)
			continue;
		if (taken == w.max) {
			json_object_set_new(out, "NextToken", text_json(slice_str(w.after)));
			break;
		}
		json_array_append_new(list, database_json(names[i]));
		if (++taken == w.max)
			w.after = names[i];
	}
	op_reply(o, out);
	duck_names_free(names, n);
}

static bool has_database(struct op *o, const char *name)
{
	char **names;
	bool found = false;
	size_t n = duck_databases(o->api->duck, &names);
	for (size_t i = 0; i < n; i++)
		found = found || strcasecmp(names[i], name) == 0;
	duck_names_free(names, n);
	if (!found)
		op_fail(o, 400, "MetadataException",
		        "EntityNotFoundException: Database %.200s not found.", name);
	return found;
}

void op_get_database(struct op *o)
{
	const char *catalog = op_required(o, "CatalogName"), *name = op_required(o, "DatabaseName");
	if (op_our_catalog(o, catalog) && has_database(o, name))
		op_reply(o, json_pack("{s:o}", "Database", database_json(name)));
}

static json_t *columns_json(const struct duck_table *t, bool partition)
{
	json_t *list = json_array();
	struct buf type;
	buf_init(&type, 64 * 1024);
	for (size_t i = 0; i < t->n; i++) {
		if (t->col[i].partition != partition)
			continue;
		buf_clear(&type);
		coltype_hive(&type, t->col[i].type);
		json_array_append_new(
		        list, json_pack("{s:o, s:o}", "Name", text_json(slice_str(t->col[i].name)),
		                      "Type", text_json(buf_slice(&type))));
	}
	buf_release(&type);
	return list;
}

static json_t *table_json(const struct op *o, const struct duck_table *t)
{
	return json_pack("{s:o, s:f, s:s, s:o, s:o, s:{s:s, s:s, s:o}}", "Name",
	        text_json(slice_str(t->name)), "CreateTime", (double)o->api->started_wall / 1000.0,
	        "TableType", "EXTERNAL_TABLE", "Columns", columns_json(t, false), "PartitionKeys",
	        columns_json(t, true), "Parameters", "EXTERNAL", "TRUE", "classification",
	        t->format, "location", text_json(slice_str(t->location)));
}

/* Glue's filter in the small: '*' (or ".*") is anything, '.' any character, '|' another pattern. */
static bool matches_one(struct slice p, const char *s)
{
	if (p.len == 0)
		return *s == 0;
	size_t star = p.ptr[0] == '*' ? 1 : slice_starts(p, ".*") ? 2 : 0;
	if (star) {
		struct slice rest = slice_of(p.ptr + star, p.len - star);
		for (;; s++) {
			if (matches_one(rest, s))
				return true;
			if (!*s)
				return false;
		}
	}
	return *s && (p.ptr[0] == '.' || p.ptr[0] == *s) &&
	       matches_one(slice_of(p.ptr + 1, p.len - 1), s + 1);
}

static bool matches(const char *expression, const char *name)
{
	struct slice rest = slice_str(expression), one;
	size_t stars = 0;
	for (const char *c = expression; c && *c; c++)
		stars += *c == '*';
	if (!expression || !*expression)
		return true;
	while (rest.len && stars < 8) { /* more stars cost more than any use of them is worth */
		rest = slice_cut(rest, '|', &one);
		if (matches_one(one, name))
			return true;
	}
	return false;
}

static void add_table(struct op *o, json_t *list, const char *database, const char *table)
{
	struct duck_table t;
	struct err err = ERR_INIT;
	if (duck_table_get(o->api->duck, database, table, &t, &err) < 0) {
		/* one unreadable file must not hide the other tables */
		json_array_append_new(
		        list, json_pack("{s:o, s:s, s:{s:o}}", "Name", text_json(slice_str(table)),
		                      "TableType", "EXTERNAL_TABLE", "Parameters", "error",
		                      text_json(slice_str(err.text))));
		return;
	}
	json_array_append_new(list, table_json(o, &t));
	duck_table_release(&t);
}

void op_list_table_metadata(struct op *o)
{
	struct window w;
	char **names;
	const char *database = op_required(o, "DatabaseName");
	const char *expression = op_string(o, o->in, "Expression");
	if (!op_our_catalog(o, op_string(o, o->in, "CatalogName")) || !read_window(o, &w) ||
	        !has_database(o, database))
		return;
	size_t n = duck_tables(o->api->duck, database, &names), taken = 0;
	json_t *list = json_array(), *out = json_pack("{s:o}", "TableMetadataList", list);
	for (size_t i = 0; i < n; i++) {
		if ((w.after && strcmp(names[i], w.after) <= 0) || !matches(expression, names[i]))
			continue;
		if (taken == w.max) {
			json_object_set_new(out, "NextToken", text_json(slice_str(w.after)));
			break;
		}
		add_table(o, list, database, names[i]);
		if (++taken == w.max)
			w.after = names[i];
	}
	op_reply(o, out);
	duck_names_free(names, n);
}

void op_get_table_metadata(struct op *o)
{
	struct duck_table t;
	struct err err = ERR_INIT;
	const char *catalog = op_required(o, "CatalogName");
	const char *database = op_required(o, "DatabaseName"), *table = op_required(o, "TableName");
	if (!op_our_catalog(o, catalog) || !has_database(o, database))
		return;
	if (duck_table_get(o->api->duck, database, table, &t, &err) < 0) {
		if (err.code == ERR_NOT_FOUND)
			op_fail(o, 400, "MetadataException",
			        "EntityNotFoundException: Table %.200s not found.", table);
		else
			op_fail(o, 400, "MetadataException", "%s", err.text);
		return;
	}
	op_reply(o, json_pack("{s:o}", "TableMetadata", table_json(o, &t)));
	duck_table_release(&t);
}

static json_t *engine_version(void)
{
	return json_pack("{s:s, s:s}", "SelectedEngineVersion", "AUTO", "EffectiveEngineVersion",
	        "Athena engine version 3");
}

void op_get_work_group(struct op *o)
{
	const char *name = op_required(o, "WorkGroup");
	if (o->failed)
		return;
	if (strcmp(name, "primary") != 0) {
		op_invalid(o, "INVALID_INPUT", "WorkGroup is not found.");
		return;
	}
	json_t *config = json_pack("{s:{s:s}, s:b, s:b, s:b, s:b, s:o}", "ResultConfiguration",
	        "OutputLocation", o->api->default_output, "EnforceWorkGroupConfiguration", 0,
	        "PublishCloudWatchMetricsEnabled", 0, "RequesterPaysEnabled", 0,
	        "EnableMinimumEncryptionConfiguration", 0, "EngineVersion", engine_version());
	op_reply(o, json_pack("{s:{s:s, s:s, s:s, s:o, s:f}}", "WorkGroup", "Name", "primary",
	                    "State", "ENABLED", "Description", "", "Configuration", config,
	                    "CreationTime", (double)o->api->started_wall / 1000.0));
}

void op_list_work_groups(struct op *o)
{
	op_reply(o,
	        json_pack("{s:[{s:s, s:s, s:s, s:f, s:o}]}", "WorkGroups", "Name", "primary",
	                "State", "ENABLED", "Description", "", "CreationTime",
	                (double)o->api->started_wall / 1000.0, "EngineVersion", engine_version()));
}

void op_list_engine_versions(struct op *o)
{
	op_reply(o, json_pack("{s:[o]}", "EngineVersions", engine_version()));
}

void op_list_named_queries(struct op *o)
{
	op_reply(o, json_pack("{s:[]}", "NamedQueryIds"));
}

void op_list_prepared_statements(struct op *o)
{
	op_reply(o, json_pack("{s:[]}", "PreparedStatements"));
}
