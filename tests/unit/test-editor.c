/* The editor in a whole workbench: large texts, saving, statements that run alone. */
#include "tests/unit/test.h"

#include "tests/unit/world.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/ban.h"

static void press(struct world *w, const char *name)
{
	struct key k;
	assert_true(key_parse(name, &k));
	model_key(&w->m, &k);
}

static void type(struct world *w, const char *text)
{
	for (; *text; text++) {
		struct key k = {.code = *text == '\n' ? K_ENTER : K_CHAR, .ch = (uint32_t)*text};
		model_key(&w->m, &k);
	}
}

static void begin(struct world *w, struct slice text)
{
	world_init(w, slice_str("plain words"));
	model_go(&w->m, SCREEN_EDITOR);
	editor_open_text(&w->m, "test", text);
}

/* Key to drawn screen, the slowest and the mean of many. */
struct pace {
	int64_t worst, sum;
	int n;
};
static void timed(struct world *w, struct pace *p, const char *name)
{
	int64_t t = clock_mono_us();
	press(w, name);
	world_draw(w, 120, 40);
	t = clock_mono_us() - t;
	p->worst = t > p->worst ? t : p->worst;
	p->sum += t;
	p->n++;
}

/* 10 MB, 200,000 lines: typing at the start, in the middle and at the end stays within a frame,
 * also when a quote turns the rest of the text into a string. The bound is generous for busy
 * machines; what it really takes is printed. */
static void large_texts_stay_instant(void **state)
{
	static const char line[] = "SELECT id, body, 'str', 12 FROM comments WHERE x;\n";
	static const char *const keys[] = {"a", "b", "Backspace", "'", "(", "Enter", "Up", "S-Down",
	        "C-Left", "M-;", "M-;", "C-z", "'", "Delete", ".", "Down"};
	static const char *const places[] = {"C-Home", "C-End", "M-g", "C-Home"};
	struct world w;
	struct buf b;
	struct pace all = {0};
	(void)state;
	buf_init(&b, BUF_NO_LIMIT);
	while (b.len < 10u << 20)
		buf_add(&b, line, sizeof line - 1);
	begin(&w, buf_slice(&b));
	assert_true(w.m.editor.text.n_lines > 200000);
	world_draw(&w, 120, 40);
	for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
		struct pace here = {0};
		timed(&w, &here, places[p]);
		if (p == 2)
			type(&w, "100000\n");
		world_draw(&w, 120, 40);
		for (int i = 0; i < 3; i++)
			for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
				timed(&w, &here, keys[k]);
		print_message("# %s: mean %.2f ms, worst %.2f ms\n", places[p],
		        (double)here.sum / here.n / 1000, (double)here.worst / 1000);
		assert_int_equal(w.m.screen, SCREEN_EDITOR);
		all.sum += here.sum;
		all.n += here.n;
		all.worst = here.worst > all.worst ? here.worst : all.worst;
	}
	assert_true(all.sum / all.n < 30000);
	world_release(&w);
	buf_release(&b);
}

/* All that Athena takes on one line. */
static void a_long_line_is_quick(void **state)
{
	struct world w;
	struct buf b;
	struct pace p = {0};
	(void)state;
	buf_init(&b, BUF_NO_LIMIT);
	while (b.len < 262144)
		buf_add_str(&b, "SELECT id, '漢字' FROM t UNION ALL ");
	begin(&w, buf_slice(&b));
	world_draw(&w, 120, 40);
	for (int i = 0; i < 20; i++) {
		timed(&w, &p, i % 2 ? "End" : "Home");
		timed(&w, &p, "a");
		timed(&w, &p, "Left");
	}
	print_message("# mean %.2f ms, worst %.2f ms\n", (double)p.sum / p.n / 1000,
	        (double)p.worst / 1000);
	assert_true(p.sum / p.n < 150000);
	world_release(&w);
	buf_release(&b);
}

/* Scrolled to the right, wide characters and tabs stand where the cursor thinks they do. */
static void scrolls_to_the_right(void **state)
{
	struct world w;
	(void)state;
	begin(&w,
	        slice_str("漢字\tabc漢\td 漢字 e\t\tf 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字 "
	                  "gg \t hh "
	                  "漢字漢字漢字漢字漢字漢字漢字漢字 iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii Z"));
	press(&w, "End");
	for (int i = 0; i < 60; i++) {
		press(&w, "Left");
		world_draw(&w, 80, 24);
		struct textedit *t = &w.m.editor.text;
		struct utf8_cell u;
		utf8_next_cell(slice_of(t->text + t->cursor, t->len - t->cursor), &u);
		const char *shown = grid_at(&w.drawn, w.drawn.cur_x, w.drawn.cur_y)->text;
		if (t->text[t->cursor] != '\t' && strcmp(shown, "‹") != 0)
			assert_string_equal(shown, u.text);
	}
	world_release(&w);
}

static void saving_notices_other_writers(void **state)
{
	struct world w;
	struct err err = ERR_INIT;
	struct buf b;
	(void)state;
	begin(&w, slice_str("select 1"));
	char *path = mem_printf("%s/own.sql", w.dir);
	assert_int_equal(editor_save(&w.m, path, false), 0);
	type(&w, "-- mine\n");
	assert_int_equal(file_write(path, slice_str("somebody else's"), 0644, &err), 0);
	assert_int_equal(editor_save(&w.m, NULL, false), -1); /* asks */
	assert_non_null(strstr(w.m.question, "changed on disk"));
	press(&w, "n");
	buf_init(&b, BUF_NO_LIMIT);
	assert_int_equal(file_read(path, &b, &err), 0);
	assert_string_equal(buf_str(&b), "somebody else's");
	press(&w, "C-s");
	press(&w, "y");
	buf_clear(&b);
	assert_int_equal(file_read(path, &b, &err), 0);
	assert_string_equal(buf_str(&b), "-- mine\nselect 1");
	assert_false(textedit_modified(&w.m.editor.text));
	/* another file is not overwritten without a question either */
	char *other = mem_printf("%s/other.sql", w.dir);
	assert_int_equal(file_write(other, slice_str("x"), 0644, &err), 0);
	assert_int_equal(editor_save(&w.m, other, false), -1);
	assert_non_null(strstr(w.m.question, "exists"));
	press(&w, "y");
	assert_string_equal(w.m.editor.path, other);
	/* a whole path, typed behind the folder that was offered */
	char *third = mem_printf("%s/third.sql", w.dir), *typed = mem_printf("queries/%s", third);
	assert_int_equal(editor_save(&w.m, typed, false), 0);
	assert_string_equal(w.m.editor.path, third);
	buf_release(&b);
	mem_free(path);
	mem_free(other);
	mem_free(third);
	mem_free(typed);
	world_release(&w);
}

static void a_statement_runs_at_its_place(void **state)
{
	struct world w;
	struct job_spec spec;
	(void)state;
	begin(&w, slice_str("-- param n: integer = 2\nselect 1;\n  select :n\nfrom t; select 3"));
	textedit_goto(&w.m.editor.text, 40, false); /* in the second */
	press(&w, "C-r");
	assert_int_equal(w.m.wants.submit, SUBMIT_RUN);
	model_spec(&w.m, &spec);
	assert_string_equal(spec.sql, "-- param n: integer = 2\n\n  select 2\nfrom t");
	world_release(&w);
}

static void unsaved_text_survives(void **state)
{
	struct world w;
	char *dir;
	(void)state;
	begin(&w, slice_str(""));
	dir = mem_printf("%s/kept", w.dir);
	editor_keep_begin(&w.m, dir);
	assert_int_equal(editor_keep_tick(&w.m), -1);
	type(&w, "select 1");
	assert_int_equal(editor_keep_tick(&w.m), 2000);
	w.m.now_ms += 2000;
	assert_int_equal(editor_keep_tick(&w.m), -1); /* written */
	editor_keep_end(&w.m);                        /* as by a signal: nobody said quit */
	editor_reset(&w.m.editor);
	editor_keep_begin(&w.m, dir);
	assert_non_null(strstr(w.m.question, "Unsaved text of a new query"));
	press(&w, "n");
	model_command(&w.m, "restore"); /* it is still there */
	assert_int_equal(w.m.screen, SCREEN_EDITOR);
	assert_string_equal(w.m.editor.text.text, "select 1");
	assert_true(textedit_modified(&w.m.editor.text));
	press(&w, "C-z");
	assert_string_equal(w.m.editor.text.text, "");
	assert_int_equal(editor_keep_tick(&w.m), -1); /* back to what is saved: nothing to keep */
	editor_keep_end(&w.m);
	editor_keep_begin(&w.m, dir);
	assert_string_equal(w.m.question, "");
	model_command(&w.m, "restore");
	assert_non_null(strstr(w.m.toast, "No session"));
	editor_keep_end(&w.m);
	mem_free(dir);
	world_release(&w);
}

/* Any keys, in any order, at any size: what was typed can be undone to the start, and nothing
 * breaks (under the sanitizers above all). */
static void takes_any_keys(void **state)
{
	static const char *const keys[] = {"C-Space", "Tab", "Tab", "Enter", "Esc", "Up", "Down",
	        "Left", "Right", "S-Up", "S-Down", "S-Left", "S-Right", "C-Left", "C-Right", "Home",
	        "End", "C-Home", "C-End", "PageUp", "PageDown", "Backspace", "Backspace",
	        "C-Backspace", "Delete", "C-f", "F3", "S-F3", "M-n", "M-r", "M-f", "M-;", "M-g",
	        "M-s", "M-d", "M-Up", "M-Down", "M-Right", "S-Tab", "C-c", "C-x", "C-v", "C-a",
	        "C-z", "C-y", "C-_", "WheelUp", "WheelDown", "y", "n", "a", "1"};
	static const char *const texts[] = {"SELECT ", " FROM reddit.", "c.", ":", "\"", "'", "(",
	        ")", "/*", "*/", "--", ";\n", "WITH x AS (", "漢字 ", "\xff\xfe", "\t", " re", "co",
	        "\n", "{-"};
	static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 60}, {300, 24}, {79, 24}};
	struct world w;
	unsigned seed = 5;
	(void)state;
	begin(&w, slice_str("select 1"));
	for (int i = 0; i < 6000; i++) {
		seed = seed * 1103515245u + 12345;
		unsigned r = seed >> 16;
		if (r % 3 == 0) {
			const char *t = texts[(r >> 4) % (sizeof texts / sizeof *texts)];
			model_key(&w.m, &(struct key){.code = K_PASTE, .text = slice_str(t)});
		} else if (r % 3 == 1)
			type(&w, (char[]){(char)('a' + (r >> 4) % 26), '\0'});
		else if (prompt_is_open()) /* its keys are readline's, which leaks a search given up
		                            */
			press(&w, r & 256 ? "Enter" : "Esc");
		else
			press(&w, keys[(r >> 4) % (sizeof keys / sizeof *keys)]);
		if (w.m.screen != SCREEN_EDITOR)
			model_go(&w.m, SCREEN_EDITOR);
		if (w.m.editor.text.len > 100000)
			textedit_undo(&w.m.editor.text);
		if (r & 64) {
			world_settle(&w);
			world_draw(&w, sizes[(r >> 8) % 5][0], sizes[(r >> 8) % 5][1]);
		}
		struct textedit *t = &w.m.editor.text;
		assert_true(t->cursor <= t->len && t->anchor <= t->len);
	}
	press(&w, "Esc");
	prompt_close();
	while (textedit_undo(&w.m.editor.text))
		;
	assert_string_equal(w.m.editor.text.text, "select 1");
	world_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(large_texts_stay_instant),
	        cmocka_unit_test(a_long_line_is_quick),
	        cmocka_unit_test(scrolls_to_the_right),
	        cmocka_unit_test(saving_notices_other_writers),
	        cmocka_unit_test(a_statement_runs_at_its_place),
	        cmocka_unit_test(unsaved_text_survives),
	        cmocka_unit_test(takes_any_keys),
	};
	return cmocka_run_group_tests_name("editor", tests, NULL, NULL);
}
