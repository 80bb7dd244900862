#include "ui/schemasql.h"

#include "sql/lexer.h"

#include <string.h>
#include <strings.h>

#include "base/ban.h"

static bool is_plain(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	static const char rest[] =
	        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
	return strchr(letters, name[0]) && name[0] && strspn(name, rest) == strlen(name);
}

static void quote(struct buf *out, const char *name, char q)
{
	buf_add_char(out, q);
	for (; *name; name++) {
		if (*name == q)
			buf_add_char(out, q);
		buf_add_char(out, *name);
	}
	buf_add_char(out, q);
}

void schema_ident(struct buf *out, const char *name)
{
	if (is_plain(name) && !sql_is_reserved(slice_str(name)))
		buf_add_str(out, name);
	else
		quote(out, name, '"');
}

static void hive_ident(struct buf *out, const char *name)
{
	if (is_plain(name) && name[0] != '_' && !sql_is_reserved(slice_str(name)))
		buf_add_str(out, name);
	else
		quote(out, name, '`');
}

static bool usual(const struct catalog_node *source)
{
	return strcasecmp(source->name, "AwsDataCatalog") == 0;
}

void schema_name(struct buf *out, const struct catalog_node *n, const char *database)
{
	if (n->kind == CATALOG_TABLE) {
		const struct catalog_node *db = n->parent;
		bool here = database && strcasecmp(db->name, database) == 0 && usual(db->parent);
		if (!here) {
			schema_name(out, db, NULL);
			buf_add_char(out, '.');
		}
	} else if (n->kind == CATALOG_DATABASE && !usual(n->parent)) {
		schema_ident(out, n->parent->name);
		buf_add_char(out, '.');
	}
	schema_ident(out, n->name);
}

void schema_select(struct buf *out, const struct catalog_node *table, const char *database)
{
	size_t keys = 0;
	buf_add_str(out, "SELECT ");
	for (size_t i = 0; i < table->n; i++) {
		if (i)
			buf_add_str(out, ",\n       ");
		schema_ident(out, table->child[i]->name);
		keys += table->child[i]->partition;
	}
	if (table->n == 0)
		buf_add_char(out, '*');
	buf_add_str(out, "\nFROM ");
	schema_name(out, table, database);
	if (keys)
		buf_add_str(out, "\n-- partitioned; a condition on these reads less:");
	for (size_t i = 0, n = 0; i < table->n && keys; i++) {
		if (!table->child[i]->partition)
			continue;
		buf_add_str(out, n++ ? ", " : " ");
		schema_ident(out, table->child[i]->name);
	}
	buf_add_str(out, "\nLIMIT 100\n");
}

void schema_rows_sql(struct buf *out, const struct catalog_node *table, int rows)
{
	buf_add_str(out, "SELECT * FROM ");
	schema_name(out, table, NULL);
	buf_printf(out, " LIMIT %d", rows);
}

void schema_partitions_sql(struct buf *out, const struct catalog_node *table)
{
	buf_add_str(out, "SHOW PARTITIONS ");
	hive_ident(out, table->parent->name);
	buf_add_char(out, '.');
	hive_ident(out, table->name);
}
