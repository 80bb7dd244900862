/* Settings: file, environment, bad values with their line; and the command line's own parser. */
#include "tests/unit/test.h"

#include "base/file.h"
#include "base/mem.h"
#include "cli/args.h"
#include "cli/settings.h"
#include "cli/settingstable.h"
#include "base/suggest.h"

static char path[] = "/tmp/aj-settings-XXXXXX";

static int make_file(void **state)
{
	(void)state;
	unsetenv("ATHENA_DATABASE");
	unsetenv("ATHENA_WORKGROUP");
	unsetenv("ATHENA_OUTPUT_LOCATION");
	unsetenv("ATHENA_TIMEOUT");
	unsetenv("ATHENA_MAX_COST");
	int fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static struct settings *load(const char *text, struct err *err)
{
	assert_int_equal(file_write(path, slice_str(text), 0600, NULL), 0);
	return settings_load(path, err);
}

static void defaults_are_the_seeds(void **state)
{
	(void)state;
	struct settings *s = load("", NULL);
	assert_non_null(s);
	assert_string_equal(s->database, "reddit");
	assert_null(s->region); /* net/aws.h has us-east-1 */
	assert_int_equal(s->timeout_ms, 300000);
	assert_int_equal(s->price_per_tb, 5000000);
	assert_int_equal(s->max_cost, 0);
	assert_true(s->mouse);
	assert_false(s->local);
	settings_free(s);
}

static void the_file_sets_what_it_names(void **state)
{
	(void)state;
	struct settings *s = load("database: pushshift\n"
	                          "timeout: 10m\n"
	                          "price_per_tb: 6.75\n"
	                          "max_cost: $2\n"
	                          "mouse: false\n"
	                          "local: true\n"
	                          "theme: light\n"
	                          "workgroup:\n",
	        NULL);
	assert_non_null(s);
	assert_string_equal(s->database, "pushshift");
	assert_int_equal(s->timeout_ms, 600000);
	assert_int_equal(s->price_per_tb, 6750000);
	assert_int_equal(s->max_cost, 2000000);
	assert_false(s->mouse);
	assert_true(s->local);
	assert_string_equal(s->theme, "light");
	assert_null(s->workgroup);
	settings_free(s);
}

static void the_environment_overrides_the_file(void **state)
{
	(void)state;
	setenv("ATHENA_DATABASE", "from_env", 1);
	setenv("ATHENA_TIMEOUT", "90", 1);
	struct settings *s = load("database: pushshift\ntimeout: 10\n", NULL);
	unsetenv("ATHENA_DATABASE");
	unsetenv("ATHENA_TIMEOUT");
	assert_non_null(s);
	assert_string_equal(s->database, "from_env");
	assert_int_equal(s->timeout_ms, 90000);
	settings_free(s);
}

static void bad_text_names_line_and_remedy(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
		int line;
	} cases[] = {
	        {"database: x\ndatabse: y\n", "did you mean database?", 2},
	        {"theme: pink\n", "dark|light|mono|colorblind", 1},
	        {"\n\nmouse: maybe\n", "true or false", 3},
	        {"timeout: soon\n", "no time", 1},
	        {"timeout: -5\n", "no time", 1},
	        {"max_cost: much\n", "no amount", 1},
	        {"database: [a, b]\n", "one value", 1},
	        {"\nkeys: F5\n", "a map of actions", 2},
	        {"keys:\n  run: F5\n  edit: {a: b}\n", "keys.edit wants keys", 3},
	        {"notify: loud\n", "off|bell|desktop|all", 1},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err err = ERR_INIT;
		assert_null(load(cases[i].text, &err));
		assert_int_equal(err.code, ERR_CONFIG);
		assert_int_equal(err.line, cases[i].line);
		assert_non_null(strstr(err.text, cases[i].says));
		assert_non_null(strstr(err.text, path));
	}
}

static void keys_are_taken_as_they_are(void **state)
{
	(void)state;
	struct settings *s =
	        load("keys:\n  run: F5 C-r\n  preview.next: [n, Right]\n  edit: ''\n", NULL);
	assert_non_null(s);
	assert_int_equal(s->n_bindings, 3);
	assert_string_equal(s->binding[0].action, "run");
	assert_string_equal(s->binding[0].keys, "F5 C-r");
	assert_string_equal(s->binding[1].action, "preview.next");
	assert_string_equal(s->binding[1].keys, "n Right");
	assert_non_null(strstr(s->binding[1].where, ":3"));
	assert_string_equal(s->binding[2].keys, "");
	settings_free(s);
}

static void the_command_line_goes_first(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	struct settings *s = load("theme: light\n", NULL);
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	assert_int_equal(settings_override(s, "theme", "mono", "--theme", &err), 0);
	assert_string_equal(s->theme, "mono");
	assert_int_equal(settings_override(s, "theme", NULL, "--theme", &err), 0);
	assert_int_equal(settings_override(s, "theme", "pink", "--theme", &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_non_null(strstr(err.text, "--theme is one of"));
	assert_int_equal(settings_override(s, "timeout", "soon", "--timeout", &err), -1);
	assert_non_null(strstr(err.text, "--timeout"));
	settings_print(s, &b);
	assert_non_null(
	        strstr(buf_str(&b), "theme            mono                         --theme\n"));
	assert_non_null(
	        strstr(buf_str(&b), "timeout          5m                           built in\n"));
	buf_release(&b);
	settings_free(s);
}

/* Without its '#' the example file says what is built in. */
static void the_example_is_the_defaults(void **state)
{
	(void)state;
	struct buf b, yaml;
	struct err err = ERR_INIT;
	buf_init(&b, BUF_NO_LIMIT);
	buf_init(&yaml, BUF_NO_LIMIT);
	settings_example(&b);
	assert_true(b.len < 8192);
	struct settings *s = load(buf_str(&b), &err); /* comments only */
	assert_non_null(s);
	settings_free(s);
	struct slice rest = buf_slice(&b), line;
	while (rest.len > 0) {
		rest = slice_cut(rest, '\n', &line);
		if (line.len > 1 && line.ptr[0] == '#' && line.ptr[1] != ' ')
			line = slice_of(line.ptr + 1, line.len - 1);
		buf_add_slice(&yaml, line);
		buf_add_char(&yaml, '\n');
	}
	s = load(buf_str(&yaml), &err);
	if (!s)
		fail_msg("%s", err.text);
	for (const struct setting_info *k = settings_table; k->name; k++)
		assert_non_null(s->from[k - settings_table]);
	assert_int_equal(s->timeout_ms, 300000);
	assert_string_equal(s->theme, "auto");
	assert_int_equal(s->n_bindings, 2);
	settings_free(s);
	buf_release(&b);
	buf_release(&yaml);
}

static void the_manual_has_every_setting(void **state)
{
	(void)state;
	char *file = mem_printf("%s/docs/settings.md", test_srcdir());
	struct buf md;
	buf_init(&md, BUF_NO_LIMIT);
	assert_int_equal(file_read(file, &md, NULL), 0);
	for (const struct setting_info *k = settings_table; k->name; k++) {
		char *row = mem_printf("\n| `%s` |", k->name);
		const char *at = strstr(buf_str(&md), row);
		if (!at)
			fail_msg("docs/settings.md has no row for %s", k->name);
		struct slice line;
		slice_cut(slice_str(at + 1), '\n', &line);
		char *text = mem_strndup(line.ptr, line.len);
		if ((k->def && !strstr(text, k->def)) || (k->env && !strstr(text, k->env)) ||
		        (k->option && !strstr(text, k->option)))
			fail_msg("docs/settings.md: default, variable or option of %s", k->name);
		for (const char *c = k->choices ? k->choices + 1 : ""; *c;
		        c += strcspn(c, "|") + 1) {
			char *word = mem_printf("`%.*s`", (int)strcspn(c, "|"), c);
			if (!strstr(text, word))
				fail_msg("docs/settings.md: %s of %s", word, k->name);
			mem_free(word);
		}
		mem_free(text);
		mem_free(row);
	}
	buf_release(&md);
	mem_free(file);
}

static void a_named_file_must_be_there(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	assert_null(settings_load("/proc/nonexistent/settings.yaml", &err));
	assert_non_null(strstr(err.text, "/proc/nonexistent/settings.yaml"));
}

static void times_and_money(void **state)
{
	(void)state;
	int64_t v;
	assert_int_equal(settings_seconds("1.5", &v, NULL), 0);
	assert_int_equal(v, 1500);
	assert_int_equal(settings_seconds("1h", &v, NULL), 0);
	assert_int_equal(v, 3600000);
	assert_int_equal(settings_seconds("0", &v, NULL), -1);
	assert_int_equal(settings_seconds("nan", &v, NULL), -1);
	assert_int_equal(settings_seconds("5 minutes", &v, NULL), -1);
	assert_int_equal(settings_dollars("0.000001", &v, NULL), 0);
	assert_int_equal(v, 1);
	assert_int_equal(settings_dollars("-1", &v, NULL), -1);
	assert_int_equal(settings_dollars("", &v, NULL), -1);
	assert_int_equal(settings_dollars("1e300", &v, NULL), -1);
}

static int parse(struct args *a, struct err *err, const char *const *words)
{
	char *argv[16] = {(char *)(uintptr_t) "athena-jsonl"};
	int n = 1;
	for (; *words; words++)
		argv[n++] = (char *)(uintptr_t)*words;
	return args_parse(a, n, argv, err);
}
#define PARSE(a, err, ...) parse(a, err, (const char *const[]){__VA_ARGS__, NULL})

static void options_in_all_their_forms(void **state)
{
	(void)state;
	struct args a;
	assert_int_equal(PARSE(&a, NULL, "run", "--param", "a=1", "x.sql", "-pb=2", "--out=-",
	                         "-lr", "reference", "--json"),
	        0);
	assert_int_equal(a.command, CMD_RUN);
	assert_string_equal(a.file, "x.sql");
	assert_int_equal(a.n_params, 2);
	assert_string_equal(a.param[0], "a=1");
	assert_string_equal(a.param[1], "b=2");
	assert_null(a.param[2]);
	assert_string_equal(a.out, "-");
	assert_string_equal(a.recipe, "reference");
	assert_true(a.local);
	assert_true(a.json);
	args_release(&a);
	assert_int_equal(PARSE(&a, NULL, "run", "-o", "-", "--", "--odd.sql"), 0);
	assert_string_equal(a.out, "-");
	assert_string_equal(a.file, "--odd.sql");
	args_release(&a);
	assert_int_equal(PARSE(&a, NULL, "--local"), 0);
	assert_int_equal(a.command, CMD_WORKBENCH);
	args_release(&a);
}

static void usage_errors_say_what_was_meant(void **state)
{
	(void)state;
	static const struct {
		const char *word[4], *says;
	} cases[] = {
	        {{"rnu"}, "did you mean run?"},
	        {{"run", "--recpie", "x"}, "did you mean --recipe?"},
	        {{"run", "--out"}, "needs a value"},
	        {{"run", "--json=1"}, "takes no value"},
	        {{"run", "--param", "x"}, "name=value"},
	        {{"run", "-Z"}, "unknown option -Z"},
	        {{"run", "a.sql", "b.sql"}, "one argument too many"},
	        {{"queries", "--timeout", "3"}, "unknown option --timeout"},
	        {{"my.sql"}, "athena-jsonl run my.sql"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct args a;
		struct err err = ERR_INIT;
		assert_int_equal(parse(&a, &err, cases[i].word), -1);
		assert_int_equal(err.code, ERR_USAGE);
		assert_non_null(strstr(err.text, cases[i].says));
		args_release(&a);
	}
}

static void help_has_every_option_once(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	args_help(&b, CMD_RUN);
	static const char *const words[] = {"--param K=V", "--from-csv FILE", "--max-cost USD",
	        "Examples:", "Exit status:", "-o, --out FILE"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const char *at = strstr(buf_str(&b), words[i]);
		assert_non_null(at);
	}
	assert_null(strstr(buf_str(&b), "--theme")); /* the workbench's */
	buf_release(&b);
}

/* Options as help shows them, against the man page's spelling: --from-csv is \\-\\-from\\-csv. */
static void in_man_page(const char *help, const char *man)
{
	for (const char *p = strstr(help, "--"); p; p = strstr(p + 2, "--")) {
		struct buf b;
		buf_init(&b, BUF_NO_LIMIT);
		size_t n = strspn(p + 2, "abcdefghijklmnopqrstuvwxyz-");
		for (size_t i = 0; n > 0 && i < n + 2; i++)
			if (p[i] == '-')
				buf_add_str(&b, "\\-");
			else
				buf_add_char(&b, p[i]);
		if (strstr(man, buf_str(&b)) == NULL)
			fail_msg("%s is not in man/athena-jsonl.1", buf_str(&b));
		buf_release(&b);
	}
}

static void the_man_page_has_every_option(void **state)
{
	(void)state;
	static const enum command all[] = {
	        CMD_WORKBENCH, CMD_RUN, CMD_QUERIES, CMD_HISTORY, CMD_SETTINGS};
	char *man_path = mem_printf("%s/man/athena-jsonl.1", test_srcdir());
	struct buf man, help;
	buf_init(&man, BUF_NO_LIMIT);
	buf_init(&help, BUF_NO_LIMIT);
	assert_int_equal(file_read(man_path, &man, NULL), 0);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		args_help(&help, all[i]);
	in_man_page(buf_str(&help), buf_str(&man));
	buf_release(&help);
	buf_release(&man);
	mem_free(man_path);
}

static void suggestions_are_near_or_none(void **state)
{
	(void)state;
	static const char *const known[] = {"database", "region", "timeout", NULL};
	assert_string_equal(suggest_word("databse", known), "database");
	assert_string_equal(suggest_word("time-out", known), "timeout");
	assert_null(suggest_word("zzz", known));
	assert_null(suggest_word("a-word-that-is-far-longer-than-any-that-we-know-of", known));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(defaults_are_the_seeds),
	        cmocka_unit_test(the_file_sets_what_it_names),
	        cmocka_unit_test(the_environment_overrides_the_file),
	        cmocka_unit_test(bad_text_names_line_and_remedy),
	        cmocka_unit_test(keys_are_taken_as_they_are),
	        cmocka_unit_test(the_command_line_goes_first),
	        cmocka_unit_test(the_example_is_the_defaults),
	        cmocka_unit_test(the_manual_has_every_setting),
	        cmocka_unit_test(a_named_file_must_be_there),
	        cmocka_unit_test(times_and_money),
	        cmocka_unit_test(options_in_all_their_forms),
	        cmocka_unit_test(usage_errors_say_what_was_meant),
	        cmocka_unit_test(help_has_every_option_once),
	        cmocka_unit_test(the_man_page_has_every_option),
	        cmocka_unit_test(suggestions_are_near_or_none),
	};
	return cmocka_run_group_tests_name("settings", tests, make_file, remove_file);
}
