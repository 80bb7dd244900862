/* Title, status line and footer around the screens; questions; a terminal that is too small. */
#include "ui/parts.h"

#include "base/fmt.h"
#include "base/utf8.h"
#include "ui/prompt.h"

#include <stdio.h>

#include "base/ban.h"

const struct screen_ops *screen_find(enum screen_id s)
{
	static const struct screen_ops *const all[SCREEN_COUNT] = {&screen_queries, &screen_editor,
	        &screen_run, &screen_preview, &screen_write, &screen_params, &screen_help,
	        &screen_log};
	return all[s];
}

static int draw_tab(const struct pane *p, int x, enum screen_id s, bool here, enum action a)
{
	struct style number = STB(here ? FG_ACCENT : FG_DIM, BG_BAR);
	struct style name = {here ? FG_STRONG : FG_DIM, BG_BAR, here ? AT_UNDERLINE : 0};
	int start = x;
	x += put_fmt(p, x, 0, number, "%d ", (int)s + 1);
	x += put_str(p, x, 0, name, screen_name(s));
	put_hit(p, start, 0, x - start, 1, a, 0);
	return x + 2;
}

/* Tabs left; where we are, the database and what this session cost right. */
static void draw_title(struct model *m, const struct pane *p)
{
	char cost[FMT_SIZE], right[256];
	put_fill(p, 0, 0, p->w, 1, STB(FG_TEXT, BG_BAR), " ");
	int x = 1;
	for (int s = SCREEN_QUERIES; s <= SCREEN_WRITE; s++)
		x = draw_tab(p, x, (enum screen_id)s, m->screen == (enum screen_id)s,
		        (enum action)(ACT_GO_QUERIES + s));
	if (m->screen > SCREEN_WRITE)
		x += put_str(p, x, 0, (struct style){FG_STRONG, BG_BAR, AT_UNDERLINE},
		             screen_name(m->screen)) +
		     2;
	bool billed = model_running(m) && !model_is_local(m);
	short_money(cost, sizeof cost, m->session_cost + (billed ? m->run.p.cost : 0));
	snprintf(right, sizeof right, "%s · %s · %s ", m->where, m->database ? m->database : "",
	        cost);
	/* "local: 127.0.0.1:41234" gives way to "local", that to nothing. */
	if (x + utf8_width(slice_str(right)) > p->w && model_is_local(m))
		snprintf(right, sizeof right, "local · %s · %s ", m->database ? m->database : "",
		        cost);
	if (x + utf8_width(slice_str(right)) > p->w)
		snprintf(right, sizeof right, "%s · %s ", m->database ? m->database : "", cost);
	put_right(p, p->w, 0, STB(FG_DIM, BG_BAR), right);
}

/* Whether a key does something now: the footer shows no others. */
static bool counts(struct model *m, enum action a)
{
	bool live = model_running(m) || m->write.state == RUN_LIVE;
	bool rows = m->run.state == RUN_DONE && m->run.spool;
	switch (a) {
	case ACT_CANCEL: return live;
	case ACT_WRITE: return rows && !(m->screen == SCREEN_WRITE && m->write.state == RUN_LIVE);
	case ACT_REPORT: return m->run.report != NULL;
	case ACT_PREVIEW: return model_running(m) || m->run.state == RUN_DONE || m->preview.n;
	case ACT_RUN:
		return !live && (m->screen == SCREEN_QUERIES || m->screen == SCREEN_EDITOR ||
		                        m->screen == SCREEN_PARAMS || m->run.state != RUN_NONE);
	case ACT_NEXT:
	case ACT_PREV:
	case ACT_RANDOM:
	case ACT_LINE:
	case ACT_ONLY_CHANGED:
	case ACT_ONLY_REJECTED: return m->preview.n > 0;
	case ACT_ENTER: return m->screen == SCREEN_PARAMS || rows;
	default: return true;
	}
}

/* "key label", as wide as hint_width says. */
static int hint_width(const struct action_info *a, enum screen_id s)
{
	char key[24];
	keys_label(a, s, key);
	return *key && *a->label ? utf8_width(slice_str(key)) + 1 + utf8_width(slice_str(a->label))
	                         : 0;
}

static void draw_hint(const struct pane *p, int x, const struct action_info *a, enum screen_id s)
{
	char key[24];
	int y = p->h - 1;
	keys_label(a, s, key);
	put_hit(p, x, y, hint_width(a, s), 1, (int)a->id, 0);
	x += put_str(p, x, y, STB(FG_ACCENT, BG_BAR), key) + 1;
	put_str(p, x, y, STB(FG_DIM, BG_BAR), a->label);
}

/* What fits, the table's order; help always, at the right end. */
static void draw_footer(struct model *m, const struct pane *p)
{
	int x = 1, right = p->w - 1;
	enum action done = ACT_NONE;
	put_fill(p, 0, p->h - 1, p->w, 1, STB(FG_TEXT, BG_BAR), " ");
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++)
		if (a->id == ACT_HELP && hint_width(a, m->screen)) {
			right -= hint_width(a, m->screen);
			draw_hint(p, right, a, m->screen);
			right -= 2;
		}
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++) {
		int w = hint_width(a, m->screen);
		if (w == 0 || a->id == done || a->id == ACT_HELP || !counts(m, a->id) ||
		        x + w > right)
			continue;
		draw_hint(p, x, a, m->screen);
		x += w + 2;
		done = a->id;
	}
}

/* The line above the footer: a question, the prompt, or the newest message. */
static void draw_status(struct model *m, const struct pane *p)
{
	int y = p->h - 2;
	if (m->question[0]) {
		int x = put_fit(p, 1, y, p->w - 18, STA(FG_WARN, AT_BOLD), slice_str(m->question)) +
		        2;
		x += put_str(p, x, y, ST(FG_ACCENT), "y") + 1;
		x += put_str(p, x, y, ST(FG_DIM), "yes") + 2;
		x += put_str(p, x, y, ST(FG_ACCENT), "n") + 1;
		put_str(p, x, y, ST(FG_DIM), "no");
	} else if (prompt_is_open())
		prompt_draw(p, y);
	else if (m->toast[0])
		put_fit(p, 1, y, p->w - 2, ST(m->toast_fg), slice_str(m->toast));
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
	struct pane all = pane_all(g), body = pane_sub(&all, 0, 1, g->w, g->h - 3);
	m->w = g->w;
	m->h = g->h;
	if (g->w < MIN_W || g->h < MIN_H) {
		draw_too_small(m, &all);
		return;
	}
	screen_find(m->screen)->draw(m, &body);
	draw_title(m, &all);
	draw_footer(m, &all);
	draw_status(m, &all);
}
