/*
 * Every action of the table, on every screen where it has a key, by each of its keys and by its
 * name as a command: it changes what is seen, asks, or wants something of the outside; where it
 * cannot, it says why. A key that does nothing and says nothing is a fault; but moves at an edge
 * are silent.
 *
 * Much depends on where one stands (up does nothing on the first line), so an action is tried from
 * several places, each in a workbench of its own, until it does something.
 */
#include "tests/unit/test.h"

#include "tests/unit/world.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <locale.h>
#include <unistd.h>

#include "base/ban.h"

/* Keys that lead to a place from which an action may have something to do. */
static const char *const places[] = {
        "",
        "Down Down Right Right",
        "G",
        "Down Tab",
        "Enter",
        "Down Enter Down",
        "/ e Enter",
        "s",
        "F",
        "+",
        "Space Down Space",
        "Right",
        "Right Down Right Down",
        "u",
        "C-End",
        "C-End x",
        "C-a",
        "C-a C-c",
        "C-End x C-z",
        "C-f e Enter",
        "C-Home",
        "S-Right S-Right",
        "Down Down S-Down",
        "v",
        "t",
        "-",
        "Right Right Right",
        "c",
        "d",
        "a b C-a C-c",
};
#define N_PLACES (sizeof places / sizeof *places)

/* Going where one is, and moves at an edge. */
static bool may_rest(enum action a, int screen)
{
	return (a >= ACT_UP && a <= ACT_PREV_PANE) ||
	       (a >= ACT_GO_QUERIES && a <= ACT_GO_SCHEMA && (int)a - ACT_GO_QUERIES == screen) ||
	       (a == ACT_EDIT && screen == SCREEN_EDITOR);
}

/* Arguments for commands that need one. */
static const struct {
	enum action id;
	const char *arg;
} arguments[] = {
        {ACT_SET, "min_score=3"},
        {ACT_OPEN, "queries/a-plain.sql"},
        {ACT_RECIPE, "alpaca-like"},
        {ACT_DATABASE, "other"},
        {ACT_THEME, "light"},
        {ACT_FORMAT, "alpaca"},
        {ACT_COMPRESS, "gzip"},
        {ACT_SHARDS, "10"},
        {ACT_SPLIT, "0.2"},
        {ACT_SEED, "7"},
        {ACT_GOTO, "2"},
};

static const char *argument_of(enum action a)
{
	for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++)
		if (arguments[i].id == a)
			return arguments[i].arg;
	return NULL;
}

static void press(struct world *w, const char *name)
{
	struct key k;
	assert_true(key_parse(name, &k));
	model_key(&w->m, &k);
}

static void press_all(struct world *w, const char *names)
{
	char name[24];
	for (size_t n; *(names += strspn(names, " ")); names += n) {
		n = strcspn(names, " ");
		snprintf(name, sizeof name, "%.*s", (int)n, names);
		press(w, name);
		world_settle(w);
	}
}

/* All that can be seen, and all that is wanted of the outside. */
static void observe(struct world *w, struct buf *out)
{
	const struct wants *v = &w->m.wants;
	world_settle(w);
	world_draw(w, 120, 40);
	buf_clear(out);
	grid_dump(&w->drawn, out);
	grid_dump_styles(&w->drawn, out);
	buf_printf(out, "%d %d,%d screen %d\n", w->drawn.cursor, w->drawn.cur_x, w->drawn.cur_y,
	        (int)w->m.screen);
	buf_printf(out, "quit %d suspend %d redraw %d editor %d cancel %d submit %d copy %s\n",
	        v->quit, v->suspend, v->redraw, v->external_editor, v->cancel, (int)v->submit,
	        v->copy ? v->copy : "");
	buf_printf(out, "theme %s stats %d\n", v->theme ? v->theme : "", v->stats);
	buf_printf(out, "toast %s\nquestion %s\nprompt %d\n", w->m.toast, w->m.question,
	        prompt_is_open());
}

static void stand(struct world *w, int screen, const char *place)
{
	world_init(w, slice_str("plain words"));
	model_go(&w->m, (enum screen_id)screen);
	world_settle(w);
	press_all(w, place);
	if (w->m.question[0] || prompt_is_open())
		press(w, "Esc");
	if (w->m.screen != (enum screen_id)screen)
		model_go(&w->m, (enum screen_id)screen);
	w->m.toast[0] = '\0';
	w->m.now_ms += 5000;
	w->m.wants.submit = SUBMIT_NONE;
	w->m.wants.quit = w->m.wants.redraw = w->m.wants.suspend = w->m.wants.cancel = false;
	mem_free(w->m.wants.copy);
	w->m.wants.copy = NULL;
}

/* key NULL: as a command. */
static bool does_something(
        const struct action_info *a, int screen, const char *place, const char *key)
{
	struct world w;
	struct buf before, after;
	buf_init(&before, BUF_NO_LIMIT);
	buf_init(&after, BUF_NO_LIMIT);
	stand(&w, screen, place);
	observe(&w, &before);
	if (key)
		press(&w, key);
	else {
		const char *arg = argument_of(a->id);
		char *line = mem_printf("%s%s%s", a->name, arg ? " " : "", arg ? arg : "");
		model_command(&w.m, line);
		mem_free(line);
	}
	observe(&w, &after);
	bool changed = !slice_eq(buf_slice(&before), buf_slice(&after));
	prompt_close();
	world_release(&w);
	buf_release(&before);
	buf_release(&after);
	return changed;
}

static bool somewhere(const struct action_info *a, int screen, const char *key)
{
	for (size_t i = 0; i < N_PLACES; i++)
		if (does_something(a, screen, places[i], key))
			return true;
	return false;
}

static int try_keys(const struct action_info *a, int screen)
{
	const char *keys = a->keys;
	char key[24];
	int faults = 0;
	for (size_t n; *(keys += strspn(keys, " ")); keys += n) {
		n = strcspn(keys, " ");
		snprintf(key, sizeof key, "%.*s", (int)n, keys);
		if (may_rest(a->id, screen) || somewhere(a, screen, key))
			continue;
		print_message("# %s: %s (%s) does nothing and says nothing\n",
		        screen_name((enum screen_id)screen), key, a->name);
		faults++;
	}
	return faults;
}

static void every_key_does_something_or_says_why(void **state)
{
	int faults = 0;
	(void)state;
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++)
		for (int s = 0; s < SCREEN_COUNT; s++)
			if (a->screens & 1u << s)
				faults += try_keys(a, s);
	assert_int_equal(faults, 0);
}

static void every_command_does_something_or_says_why(void **state)
{
	int faults = 0;
	(void)state;
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++)
		for (int s = 0; s < SCREEN_COUNT; s++)
			if (!may_rest(a->id, s) && !somewhere(a, s, NULL)) {
				print_message("# %s: :%s does nothing and says nothing\n",
				        screen_name((enum screen_id)s), a->name);
				faults++;
			}
	assert_int_equal(faults, 0);
}

/* What the help promises, for what can be told in a word. */
static void actions_do_what_they_are_named_for(void **state)
{
	enum { GOES, QUITS, STOPS, REDRAWS, COPIES, SUBMITS, EDITS, ASKS };
	static const struct {
		int screen;
		const char *place, *key;
		int does, to;
	} t[] = {
	        {SCREEN_QUERIES, "", "q", QUITS, 0},
	        {SCREEN_HELP, "", "q", QUITS, 0},
	        {SCREEN_RUN, "", "C-z", STOPS, 0},
	        {SCREEN_TABLE, "", "C-l", REDRAWS, 0},
	        {SCREEN_QUERIES, "", "y", COPIES, 0},
	        {SCREEN_TABLE, "Down", "y", COPIES, 0},
	        {SCREEN_TABLE, "Down", "Y", COPIES, 0},
	        {SCREEN_RUN, "v", "y", COPIES, 0},
	        {SCREEN_QUERIES, "", "Enter", SUBMITS, 0},
	        {SCREEN_QUERIES, "", "F5", SUBMITS, 0},
	        {SCREEN_RUN, "", "r", SUBMITS, 0},
	        {SCREEN_EDITOR, "", "C-e", EDITS, 0},
	        {SCREEN_QUERIES, "", "?", GOES, SCREEN_HELP},
	        {SCREEN_EDITOR, "", "F1", GOES, SCREEN_HELP},
	        {SCREEN_QUERIES, "", "L", GOES, SCREEN_LOG},
	        {SCREEN_QUERIES, "", "p", GOES, SCREEN_PARAMS},
	        {SCREEN_QUERIES, "", "e", GOES, SCREEN_EDITOR},
	        {SCREEN_QUERIES, "", "n", GOES, SCREEN_EDITOR},
	        {SCREEN_RUN, "", "p", GOES, SCREEN_PREVIEW},
	        {SCREEN_RUN, "", "Enter", GOES, SCREEN_PREVIEW},
	        {SCREEN_RUN, "", "w", GOES, SCREEN_EXPORT},
	        {SCREEN_TUNE, "", "w", GOES, SCREEN_EXPORT},
	        {SCREEN_PREVIEW, "", "e", GOES, SCREEN_EDITOR},
	        {SCREEN_EDITOR, "", "Esc", GOES, SCREEN_QUERIES},
	        {SCREEN_QUERIES, "", ":", ASKS, 0},
	        {SCREEN_QUERIES, "", "/", ASKS, 0},
	        {SCREEN_EDITOR, "", "C-f", ASKS, 0},
	        {SCREEN_EDITOR, "", "F2", ASKS, 0},
	        {SCREEN_LOG, "", "/", ASKS, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct world w;
		stand(&w, t[i].screen, t[i].place);
		const struct wants *v = &w.m.wants;
		press(&w, t[i].key);
		const bool did[] = {(int)w.m.screen == t[i].to, v->quit, v->suspend, v->redraw,
		        v->copy && v->copy_len > 0, v->submit == SUBMIT_RUN, v->external_editor,
		        prompt_is_open()};
		if (!did[t[i].does])
			fail_msg("%s: %s", screen_name((enum screen_id)t[i].screen), t[i].key);
		prompt_close();
		world_release(&w);
	}
}

static void the_numbers_lead_to_the_screens(void **state)
{
	(void)state;
	for (int from = 0; from < SCREEN_COUNT; from++)
		for (int s = SCREEN_QUERIES; s <= SCREEN_SCHEMA; s++) {
			struct world w;
			char key[8];
			stand(&w, from, "");
			snprintf(key, sizeof key, "M-%d", s + 1);
			press(&w, key);
			assert_int_equal(w.m.screen, s);
			world_release(&w);
		}
}

static void favourites_of_other_folders_stay(void **state)
{
	struct world w;
	struct buf b;
	(void)state;
	world_init(&w, slice_str("plain words"));
	w.cfg.state_dir = w.dir;
	char *path = file_join(w.dir, "favourites");
	assert_int_equal(file_write(path, slice_str("elsewhere"), 0600, NULL), 0);
	queries_favourite(&w.m);
	buf_init(&b, 1000);
	assert_int_equal(file_read(path, &b, NULL), 0);
	assert_non_null(strstr(buf_str(&b), queries_selected(&w.m)->file->name));
	assert_non_null(strstr(buf_str(&b), "elsewhere\n"));
	buf_release(&b);
	unlink(path);
	mem_free(path);
	w.cfg.state_dir = NULL;
	world_release(&w);
}

static void a_runs_files_stay_in_the_folder(void **state)
{
	struct run r = {.name = mem_strdup("../../etc/x")};
	char *path = run_file(&r, ".jsonl");
	(void)state;
	assert_string_equal(path, "./..-..-etc-x.jsonl");
	mem_free(path);
	mem_free(r.name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_numbers_lead_to_the_screens),
	        cmocka_unit_test(actions_do_what_they_are_named_for),
	        cmocka_unit_test(every_key_does_something_or_says_why),
	        cmocka_unit_test(every_command_does_something_or_says_why),
	        cmocka_unit_test(favourites_of_other_folders_stay),
	        cmocka_unit_test(a_runs_files_stay_in_the_folder),
	};
	setenv("INPUTRC", "/dev/null", 1);
	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("actions", tests, NULL, NULL);
}
