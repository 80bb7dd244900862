/* Names of the catalog as they stand in SQL. */
#include "tests/unit/test.h"

#include "ui/schemasql.h"

static struct catalog *c;

static void feed(const char *op, const char *json)
{
	assert_true(catalog_feed(c, op, json, NULL));
}

/* A source with one database and one table in it. */
static const struct catalog_node *table(const char *source, const char *db, const char *columns)
{
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	c = catalog_new(NULL);
	catalog_want(c, catalog_root(c));
	buf_printf(&b, "{\"DataCatalogsSummary\":[{\"CatalogName\":\"%s\"}]}", source);
	feed("ListDataCatalogs", buf_str(&b));
	const struct catalog_node *s = catalog_root(c)->child[0];
	catalog_want(c, s);
	buf_clear(&b);
	buf_printf(&b, "{\"DatabaseList\":[{\"Name\":\"%s\"}]}", db);
	feed("ListDatabases", buf_str(&b));
	catalog_want(c, s->child[0]);
	buf_clear(&b);
	buf_printf(&b, "{\"TableMetadataList\":[{\"Name\":\"t\",%s}]}", columns);
	feed("ListTableMetadata", buf_str(&b));
	buf_release(&b);
	return s->child[0]->child[0];
}

static void expect(void (*fn)(struct buf *, const struct catalog_node *, const char *),
        const struct catalog_node *n, const char *database, const char *text)
{
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	fn(&b, n, database);
	assert_string_equal(buf_str(&b), text);
	buf_release(&b);
}

static void names_are_quoted_where_they_must_be(void **state)
{
	static const struct {
		const char *name, *sql;
	} cases[] = {{"body", "body"}, {"Body_2", "Body_2"}, {"_x", "_x"}, {"order", "\"order\""},
	        {"2x", "\"2x\""}, {"a b", "\"a b\""}, {"a\"b", "\"a\"\"b\""}, {"", "\"\""},
	        {"\xc3\xa4", "\"\xc3\xa4\""}, {"a;DROP", "\"a;DROP\""}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b;
		buf_init(&b, BUF_NO_LIMIT);
		schema_ident(&b, cases[i].name);
		assert_string_equal(buf_str(&b), cases[i].sql);
		buf_release(&b);
	}
}

static void names_are_as_long_as_they_must_be(void **state)
{
	(void)state;
	const struct catalog_node *t = table(
	        "AwsDataCatalog", "web logs", "\"Columns\":[{\"Name\":\"x\",\"Type\":\"int\"}]");
	expect(schema_name, t, NULL, "\"web logs\".t");
	expect(schema_name, t, "WEB LOGS", "t");
	expect(schema_name, t->child[0], NULL, "x");
	expect(schema_name, t->parent, "other", "\"web logs\"");
	catalog_free(c);
	t = table("dynamo", "d", "\"Columns\":[]");
	expect(schema_name, t, "d", "dynamo.d.t");
	catalog_free(c);
}

static void statements(void **state)
{
	struct buf b;
	(void)state;
	const struct catalog_node *t = table("AwsDataCatalog", "order",
	        "\"Columns\":[{\"Name\":\"id\",\"Type\":\"int\"},{\"Name\":\"from\"}],"
	        "\"PartitionKeys\":[{\"Name\":\"dt\"},{\"Name\":\"hour\"}]");
	expect(schema_select, t, "order",
	        "SELECT id,\n       \"from\",\n       dt,\n       hour\nFROM t\n"
	        "-- partitioned; a condition on these reads less: dt, hour\nLIMIT 100\n");
	buf_init(&b, BUF_NO_LIMIT);
	schema_rows_sql(&b, t, 20);
	assert_string_equal(buf_str(&b), "SELECT * FROM \"order\".t LIMIT 20");
	buf_clear(&b);
	schema_partitions_sql(&b, t);
	assert_string_equal(buf_str(&b), "SHOW PARTITIONS `order`.t");
	buf_release(&b);
	catalog_free(c);
	t = table("AwsDataCatalog", "d", "\"Columns\":[]");
	expect(schema_select, t, NULL, "SELECT *\nFROM d.t\nLIMIT 100\n");
	catalog_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(names_are_quoted_where_they_must_be),
	        cmocka_unit_test(names_are_as_long_as_they_must_be),
	        cmocka_unit_test(statements),
	};
	return cmocka_run_group_tests_name("schemasql", tests, NULL, NULL);
}
