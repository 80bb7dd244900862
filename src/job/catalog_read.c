/* Replies of ListDataCatalogs, ListDatabases and ListTableMetadata as nodes of the tree. */
#include "job/catalog_int.h"
#include "job/js.h"

#include "base/mem.h"

#include <string.h>
#include <strings.h>

#include "base/ban.h"

static void add_columns(
        struct catalog *c, struct catalog_node *t, const json_t *list, bool partition)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		const char *name = js_get_str(o, "Name");
		struct catalog_node *col = *name ? catalog_add(c, t, CATALOG_COLUMN, name) : NULL;
		if (col == NULL)
			continue;
		catalog_set(&col->type, js_get_str(o, "Type"));
		catalog_set(&col->comment, js_get_str(o, "Comment"));
		col->partition = partition;
		col->state = CATALOG_HERE;
	}
}

static bool has(const char *text, const char *word)
{
	return slice_find_nocase(slice_str(text), slice_str(word)) >= 0;
}

/* Named by the table itself, else read off its classes. */
static const char *format_of(const json_t *params)
{
	static const struct {
		const char *word, *format;
	} classes[] = {{"parquet", "parquet"}, {"orc", "orc"}, {"avro", "avro"}, {"json", "json"},
	        {"opencsv", "csv"}, {"regex", "regex"}, {"lazysimple", "text"}, {"text", "text"}};
	const char *kind = js_get_str(params, "table_type");
	const char *class = js_get_str(params, "classification");
	if (*kind && strcasecmp(kind, "EXTERNAL_TABLE") != 0)
		return strcasecmp(kind, "ICEBERG") == 0 ? "iceberg" : kind;
	if (*class)
		return class;
	const char *serde = js_get_str(params, "serde.serialization.lib");
	const char *input = js_get_str(params, "inputformat");
	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
		if (has(serde, classes[i].word) || has(input, classes[i].word))
			return classes[i].format;
	return "";
}

static void read_table(struct catalog *c, struct catalog_node *db, const json_t *o)
{
	const char *name = js_get_str(o, "Name");
	const json_t *params = json_object_get(o, "Parameters");
	struct catalog_node *t = *name ? catalog_add(c, db, CATALOG_TABLE, name) : NULL;
	if (t == NULL)
		return;
	const char *comment = js_get_str(params, "comment");
	const char *error = js_get_str(params, "error");
	catalog_set(&t->type, js_get_str(o, "TableType"));
	catalog_set(&t->comment, *comment ? comment : js_get_str(o, "Description"));
	catalog_set(&t->format, format_of(params));
	catalog_set(&t->location, js_get_str(params, "location"));
	t->view = strcmp(t->type, "VIRTUAL_VIEW") == 0;
	struct err unread = ERR_INIT;
	if (*error)
		err_set(&unread, ERR_DATA, "%s", error);
	catalog_set_err(t, *error ? &unread : NULL);
	catalog_drop_children(c, t);
	add_columns(c, t, json_object_get(o, "Columns"), false);
	add_columns(c, t, json_object_get(o, "PartitionKeys"), true);
	t->state = CATALOG_HERE;
}

static void read_database(struct catalog *c, struct catalog_node *source, const json_t *o)
{
	const char *name = js_get_str(o, "Name");
	struct catalog_node *d = *name ? catalog_add(c, source, CATALOG_DATABASE, name) : NULL;
	if (d)
		catalog_set(&d->comment, js_get_str(o, "Description"));
}

static void read_source(struct catalog *c, struct catalog_node *root, const json_t *o)
{
	const char *name = js_get_str(o, "CatalogName");
	struct catalog_node *s = *name ? catalog_add(c, root, CATALOG_SOURCE, name) : NULL;
	if (s)
		catalog_set(&s->type, js_get_str(o, "Type"));
}

int catalog_read(struct catalog *c, struct catalog_node *n, const char *operation, const char *json,
        char **token, struct err *err)
{
	static const char *const keys[] = {
	        "DataCatalogsSummary", "DatabaseList", "TableMetadataList"};
	static void (*const read[])(struct catalog *, struct catalog_node *, const json_t *) = {
	        read_source, read_database, read_table};
	json_t *o = json_loads(json, 0, NULL);
	const json_t *list = n->kind <= CATALOG_DATABASE ? json_object_get(o, keys[n->kind]) : NULL;
	*token = NULL;
	if (!json_is_object(o) || (list && !json_is_array(list))) {
		json_decref(o);
		return err_set(err, ERR_PROTOCOL,
		        "the answer to %s is not the list that Athena sends; press r to ask again",
		        operation);
	}
	for (size_t i = 0; i < json_array_size(list); i++)
		read[n->kind](c, n, json_array_get(list, i));
	const char *next = js_get_str(o, "NextToken");
	if (*next)
		*token = mem_strdup(next);
	json_decref(o);
	return 0;
}
