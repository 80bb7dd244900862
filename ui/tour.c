/* The tour: a small panel that says what to do next, and goes on when it was done. Keys are not
 * caught, but Esc, which ends it. */
#include "ui/parts.h"

#include "base/fmt.h"
#include "base/utf8.h"
#include "ui/wrap.h"

#include <stdio.h>

#include "base/ban.h"

enum step { STEP_PICK, STEP_RUN, STEP_WATCH, STEP_TUNE, STEP_PREVIEW, STEP_EXPORT, STEP_END };

/* {name} is the key of that action. */
static const struct {
	const char *title, *text;
} steps[] = {
        [STEP_PICK] = {"pick",
                "Each line is a query. {down} goes to the next one; its SQL is shown, too. "
                "{parameters} sets its parameters, {edit} opens it in the editor."},
        [STEP_RUN] = {"run",
                "{run} runs the query that is chosen. On the embedded engine nothing is "
                "billed."},
        [STEP_WATCH] = {"watch",
                "The bars are stages: they overlap. Bytes, rows and dollars count as "
                "they come. This goes on when the run is done."},
        [STEP_TUNE] = {"tune",
                "{tune} shows the recipe's rules on these rows. {toggle} switches one, "
                "{less} {more} turn a bound: the counts follow at once."},
        [STEP_PREVIEW] = {"preview",
                "{preview} shows what cleaning does to a row. {next} is the next "
                "one, {line} the finished line."},
        [STEP_EXPORT] = {"export",
                "{export} is where training examples are written: choose file and "
                "format, then {write} writes."},
        [STEP_END] = {"done",
                "That was the whole way. {help} has all keys of a screen, {command} all "
                "commands; :tour begins this again."},
};
static const char failed[] = "The run did not end well: the screen says why. {edit} edits the SQL, "
                             "{run} runs it again; {queries} leads back to the queries.";
static const char billed[] = "{run} runs the query that is chosen, on Athena: it is billed by the "
                             "bytes that it scans, $%.2f per TB.";

void tour_begin(struct model *m)
{
	m->tour = (struct tour){.on = true, .from = m->queries.table.at, .runs = m->runs.n};
	if (m->screen != SCREEN_QUERIES)
		model_go(m, SCREEN_QUERIES);
}

void tour_end(struct model *m)
{
	m->tour.on = false;
	model_toast(m, FG_DIM, "The tour is over; :tour begins it again");
}

static bool is_done(const struct model *m, int step)
{
	const struct tour *t = &m->tour;
	switch (step) {
	case STEP_PICK: return m->queries.table.at != t->from || t->picked || m->runs.n > t->runs;
	case STEP_RUN: return m->runs.n > t->runs;
	case STEP_WATCH: return run_has_rows(m->run);
	case STEP_TUNE: return t->tuned || t->previewed || t->wrote;
	case STEP_PREVIEW: return t->previewed || t->wrote;
	case STEP_EXPORT: return t->wrote;
	default: return false;
	}
}

void tour_saw(struct model *m, enum action a)
{
	struct tour *t = &m->tour;
	if (!t->on)
		return;
	t->picked |= a == ACT_EDIT || a == ACT_PARAMS || a == ACT_SET;
	if (m->screen == SCREEN_TUNE)
		t->tuned |= a == ACT_TOGGLE || (a >= ACT_LESS && a <= ACT_ADD_RULE);
	if (m->screen == SCREEN_PREVIEW)
		t->previewed |= a == ACT_NEXT || a == ACT_PREV || a == ACT_RANDOM || a == ACT_LINE;
}

static void advance(struct model *m)
{
	m->tour.wrote |= m->tour.step >= STEP_TUNE && m->write.state == RUN_DONE;
	while (m->tour.step < STEP_END && is_done(m, m->tour.step))
		m->tour.step++;
}

/* ---- drawing ---- */

struct words {
	char text[512];
	unsigned char key[512]; /* of a byte: part of a key's name */
	size_t len;
};

static void add(struct words *w, const char *s, size_t n, bool key)
{
	for (size_t i = 0; i < n && w->len + 1 < sizeof w->text; i++) {
		w->key[w->len] = key;
		w->text[w->len++] = s[i];
	}
	w->text[w->len] = '\0';
}

/* The key of an action: here, else where it has one. */
static void key_of(const struct model *m, const char *name, size_t n, char out[24])
{
	snprintf(out, 24, ":%.*s", (int)(n > 20 ? 20 : n), name);
	for (int pass = 0; pass < 2; pass++)
		for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++)
			for (int s = 0; s < SCREEN_COUNT; s++) {
				char label[24];
				if (strlen(a->name) != n || strncmp(a->name, name, n) != 0 ||
				        (pass == 0 && s != (int)m->screen))
					continue;
				keymap_label(m->keymap, a, (enum screen_id)s, label);
				if (*label) {
					memcpy(out, label, sizeof label);
					return;
				}
			}
}

static void make_words(const struct model *m, const char *text, struct words *w)
{
	w->len = 0;
	while (*text) {
		size_t n = strcspn(text, "{");
		add(w, text, n, false);
		text += n;
		if (*text != '{')
			continue;
		n = strcspn(++text, "}");
		char key[24];
		key_of(m, text, n, key);
		add(w, key, strlen(key), true);
		text += n + (text[n] == '}');
	}
}

static struct style words_style(void *arg, size_t offset)
{
	const struct words *w = arg;
	return w->key[offset] ? STA(FG_ACCENT, AT_BOLD) : ST(FG_TEXT);
}

static void draw_box(const struct pane *p, const char *title)
{
	put_fill(p, 0, 0, p->w, p->h, ST(FG_TEXT), " ");
	put_fill(p, 1, 0, p->w - 2, 1, ST(FG_FOCUS), "─");
	put_fill(p, 1, p->h - 1, p->w - 2, 1, ST(FG_FOCUS), "─");
	put_fill(p, 0, 1, 1, p->h - 2, ST(FG_FOCUS), "│");
	put_fill(p, p->w - 1, 1, 1, p->h - 2, ST(FG_FOCUS), "│");
	put_str(p, 0, 0, ST(FG_FOCUS), "╭");
	put_str(p, p->w - 1, 0, ST(FG_FOCUS), "╮");
	put_str(p, 0, p->h - 1, ST(FG_FOCUS), "╰");
	put_str(p, p->w - 1, p->h - 1, ST(FG_FOCUS), "╯");
	put_fmt(p, 2, 0, ST(FG_STRONG), " %s ", title);
}

static void draw_progress(const struct pane *p, int step)
{
	int x = 2;
	x += put_str(p, x, p->h - 1, ST(FG_TEXT), " ");
	for (int i = 0; i < STEP_END; i++)
		x += put_str(p, x, p->h - 1,
		        ST(i < step         ? FG_GOOD
		                : i == step ? FG_ACCENT
		                            : FG_DIM),
		        i < step    ? "✓ "
		        : i == step ? "● "
		                    : "○ ");
	put_right(p, p->w - 2, p->h - 1, ST(FG_DIM), " Esc ends the tour ");
	put_hit(p, p->w - 21, p->h - 1, 19, 1, ACT_BACK, 0);
}

static const char *text_of(const struct model *m, char *room, size_t size)
{
	int step = m->tour.step;
	bool over = run_is_over(m->run) && m->runs.n > m->tour.runs;
	if (step == STEP_WATCH && over && !run_has_rows(m->run))
		return failed;
	if (step != STEP_RUN || model_is_local(m))
		return steps[step].text;
	snprintf(room, size, billed, (double)m->cfg->price_per_tb / 1e6);
	return room;
}

#define BOX_W 58

void tour_draw(struct model *m, const struct pane *body)
{
	struct words w;
	char title[64], room[256];
	if (!m->tour.on || m->screen == SCREEN_HELP || m->screen == SCREEN_LOG)
		return;
	advance(m);
	make_words(m, text_of(m, room, sizeof room), &w);
	int lines = wrap_count(slice_of(w.text, w.len), BOX_W - 4);
	struct pane box =
	        pane_sub(body, body->w - BOX_W - 2, body->h - lines - 2, BOX_W, lines + 2);
	struct pane text = pane_sub(&box, 2, 1, BOX_W - 4, lines);
	if (m->tour.step < STEP_END)
		snprintf(title, sizeof title, "tour · %d of %d · %s", m->tour.step + 1, STEP_END,
		        steps[m->tour.step].title);
	else
		snprintf(title, sizeof title, "tour · %s", steps[m->tour.step].title);
	draw_box(&box, title);
	put_wrapped_as(&text, slice_of(w.text, w.len), 0, words_style, &w);
	draw_progress(&box, m->tour.step);
}
