#include "tests/unit/test.h"

#include "ui/textedit.h"

#include "base/clock.h"
#include "base/mem.h"

#include "base/ban.h"

static struct textedit *make(const char *text)
{
	static struct textedit t;
	textedit_init(&t);
	textedit_set(&t, slice_str(text));
	return &t;
}

static void type(struct textedit *t, const char *s)
{
	for (; *s; s++) {
		if (*s == '\n')
			textedit_newline(t);
		else
			textedit_insert(t, slice_of(s, 1));
	}
}

/* The line index must be what a fresh count gives. */
static void assert_lines(const struct textedit *t)
{
	size_t n = 1;
	assert_int_equal(t->line[0], 0);
	for (size_t i = 0; i < t->len; i++)
		if (t->text[i] == '\n') {
			assert_true(n < t->n_lines);
			assert_int_equal(t->line[n++], i + 1);
		}
	assert_int_equal(n, t->n_lines);
	assert_int_equal(t->text[t->len], '\0');
}

static void types_and_undoes(void **state)
{
	struct textedit *t = make("");
	(void)state;
	type(t, "SELECT 1\nFROM t");
	assert_string_equal(t->text, "SELECT 1\nFROM t");
	assert_true(textedit_modified(t));
	assert_true(textedit_undo(t)); /* a word at a time */
	assert_string_equal(t->text, "SELECT 1\nFROM ");
	while (textedit_undo(t))
		assert_lines(t);
	assert_string_equal(t->text, "");
	assert_false(textedit_modified(t));
	while (textedit_redo(t))
		assert_lines(t);
	assert_string_equal(t->text, "SELECT 1\nFROM t");
	textedit_undo(t);
	type(t, "x"); /* a new change cuts what could be redone */
	assert_false(textedit_redo(t));
	textedit_release(t);
}

static void knows_what_is_saved(void **state)
{
	struct textedit *t = make("a");
	(void)state;
	assert_false(textedit_modified(t));
	type(t, "b");
	textedit_saved(t);
	type(t, "c"); /* must not grow the saved change */
	assert_true(textedit_modified(t));
	textedit_undo(t);
	assert_string_equal(t->text, "ba");
	assert_false(textedit_modified(t));
	textedit_undo(t);
	assert_true(textedit_modified(t));
	type(t, "d"); /* the saved state is out of reach now */
	assert_true(textedit_modified(t));
	textedit_undo(t);
	assert_true(textedit_modified(t));
	textedit_release(t);
}

static void moves_by_clusters(void **state)
{
	struct textedit *t = make("a\xcc\x81漢👩‍💻\nsecond line\n\tx");
	(void)state;
	textedit_move(t, MOVE_RIGHT, false, 0);
	assert_int_equal(t->cursor, 3); /* letter and its accent */
	textedit_move(t, MOVE_RIGHT, false, 0);
	assert_int_equal(textedit_column(t, t->cursor), 3);
	textedit_move(t, MOVE_RIGHT, false, 0);
	assert_int_equal(textedit_column(t, t->cursor), 5); /* the family is one cell pair */
	textedit_backspace(t, false);
	assert_true(strncmp(t->text, "a\xcc\x81漢\n", 7) == 0);
	textedit_undo(t);
	textedit_move(t, MOVE_DOWN, false, 0);
	assert_int_equal(textedit_line_of(t, t->cursor), 1);
	assert_int_equal(textedit_column(t, t->cursor), 5);
	textedit_move(t, MOVE_DOWN, false, 0);
	assert_int_equal(textedit_column(t, t->cursor), 5); /* the tab is four columns, then x */
	textedit_move(t, MOVE_END, false, 0);
	assert_int_equal(t->cursor, t->len);
	textedit_move(t, MOVE_RIGHT, false, 0);
	assert_int_equal(t->cursor, t->len);
	textedit_move(t, MOVE_WORD_LEFT, false, 0);
	textedit_move(t, MOVE_WORD_LEFT, false, 0);
	textedit_backspace(t, true);
	assert_non_null(strstr(t->text, "\nline\n"));
	assert_lines(t);
	textedit_release(t);
}

static void selects_and_replaces(void **state)
{
	struct textedit *t = make("one two three");
	(void)state;
	textedit_move(t, MOVE_WORD_RIGHT, true, 0);
	assert_true(slice_eq_str(textedit_selection(t), "one"));
	textedit_insert(t, slice_str("1\n2"));
	assert_string_equal(t->text, "1\n2 two three");
	assert_true(textedit_find(t, slice_str("three"), 1));
	assert_true(slice_eq_str(textedit_selection(t), "three"));
	assert_true(textedit_find(t, slice_str("2"), 1)); /* around the end */
	assert_false(textedit_find(t, slice_str("nowhere"), 1));
	textedit_select_all(t);
	textedit_delete(t, false);
	assert_int_equal(t->len, 0);
	textedit_undo(t);
	assert_string_equal(t->text, "1\n2 two three");
	assert_lines(t);
	textedit_release(t);
}

static void newline_keeps_indentation(void **state)
{
	struct textedit *t = make("SELECT\n    a");
	(void)state;
	textedit_move(t, MOVE_END, false, 0);
	type(t, ",\nb");
	assert_string_equal(t->text, "SELECT\n    a,\n    b");
	textedit_goto(t, 9, false); /* inside the blanks: only those before the cursor */
	type(t, "\n");
	assert_string_equal(t->text, "SELECT\n  \n    a,\n    b");
	textedit_release(t);
}

static void survives_any_sequence(void **state)
{
	static const char *const put[] = {
	        "x", "\n", "漢", "a\nb\nc", "", "\xff\xfe", "  ", "\r\n", "\t"};
	struct textedit *t = make("start\nof text\n");
	unsigned seed = 42;
	(void)state;
	for (int i = 0; i < 20000; i++) {
		seed = seed * 1103515245u + 12345;
		unsigned r = seed >> 16;
		switch (r % 8) {
		case 0:
		case 1: textedit_insert(t, slice_str(put[(r >> 3) % 9])); break;
		case 2: textedit_backspace(t, r & 64); break;
		case 3: textedit_delete(t, r & 64); break;
		case 4: textedit_undo(t); break;
		case 5: textedit_redo(t); break;
		case 6: textedit_move(t, (enum text_move)((r >> 3) % 12), r & 1024, 5); break;
		default: textedit_newline(t);
		}
		assert_true(t->cursor <= t->len && t->anchor <= t->len);
		if (i % 50 == 0)
			assert_lines(t);
	}
	while (textedit_undo(t))
		;
	assert_string_equal(t->text, "start\nof text\n");
	assert_lines(t);
	textedit_release(t);
}

static void finds_and_counts(void **state)
{
	struct textedit *t = make("Body body bODY Bo body");
	size_t at;
	(void)state;
	assert_int_equal(textedit_count(t, slice_str("body"), 100, &at), 4);
	assert_int_equal(at, 0);
	assert_int_equal(textedit_count(t, slice_str("Body"), 100, &at), 1); /* capitals count */
	assert_int_equal(textedit_count(t, slice_str("body"), 3, &at), 3);
	assert_true(textedit_find(t, slice_str("body"), 0));
	assert_int_equal(t->anchor, 0);
	assert_true(textedit_find(t, slice_str("body"), 0)); /* stays */
	assert_int_equal(t->anchor, 0);
	assert_true(textedit_find(t, slice_str("body"), 1));
	assert_int_equal(t->anchor, 5);
	textedit_count(t, slice_str("body"), 100, &at);
	assert_int_equal(at, 2);
	assert_true(textedit_find(t, slice_str("body"), -1));
	assert_true(textedit_find(t, slice_str("body"), -1)); /* around the start */
	assert_int_equal(t->anchor, 18);
	assert_true(textedit_find(t, slice_str("body"), 1)); /* around the end */
	assert_int_equal(t->anchor, 0);
	assert_int_equal(textedit_next_match(t, slice_str("bo"), 11), 15);
	assert_int_equal(textedit_next_match(t, slice_str("x"), 0), -1);
	assert_int_equal(
	        textedit_replace_word(t, 0, t->len, slice_str("body"), slice_str("id")), 4);
	assert_string_equal(t->text, "id id id Bo id");
	assert_true(textedit_undo(t)); /* one change */
	assert_string_equal(t->text, "Body body bODY Bo body");
	assert_int_equal(textedit_replace_word(t, 0, t->len, slice_str(""), slice_str("id")), 0);
	assert_int_equal(textedit_replace_word(t, 1, 6, slice_str("body"), slice_str("x")), 1);
	assert_string_equal(t->text, "Body x bODY Bo body");
	assert_lines(t);
	textedit_release(t);
}

static void works_on_lines(void **state)
{
	struct textedit *t = make("a\n  b\n\nc");
	(void)state;
	textedit_select_all(t);
	textedit_comment(t);
	assert_string_equal(t->text, "-- a\n--   b\n\n-- c");
	textedit_comment(t);
	assert_string_equal(t->text, "a\n  b\n\nc");
	textedit_indent(t);
	assert_string_equal(t->text, "  a\n    b\n\n  c");
	textedit_unindent(t);
	textedit_unindent(t);
	assert_string_equal(t->text, "a\nb\n\nc");
	textedit_goto(t, 2, false); /* at b */
	textedit_comment(t);
	assert_string_equal(t->text, "a\n-- b\n\nc");
	assert_int_equal(t->cursor, 5);
	textedit_comment(t);
	assert_int_equal(t->cursor, 2);
	textedit_duplicate(t);
	assert_string_equal(t->text, "a\nb\nb\n\nc");
	assert_int_equal(t->cursor, 4);
	assert_true(textedit_move_lines(t, 1));
	assert_true(textedit_move_lines(t, 1));
	assert_string_equal(t->text, "a\nb\n\nc\nb");
	assert_false(textedit_move_lines(t, 1));
	assert_true(textedit_move_lines(t, -1));
	assert_string_equal(t->text, "a\nb\n\nb\nc");
	textedit_goto(t, 0, false);
	assert_false(textedit_move_lines(t, -1));
	textedit_select(t, 0, 4); /* two lines, to the third's start */
	assert_true(textedit_move_lines(t, 1));
	assert_string_equal(t->text, "\na\nb\nb\nc");
	textedit_duplicate(t);
	assert_string_equal(t->text, "\na\nb\na\nb\nb\nc");
	textedit_select_word(t, 1);
	assert_true(slice_eq_str(textedit_selection(t), "a"));
	textedit_select_line(t, 1);
	assert_true(slice_eq_str(textedit_selection(t), "a\n"));
	assert_lines(t);
	while (textedit_undo(t))
		;
	assert_string_equal(t->text, "a\n  b\n\nc");
	textedit_release(t);
}

/* Replacing all takes what differs only, and undo forgets the oldest changes beyond its bound. */
static void bounds_what_undo_keeps(void **state)
{
	struct textedit *t = make("");
	size_t n = 24u << 20;
	char *big = mem_alloc(n);
	(void)state;
	memset(big, 'x', n);
	textedit_insert(t, slice_of(big, n));
	assert_true(t->undo_bytes > n);
	big[n / 2] = 'y';
	textedit_replace_all(t, slice_of(big, n));
	assert_true(t->undo_bytes < n + 1000);
	textedit_saved(t);
	for (int i = 0; i < 4; i++)
		textedit_insert(t, slice_of(big, n));
	assert_true(t->undo_bytes <= TEXTEDIT_UNDO);
	int undone = 0;
	while (textedit_undo(t))
		undone++;
	assert_true(undone >= 1 && undone < 6);
	assert_true(textedit_modified(t));
	assert_lines(t);
	mem_free(big);
	textedit_release(t);
}

/* The state of every line is what reading from the start gives, after any edits. */
static void knows_what_lines_begin_in(void **state)
{
	static const char *const put[] = {
	        "'", "\"", "/*", "*/", "--", "\n", "a", "''", "`", "\n\n'\n"};
	struct textedit *t = make("select 'a'\n");
	unsigned seed = 3;
	(void)state;
	for (int i = 0; i < 3000; i++) {
		seed = seed * 1103515245u + 12345;
		unsigned r = seed >> 16;
		textedit_goto(t, r % (t->len + 1), false);
		if (r & 1024 && t->len > 60)
			textedit_replace(t, t->len / 3, 1 + r % 20, slice_str(""));
		else
			textedit_insert(t, slice_str(put[(r >> 3) % 10]));
		if (r & 2048)
			textedit_undo(t);
		size_t upto = r % t->n_lines; /* asked for here and there */
		enum sql_inside inside = SQL_INSIDE_NOTHING;
		sql_skim(textedit_text(t), 0, t->line[upto], &inside, false);
		assert_int_equal(sql_lines_at(&t->sql, textedit_text(t), t->line, upto), inside);
	}
	for (size_t i = 0; i < t->n_lines; i++) {
		enum sql_inside inside = SQL_INSIDE_NOTHING;
		sql_skim(textedit_text(t), 0, t->line[i], &inside, false);
		assert_int_equal(sql_lines_at(&t->sql, textedit_text(t), t->line, i), inside);
	}
	textedit_release(t);
}

/* Typing in the middle of a text far beyond what Athena takes stays below a frame. */
static void large_text_is_quick(void **state)
{
	struct textedit *t = make("");
	char *big = mem_alloc(8u << 20);
	(void)state;
	for (size_t i = 0; i < 8u << 20; i++)
		big[i] = i % 40 == 39 ? '\n' : 'x';
	textedit_set(t, slice_of(big, 8u << 20));
	textedit_goto(t, 4u << 20, false);
	int64_t start = clock_mono_ms();
	for (int i = 0; i < 100; i++) {
		textedit_insert(t, slice_str("y"));
		textedit_move(t, MOVE_UP, false, 0);
		textedit_newline(t);
	}
	assert_true(clock_mono_ms() - start < 16 * 200);
	assert_lines(t);
	mem_free(big);
	textedit_release(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(types_and_undoes),
	        cmocka_unit_test(knows_what_is_saved),
	        cmocka_unit_test(moves_by_clusters),
	        cmocka_unit_test(selects_and_replaces),
	        cmocka_unit_test(newline_keeps_indentation),
	        cmocka_unit_test(survives_any_sequence),
	        cmocka_unit_test(finds_and_counts),
	        cmocka_unit_test(works_on_lines),
	        cmocka_unit_test(bounds_what_undo_keeps),
	        cmocka_unit_test(knows_what_lines_begin_in),
	        cmocka_unit_test(large_text_is_quick),
	};
	return cmocka_run_group_tests_name("textedit", tests, NULL, NULL);
}
