/* Reading recipes: what is shipped, the canonical form, and every mistake with its place. */
#include "test.h"

#include "recipe/pipeline.h"

#include "base/ban.h"

#define HEAD "columns: {text: body}\n"
#define TAIL "output: {format: text}\n"

static struct recipe *parse(const char *yaml)
{
	struct err err = ERR_INIT;
	struct recipe *r = recipe_parse(slice_str(yaml), "t.yaml", &err);

	if (!r)
		fail_msg("%s", err.text);
	return r;
}

static struct recipe *shipped(const char *name)
{
	char dir[4096];
	const char *dirs[] = {"/proc/nonexistent", dir, NULL};
	struct err err = ERR_INIT;
	struct recipe *r;

	snprintf(dir, sizeof dir, "%s/queries", test_srcdir());
	r = recipe_load(name, dirs, &err);
	if (!r)
		fail_msg("%s", err.text);
	return r;
}

/* Its canonical text reads as the same recipe. */
static void round_trip(const struct recipe *r)
{
	struct recipe *again = parse(recipe_text(r));

	assert_string_equal(recipe_text(again), recipe_text(r));
	assert_string_equal(recipe_name(again), recipe_name(r));
	assert_string_equal(recipe_format(again), recipe_format(r));
	assert_int_equal(recipe_steps(again), recipe_steps(r));
	for (size_t i = 0; i < recipe_steps(r); i++) {
		assert_string_equal(recipe_step(again, i)->name, recipe_step(r, i)->name);
		assert_int_equal(recipe_step(again, i)->kind, recipe_step(r, i)->kind);
		assert_int_equal(recipe_step(again, i)->active, recipe_step(r, i)->active);
	}
	recipe_unref(again);
}

static void shipped_recipes(void **state)
{
	static const char *const names[] = {"reference", "reddit-sft", "reddit-plain"};
	static const char *const formats[] = {"custom", "messages", "text"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct recipe *r = shipped(names[i]);

		assert_string_equal(recipe_name(r), names[i]);
		assert_string_equal(recipe_format(r), formats[i]);
		assert_true(strlen(recipe_description(r)) > 10);
		round_trip(r);
		recipe_unref(r);
	}
}

static void everything(void **state)
{
	struct recipe *r = parse(
	        "name: all\ndescription: \"quote \\\" and \\u00e9\"\n"
	        "columns: {text: body, subreddit: board, score: ups, over_18: nsfw}\n"
	        "optional: [over_18]\n"
	        "drop:\n  - over_18\n  - min_score: -3\n  - bots: '^x'\n"
	        "  - {name: ads, column: title, match: 'buy \"now\"', ignore_case: true}\n"
	        "  - {name: lang, column: subreddit, not_match: '^\\w+$', unicode: true}\n"
	        "clean:\n  - code: drop\n  - emails: '<mail $1>'\n  - urls: seed\n"
	        "  - {name: own, replace: '(a)\\\\', with: '$1\\$'}\n"
	        "clean_passes: once\nkeep:\n  - min_words: 3\n  - max_chars: 99\n"
	        "instruction:\n  by: subreddit\n  ignore_case: true\n"
	        "  text: {a: A, b: B}\n  default: b\n  kinds: {a: [X, 'y']}\n"
	        "  score: [{from: -5, add: p}, {from: 10, add: q}]\n  end: .\n"
	        "output: {format: custom, fields: [{name: i, value: instruction},\n"
	        "  {name: o, value: original}, {name: n, value: 'column:ups', type: integer,\n"
	        "  when_null: null}, {name: t, value: 'column:title', when_null: bad}]}\n"
	        "off: [own, min_words]\n");
	const struct recipe_step *last = recipe_step(r, recipe_steps(r) - 1);

	(void)state;
	assert_int_equal(recipe_steps(r), 12);
	assert_string_equal(last->name, "not_empty");
	assert_int_equal(last->kind, STEP_KEEP);
	assert_null(recipe_step(r, 12));
	assert_false(recipe_step(r, 8)->active);
	assert_false(recipe_step(r, 9)->active);
	assert_true(recipe_step(r, 10)->active);
	round_trip(r);
	recipe_unref(r);
}

static void switching(void **state)
{
	struct recipe *r = shipped("reddit-sft"), *off = recipe_with_step(r, 2, false);
	struct recipe *on = recipe_with_step(off, 2, true);

	(void)state;
	assert_true(recipe_step(r, 2)->active);
	assert_false(recipe_step(off, 2)->active);
	assert_non_null(strstr(recipe_text(off), "off:\n  - \"removed\"\n"));
	assert_string_equal(recipe_text(on), recipe_text(r));
	round_trip(off);
	recipe_unref(recipe_ref(off));
	recipe_unref(r);
	recipe_unref(on);
	assert_string_equal(recipe_name(off), "reddit-sft");
	recipe_unref(off);
	recipe_unref(NULL);
}

/* Each mistake: the YAML, the line and column, and what the text says. */
static const struct mistake {
	const char *yaml;
	int line, col;
	const char *says;
} mistakes[] = {
        {"", 0, 0, "t.yaml"},
        {"- a\n", 1, 1, "map"},
        {"columns: {text: [}\n", 0, 0, "t.yaml"},
        {HEAD "kepe:\n  min_chars: 5\n" TAIL, 2, 1, "did you mean 'keep'"},
        {HEAD "zzzzzz: 1\n" TAIL, 2, 1, "there are: name, description"},
        {TAIL, 1, 1, "columns"},
        {"columns: {score: s}\n" TAIL, 1, 10, "text"},
        {"columns:\n  texd: body\n" TAIL, 2, 3, "did you mean 'text'"},
        {"columns: {text: 5}\n" TAIL, 1, 17, "in quotes"},
        {"columns: {text: ''}\n" TAIL, 1, 17, "must name a column"},
        {HEAD "optional: [athor]\n" TAIL, 2, 12, "did you mean 'author'"},
        {HEAD "optional: [author]\n" TAIL, 2, 12, "columns:"},
        {HEAD "optional: [text]\n" TAIL, 2, 12, "cannot be optional"},
        {HEAD "drop: deleted\n" TAIL, 2, 7, "list"},
        {HEAD "drop:\n  - deletd\n" TAIL, 3, 5, "did you mean 'deleted'"},
        {HEAD "drop:\n  - deleted: 5\n" TAIL, 3, 14, "takes no value"},
        {HEAD "drop:\n  - urls\n" TAIL, 3, 5, "unknown rule in drop 'urls'"},
        {HEAD "drop:\n  - min_score: 2\n" TAIL, 3, 5, "needs the score"},
        {"columns: {text: b, score: s}\ndrop:\n  - min_score: two\n" TAIL, 3, 16, "whole number"},
        {"columns: {text: b, score: s}\ndrop:\n  - min_score\n" TAIL, 3, 5, "number"},
        {HEAD "drop:\n  - raw_min_chars: -1\n" TAIL, 3, 20, "negative"},
        {HEAD "drop:\n  - {name: a, match: '('}\n" TAIL, 3, 22, "parenthesis"},
        {HEAD "drop:\n  - {name: a, match: b, not_match: c}\n" TAIL, 3, 5, "either"},
        {HEAD "drop:\n  - {name: a, mach: b}\n" TAIL, 3, 15, "did you mean 'match'"},
        {HEAD "drop:\n  - [a]\n" TAIL, 3, 5, "a rule in drop"},
        {HEAD "clean:\n  - urls\n  - urls\n" TAIL, 4, 5, "two steps are named 'urls'"},
        {HEAD "clean:\n  - urls: sead\n" TAIL, 3, 11, "did you mean 'seed'"},
        {HEAD "clean:\n  - {name: a, replace: 'x', with: '$1'}\n" TAIL, 3, 24, "no such group"},
        {HEAD "clean:\n  - {name: a, with: 'x'}\n" TAIL, 3, 5, "needs 'replace'"},
        {HEAD "clean:\n  - {name: a, replace: x, ignore_case: maybe}\n" TAIL, 3, 40,
                "true or false"},
        {HEAD "clean:\n  - code: keep\n  - whitespace\n" TAIL, 4, 5, "trim"},
        {HEAD "clean_passes: twice\n" TAIL, 2, 15, "once"},
        {HEAD "keep: {min_chars: x}\n" TAIL, 2, 19, "whole number"},
        {HEAD "keep:\n  min_cars: 3\n" TAIL, 3, 13, "did you mean 'min_chars'"},
        {HEAD, 1, 1, "output"},
        {HEAD "output: {format: mesages}\n", 2, 18, "did you mean 'messages'"},
        {HEAD "output: {format: messages}\n", 2, 9, "instruction"},
        {HEAD "output: {format: text, system: x}\n", 2, 32, "no place"},
        {HEAD "output: {format: text, fields: []}\n", 2, 32, "custom"},
        {HEAD "output: {format: custom}\n", 2, 9, "fields"},
        {HEAD "output: {format: custom, fields: [{name: a, value: tekst}]}\n", 2, 52,
                "did you mean 'text'"},
        {HEAD "output: {format: custom, fields: [{name: a, value: text, type: integer}]}\n", 2, 64,
                "only a column"},
        {HEAD "output: {format: custom, fields: [{name: a, value: text}, {name: a, value: "
              "text}]}\n",
                2, 59, "two fields"},
        {HEAD "instruction: {text: {a: A, b: B}}\n" TAIL, 2, 14, "default"},
        {HEAD "instruction: {text: A, kinds: {x: [y]}}\n" TAIL, 2, 14, "subreddit"},
        {"columns: {text: b, subreddit: s}\ninstruction: {text: {a: A}, kinds: {x: [y]}}\n" TAIL, 2,
                40, "no text"},
        {"columns: {text: b, subreddit: s}\n"
         "instruction: {text: {a: A, b: B}, default: a, kinds: {a: [y], b: [y]}}\n" TAIL,
                2, 67, "twice"},
        {"columns: {text: b, score: s}\n"
         "instruction: {text: A, score: [{from: 5, add: a}, {from: 5, add: b}]}\n" TAIL,
                2, 51, "rise"},
        {HEAD "off: [urls]\n" TAIL, 2, 7, "unknown step"},
};

static void places(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		const struct mistake *m = &mistakes[i];
		struct err err = ERR_INIT;
		struct recipe *r = recipe_parse(slice_str(m->yaml), "t.yaml", &err);
		bool ok = !r && err.code == ERR_RECIPE && strstr(err.text, m->says) &&
		          strstr(err.text, "t.yaml") &&
		          (m->line == 0 || (err.line == m->line && err.col == m->col));

		if (!ok) {
			print_message("# wrong (%d:%d wanted, %s): %d %d:%d %s\n", m->line, m->col,
			        m->says, (int)err.code, err.line, err.col, err.text);
			wrong++;
		}
		recipe_unref(r);
	}
	assert_int_equal(wrong, 0);
}

static void missing_file(void **state)
{
	const char *dirs[] = {"/proc/nonexistent", NULL};
	struct err err = ERR_INIT;

	(void)state;
	assert_null(recipe_load("no-such", dirs, &err));
	assert_int_equal(err.code, ERR_RECIPE);
	assert_non_null(strstr(err.text, "no-such"));
	assert_null(recipe_load("./no-such.yaml", dirs, &err));
	assert_null(recipe_load("x", NULL, &err));
}

static void a_recipe_can_name_its_query(void **state)
{
	static const char text[] = "name: x\nquery: \"my query\" # beside\ncolumns: {text: body}\n"
	                           "output: {format: text}\n";
	struct err err = ERR_INIT;

	(void)state;
	struct recipe *r = recipe_parse(slice_str(text), "x.yaml", &err);
	assert_non_null(r);
	assert_string_equal(recipe_query(r), "my query");
	struct recipe *again = recipe_parse(slice_str(recipe_text(r)), "x.yaml", &err);
	assert_non_null(again);
	assert_string_equal(recipe_query(again), "my query");
	recipe_unref(again);
	recipe_unref(r);
	r = recipe_parse(slice_str("query: [a]\nname: x\n"), "x.yaml", &err);
	assert_null(r);
	assert_int_equal(err.code, ERR_RECIPE);
	assert_int_equal(err.line, 1);
}

static void too_many_steps(void **state)
{
	struct err err = ERR_INIT;
	struct buf b;

	(void)state;
	buf_init(&b, BUF_NO_LIMIT);
	buf_add_str(&b, HEAD "clean:\n");
	for (int i = 0; i < RECIPE_MAX_STEPS; i++)
		buf_printf(&b, "  - {name: s%d, replace: x}\n", i);
	buf_add_str(&b, TAIL);
	assert_null(recipe_parse(buf_slice(&b), "t.yaml", &err));
	assert_non_null(strstr(err.text, "more than 64 steps"));
	buf_release(&b);
}

static void no_format(const struct recipe *r, const char *format, const char *says)
{
	struct err err = ERR_INIT;

	assert_null(recipe_with_format(r, format, &err));
	assert_int_equal(err.code, ERR_RECIPE);
	if (!strstr(err.text, says))
		fail_msg("%s", err.text);
}

static void another_format(void **state)
{
	struct recipe *sft = shipped("reddit-sft"), *plain = shipped("reddit-plain");
	struct recipe *own = shipped("reference"), *made;
	struct err err = ERR_INIT;

	(void)state;
	assert_string_equal(recipe_format_name(0), "messages");
	assert_string_equal(recipe_format_name(recipe_format_count() - 1), "custom");
	assert_null(recipe_format_name(recipe_format_count()));
	for (size_t i = 0; i + 1 < recipe_format_count(); i++) {
		assert_true(strlen(recipe_format_title(i)) > 5);
		made = recipe_with_format(sft, recipe_format_name(i), &err);
		if (!made)
			fail_msg("%s", err.text);
		assert_string_equal(recipe_format(made), recipe_format_name(i));
		assert_int_equal(recipe_steps(made), recipe_steps(sft));
		round_trip(made);
		recipe_unref(made);
	}
	made = recipe_with_format(own, "messages", &err);
	assert_non_null(made);
	round_trip(made);
	no_format(made, "custom", "lists none");
	recipe_unref(made);
	no_format(plain, "messages", "has none");
	no_format(sft, "mesages", "did you mean 'messages'");
	recipe_unref(sft);
	recipe_unref(plain);
	recipe_unref(own);
	sft = parse(HEAD "instruction: do\noutput: {format: messages, system: be good}\n");
	no_format(sft, "prompt-completion", "system text");
	made = recipe_with_format(sft, "text", &err);
	assert_null(strstr(recipe_text(made), "system"));
	recipe_unref(made);
	made = recipe_with_format(sft, "alpaca", &err);
	assert_non_null(strstr(recipe_text(made), "system: \"be good\""));
	recipe_unref(made);
	recipe_unref(sft);
}

static void values_and_patterns(void **state)
{
	struct recipe *sft = shipped("reddit-sft"), *made, *own;
	size_t i = (size_t)recipe_find(sft, "min_chars");
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(recipe_step(sft, i)->measure, MEASURE_CHARS);
	assert_int_equal(recipe_step(sft, i)->value, 50);
	assert_false(recipe_step(sft, i)->upper);
	assert_int_equal(recipe_step(sft, 0)->measure, MEASURE_NONE);
	assert_int_equal(recipe_find(sft, "nonesuch"), -1);
	made = recipe_with_value(sft, i, 77, &err);
	assert_int_equal(recipe_step(made, i)->value, 77);
	assert_int_equal(recipe_step(sft, i)->value, 50);
	round_trip(made);
	recipe_unref(made);
	made = recipe_with_name(sft, "my: \"own\"", &err);
	assert_string_equal(recipe_name(made), "my: \"own\"");
	round_trip(made);
	recipe_unref(made);
	assert_null(recipe_with_value(sft, i, -1, &err));
	assert_non_null(strstr(err.text, "must not be negative"));
	assert_null(recipe_with_value(sft, 0, 1, &err));
	assert_null(recipe_with_value(sft, 99, 1, &err));
	i = (size_t)recipe_find(sft, "bots");
	assert_null(recipe_step(sft, i)->text);
	made = recipe_with_text(sft, i, "^x\"y", &err);
	assert_string_equal(recipe_step(made, i)->text, "^x\"y");
	round_trip(made);
	own = recipe_with_text(made, i, "", &err);
	assert_string_equal(recipe_text(own), recipe_text(sft));
	recipe_unref(own);
	recipe_unref(made);
	assert_null(recipe_with_text(sft, i, "a(b", &err));
	assert_non_null(strstr(err.text, "at character"));
	assert_null(recipe_with_text(sft, 0, "a", &err));
	assert_null(recipe_with_text(sft, 99, "a", &err));
	i = (size_t)recipe_find(sft, "urls");
	assert_int_equal(recipe_step(sft, i)->takes, TAKES_CHOICE);
	assert_string_equal(recipe_step(sft, i)->text, "careful");
	assert_string_equal(recipe_step(sft, i)->choices[1], "seed");
	made = recipe_with_text(sft, i, "seed", &err);
	assert_string_equal(recipe_step(made, i)->text, "seed");
	round_trip(made);
	recipe_unref(made);
	assert_null(recipe_with_text(sft, i, "sed", &err));
	assert_non_null(strstr(err.text, "careful, seed"));
	assert_null(recipe_with_text(sft, (size_t)recipe_find(sft, "code"), "keep", &err));
	assert_non_null(strstr(err.text, "joins all lines"));
	i = (size_t)recipe_find(sft, "emails");
	made = recipe_with_text(sft, i, "<$1\\ \"mail\">", &err);
	assert_string_equal(recipe_step(made, i)->text, "<$1\\ \"mail\">");
	round_trip(made);
	recipe_unref(made);
	recipe_unref(sft);
	own = parse(HEAD "clean:\n  - {name: own, replace: '(a)', with: '$1'}\n" TAIL);
	assert_null(recipe_with_text(own, 0, "a", &err)); /* no group for $1 */
	made = recipe_with_text(own, 0, "([ab])", &err);
	assert_string_equal(recipe_step(made, 0)->text, "([ab])");
	round_trip(made);
	recipe_unref(made);
	recipe_unref(own);
}

static void more_rules(void **state)
{
	struct recipe *plain = shipped("reddit-plain"), *made, *again;
	struct err err = ERR_INIT;
	struct recipe_step s;
	size_t n = 0;

	(void)state;
	made = recipe_with_rule(plain, "min_words", 5, &err);
	assert_int_equal(recipe_steps(made), recipe_steps(plain) + 1);
	n = (size_t)recipe_find(made, "min_words");
	assert_string_equal(recipe_step(made, n - 1)->name, "max_chars");
	assert_string_equal(recipe_step(made, n + 1)->name, "not_empty");
	assert_int_equal(recipe_step(made, n)->value, 5);
	round_trip(made);
	again = recipe_with_step(made, n, false);
	recipe_unref(made);
	made = recipe_with_rule(again, "min_words", 6, &err); /* has it: set, and on again */
	assert_int_equal(recipe_steps(made), recipe_steps(again));
	assert_true(recipe_step(made, n)->active);
	assert_int_equal(recipe_step(made, n)->value, 6);
	recipe_unref(again);
	recipe_unref(made);
	assert_null(recipe_with_rule(plain, "min_score", 5, &err));
	assert_non_null(strstr(err.text, "needs the score"));
	assert_null(recipe_with_rule(plain, "min_word", 5, &err));
	assert_non_null(strstr(err.text, "did you mean"));
	assert_null(recipe_with_rule(plain, "min_words", -5, &err));
	recipe_unref(plain);
	plain = parse(HEAD TAIL); /* no section is there yet */
	for (n = 0; recipe_rule(n, &s); n++) {
		made = recipe_with_rule(plain, s.name, 3, &err);
		if (!made) {
			assert_non_null(strstr(err.text, "needs the"));
			continue;
		}
		round_trip(made);
		recipe_unref(made);
	}
	assert_true(n > 20);
	recipe_unref(plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(shipped_recipes),
	        cmocka_unit_test(everything),
	        cmocka_unit_test(switching),
	        cmocka_unit_test(places),
	        cmocka_unit_test(missing_file),
	        cmocka_unit_test(a_recipe_can_name_its_query),
	        cmocka_unit_test(too_many_steps),
	        cmocka_unit_test(another_format),
	        cmocka_unit_test(values_and_patterns),
	        cmocka_unit_test(more_rules),
	};

	return cmocka_run_group_tests_name("recipe", tests, NULL, NULL);
}
