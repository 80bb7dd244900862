/* The run in bars: stages over one axis, rows by reason, throughput, the session's runs. */
#include "ui/runboard.h"

#include "base/fmt.h"

#include <stdio.h>

#include "base/ban.h"

#define LABEL_W 11
#define TIME_W  9

/* One stage: its bar stands where it was in time, so stages that overlap do so here. */
static void draw_stage(const struct run *r, const struct pane *p, int y, enum job_stage s)
{
	const struct job_span *span = &r->p.stage[s];
	int64_t whole = r->p.elapsed_ms > 0 ? r->p.elapsed_ms : 1;
	int bar_w = p->w - LABEL_W - TIME_W - 2;
	char t[FMT_SIZE];
	put_str(p, 1, y, ST(FG_DIM), job_stage_name(s));
	if (span->begin_ms < 0 || r->state == RUN_ASKED ||
	        (span->begin_ms == 0 && span->end_ms == 0 && s > 0)) {
		put_right(p, p->w - 1, y, ST(FG_LINE), "–");
		return;
	}
	bool live = span->end_ms < 0 && !run_is_over(r);
	int64_t end = span->end_ms < 0 ? whole : span->end_ms;
	int from = (int)(span->begin_ms * bar_w / whole), to = (int)(end * bar_w / whole);
	from = from >= bar_w ? bar_w - 1 : from;
	to = to > bar_w ? bar_w : to;
	put_fill(p, LABEL_W + from, y, to > from ? to - from : 1, 1, ST(live ? FG_ACCENT : FG_DIM),
	        "━");
	put_right(p, p->w - 1, y, ST(live ? FG_STRONG : FG_TEXT),
	        fmt_duration(t, end - span->begin_ms));
}

int board_timeline(struct model *m, const struct pane *p, int y)
{
	put_rule(p, 0, y++, p->w, "time by stage");
	for (int s = 0; s < STAGE_COUNT && y < p->h; s++, y++)
		draw_stage(m->run, p, y, (enum job_stage)s);
	return y;
}

static void draw_reason(
        const struct pane *p, int y, const char *name, uint64_t n, uint64_t rows, struct style st)
{
	char count[FMT_SIZE];
	int bar_at = p->w > 60 ? 40 : 36, bar_w = p->w - bar_at - 7;
	put_fit(p, 1, y, bar_at - 13, ST(FG_TEXT), slice_str(name));
	put_right(p, bar_at - 2, y, ST(FG_TEXT), fmt_thousands(count, (int64_t)n));
	put_bar(p, bar_at, y, bar_w, st, (double)n, (double)(rows ? rows : 1));
	if (rows) {
		snprintf(count, sizeof count, "%.*f%%", n * 100 < rows * 10 ? 1 : 0,
		        (double)n * 100 / (double)rows);
		put_right(p, p->w - 1, y, ST(FG_DIM), count);
	}
}

/* Kept, then the reasons in the recipe's order; nothing that did not happen. What has no room is
 * summed up. */
int board_funnel(struct model *m, const struct pane *p, int y)
{
	const struct run *r = m->run;
	const struct funnel *f = &r->p.funnel;
	char title[160], n[FMT_SIZE];
	uint64_t hidden = 0;
	if (!r->recipe || y >= p->h || f->rows == 0)
		return y;
	snprintf(title, sizeof title, "%s rows by recipe %s", fmt_thousands(n, (int64_t)f->rows),
	        recipe_name(r->recipe));
	put_rule(p, 0, y++, p->w, title);
	draw_reason(p, y++, "kept", f->kept, f->rows, ST(FG_GOOD));
	for (size_t i = 0; i < recipe_steps(r->recipe) && i < RECIPE_MAX_STEPS; i++) {
		if (!f->rejected[i])
			continue;
		if (y < p->h - 1)
			draw_reason(p, y++, recipe_step(r->recipe, i)->title, f->rejected[i],
			        f->rows, ST(FG_WARN));
		else
			hidden += f->rejected[i];
	}
	if (hidden && y < p->h)
		draw_reason(p, y++, "other reasons", hidden, f->rows, ST(FG_WARN));
	if (f->gave_up && y < p->h)
		draw_reason(p, y++, "pattern gave up", f->gave_up, f->rows, ST(FG_BAD));
	if (f->bad && y < p->h)
		draw_reason(p, y++, "cannot be judged", f->bad, f->rows, ST(FG_BAD));
	return y;
}

static const char *const level[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

static double highest(const struct run *r, int first)
{
	double top = 1;
	for (int i = first; i < r->n_rates; i++)
		top = r->rate[i] > top ? r->rate[i] : top;
	return top;
}

void board_sparkline(const struct run *r, const struct pane *p, int right, int y, int w)
{
	int first = r->n_rates > w ? r->n_rates - w : 0;
	double top = highest(r, first);
	for (int i = first; i < r->n_rates; i++)
		put_str(p, right - r->n_rates + i, y, ST(FG_ACCENT),
		        level[1 + (int)(r->rate[i] / top * 7.0)]);
}

int board_throughput(struct model *m, const struct pane *p, int y, int rows)
{
	const struct run *r = m->run;
	char s[FMT_SIZE], title[80];
	int w = p->w - 2, first = r->n_rates > w ? r->n_rates - w : 0;
	if (r->n_rates < 2 || y + rows + 1 > p->h || rows < 1)
		return y;
	double top = highest(r, first);
	snprintf(
	        title, sizeof title, "rows per second, at most %s", fmt_thousands(s, (int64_t)top));
	put_rule(p, 0, y++, p->w, title);
	for (int i = first; i < r->n_rates; i++) {
		int units = (int)(r->rate[i] / top * rows * 8);
		for (int k = 0; k < rows && units > 0; k++, units -= 8)
			put_str(p, 1 + i - first, y + rows - 1 - k, ST(FG_ACCENT),
			        level[units > 8 ? 8 : units]);
	}
	return y + rows;
}

static const char *state_sign(const struct run *r, struct style *st)
{
	switch (r->state) {
	case RUN_DONE: *st = ST(FG_GOOD); return "✓";
	case RUN_FAILED: *st = ST(FG_BAD); return "✗";
	case RUN_CANCELLED: *st = ST(FG_WARN); return "■";
	default: *st = ST(FG_ACCENT); return run_is_waiting(r) ? "…" : "●";
	}
}

static void draw_run(struct model *m, const struct pane *p, int y, const struct run *r)
{
	char t[FMT_SIZE], cost[FMT_SIZE], n[FMT_SIZE];
	struct style st;
	const char *sign = state_sign(r, &st);
	put_str(p, 1, y, st, sign);
	put_fit(p, 3, y, p->w - 34, r == m->run ? ST(FG_STRONG) : ST(FG_TEXT), slice_str(r->name));
	if (run_is_waiting(r))
		put_right(p, p->w - 1, y, ST(FG_DIM), "waits");
	else {
		put_right(p, p->w - 20, y, ST(FG_TEXT), fmt_thousands(n, (int64_t)r->p.rows));
		put_right(p, p->w - 11, y, ST(FG_DIM), short_money(cost, sizeof cost, r->p.cost));
		put_right(p, p->w - 1, y, ST(FG_TEXT), fmt_duration(t, r->p.elapsed_ms));
	}
	if (r == m->run)
		put_bg(p, 0, y, p->w, 1, BG_SELECT);
}

int board_runs(struct model *m, const struct pane *p, int y)
{
	size_t n = m->runs.n, room = p->h - y > 1 ? (size_t)(p->h - y - 1) : 0;
	if (n < 2 || room < 2)
		return y;
	put_rule(p, 0, y++, p->w, "runs of this session: [ and ] switch");
	for (size_t i = n; i-- > 0 && room > 0; room--, y++) { /* newest first */
		draw_run(m, p, y, m->runs.item[i]);
		put_hit(p, 0, y, p->w, 1, ACT_SELECT, (int)i);
	}
	return y;
}
