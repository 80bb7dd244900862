/* Title, status line and footer around the screens; questions; a terminal that is too small. */
#include "ui/parts.h"

#include "base/fmt.h"
#include "base/utf8.h"
#include "ui/prompt.h"
#include "ui/wrap.h"

#include <stdio.h>

#include "base/ban.h"

#define HEAD_H 2 /* title bar, tabs */

const struct screen_ops *screen_find(enum screen_id s)
{
	static const struct screen_ops *const all[SCREEN_COUNT] = {&screen_queries, &screen_editor,
	        &screen_run, &screen_tune, &screen_preview, &screen_table, &screen_export,
	        &screen_runs, &screen_schema, &screen_params, &screen_log, &screen_help};
	return all[s];
}

/* The screens by number; where all names fit with room, with more of it. */
static void draw_tabs(struct model *m, const struct pane *p)
{
	int x = 1, gap = p->w >= 100 ? 3 : 1;
	for (int s = SCREEN_QUERIES; s <= SCREEN_SCHEMA; s++) {
		bool here = m->screen == (enum screen_id)s;
		int start = x;
		x += put_fmt(p, x, 1, ST(FG_ACCENT), "%d ", s + 1);
		x += put_str(p, x, 1, here ? STA(FG_STRONG, AT_REVERSE) : ST(FG_DIM),
		        screen_name((enum screen_id)s));
		put_hit(p, start, 1, x - start, 1, ACT_GO_QUERIES + s, 0);
		x += gap;
	}
	if (m->screen > SCREEN_SCHEMA && x + 14 < p->w)
		put_str(p, x + 1, 1, STA(FG_STRONG, AT_REVERSE), screen_name(m->screen));
	if (m->runs.n > 1) {
		char which[32];
		snprintf(which, sizeof which, "[ run %zu/%zu ]", runs_index(m), m->runs.n);
		if (x + 30 < p->w)
			put_right(p, p->w - 1, 1, ST(FG_DIM), which);
	}
}

/* Whether a key does something now: the footer shows no others. */
static bool counts(struct model *m, enum action a)
{
	const struct screen_ops *s = screen_find(m->screen);
	bool live = model_running(m) || m->write.state == RUN_LIVE;
	if (s->counts && !s->counts(m, a))
		return false;
	switch (a) {
	case ACT_CANCEL: return live;
	case ACT_WRITE: return run_has_rows(m->run);
	case ACT_RUN:
		return m->screen == SCREEN_QUERIES || m->screen == SCREEN_EDITOR ||
		       m->screen == SCREEN_PARAMS || m->screen == SCREEN_RUNS ||
		       run_is_over(m->run);
	case ACT_EDIT:
		return m->screen == SCREEN_QUERIES || m->screen == SCREEN_RUNS ||
		       m->run->state != RUN_NONE;
	default: return true;
	}
}

/* "key label", as wide as hint_width says. */
static int hint_width(const struct model *m, const struct action_info *a)
{
	char key[24];
	keymap_label(m->keymap, a, m->screen, key);
	return *key && *a->label ? utf8_width(slice_str(key)) + 1 + utf8_width(slice_str(a->label))
	                         : 0;
}

static void draw_hint(
        const struct model *m, const struct pane *p, int x, const struct action_info *a)
{
	char key[24];
	int y = p->h - 1;
	keymap_label(m->keymap, a, m->screen, key);
	put_hit(p, x, y, hint_width(m, a), 1, (int)a->id, 0);
	x += put_str(p, x, y, STB(FG_ACCENT, BG_BAR), key) + 1;
	put_str(p, x, y, STB(FG_DIM, BG_BAR), a->label);
}

/* Keys that are no actions: of a question, of the line that is typed. NULL-ended pairs. */
static void draw_words(const struct pane *p, const char *const *word)
{
	int x = 1, y = p->h - 1;
	for (; *word; word += 2) {
		x += put_str(p, x, y, STB(FG_ACCENT, BG_BAR), word[0]) + 1;
		x += put_str(p, x, y, STB(FG_DIM, BG_BAR), word[1]) + 2;
	}
}

static const char *const *words_now(const struct model *m)
{
	static const char *const question[] = {"y", "yes", "n", "no", "Esc", "no", NULL};
	static const char *const command[] = {
	        "Enter", "do it", "Tab", "complete", "↑ ↓", "history", "Esc", "give up", NULL};
	static const char *const text[] = {"Enter", "done", "Esc", "give up", NULL};
	if (m->question[0])
		return question;
	if (!prompt_is_open())
		return NULL;
	return m->ask_arg ? text : command;
}

/* What fits, the table's order; help always, at the right end. */
static void draw_footer(struct model *m, const struct pane *p)
{
	int x = 1, right = p->w - 1;
	enum action done = ACT_NONE;
	put_fill(p, 0, p->h - 1, p->w, 1, STB(FG_TEXT, BG_BAR), " ");
	if (words_now(m)) {
		draw_words(p, words_now(m));
		return;
	}
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++)
		if (a->id == ACT_HELP && hint_width(m, a)) {
			right -= hint_width(m, a);
			draw_hint(m, p, right, a);
			right -= 2;
		}
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++) {
		int w = hint_width(m, a);
		if (w == 0 || a->id == done || a->id == ACT_HELP || !counts(m, a->id) ||
		        x + w > right)
			continue;
		draw_hint(m, p, x, a);
		x += w + 2;
		done = a->id;
	}
}

/* The line that is typed; above it the commands that fit, or what completion found. */
static void draw_prompt(const struct model *m, const struct pane *p, int y)
{
	bool command = m->ask == ACT_COMMAND && !m->ask_arg;
	bool argument = strchr(prompt_text(), ' ') != NULL;
	prompt_draw(p, y);
	if ((argument || !command) && prompt_draw_words(p, y - 1))
		y--;
	else if (m->toast[0] && !command) { /* why the line is open again */
		put_fill(p, 0, y - 1, p->w, 1, ST(FG_TEXT), " ");
		put_fit(p, 1, y - 1, p->w - 2, ST(m->toast_fg), slice_str(m->toast));
	}
	if (command)
		command_hints(m, p, y - 1);
}

/* "3 of 17": in the editor letters are text, so that other keys go on. */
static void draw_found(struct model *m, const struct pane *p, int x, int y)
{
	char words[96], of[FMT_SIZE];
	size_t at, n = editor_found(m, &at);
	const char *more = n >= FOUND_MAX ? " or more" : "";
	fmt_thousands(of, (int64_t)n);
	if (at)
		snprintf(words, sizeof words, "%zu of %s%s", at, of, more);
	else if (n)
		snprintf(words, sizeof words, "%s%s in the text", of, more);
	else
		snprintf(words, sizeof words, "not in the text");
	x += put_str(p, x, y, ST(n ? FG_STRONG : FG_WARN), words) + 2;
	put_str(p, x, y, ST(FG_DIM), "F3 next  Alt-n previous  Esc ends");
}

/* Two lines for what is long: its end, mostly why something failed, is what counts. */
static void draw_toast(const struct model *m, const struct pane *p, int y)
{
	struct slice text = slice_str(m->toast);
	if (utf8_width(text) > p->w - 2) {
		struct pane lines = pane_sub(p, 1, y - 1, p->w - 2, 2);
		put_fill(p, 0, y - 1, p->w, 2, ST(FG_TEXT), " ");
		put_wrapped(&lines, ST(m->toast_fg), text, 0);
	} else
		put_fit(p, 1, y, p->w - 2, ST(m->toast_fg), text);
}

/* The line above the footer: a question, the prompt, or the newest message. */
static void draw_status(struct model *m, const struct pane *p)
{
	int y = p->h - 2;
	const char *word = model_search_word(m);
	if (m->question[0]) {
		int x = put_fit(p, 1, y, p->w - 18, STA(FG_WARN, AT_BOLD), slice_str(m->question)) +
		        2;
		put_hit(p, x, y, 5, 1, ACT_YES, 0);
		put_hit(p, x + 7, y, 4, 1, ACT_NO, 0);
		x += put_str(p, x, y, ST(FG_ACCENT), "y") + 1;
		x += put_str(p, x, y, ST(FG_DIM), "yes") + 2;
		x += put_str(p, x, y, ST(FG_ACCENT), "n") + 1;
		put_str(p, x, y, ST(FG_DIM), "no");
	} else if (prompt_is_open())
		draw_prompt(m, p, y);
	else if (m->toast[0])
		draw_toast(m, p, y);
	else if (word) {
		int x = 1 + put_str(p, 1, y, ST(FG_ACCENT), "/");
		x += put_fit(p, x, y, p->w / 2, ST(FG_TEXT), slice_str(word));
		if (m->screen == SCREEN_EDITOR)
			draw_found(m, p, x + 2, y);
		else
			put_str(p, x + 2, y, ST(FG_DIM), "n next  N previous  Esc ends");
	} else if (m->screen == SCREEN_EDITOR)
		editor_hint(m, p, y);
}

static void draw_too_small(struct model *m, const struct pane *p)
{
	char size[64];
	const char *line[] = {"The window is too small.", size,
	        model_running(m) ? "The query goes on." : "Enlarge it, or press q to quit."};
	snprintf(size, sizeof size, "It has %d×%d; %d×%d is needed.", p->w, p->h, MIN_W, MIN_H);
	int y = p->h > 3 ? (p->h - 3) / 2 : 0;
	for (int i = 0; i < 3; i++) {
		int x = (p->w - utf8_width(slice_str(line[i]))) / 2;
		put_str(p, x > 0 ? x : 0, y + i, ST(i ? FG_DIM : FG_STRONG), line[i]);
	}
	if (m->question[0])
		draw_status(m, p);
}

void model_draw(struct model *m, struct grid *g)
{
	grid_clear(g);
	struct pane all = pane_all(g), body = pane_sub(&all, 0, HEAD_H, g->w, g->h - HEAD_H - 2);
	m->w = g->w;
	m->h = g->h;
	if (g->w < MIN_W || g->h < MIN_H) {
		draw_too_small(m, &all);
		return;
	}
	screen_find(m->screen)->draw(m, &body);
	put_joints(&body);
	search_highlight(m, &body);
	tour_draw(m, &body);
	draw_title_bar(m, &all);
	draw_tabs(m, &all);
	draw_footer(m, &all);
	draw_status(m, &all);
}
