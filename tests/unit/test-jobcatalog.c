/* The catalog cache, fed by hand: paging, failures, reading again, bounds. */
#include "tests/unit/test.h"

#include "base/buf.h"
#include "job/catalog.h"

#define SOURCES "{\"DataCatalogsSummary\":[{\"CatalogName\":\"AwsDataCatalog\",\"Type\":\"GLUE\"}]}"

static struct catalog *c;

static int set_up(void **state)
{
	(void)state;
	c = catalog_new(NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	catalog_free(c);
	return 0;
}

static const struct catalog_node *source(void)
{
	catalog_want(c, catalog_root(c));
	assert_true(catalog_feed(c, "ListDataCatalogs", SOURCES, NULL));
	return catalog_default(c);
}

static void it_is_filled_on_demand_and_page_by_page(void **state)
{
	(void)state;
	uint64_t g = catalog_generation(c);
	assert_int_equal(catalog_root(c)->state, CATALOG_UNKNOWN);
	assert_false(catalog_feed(c, "ListDataCatalogs", SOURCES, NULL)); /* nobody asked */
	const struct catalog_node *s = source();
	assert_string_equal(s->name, "AwsDataCatalog");
	assert_true(catalog_generation(c) > g);
	assert_int_equal(s->state, CATALOG_UNKNOWN);
	catalog_want(c, s);
	catalog_want(c, s); /* asked once */
	assert_true(catalog_feed(c, "ListDatabases",
	        "{\"DatabaseList\":[{\"Name\":\"b\"},{\"Name\":\"a\",\"Description\":\"first\"}],"
	        "\"NextToken\":\"t\"}",
	        NULL));
	assert_int_equal(s->state, CATALOG_LOADING);
	assert_int_equal(s->n, 2); /* what came is there */
	assert_true(catalog_feed(c, "ListDatabases",
	        "{\"DatabaseList\":[{\"Name\":\"b\"},{\"Name\":\"0\"}]}", NULL));
	assert_int_equal(s->state, CATALOG_HERE);
	assert_false(catalog_busy(c));
	assert_int_equal(s->n, 3); /* sorted, each once */
	assert_string_equal(s->child[0]->name, "0");
	assert_string_equal(s->child[1]->comment, "first");
	assert_string_equal(s->child[2]->name, "b");
}

static void tables_come_with_their_columns(void **state)
{
	(void)state;
	assert_null(catalog_reach(c, slice_str("reddit")));
	assert_true(catalog_feed(c, "ListDataCatalogs", SOURCES, NULL));
	assert_null(catalog_reach(c, slice_str("reddit")));
	assert_true(catalog_feed(
	        c, "ListDatabases", "{\"DatabaseList\":[{\"Name\":\"reddit\"}]}", NULL));
	const struct catalog_node *db = catalog_reach(c, slice_str("Reddit"));
	assert_non_null(db);
	assert_true(catalog_feed(c, "ListTableMetadata",
	        "{\"TableMetadataList\":[{\"Name\":\"comments\",\"TableType\":\"EXTERNAL_TABLE\","
	        "\"Columns\":[{\"Name\":\"body\",\"Type\":\"string\",\"Comment\":\"the text\"},"
	        "{\"Name\":\"score\",\"Type\":\"bigint\"}],\"PartitionKeys\":[{\"Name\":\"month\","
	        "\"Type\":\"string\"}],\"Parameters\":{\"classification\":\"parquet\","
	        "\"location\":\"s3://b/k\"}},"
	        "{\"Name\":\"bad\",\"Parameters\":{\"error\":\"cannot be read\"}},"
	        "{\"Name\":\"v\",\"TableType\":\"VIRTUAL_VIEW\"},"
	        "{\"Name\":\"ice\",\"Parameters\":{\"table_type\":\"ICEBERG\"}},"
	        "{\"Name\":\"old\",\"Parameters\":{\"serde.serialization.lib\":"
	        "\"org.openx.data.jsonserde.JsonSerDe\"}}]}",
	        NULL));
	assert_int_equal(db->n, 5);
	const struct catalog_node *t = catalog_child(db, slice_str("COMMENTS"));
	assert_int_equal(t->state, CATALOG_HERE);
	assert_int_equal(t->n, 3);
	assert_string_equal(t->format, "parquet");
	assert_string_equal(t->location, "s3://b/k");
	assert_string_equal(t->child[0]->comment, "the text");
	assert_string_equal(t->child[1]->type, "bigint");
	assert_false(t->child[1]->partition);
	assert_true(t->child[2]->partition);
	assert_string_equal(catalog_child(db, slice_str("bad"))->err->text, "cannot be read");
	assert_true(catalog_child(db, slice_str("v"))->view);
	assert_string_equal(catalog_child(db, slice_str("ice"))->format, "iceberg");
	assert_string_equal(catalog_child(db, slice_str("old"))->format, "json");
	assert_ptr_equal(catalog_by_id(c, t->child[2]->id), t->child[2]);
}

static void reading_again_keeps_what_is_still_there(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	const struct catalog_node *s = source();
	catalog_want(c, s);
	catalog_feed(c, "ListDatabases",
	        "{\"DatabaseList\":[{\"Name\":\"a\"},{\"Name\":\"b\"},{\"Name\":\"d\"}]}", NULL);
	uint64_t a = s->child[0]->id, b = s->child[1]->id;
	catalog_reload(c, s);
	assert_int_equal(s->n, 3);
	err_set(&err, ERR_THROTTLED, "too fast");
	assert_true(catalog_feed(c, "ListDatabases", NULL, &err));
	assert_int_equal(s->state, CATALOG_FAILED);
	assert_string_equal(s->err->text, "too fast");
	assert_int_equal(s->n, 3);
	catalog_want(c, s); /* a failure is not asked again by itself */
	assert_false(catalog_busy(c));
	catalog_reload(c, s);
	assert_null(s->err);
	catalog_feed(
	        c, "ListDatabases", "{\"DatabaseList\":[{\"Name\":\"c\"},{\"Name\":\"a\"}]}", NULL);
	assert_int_equal(s->n, 2);
	assert_int_equal(s->child[0]->id, a);
	assert_string_equal(s->child[1]->name, "c");
	assert_null(catalog_by_id(c, b));
}

static void odd_answers_do_no_harm(void **state)
{
	(void)state;
	struct err denied = ERR_INIT;
	static const char *const bad[] = {"", "[]", "{\"DatabaseList\":7}", "<html>"};
	const struct catalog_node *s = source();
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		catalog_reload(c, s);
		assert_true(catalog_feed(c, "ListDatabases", bad[i], NULL));
		assert_int_equal(s->state, CATALOG_FAILED);
		assert_int_equal(s->err->code, ERR_PROTOCOL);
	}
	catalog_reload(c, s);
	catalog_feed(c, "ListDatabases",
	        "{\"DatabaseList\":[7,{\"Name\":\"\"},{},{\"Name\":\"x\"}],\"NextToken\":\"t\"}",
	        NULL);
	catalog_feed(c, "ListDatabases", "{\"NextToken\":\"t\"}", NULL); /* the same for ever */
	assert_int_equal(s->state, CATALOG_HERE);
	assert_int_equal(s->n, 1);
	assert_true(s->cut);
	/* A database goes while its tables are asked for. */
	catalog_want(c, s->child[0]);
	catalog_reload(c, s);
	catalog_feed(c, "ListDatabases", "{}", NULL);
	assert_int_equal(s->n, 0);
	assert_true(catalog_feed(c, "ListTableMetadata", "{}", NULL));
	assert_false(catalog_busy(c));
	/* Who may not list the catalogs still has the usual one. */
	catalog_reload(c, catalog_root(c));
	catalog_feed(c, "ListDataCatalogs", "{}", NULL);
	assert_null(catalog_default(c));
	catalog_reload(c, catalog_root(c));
	err_set(&denied, ERR_DENIED, "no");
	catalog_feed(c, "ListDataCatalogs", NULL, &denied);
	assert_string_equal(catalog_default(c)->name, "AwsDataCatalog");
}

static void wide_tables_are_cut(void **state)
{
	(void)state;
	struct buf b;
	const struct catalog_node *s = source();
	catalog_want(c, s);
	catalog_feed(c, "ListDatabases", "{\"DatabaseList\":[{\"Name\":\"d\"}]}", NULL);
	catalog_want(c, s->child[0]);
	buf_init(&b, BUF_NO_LIMIT);
	buf_add_str(&b, "{\"TableMetadataList\":[{\"Name\":\"t\",\"Columns\":[");
	for (int i = 0; i < CATALOG_MAX_COLUMNS + 5; i++)
		buf_printf(&b, "%s{\"Name\":\"c%d\",\"Type\":\"int\"}", i ? "," : "", i);
	buf_add_str(&b, "]}]}");
	catalog_feed(c, "ListTableMetadata", buf_str(&b), NULL);
	const struct catalog_node *t = s->child[0]->child[0];
	assert_int_equal(t->n, CATALOG_MAX_COLUMNS);
	assert_true(t->cut);
	assert_string_equal(t->child[3]->name, "c3");
	buf_release(&b);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        T(it_is_filled_on_demand_and_page_by_page),
	        T(tables_come_with_their_columns),
	        T(reading_again_keeps_what_is_still_there),
	        T(odd_answers_do_no_harm),
	        T(wide_tables_are_cut),
	};
	return cmocka_run_group_tests_name("jobcatalog", tests, NULL, NULL);
}
