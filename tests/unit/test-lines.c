/* SQL by lines: what a place is inside of, statements, brackets. */
#include "tests/unit/test.h"

#include "base/clock.h"
#include "base/mem.h"
#include "sql/lines.h"

/* What the lexer says holds at a place: a token that goes across it, but for line comments. */
static enum sql_inside lexed(struct slice text, size_t at)
{
	struct sql_lexer lx;
	struct sql_tok t;

	sql_lexer_init(&lx, text);
	while ((t = sql_lexer_next(&lx)).kind != SQL_END) {
		size_t body = t.start;

		if (t.start >= at || at >= t.end)
			continue;
		while (body < t.end && !strchr("'\"`/", text.ptr[body]))
			body++;
		if (body >= at)
			return SQL_INSIDE_NOTHING; /* inside of X' or U&' */
		switch (t.kind) {
		case SQL_COMMENT:
		case SQL_BAD:
		case SQL_STRING:
		case SQL_QUOTED:
			return text.ptr[t.start] == '-' ? SQL_INSIDE_NOTHING
			       : text.ptr[body] == '\'' ? SQL_INSIDE_STRING
			       : text.ptr[body] == '"'  ? SQL_INSIDE_QUOTED
			       : text.ptr[body] == '`'  ? SQL_INSIDE_BACKQUOTED
			                                : SQL_INSIDE_COMMENT;
		default: return SQL_INSIDE_NOTHING;
		}
	}
	/* at the end of the text: an open token goes on */
	sql_lexer_init(&lx, text);
	struct sql_tok last = {SQL_END, 0, 0};
	while ((t = sql_lexer_next(&lx)).kind != SQL_END)
		last = t;
	if (at < text.len || last.kind != SQL_BAD)
		return SQL_INSIDE_NOTHING;
	for (size_t i = last.start; i < last.end; i++)
		switch (text.ptr[i]) {
		case '\'': return SQL_INSIDE_STRING;
		case '"': return SQL_INSIDE_QUOTED;
		case '`': return SQL_INSIDE_BACKQUOTED;
		case '/': return SQL_INSIDE_COMMENT;
		}
	return SQL_INSIDE_NOTHING;
}

/* At line starts of random text, skimming says what the lexer says. */
static void skims_as_the_lexer_reads(void **state)
{
	static const char *const part[] = {"'", "\"", "`", "/*", "*/", "--", "-", "{", "}", ">",
	        "x", "1e", "\n", "\n", "''", ";", "U&'", "X'", "\r", ".", "5"};
	unsigned seed = 11;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[256];
		size_t n = 0;

		for (int i = 0; i < 4 + round % 30; i++) {
			seed = seed * 1103515245u + 12345;
			const char *p = part[(seed >> 16) % (sizeof part / sizeof *part)];
			memcpy(text + n, p, strlen(p));
			n += strlen(p);
		}
		text[n] = '\0';
		for (size_t i = 1; i <= n; i++)
			if (text[i - 1] == '\n') {
				enum sql_inside inside = SQL_INSIDE_NOTHING;

				sql_skim(slice_of(text, n), 0, i, &inside, false);
				if (inside != lexed(slice_of(text, n), i))
					fail_msg("%s|| at %zu: %d, lexer %d", text, i, (int)inside,
					        (int)lexed(slice_of(text, n), i));
			}
	}
}

static void resumes(void **state)
{
	struct sql_lexer lx;
	struct slice text = slice_str("it''s' AND x /* c\n d */ y");

	(void)state;
	sql_lexer_resume(&lx, text, 0, SQL_INSIDE_STRING);
	struct sql_tok t = sql_lexer_next(&lx);
	assert_int_equal(t.kind, SQL_STRING);
	assert_int_equal(t.end, 6);
	sql_lexer_next(&lx);
	assert_int_equal(sql_lexer_next(&lx).kind, SQL_KEYWORD);
	sql_lexer_resume(&lx, text, 18, SQL_INSIDE_COMMENT);
	assert_int_equal(sql_lexer_next(&lx).kind, SQL_COMMENT);
	sql_lexer_resume(&lx, text, 18, SQL_INSIDE_QUOTED);
	assert_int_equal(sql_lexer_next(&lx).kind, SQL_BAD);
}

static void check(const char *marked, const char *want)
{
	size_t at = strcspn(marked, "|"), start, end;
	char *text = mem_printf("%.*s%s", (int)at, marked, marked + at + 1);

	if (sql_statement_at(slice_str(text), 0, SQL_INSIDE_NOTHING, at, &start, &end))
		assert_int_equal(strncmp(text + start, want, end - start), 0);
	else
		start = end = 0;
	assert_int_equal(end - start, strlen(want));
	mem_free(text);
}

static void finds_statements(void **state)
{
	size_t number;

	(void)state;
	check("|", "");
	check("-- only\n| ;; ", "");
	check("select| 1", "select 1");
	check("select 1;|", "select 1;");
	check("select 1; |\nselect 2", "select 1;");
	check("select 1;\n|select 2;", "select 2;");
	check("select 1;\n\n|\n\nselect 2;", "select 1;");
	check("select 1;\n;\n--x\n|", "select 1;");
	check("|\n\nselect 1", "select 1");
	check("-- title: x\nselect ';|'; select 2", "-- title: x\nselect ';';");
	check("select 1; select /* ; */ |2; select 3", "select /* ; */ 2;");
	assert_int_equal(sql_count_statements(slice_str("a; b;\n--c\n; d"), 4, &number), 3);
	assert_int_equal(number, 2);
	assert_int_equal(sql_count_statements(slice_str(""), 0, &number), 0);
}

static void bracket(const char *text, size_t at, size_t want)
{
	size_t partner = 0;
	bool found =
	        sql_bracket(slice_str(text), 0, strlen(text), SQL_INSIDE_NOTHING, at, &partner);

	assert_int_equal(found ? partner : 999, want);
}

static void pairs_brackets(void **state)
{
	static const char text[] = "f(a[1], ')', (b) -- )\n) )";

	(void)state;
	bracket(text, 1, 22);
	bracket(text, 22, 1);
	bracket(text, 3, 5);
	bracket(text, 5, 3);
	bracket(text, 13, 15);
	bracket(text, 24, 999); /* alone */
	bracket(text, 9, 999);  /* in a string */
	bracket(text, 20, 999); /* in a comment */
	bracket("(a]", 0, 999);
	bracket("(a; b)", 0, 999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(skims_as_the_lexer_reads),
	        cmocka_unit_test(resumes),
	        cmocka_unit_test(finds_statements),
	        cmocka_unit_test(pairs_brackets),
	};
	return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
