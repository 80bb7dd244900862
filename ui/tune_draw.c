/* The right side of the tune screen: the spread of a bound's quantity, and rows. */
#include "ui/tuner.h"

#include "base/fmt.h"
#include "ui/parts.h"
#include "ui/wrap.h"

#include <stdio.h>

#include "base/ban.h"

void tune_bound_words(const struct recipe_step *s, char *out, size_t size)
{
	char n[FMT_SIZE];
	out[0] = '\0';
	if (s->measure != MEASURE_NONE)
		snprintf(out, size, "%s %s", s->upper ? "≤" : "≥", fmt_thousands(n, s->value));
	else if (s->takes == TAKES_CHOICE)
		snprintf(out, size, "%s", s->text);
}

/* ---- the spread ---- */

/* Column c in eighths of a cell, at most h cells high; what is there at all is seen. */
static int eighths(const struct tune_counts *c, int column, int h)
{
	uint64_t n = c->bin[column], most = c->most ? c->most : 1;
	int full = h * 8, v = (int)(n * (uint64_t)full / most);
	return n && v == 0 ? 1 : v;
}

static bool beyond(const struct recipe_step *s, int column, int cut)
{
	return s->upper ? column > cut : column < cut;
}

static void draw_bars(const struct tune *t, const struct recipe_step *s, const struct pane *p)
{
	/* eighths, from none */
	static const char of8[9][4] = {"", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	int cut = tune_axis_column(&t->axis, s->value);
	for (int c = 0; c < t->axis.columns; c++) {
		int v = eighths(t->counts, c, p->h);
		struct style st = ST(s->active && beyond(s, c, cut) ? FG_BAD : FG_ACCENT);
		for (int y = p->h - 1; y >= 0 && v > 0; y--, v -= 8)
			put_str(p, c, y, st, of8[v > 8 ? 8 : v]);
		put_hit(p, c, 0, 1, p->h + 1, ACT_VALUE, c + 1);
	}
	int at = cut < 0 ? 0 : cut >= t->axis.columns ? t->axis.columns - 1 : cut;
	for (int y = 0; y < p->h; y++)
		put_str(p, at, y, STA(FG_WARN, AT_BOLD), s->active ? "┃" : "┊");
}

/* Round numbers under the axis, as many as fit; the cut's own first. */
static void draw_ticks(const struct tune *t, const struct recipe_step *s, const struct pane *p)
{
	char label[FMT_SIZE + 8];
	char n[FMT_SIZE];
	int cut = tune_axis_column(&t->axis, s->value), from, to;
	put_fill(p, 0, 0, t->axis.columns, 1, ST(FG_LINE), "▔");
	snprintf(label, sizeof label, "%s%s%s", cut < 0 ? "◀ " : "", fmt_thousands(n, s->value),
	        cut >= t->axis.columns ? " ▶" : "");
	int w = (int)strlen(n) + (cut < 0 || cut >= t->axis.columns ? 2 : 0);
	from = cut - w / 2;
	from = from + w > t->axis.columns ? t->axis.columns - w : from;
	from = from < 0 ? 0 : from;
	to = from + w;
	put_str(p, from, 1, STA(FG_WARN, AT_BOLD), label);
	int free_at = 0;
	for (int c = 0; c < t->axis.columns; c++) {
		int64_t v = tune_axis_value(&t->axis, c);
		int64_t lead = v < 0 ? -v : v;
		while (lead >= 10 && lead % 10 == 0)
			lead /= 10;
		if ((lead != 1 && lead != 2 && lead != 5 && v != 0) ||
		        tune_axis_column(&t->axis, v) != c)
			continue;
		fmt_thousands(n, v);
		int len = (int)strlen(n), x = c;
		if (x < free_at || x + len > t->axis.columns || (x < to + 2 && x + len + 2 > from))
			continue;
		put_str(p, x, 1, ST(FG_DIM), n);
		free_at = x + len + 3;
	}
}

/* "✗ 143 below   ✓ 1,169 go on": in the order of the axis. */
static void draw_sums(
        const struct tune *t, const struct recipe_step *s, const struct pane *p, int y)
{
	char a[FMT_SIZE], b[FMT_SIZE], out[80], on[80];
	uint64_t dropped = t->counts->now.rejected[tuner_step(t)];
	snprintf(out, sizeof out, "✗ %s %s", fmt_thousands(a, (int64_t)dropped),
	        s->upper ? "above" : "below");
	snprintf(on, sizeof on, "✓ %s go on",
	        fmt_thousands(b, (int64_t)(t->counts->reached - dropped)));
	if (!s->active) {
		put_fmt(p, 0, y, ST(FG_DIM), "○ off: all %s go on; Space switches it on", b);
		return;
	}
	int x = put_str(p, 0, y, ST(s->upper ? FG_GOOD : FG_BAD), s->upper ? on : out);
	put_str(p, x + 3, y, ST(s->upper ? FG_BAD : FG_GOOD), s->upper ? out : on);
}

static void draw_bound(const struct tune *t, const struct recipe_step *s, const struct pane *p)
{
	struct pane in = pane_sub(p, 1, 1, p->w - 2, p->h - 1);
	struct pane bars = pane_sub(&in, 0, 0, in.w, in.h - 3);
	struct pane axis = pane_sub(&in, 0, in.h - 3, in.w, 2);
	static const char *const brief[] = {
	        "score", "raw characters", "cleaned characters", "words"};
	char title[120], n[FMT_SIZE];
	if (p->w < 50)
		snprintf(title, sizeof title, "%s", brief[s->measure]);
	else
		snprintf(title, sizeof title, "%s · of %s rows", measure_title(s->measure),
		        fmt_thousands(n, (int64_t)t->counts->reached));
	put_rule(p, 0, 0, p->w, title);
	if (t->counts->reached == 0) {
		put_str(&in, 0, 0, ST(FG_DIM),
		        t->counts->rows ? "No row comes as far as this bound." : "counting ...");
		return;
	}
	draw_bars(t, s, &bars);
	draw_ticks(t, s, &axis);
	draw_sums(t, s, &in, in.h - 1);
}

/* A rule without a number: what it is and does. */
static void draw_rule(const struct tune *t, const struct recipe_step *s, const struct pane *p)
{
	static const char *const kinds[] = {"drops", "changes", "drops"};
	static const char *const takes[] = {
	        "", "pattern; = changes it", "← → choose, = types it", "becomes; = changes it"};
	char a[FMT_SIZE], b[FMT_SIZE];
	size_t i = tuner_step(t);
	uint64_t n = s->kind == STEP_CLEAN ? t->counts->now.changed[i] : t->counts->now.rejected[i];
	put_rule(p, 0, 0, p->w, s->name);
	int y = 1;
	put_fit(p, 1, y++, p->w - 2, ST(FG_STRONG), slice_str(s->title));
	if (!s->active)
		put_str(p, 1, y++, ST(FG_DIM), "○ off: Space switches it on");
	else if (t->counts->rows == 0)
		put_str(p, 1, y++, ST(FG_DIM), "counting ...");
	else
		put_fmt(p, 1, y++, ST(FG_TEXT), "%s %s of %s rows", kinds[s->kind],
		        fmt_thousands(a, (int64_t)n), fmt_thousands(b, (int64_t)t->counts->rows));
	if (!s->text || !*s->text)
		return;
	put_str(p, 1, ++y, ST(FG_DIM), takes[s->takes]);
	struct pane text = pane_sub(p, 1, y + 1, p->w - 2, p->h - y - 1);
	put_wrapped(&text, ST(FG_STRING), slice_str(s->text), 0);
}

void tune_draw_spread(struct model *m, const struct pane *p)
{
	struct tune *t = m->tune;
	const struct recipe_step *s = recipe_step(tuner_recipe(t), tuner_step(t));
	if (s->measure != MEASURE_NONE)
		draw_bound(t, s, p);
	else
		draw_rule(t, s, p);
}

/* ---- rows ---- */

static const char *reason(const struct recipe *r, int step, int w)
{
	if (step < 0 || (size_t)step >= recipe_steps(r))
		return "cannot be judged";
	return w < 60 ? recipe_step(r, (size_t)step)->name : recipe_step(r, (size_t)step)->title;
}

/* "+ 1,203  was: too short · text", "− 88  too short · text". */
static void draw_row(struct model *m, const struct pane *p, int y, size_t i)
{
	struct tune *t = m->tune;
	uint64_t number;
	const struct cell *cells = tuner_cells(m, tuner_row(t, i), &number);
	int col = pipeline_column(t->now->pipeline, "text"), x = 1;
	struct slice text = col >= 0 && cells ? cell_slice(cells[col]) : slice_str("");
	char n[FMT_SIZE];
	if (t->counts->n_sides) {
		const struct tune_side *s = &t->counts->side[i];
		x += put_str(p, x, y, ST(s->gained ? FG_GOOD : FG_BAD), s->gained ? "+ " : "− ");
		x += put_fmt(p, x, y, ST(FG_DIM), "%-7s ", fmt_thousands(n, (int64_t)number + 1));
		if (s->gained)
			x += put_str(p, x, y, ST(FG_DIM), "was: ");
		x += put_fit(p, x, y, p->w / 3, ST(FG_WARN),
		             slice_str(s->gained ? reason(t->d->accepted, s->before, p->w)
		                                 : reason(tuner_recipe(t), s->now, p->w))) +
		     1;
	} else
		x += put_fmt(p, x, y, ST(FG_DIM), "%-7s ", fmt_thousands(n, (int64_t)number + 1));
	if (text.len > 1000)
		text.len = 1000; /* more than a line holds */
	if (text.len)
		put_fit(p, x, y, p->w - x - 2, ST(FG_TEXT), text);
	else
		put_str(p, x, y, ST(FG_DIM), text.ptr ? "(empty)" : "NULL");
	put_hit(p, 0, y, p->w, 1, ACT_SELECT, TUNE_ROW_ARG + (int)i);
}

static void rows_title(const struct tune *t, int w, char *out, size_t size)
{
	const struct recipe_step *s = recipe_step(tuner_recipe(t), tuner_step(t));
	const struct tune_counts *c = t->counts;
	const char *does = s->kind == STEP_CLEAN ? "changes" : "drops";
	char a[FMT_SIZE], b[FMT_SIZE];
	fmt_thousands(a, (int64_t)c->gained);
	fmt_thousands(b, (int64_t)c->lost);
	if (c->n_sides && w < 50)
		snprintf(out, size, "changed sides: +%s −%s", a, b);
	else if (c->n_sides)
		snprintf(out, size, "changed sides: +%s kept now, −%s dropped now", a, b);
	else
		snprintf(out, size, "%srows that it %s",
		        tuner_changed(t) && w >= 50 ? "no row changes sides · " : "", does);
}

/* The row under the cursor, as it came; as much as there is room for. */
static void draw_pointed(struct model *m, const struct pane *p)
{
	struct tune *t = m->tune;
	uint64_t number;
	const struct cell *cells = tuner_cells(m, tuner_row(t, (size_t)t->sides.at), &number);
	int col = pipeline_column(t->now->pipeline, "text");
	struct slice text = cells && col >= 0 ? cell_slice(cells[col]) : slice_str("");
	struct pane in = pane_sub(p, 1, 1, p->w - 2, p->h - 1);
	char title[80], n[FMT_SIZE];
	snprintf(title, sizeof title, "row %s as it came · Tab, Enter shows it in Preview",
	        fmt_thousands(n, (int64_t)number + 1));
	put_rule(p, 0, 0, p->w, title);
	if (text.len > 16384)
		text.len = 16384; /* more than fits */
	put_wrapped(&in, ST(FG_TEXT), text, 0);
}

void tune_draw_rows(struct model *m, const struct pane *p)
{
	struct tune *t = m->tune;
	char title[200];
	size_t n = tuner_n_rows(t);
	rows_title(t, p->w, title, sizeof title);
	put_rule(p, 0, 0, p->w, title);
	int below = n && p->h >= 20 ? p->h / 3 : 0;
	struct pane in = pane_sub(p, 0, 1, p->w, p->h - 1 - below);
	table_fit(&t->sides, (int)n, in.h);
	if (n == 0)
		put_str(&in, 1, 0, ST(FG_DIM),
		        t->stale || t->counts->rows == 0 ? "counting ..." : "none");
	for (int y = 0; y < in.h && (size_t)(t->sides.top + y) < n; y++) {
		draw_row(m, &in, y, (size_t)(t->sides.top + y));
		if (t->on_sides && t->sides.top + y == t->sides.at) {
			put_bg(&in, 0, y, in.w - 1, 1, BG_SELECT);
			put_fill(&in, 0, y, 1, 1, STB(FG_ACCENT, BG_SELECT), "▌");
		}
	}
	table_scrollbar(&in, t->sides.top, (int)n);
	if (below) {
		struct pane pointed = pane_sub(p, 0, p->h - below, p->w, below);
		draw_pointed(m, &pointed);
	}
}
