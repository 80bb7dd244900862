/* Judging rows: rules by case files, verdicts, shapes of lines, and properties over real text. */
#include "recipe-test.h"

#include "base/utf8.h"

#include <dirent.h>

#include "base/ban.h"

/* --- cases ---------------------------------------------------------------------------------- */

static void one_case(const char *file, int line, const char *rule, json_t *in, json_t *want)
{
	struct cell cell = {json_string_value(in), (uint32_t)json_string_length(in)};
	struct example ex;
	struct buf yaml;
	struct fix f;

	buf_init(&yaml, BUF_NO_LIMIT);
	buf_printf(&yaml,
	        "columns: {text: t}\nclean:\n  - %s\nclean_passes: once\n"
	        "output: {format: text}\n",
	        rule);
	fix_yaml(&f, buf_str(&yaml), "t");
	pipeline_row(f.p, &cell, &ex);
	if (!slice_eq(ex.cleaned, slice_of(json_string_value(want), json_string_length(want))))
		fail_msg("%s:%d: %s gave '%.*s'", file, line, rule, (int)ex.cleaned.len,
		        ex.cleaned.ptr);
	fix_release(&f);
	buf_release(&yaml);
}

static int case_file(const char *path)
{
	char line[3][4096];
	int n = 0, at = 0, number = 0;
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	while (fgets(line[at], sizeof line[at], f)) {
		json_t *in, *want;

		number++;
		line[at][strcspn(line[at], "\n")] = '\0';
		if (at == 0 && (line[0][0] == '#' || line[0][0] == '\0'))
			continue;
		if (++at < 3)
			continue;
		in = json_loads(line[1], JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		want = json_loads(line[2], JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		if (!in || !want)
			fail_msg("%s:%d: not a JSON string", path, number);
		one_case(path, number - 2, line[0], in, want);
		json_decref(in);
		json_decref(want);
		at = 0;
		n++;
	}
	fclose(f);
	assert_int_equal(at, 0);
	return n;
}

static void cases(void **state)
{
	char dir[4096], path[8192];
	struct dirent *e;
	int n = 0;
	DIR *d;

	(void)state;
	snprintf(dir, sizeof dir, "%s/tests/cases/clean", test_srcdir());
	d = opendir(dir);
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		if (!slice_ends(slice_str(e->d_name), ".txt"))
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		n += case_file(path);
	}
	closedir(d);
	print_message("# %d cleaning cases\n", n);
	assert_true(n >= 150);
}

/* --- verdicts ------------------------------------------------------------------------------- */

static void expect_step(struct fix *f, const struct cell *row, const char *step)
{
	struct example ex;
	struct verdict v = pipeline_row(f->p, row, &ex);

	if (!step) {
		assert_int_equal(v.kind, VERDICT_KEPT);
		assert_int_equal(v.step, -1);
		assert_true(ex.line.len > 0);
		return;
	}
	assert_int_equal(v.kind, VERDICT_REJECTED);
	assert_string_equal(recipe_step(f->r, (size_t)v.step)->name, step);
	assert_int_equal(ex.line.len, 0);
}

static void drops(void **state)
{
	static const struct {
		const char *body, *score, *author, *distinguished, *step;
	} rows[] = {
	        {LONG, "2", "someone", NULL, NULL},
	        {NULL, "2", "someone", NULL, "empty"},
	        {" \n\xC2\xA0\xE3\x80\x80", "2", "someone", NULL, "empty"},
	        {" [deleted]\n", "2", "someone", NULL, "deleted"},
	        {LONG, "2", "[deleted]", NULL, "deleted"},
	        {"[removed]", "2", "someone", NULL, "removed"},
	        {"[ removed by reddit ]", "2", "someone", NULL, "removed"},
	        {LONG, "2", "AutoModerator", NULL, "bots"},
	        {LONG, "2", "RemindMeBot", NULL, "bots"},
	        {LONG, "2", "gif_bot2", NULL, "bots"},
	        {LONG, "2", "Talbot", NULL, NULL},
	        {LONG " I'm a bot.", "2", "x", NULL, "bots"},
	        {LONG " I am a bottle.", "2", "x", NULL, NULL},
	        {LONG, "2", "x", "moderator", "moderator"},
	        {LONG, "2", "x", "special", NULL},
	        {LONG, "1", "x", NULL, "min_score"},
	        {LONG, "-7", "x", NULL, "min_score"},
	        {"short", "9", "x", NULL, "min_chars"},
	        {"[a](http://b.c)", "9", "x", NULL, "min_chars"},
	        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "9", "x", NULL,
	                "min_words"},
	};
	struct fix f;

	(void)state;
	fix_shipped(&f, "reddit-sft", "body subreddit score author distinguished");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cell row[5] = {cell_of(rows[i].body), cell_of("x"), cell_of(rows[i].score),
		        cell_of(rows[i].author), cell_of(rows[i].distinguished)};

		expect_step(&f, row, rows[i].step);
	}
	fix_release(&f);
}

static void own_rules(void **state)
{
	struct cell yes[3] = {cell_of("keep me"), cell_of("en"), cell_of("true")};
	struct cell fr[3] = {cell_of("keep me"), cell_of("fr"), cell_of("0")};
	struct cell null[3] = {cell_of("keep me"), cell_of(NULL), cell_of(NULL)};
	struct cell ad[3] = {cell_of("Buy now"), cell_of("en"), cell_of("")};
	struct recipe *all;
	struct fix f;

	(void)state;
	fix_yaml(&f,
	        "columns: {text: t, over_18: nsfw}\ndrop:\n"
	        "  - {name: ads, match: '^buy', ignore_case: true}\n"
	        "  - {name: english, column: lang, not_match: '^en'}\n"
	        "  - over_18\noutput: {format: text}\n",
	        "t lang nsfw");
	expect_step(&f, yes, "over_18");
	expect_step(&f, fr, "english");
	expect_step(&f, null, "english");
	expect_step(&f, ad, "ads");
	yes[2] = cell_of("false");
	expect_step(&f, yes, NULL);
	all = recipe_with_step(f.r, 0, false);
	fix_release(&f);
	f.r = all;
	fix_bind(&f, "t lang nsfw");
	expect_step(&f, ad, NULL);
	fix_release(&f);
}

static void missing_columns(void **state)
{
	struct err err = ERR_INIT;
	struct columns c;
	struct fix f;

	(void)state;
	fix_shipped(&f, "reddit-sft", "body subreddit score"); /* the others are optional */
	columns_init(&c);
	columns_add(&c, slice_str("body"), slice_str("varchar"));
	assert_null(pipeline_new(f.r, &c, &err));
	assert_int_equal(err.code, ERR_RECIPE);
	assert_non_null(strstr(err.text, "'subreddit'"));
	columns_release(&c);
	fix_release(&f);
}

static void bad_rows(void **state)
{
	struct cell row[4] = {cell_of(LONG), cell_of("x"), cell_of("many"), cell_of("id")};
	struct funnel funnel = {0};
	struct example ex;
	struct verdict v;
	struct fix f;

	(void)state;
	fix_shipped(&f, "reference", "body subreddit score id");
	v = pipeline_row(f.p, row, &ex);
	assert_int_equal(v.kind, VERDICT_BAD);
	assert_non_null(strstr(v.note, "score"));
	funnel_count(&funnel, &v);
	row[2] = cell_of(NULL);
	v = pipeline_row(f.p, row, &ex);
	assert_int_equal(v.kind, VERDICT_BAD);
	funnel_count(&funnel, &v);
	row[2] = cell_of("9223372036854775808");
	v = pipeline_row(f.p, row, &ex);
	assert_int_equal(v.kind, VERDICT_BAD);
	funnel_count(&funnel, &v);
	row[0] = cell_of(
	        "short"); /* rejected before the score matters, as in the reference programs */
	v = pipeline_row(f.p, row, &ex);
	assert_int_equal(v.kind, VERDICT_REJECTED);
	funnel_count(&funnel, &v);
	assert_int_equal(funnel.rows, 4);
	assert_int_equal(funnel.bad, 3);
	assert_int_equal(funnel.rejected[v.step], 1);
	fix_release(&f);
}

static void gives_up(void **state)
{
	struct example ex;
	struct verdict v;
	struct cell row;
	struct buf text;
	struct fix f;

	(void)state;
	buf_init(&text, BUF_NO_LIMIT);
	for (int i = 0; i < 3000; i++)
		buf_add_str(&text, "a");
	buf_add_str(&text, "!");
	row = (struct cell){text.ptr, (uint32_t)text.len};
	fix_yaml(&f,
	        "columns: {text: t}\nclean:\n  - {name: slow, replace: '(a|a|aa)+$'}\n"
	        "output: {format: text}\n",
	        "t");
	v = pipeline_row(f.p, &row, &ex);
	assert_int_equal(v.kind, VERDICT_GAVE_UP);
	assert_int_equal(v.step, 0);
	assert_int_equal(ex.line.len, 0);
	fix_release(&f);
	row = cell_of("a");
	fix_yaml(&f,
	        "columns: {text: t}\nclean:\n  - {name: grows, replace: '$', with: '!'}\n"
	        "output: {format: text}\n",
	        "t");
	v = pipeline_row(f.p, &row, &ex); /* never settles */
	assert_int_equal(v.kind, VERDICT_GAVE_UP);
	fix_release(&f);
	buf_release(&text);
}

/* --- shapes --------------------------------------------------------------------------------- */

static void shapes(void **state)
{
	static const struct {
		const char *output, *want;
	} shape[] = {
	        {"{format: messages}",
	                "{\"messages\":[{\"role\":\"user\",\"content\":\"Say \\\"it\\\"\"},"
	                "{\"role\":\"assistant\",\"content\":\"T\\n\xC3\xA9\"}]}"},
	        {"{format: messages, system: S}",
	                "{\"messages\":[{\"role\":\"system\",\"content\":\"S\"},{\"role\":\"user\","
	                "\"content\":"
	                "\"Say "
	                "\\\"it\\\"\"},{\"role\":\"assistant\",\"content\":\"T\\n\xC3\xA9\"}]}"},
	        {"{format: prompt-completion}",
	                "{\"prompt\":\"Say \\\"it\\\"\",\"completion\":\"T\\n\xC3\xA9\"}"},
	        {"{format: alpaca, system: S}",
	                "{\"instruction\":\"Say \\\"it\\\"\",\"input\":\"\","
	                "\"output\":\"T\\n\xC3\xA9\",\"system\":\"S\"}"},
	        {"{format: sharegpt}",
	                "{\"conversations\":[{\"from\":\"human\",\"value\":\"Say \\\"it\\\"\"},"
	                "{\"from\":\"gpt\",\"value\":\"T\\n\xC3\xA9\"}]}"},
	        {"{format: sharegpt, system: S}",
	                "{\"conversations\":[{\"from\":\"human\",\"value\":\"Say \\\"it\\\"\"},"
	                "{\"from\":\"gpt\",\"value\":\"T\\n\xC3\xA9\"}],\"system\":\"S\"}"},
	        {"{format: text}", "{\"text\":\"T\\n\xC3\xA9\"}"},
	        {"{format: custom, fields: [{name: 'a\"', value: original}, {name: n, value: "
	         "'column:n', "
	         "type: integer}, {name: z, value: 'column:z'}, {name: e, value: 'column:z', "
	         "when_null: empty}, {name: i, value: 'column:z', type: integer, when_null: "
	         "null}]}",
	                "{\"a\\\"\":\"T\\n\xC3\xA9 \",\"n\":-12,\"z\":null,\"e\":\"\",\"i\":null}"},
	};
	struct cell row[3] = {cell_of("T\n\xC3\xA9 "), cell_of(" -012.0"), cell_of(NULL)};

	(void)state;
	for (size_t i = 0; i < sizeof shape / sizeof *shape; i++) {
		struct example ex;
		struct buf yaml;
		struct fix f;

		buf_init(&yaml, BUF_NO_LIMIT);
		buf_printf(&yaml,
		        "columns: {text: t}\nclean: [trim]\ninstruction: 'Say \"it\"'\n"
		        "output: %s\n",
		        shape[i].output);
		fix_yaml(&f, buf_str(&yaml), "t n z");
		assert_int_equal(pipeline_row(f.p, row, &ex).kind, VERDICT_KEPT);
		assert_int_equal(ex.line.len, strlen(shape[i].want));
		assert_memory_equal(ex.line.ptr, shape[i].want, ex.line.len);
		fix_release(&f);
		buf_release(&yaml);
	}
}

static void expect_instruction(
        struct fix *f, const char *board, const char *score, const char *want)
{
	struct cell row[3] = {cell_of(LONG), cell_of(board), cell_of(score)};
	struct example ex;

	assert_int_equal(pipeline_row(f->p, row, &ex).kind, VERDICT_KEPT);
	assert_int_equal(ex.instruction.len, strlen(want));
	assert_memory_equal(ex.instruction.ptr, want, ex.instruction.len);
}

static void instructions(void **state)
{
	struct fix f;

	(void)state;
	fix_yaml(&f,
	        "columns: {text: t, subreddit: s, score: n}\ninstruction:\n"
	        "  text: {a: A, b: B, c: C}\n  default: c\n  kinds: {a: [Xyz, xy], b: [z]}\n"
	        "  score: [{from: 10, add: +}, {from: 100, add: ++}]\n  end: .\n"
	        "output: {format: alpaca}\n",
	        "t s n");
	expect_instruction(&f, "Xyz", "9", "A.");
	expect_instruction(&f, "xyz", "10", "C+.");
	expect_instruction(&f, "xy", "99", "A+.");
	expect_instruction(&f, "z", "100", "B++.");
	expect_instruction(&f, "", "-5", "C.");
	expect_instruction(&f, NULL, "5", "C.");
	fix_release(&f);
	fix_yaml(&f,
	        "columns: {text: t, subreddit: s}\ninstruction: {text: {a: A, b: B}, default: b,\n"
	        "  ignore_case: true, kinds: {a: [Xyz]}}\noutput: {format: alpaca}\n",
	        "t s n");
	expect_instruction(&f, "xYZ", "", "A");
	expect_instruction(&f, "xYZz", "", "B");
	fix_release(&f);
}

static void repairs(void **state)
{
	struct cell row = {"a\xFF\xE2\x80 b", 6};
	struct example ex;
	struct fix f;

	(void)state;
	fix_yaml(&f, "columns: {text: t}\nclean: [whitespace]\noutput: {format: text}\n", "t");
	pipeline_trace(f.p, true);
	assert_int_equal(pipeline_row(f.p, &row, &ex).kind, VERDICT_KEPT);
	assert_string_equal(
	        buf_str(&(struct buf){.ptr = (char *)(uintptr_t)ex.line.ptr, .len = ex.line.len}),
	        "{\"text\":\"a\xEF\xBF\xBD\xEF\xBF\xBD b\"}");
	assert_int_equal(ex.n_edits, 0);
	fix_release(&f);
}

/* --- properties ----------------------------------------------------------------------------- */

static bool at_char(struct slice s, size_t p)
{
	return p == s.len || ((unsigned char)s.ptr[p] & 0xC0) != 0x80;
}

/* Bytes that no edit's range holds. */
static void untouched(const struct example *ex, bool out, struct buf *to)
{
	struct slice s = out ? ex->cleaned : ex->original;
	char *hit = calloc(s.len + 1, 1);

	for (size_t i = 0; i < ex->n_edits; i++) {
		const struct edit *e = &ex->edits[i];
		size_t start = out ? e->out_start : e->start, end = out ? e->out_end : e->end;

		if (end > start)
			memset(hit + start, 1, end - start);
	}
	for (size_t i = 0; i < s.len; i++)
		if (!hit[i])
			buf_add_char(to, s.ptr[i]);
	free(hit);
}

/* Ranges are in bounds and at characters, rise, and account for every byte that changed. */
static void check_edits(const struct example *ex)
{
	struct buf before, after;

	for (size_t i = 0; i < ex->n_edits; i++) {
		const struct edit *e = &ex->edits[i], *b = i ? e - 1 : NULL;

		assert_true(e->start <= e->end && e->end <= ex->original.len);
		assert_true(e->out_start <= e->out_end && e->out_end <= ex->cleaned.len);
		assert_true(at_char(ex->original, e->start) && at_char(ex->original, e->end));
		assert_true(at_char(ex->cleaned, e->out_start) && at_char(ex->cleaned, e->out_end));
		if (b && b->step == e->step && b->start <= e->start) /* else the rule ran again */
			assert_true(b->end <= e->end && b->out_start <= e->out_start);
	}
	buf_init(&before, BUF_NO_LIMIT);
	buf_init(&after, BUF_NO_LIMIT);
	untouched(ex, false, &before);
	untouched(ex, true, &after);
	assert_string_equal(buf_str(&before), buf_str(&after));
	buf_release(&before);
	buf_release(&after);
}

struct property {
	struct fix f;
	size_t rows, changed, gave_up;
	bool stable;
};

static void check_text(struct property *p, struct slice text)
{
	struct cell row[4] = {{text.ptr ? text.ptr : "", (uint32_t)text.len}, cell_of("Python"),
	        cell_of("5"), cell_of("x")};
	struct example ex;
	struct verdict v;
	struct buf plain, again;

	buf_init(&plain, BUF_NO_LIMIT);
	buf_init(&again, BUF_NO_LIMIT);
	pipeline_trace(p->f.p, false);
	v = pipeline_row(p->f.p, row, &ex);
	buf_add_slice(&plain, ex.cleaned);
	p->rows++;
	p->changed += v.changed != 0;
	p->gave_up += v.kind == VERDICT_GAVE_UP;
	assert_true(utf8_valid(ex.cleaned));
	pipeline_trace(p->f.p, true);
	v = pipeline_row(p->f.p, row, &ex);
	assert_true(slice_eq(buf_slice(&plain), ex.cleaned)); /* tracing changes nothing */
	if (utf8_valid(text))
		check_edits(&ex);
	if (p->stable && v.kind != VERDICT_GAVE_UP) {
		row[0] = (struct cell){plain.ptr ? plain.ptr : "", (uint32_t)plain.len};
		buf_add_slice(&again, buf_slice(&plain));
		v = pipeline_row(p->f.p, row, &ex);
		assert_true(
		        slice_eq(buf_slice(&again), ex.cleaned)); /* clean(clean(x)) = clean(x) */
		assert_true(v.changed == 0);
	}
	buf_release(&plain);
	buf_release(&again);
}

/* A shipped recipe's clean rules alone. */
static void property_open(struct property *p, const char *name)
{
	struct recipe *r, *next;
	struct fix f;

	memset(p, 0, sizeof *p);
	fix_shipped(&f, name, "body subreddit score id");
	r = recipe_ref(f.r);
	fix_release(&f);
	for (size_t i = 0; i < recipe_steps(r); i++) {
		if (recipe_step(r, i)->kind == STEP_CLEAN)
			continue;
		next = recipe_with_step(r, i, false);
		recipe_unref(r);
		r = next;
	}
	p->f.r = r;
	p->stable = strcmp(name, "reference") != 0;
	fix_bind(&p->f, "body subreddit score id");
}

static void properties_naughty(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, BUF_NO_LIMIT);
	for (int k = 0; k < 3; k++) {
		struct property p;
		uint32_t seed = 42;

		property_open(&p, shipped_names[k]);
		check_text(&p, slice_of("\xFF\xE2\x80 http://x\xED", 13));
		for (int i = 0; i < 4000; i++) {
			naughty_text(&seed, &text);
			check_text(&p, buf_slice(&text));
		}
		print_message("# %s: %zu texts, %zu changed, %zu gave up\n", shipped_names[k],
		        p.rows, p.changed, p.gave_up);
		assert_true(p.changed > p.rows / 2);
		assert_true(p.gave_up == 0);
		fix_release(&p.f);
	}
	buf_release(&text);
}

static void properties_real(void **state)
{
	json_t *rows = real_rows(), *row;
	size_t i;

	(void)state;
	if (!rows)
		skip();
	for (int k = 0; k < 3; k++) {
		struct property p;

		property_open(&p, shipped_names[k]);
		json_array_foreach(rows, i, row) check_text(&p, body_of(row));
		print_message("# %s: %zu posts, %zu changed, %zu gave up\n", shipped_names[k],
		        p.rows, p.changed, p.gave_up);
		assert_true(p.gave_up == 0);
		fix_release(&p.f);
	}
	json_decref(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(cases),
	        cmocka_unit_test(drops),
	        cmocka_unit_test(own_rules),
	        cmocka_unit_test(missing_columns),
	        cmocka_unit_test(bad_rows),
	        cmocka_unit_test(gives_up),
	        cmocka_unit_test(shapes),
	        cmocka_unit_test(instructions),
	        cmocka_unit_test(repairs),
	        cmocka_unit_test(properties_naughty),
	        cmocka_unit_test(properties_real),
	};

	return cmocka_run_group_tests_name("pipeline", tests, NULL, NULL);
}
