#include "test.h"

#include "base/buf.h"
#include "base/yaml.h"

#include <math.h>

static struct yaml *parse(const char *text)
{
	struct err err = ERR_INIT;
	struct yaml *doc = yaml_parse(slice_str(text), "x.yaml", &err);

	if (!doc)
		fail_msg("%s", err.text);
	return doc;
}

static void refuse(const char *text, const char *message, int line, int col)
{
	struct err err = ERR_INIT;
	struct yaml *doc = yaml_parse(slice_str(text), "x.yaml", &err);

	assert_null(doc);
	assert_int_equal(err.code, ERR_CONFIG);
	if (!strstr(err.text, message) || strncmp(err.text, "x.yaml:", 7) != 0)
		fail_msg("%s", err.text);
	if (err.line != line || err.col != col)
		fail_msg("%s at %d:%d", err.text, err.line, err.col);
}

static void a_recipe_as_people_write_it(void **state)
{
	struct yaml *doc = parse("# comment\n"
	                         "name: ai-boards\n"
	                         "filters:\n"
	                         "  - regex: (?i)\\bllm\\b\n"
	                         "    field: body\n"
	                         "  - min: 100\n"
	                         "text: |\n"
	                         "  two\n"
	                         "  lines\n");
	const struct yaml *filters = yaml_get(doc, "filters"), *first;

	(void)state;
	assert_int_equal(yaml_kind(doc), YAML_MAP);
	assert_int_equal(yaml_count(doc), 3);
	assert_string_equal(yaml_key(doc, 1), "filters");
	assert_ptr_equal(yaml_item(doc, 1), filters);
	assert_int_equal(yaml_kind(filters), YAML_LIST);
	first = yaml_item(filters, 0);
	assert_string_equal(yaml_str(yaml_get(first, "regex")), "(?i)\\bllm\\b");
	assert_int_equal(yaml_line(yaml_get(first, "field")), 5);
	assert_int_equal(yaml_col(yaml_get(first, "field")), 12);
	assert_int_equal(yaml_int(yaml_get(yaml_item(filters, 1), "min")), 100);
	assert_string_equal(yaml_str(yaml_get(doc, "text")), "two\nlines\n");
	assert_null(yaml_get(doc, "absent"));
	assert_null(yaml_str(filters));
	assert_null(yaml_item(filters, 2));
	assert_null(yaml_key(filters, 0));
	yaml_free(doc);
	yaml_free(NULL);
}

static void plain_scalars_follow_the_core_schema(void **state)
{
	static const struct {
		const char *text;
		enum yaml_kind kind;
	} t[] = {{"", YAML_NULL}, {"~", YAML_NULL}, {"null", YAML_NULL}, {"NULL", YAML_NULL},
	        {"nULL", YAML_STRING}, {"true", YAML_BOOL}, {"False", YAML_BOOL},
	        {"yes", YAML_STRING}, {"no", YAML_STRING}, {"on", YAML_STRING}, {"0", YAML_INT},
	        {"-17", YAML_INT}, {"+5", YAML_INT}, {"0x1F", YAML_INT}, {"0o17", YAML_INT},
	        {"0o18", YAML_STRING}, {"0x", YAML_STRING}, {"1_000", YAML_STRING},
	        {"1.5", YAML_FLOAT}, {"-.5", YAML_FLOAT}, {"1.", YAML_FLOAT}, {"1e3", YAML_FLOAT},
	        {"1e", YAML_STRING}, {".", YAML_STRING}, {".inf", YAML_FLOAT},
	        {"-.INF", YAML_FLOAT}, {".nan", YAML_FLOAT}, {"+", YAML_STRING},
	        {"12:30", YAML_STRING}, {"2024-01-01", YAML_STRING}, {"'12'", YAML_STRING},
	        {"\"true\"", YAML_STRING}, {"!!str 12", YAML_STRING}, {"!!int 12", YAML_INT},
	        {"!!float 12", YAML_FLOAT}, {"! 12", YAML_STRING}};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char text[100];
		struct yaml *doc;
		snprintf(text, sizeof text, "k: %s\n", t[i].text);
		doc = parse(text);
		if (yaml_kind(yaml_get(doc, "k")) != t[i].kind)
			fail_msg("%s is kind %d", t[i].text, (int)yaml_kind(yaml_get(doc, "k")));
		yaml_free(doc);
	}
}

static void values(void **state)
{
	struct yaml *doc =
	        parse("[true, -9223372036854775808, 0x1F, 0o17, 2.5e-1, -.inf, .nan, 3]");

	(void)state;
	assert_true(yaml_bool(yaml_item(doc, 0)));
	assert_true(yaml_int(yaml_item(doc, 1)) == INT64_MIN);
	assert_int_equal(yaml_int(yaml_item(doc, 2)), 31);
	assert_int_equal(yaml_int(yaml_item(doc, 3)), 15);
	assert_true(yaml_float(yaml_item(doc, 4)) == 0.25);
	assert_true(isinf(yaml_float(yaml_item(doc, 5))) && yaml_float(yaml_item(doc, 5)) < 0);
	assert_true(isnan(yaml_float(yaml_item(doc, 6))));
	assert_true(yaml_float(yaml_item(doc, 7)) == 3.0);
	yaml_free(doc);
}

static void empty_is_null(void **state)
{
	static const char *const t[] = {"", "\n", "# only a comment\n", "---\n", "---\n...\n"};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct yaml *doc = parse(t[i]);
		assert_int_equal(yaml_kind(doc), YAML_NULL);
		assert_int_equal(yaml_count(doc), 0);
		assert_null(yaml_get(doc, "x"));
		yaml_free(doc);
	}
}

static void what_is_refused_has_its_place(void **state)
{
	(void)state;
	refuse("a: 1\nb: 2\na: 3\n", "the key \"a\" is there twice (first in line 1)", 3, 4);
	refuse("a: &x 1\n", "anchors", 1, 4);
	refuse("a: 1\nb: *x\n", "aliases", 2, 4);
	refuse("&k a: 1\n", "anchors", 1, 1);
	refuse("*a : 1\n", "aliases", 1, 1);
	refuse("a: !!python/object:os.system x\n", "unknown tag", 1, 4);
	refuse("a: !!set {b, c}\n", "unknown tag", 1, 4);
	refuse("a: !!int x\n", "not of the kind", 1, 4);
	refuse("a: 9223372036854775808\n", "does not fit 64 bits", 1, 4);
	refuse("a: 1\n---\nb: 2\n", "only one document", 2, 1);
	refuse("? [a]\n: 1\n", "a key must be plain text", 1, 3);
	refuse("a: \"x\\0y\"\n", "NUL", 1, 4);
	refuse("\"x\\0y\": 1\n", "NUL", 1, 1);
	refuse("a: [1, 2\n", "flow sequence", 2, 1);
	refuse("a:\n\t- b\n", "a tab cannot indent", 2, 1);
	refuse("a: \xff\n", "not UTF-8", 1, 1);
	refuse("\x1b]0;x: 1\n\x1b]0;x: 2\n", "not UTF-8", 1, 1);
}

static void size_is_bounded(void **state)
{
	struct buf b;
	struct err err = ERR_INIT;

	(void)state;
	buf_init(&b, BUF_NO_LIMIT);
	for (int i = 0; i < 33; i++)
		buf_add_char(&b, '[');
	for (int i = 0; i < 33; i++)
		buf_add_char(&b, ']');
	assert_null(yaml_parse(buf_slice(&b), "x", &err));
	assert_non_null(strstr(err.text, "32 deep"));
	buf_consume(&b, 1);
	b.len--;
	yaml_free(yaml_parse(buf_slice(&b), "x", &err));
	buf_clear(&b);
	for (int i = 0; i < 100001; i++)
		buf_add_str(&b, "- a\n");
	assert_null(yaml_parse(buf_slice(&b), "x", &err));
	assert_non_null(strstr(err.text, "100000"));
	buf_clear(&b);
	/* Many keys: the check for duplicates must not be quadratic. */
	for (int i = 0; i < 50000; i++)
		buf_printf(&b, "k%d: 1\n", i);
	buf_add_str(&b, "k7: 2\n");
	assert_null(yaml_parse(buf_slice(&b), "x", &err));
	assert_non_null(strstr(err.text, "\"k7\" is there twice (first in line 8)"));
	assert_int_equal(err.line, 50001);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_recipe_as_people_write_it),
	        cmocka_unit_test(plain_scalars_follow_the_core_schema),
	        cmocka_unit_test(values),
	        cmocka_unit_test(empty_is_null),
	        cmocka_unit_test(what_is_refused_has_its_place),
	        cmocka_unit_test(size_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
