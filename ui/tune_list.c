/* The left side of the tune screen: the rules with what each takes; and its head. */
#include "ui/tuner.h"

#include "base/fmt.h"
#include "base/utf8.h"
#include "ui/parts.h"

#include <stdio.h>

#include "base/ban.h"

static const char *const sections[] = {"drop, before cleaning", "clean", "keep, after cleaning"};

/* ---- the list of rules ---- */

/* Lines of the list: the steps, and a heading before each section. */
static int line_of(const struct recipe *r, size_t step)
{
	int headings = 0;
	for (size_t i = 0; i <= step; i++)
		headings += i == 0 || recipe_step(r, i)->kind != recipe_step(r, i - 1)->kind;
	return (int)step + headings;
}

static uint64_t takes(const struct funnel *f, const struct recipe_step *s, size_t i)
{
	return s->kind == STEP_CLEAN ? f->changed[i] : f->rejected[i];
}

/* Against the recipe in use: "+12", "−340"; "" when it is the same. */
static void change_words(const struct tune *t, size_t i, char *out, size_t size)
{
	const struct recipe_step *s = recipe_step(tuner_recipe(t), i), *old;
	ptrdiff_t k = recipe_find(t->d->accepted, s->name);
	int64_t before = 0, diff;
	char n[FMT_SIZE];
	if (k >= 0 && (old = recipe_step(t->d->accepted, (size_t)k))->kind == s->kind)
		before = (int64_t)takes(&t->counts->base, old, (size_t)k);
	diff = (int64_t)takes(&t->counts->now, s, i) - before;
	fmt_thousands(n, diff < 0 ? -diff : diff);
	snprintf(out, size, "%s%s", diff > 0 ? "+" : diff < 0 ? "−" : "", diff ? n : "");
}

struct columns_at { /* right ends of the list's columns; 0: not shown */
	int bound, takes, change, bar, bar_w;
};
static struct columns_at columns_of(int w)
{
	struct columns_at c = {0};
	c.bar_w = w >= 62 ? w >= 80 ? 16 : 10 : 0;
	c.bar = w - 2;
	c.change = c.bar_w ? c.bar - c.bar_w - 2 : w - 2;
	c.takes = c.change - 9;
	c.bound = c.takes - (w >= 62 ? 10 : 8);
	return c;
}

static void draw_heading(const struct pane *p, int y, enum step_kind kind, struct columns_at c)
{
	put_str(p, 1, y, ST(FG_DIM), sections[kind]);
	put_right(p, c.takes, y, ST(FG_DIM), kind == STEP_CLEAN ? "changes" : "drops");
	if (y == 0 || kind == STEP_DROP) {
		put_right(p, c.change, y, ST(FG_DIM), "±");
		if (c.bar_w)
			put_str(p, c.bar - c.bar_w, y, ST(FG_DIM), "rows left");
	}
}

static void draw_step(
        struct tune *t, const struct pane *p, int y, size_t i, struct columns_at c, uint64_t left)
{
	const struct recipe_step *s = recipe_step(tuner_recipe(t), i);
	struct style st = ST(s->active ? FG_TEXT : FG_DIM);
	char words[64], n[FMT_SIZE];
	bool counted = t->counts->rows > 0;
	put_str(p, 1, y, ST(s->active ? FG_GOOD : FG_DIM), s->active ? "●" : "○");
	put_hit(p, 0, y, p->w, 1, ACT_SELECT, (int)i);
	put_hit(p, 0, y, 3, 1, ACT_TOGGLE, (int)i + 1);
	tune_bound_words(s, words, sizeof words);
	/* a rule without a bound may use its column */
	int room = (*words ? c.bound - utf8_width(slice_str(words)) - 2 : c.takes - 8) - 3;
	put_fit(p, 3, y, room, st,
	        slice_str(utf8_width(slice_str(s->title)) <= room ? s->title : s->name));
	put_right(p, c.bound, y, ST(s->active ? FG_NUMBER : FG_DIM), words);
	if (!s->active)
		put_right(p, c.takes, y, ST(FG_DIM), "off");
	else if (counted)
		put_right(
		        p, c.takes, y, st, fmt_thousands(n, (int64_t)takes(&t->counts->now, s, i)));
	if (counted) {
		change_words(t, i, words, sizeof words);
		put_right(p, c.change, y, ST(FG_WARN), words);
	}
	if (c.bar_w && counted && s->kind != STEP_CLEAN && s->active)
		put_bar(p, c.bar - c.bar_w, y, c.bar_w, ST(FG_ACCENT), (double)left,
		        (double)t->counts->rows);
}

void tune_draw_list(struct tune *t, const struct pane *p)
{
	const struct recipe *r = tuner_recipe(t);
	size_t n = recipe_steps(r);
	struct columns_at c = columns_of(p->w);
	struct table lines = {.at = line_of(r, tuner_step(t)), .top = t->list.top};
	uint64_t left = t->counts->rows;
	if (tuner_step(t) == 0)
		lines.top = 0; /* with its heading */
	table_fit(&lines, line_of(r, n - 1) + 1, p->h);
	t->list.top = lines.top;
	t->list.page = p->h;
	for (size_t i = 0; i < n; i++) {
		const struct recipe_step *s = recipe_step(r, i);
		int y = line_of(r, i) - lines.top;
		if (s->kind != STEP_CLEAN)
			left -= t->counts->now.rejected[i];
		if ((i == 0 || recipe_step(r, i - 1)->kind != s->kind) && y > 0 && y <= p->h)
			draw_heading(p, y - 1, s->kind, c);
		if (y < 0 || y >= p->h)
			continue;
		draw_step(t, p, y, i, c, left);
		if (i == tuner_step(t)) {
			put_bg(p, 0, y, p->w - 1, 1, BG_SELECT);
			put_fill(p, 0, y, 1, 1, STB(t->on_sides ? FG_DIM : FG_ACCENT, BG_SELECT),
			        "▌");
		}
	}
	table_scrollbar(p, lines.top, line_of(r, n - 1) + 1);
}

/* ---- the head ---- */

static void draw_title(struct model *m, const struct pane *p)
{
	struct tune *t = m->tune;
	char head[200];
	snprintf(head, sizeof head, "recipe %s · %s", recipe_name(tuner_recipe(t)),
	        tuner_changed(t) ? "changed here: a accepts it, o goes back" : "in use");
	put_rule(p, 0, 0, p->w, head);
}

/* "sample: 1,312 of 2,000 rows kept · +12 −3 against the recipe in use". */
static void draw_totals(struct model *m, const struct pane *p, int y)
{
	struct tune *t = m->tune;
	const struct tune_counts *c = t->counts;
	char a[FMT_SIZE], b[FMT_SIZE];
	int x = 1;
	fmt_thousands(a, (int64_t)c->now.kept);
	fmt_thousands(b, (int64_t)c->rows);
	if (c->rows) {
		x += put_fmt(p, x, y, STA(FG_GOOD, AT_BOLD), "%s kept", a) + 1;
		x += put_fmt(p, x, y, ST(FG_TEXT), "of %s rows", b) + 1;
	}
	fmt_thousands(a, (int64_t)c->gained);
	fmt_thousands(b, (int64_t)c->lost);
	if (c->gained || c->lost)
		x += put_fmt(p, x, y, ST(FG_WARN), "+%s −%s", a, b) + 1;
	if (c->now.gave_up + c->now.bad)
		put_fmt(p, x, y, ST(FG_BAD), "%s not judged",
		        fmt_thousands(a, (int64_t)(c->now.gave_up + c->now.bad)));
	char of[120];
	struct tune_state s;
	tuner_state(m, &s);
	fmt_thousands(a, (int64_t)s.counted);
	fmt_thousands(b, (int64_t)s.rows);
	if (s.counted < s.rows)
		snprintf(of, sizeof of, "counting %s of %s%s", a, b, s.whole ? " rows" : "");
	else if (s.whole || s.all)
		snprintf(of, sizeof of, "all rows of the result");
	else
		snprintf(of, sizeof of, "sample of %s of the result's %s rows", b,
		        fmt_thousands(a, (int64_t)m->run->p.rows));
	put_right(p, p->w - 1, y, ST(FG_DIM), of);
}

void tune_draw_head(struct model *m, const struct pane *p, bool counted)
{
	draw_title(m, p);
	if (counted)
		draw_totals(m, p, 1);
}
