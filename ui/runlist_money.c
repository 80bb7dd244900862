/* Above or beside the list of runs: how they ended, what they cost by day, the dearest queries. */
#include "ui/runlist.h"

#include "base/fmt.h"

#include <stdio.h>

#include "base/ban.h"

/* ---- how runs ended ---- */

static void draw_rate(const struct pane *p, int y, struct run_words w, uint64_t n, uint64_t all)
{
	char count[FMT_SIZE], percent[16];
	int bar_w = p->w - 31;
	put_str(p, 1, y, ST(w.fg), w.sign);
	put_str(p, 3, y, ST(FG_TEXT), w.word);
	put_bar(p, 13, y, bar_w, ST(w.fg), (double)n, (double)(all ? all : 1));
	put_right(p, 13 + bar_w + 9, y, ST(FG_TEXT), fmt_thousands(count, (int64_t)n));
	if (all) {
		snprintf(percent, sizeof percent, "%.1f%%", 100.0 * (double)n / (double)all);
		put_right(p, p->w - 1, y, ST(FG_DIM), percent);
	}
}

void runs_draw_outcomes(const struct pane *p, const struct spend *s)
{
	uint64_t all = s->done + s->failed + s->cancelled;
	char head[96], n[FMT_SIZE];
	snprintf(head, sizeof head, "%s runs, how they ended",
	        all ? fmt_thousands(n, (int64_t)all) : "no");
	put_rule(p, 0, 0, p->w, head);
	draw_rate(p, 1, (struct run_words){"✓", "done", FG_GOOD}, s->done, all);
	draw_rate(p, 2, (struct run_words){"✗", "failed", FG_BAD}, s->failed, all);
	draw_rate(p, 3, (struct run_words){"■", "cancelled", FG_WARN}, s->cancelled, all);
}

/* ---- money ---- */

/* One day: a column of eighths over h rows, on row `bottom`. */
static void draw_column(const struct pane *p, int x, int bottom, int w, int h, struct style st,
        int64_t value, int64_t max)
{
	static const char part[] = "▁▂▃▄▅▆▇█"; /* three bytes each */
	char glyph[4];
	int64_t eighths = max ? value * h * 8 / max : 0;
	if (value > 0 && eighths == 0)
		eighths = 1;
	for (int row = 0; row < h && eighths > 0; row++, eighths -= 8) {
		snprintf(glyph, sizeof glyph, "%.3s", part + 3 * ((eighths < 8 ? eighths : 8) - 1));
		put_fill(p, x, bottom - row, w, 1, st, glyph);
	}
}

/* Days by UTC, since that is how the bill counts them. */
void runs_draw_spend(const struct pane *p, const struct spend *s, int days, int col_w)
{
	bool local =
	        spend_total(s->billed, SPEND_DAYS) == 0 && spend_total(s->local, SPEND_DAYS) > 0;
	const int64_t *series = local ? s->local : s->billed;
	int64_t max = spend_max(series, days);
	char total[FMT_SIZE], today[FMT_SIZE], day[16], most[80];
	int h = p->h - 3, bottom = p->h - 3, step = col_w + 1;
	put_rule(p, 0, 0, p->w, local ? "free; by day (UTC)" : "spent by day (UTC)");
	if (max) {
		snprintf(most, sizeof most, " at most %s ", short_money(total, sizeof total, max));
		put_right(p, p->w - 1, 0, ST(FG_DIM), most);
	}
	for (int i = 0; i < days; i++) {
		bool last = i == days - 1;
		int64_t v = series[SPEND_DAYS - days + i];
		int x = 1 + i * step;
		struct style st = ST(last ? FG_ACCENT : local ? FG_FILL2 : FG_FILL);
		draw_column(p, x, bottom, col_w, h, st, v, max);
		put_fill(p, x, bottom + 1, col_w, 1, ST(last ? FG_ACCENT : FG_TRACK),
		        last ? "▲" : "▔");
	}
	if (1 + days * step + 6 < p->w)
		put_str(p, 1 + days * step, bottom + 1, ST(FG_ACCENT), "today");
	spend_day(s->today - days + 1, day);
	short_money(total, sizeof total, spend_total(series, days));
	short_money(today, sizeof today, series[SPEND_DAYS - 1]);
	int x = 1 + put_fmt(p, 1, p->h - 1, ST(FG_DIM), "since %s ", day);
	x += put_fmt(p, x, p->h - 1, ST(FG_STRONG), "%s", total);
	put_fmt(p, x, p->h - 1, ST(FG_DIM),
	        local && p->w >= 60 ? ", today %s, had Athena billed it" : ", today %s", today);
}

void runs_draw_dearest(const struct pane *p, const struct spend *s)
{
	char cost[FMT_SIZE], runs[32];
	put_rule(p, 0, 0, p->w,
	        s->top_local ? "dearest queries, had they been billed"
	                     : "dearest queries, all their runs");
	if (s->n_top == 0)
		put_str(p, 1, 1, ST(FG_DIM), "Nothing has cost anything yet.");
	for (size_t i = 0; i < s->n_top && (int)(2 * i) + 2 < p->h; i++) {
		const struct spend_query *q = &s->top[i];
		int y = 1 + 2 * (int)i;
		snprintf(runs, sizeof runs, "%u run%s", q->runs, q->runs == 1 ? "" : "s");
		put_fit(p, 1, y, p->w - 22, ST(FG_TEXT), slice_str(q->name));
		put_right(p, p->w - 11, y, ST(FG_DIM), runs);
		put_right(p, p->w - 1, y, ST(FG_TEXT), short_money(cost, sizeof cost, q->cost));
		put_bar(p, 1, y + 1, p->w - 2, ST(s->top_local ? FG_FILL2 : FG_FILL),
		        (double)q->cost, (double)s->max_top);
	}
}
