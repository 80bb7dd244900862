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
	assert_true(textedit_find(t, slice_str("THREE")));
	assert_true(slice_eq_str(textedit_selection(t), "three"));
	assert_true(textedit_find(t, slice_str("2"))); /* around the end */
	assert_false(textedit_find(t, slice_str("nowhere")));
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
	        cmocka_unit_test(large_text_is_quick),
	};
	return cmocka_run_group_tests_name("textedit", tests, NULL, NULL);
}
