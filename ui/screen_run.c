/* The run's dashboard: only numbers that are known, moving as they come. */
#include "ui/parts.h"

#include "base/fmt.h"
#include "base/mem.h"
#include "ui/wrap.h"

#include <stdio.h>

#include "base/ban.h"

#define VALUE_AT 14

static bool fetching(const struct run *r)
{
	return r->p.phase == PHASE_DOWNLOAD || r->p.phase == PHASE_WRITE;
}

static struct style state_style(const struct run *r)
{
	switch (r->state) {
	case RUN_DONE: return STA(FG_GOOD, AT_BOLD);
	case RUN_FAILED: return STA(FG_BAD, AT_BOLD);
	case RUN_CANCELLED: return STA(FG_WARN, AT_BOLD);
	default: return STA(FG_ACCENT, AT_BOLD);
	}
}

static const char *state_word(const struct run *r)
{
	switch (r->state) {
	case RUN_ASKED: return "starting";
	case RUN_DONE: return "✓ done";
	case RUN_FAILED: return "✗ failed";
	case RUN_CANCELLED: return "■ cancelled";
	default: return job_phase_name(r->p.phase);
	}
}

/* Over the rule that is there: the state and the time since the start. */
static void draw_state(struct model *m, const struct pane *p)
{
	const struct run *r = m->run;
	char time[FMT_SIZE], right[128];
	fmt_duration(time, r->p.elapsed_ms);
	snprintf(right, sizeof right, " %s ", time);
	int x = p->w - 2 - (int)strlen(right);
	put_str(p, x, 0, ST(FG_STRONG), right);
	snprintf(right, sizeof right, " %s", state_word(r));
	put_right(p, x, 0, state_style(r), right);
}

/* A block that walks to and fro: something works, and nobody knows how long. */
static void draw_walker(const struct pane *p, int x, int y, int w, int64_t ms)
{
	int size = w / 6 < 3 ? 3 : w / 6, range = w - size;
	int at = (int)(ms / 60 % (2 * range));
	put_fill(p, x, y, w, 1, ST(FG_LINE), "─");
	put_fill(p, x + (at > range ? 2 * range - at : at), y, size, 1, ST(FG_ACCENT), "━");
}

static void draw_track(const struct pane *p, int x, int y, int w, double part, double whole)
{
	put_fill(p, x, y, w, 1, ST(FG_LINE), "─");
	int n = whole > 0 ? (int)(part / whole * w + 0.5) : 0;
	put_fill(p, x, y, n > w ? w : n, 1, ST(FG_ACCENT), "━");
}

static void scanned_words(const struct run *r, char *out, size_t size)
{
	char n[FMT_SIZE], b[FMT_SIZE];
	int64_t bytes = r->p.athena.stats.scanned_bytes;
	if (bytes < 0 || (bytes == 0 && !run_is_over(r)) || r->state == RUN_ASKED)
		snprintf(out, size, run_is_over(r) ? "not reported" : "not reported yet");
	else if (bytes < 1024)
		snprintf(out, size, "%s bytes", fmt_thousands(n, bytes));
	else
		snprintf(out, size, "%s bytes (%s)", fmt_thousands(n, bytes), fmt_bytes(b, bytes));
}

static void cost_words(struct model *m, char *out, size_t size)
{
	const struct run *r = m->run;
	char c[FMT_SIZE], per[FMT_SIZE];
	if (r->p.athena.stats.reused)
		snprintf(out, size, "$0.00\tthe result was reused");
	else
		snprintf(out, size,
		        model_is_local(m) ? "%s\ton Athena at %s per TB; free here"
		                          : "%s\tat %s per TB, 10 MB at least",
		        fmt_money(c, r->p.cost), fmt_money(per, m->cfg->price_per_tb));
}

/* "3.4 of 10.2 MB · 3.4 MB/s · 2 s left" */
static void result_words(const struct run *r, char *out, size_t size)
{
	char got[FMT_SIZE], all[FMT_SIZE], rate[FMT_SIZE], left[FMT_SIZE];
	const struct job_progress *p = &r->p;
	fmt_bytes(got, p->got_bytes);
	if (p->got_bytes <= 0 && !fetching(r))
		snprintf(out, size, "%s", run_is_over(r) ? "none" : "follows the query");
	else if (run_is_over(r))
		snprintf(out, size, "%s%s", got, p->by_pages ? " by pages of 1000" : "");
	else if (p->result_bytes > 0 && p->rate > 0) {
		double rest = (double)(p->result_bytes - p->got_bytes) * 1000 / p->rate;
		fmt_bytes(all, p->result_bytes);
		fmt_rate(rate, p->rate);
		fmt_duration(left, (int64_t)rest);
		snprintf(out, size, "%s of %s · %s · %s left", got, all, rate, left);
	} else
		snprintf(out, size, "%s%s · %s", got, p->by_pages ? " by pages" : "",
		        fmt_rate(rate, p->rate));
}

static void rows_words(const struct run *r, char *out, size_t size)
{
	char rows[FMT_SIZE], b[FMT_SIZE];
	if (r->p.rows == 0 && r->state != RUN_DONE) {
		snprintf(out, size, "none yet");
		return;
	}
	fmt_thousands(rows, (int64_t)r->p.rows);
	fmt_thousands(b, (int64_t)r->p.batches);
	snprintf(out, size, "%s\tin %s %s", rows, b, r->p.batches == 1 ? "batch" : "batches");
}

static int draw_facts(struct model *m, const struct pane *p, int y)
{
	const struct run *r = m->run;
	char s[256];
	draw_fact(p, y++, VALUE_AT, "query id", ST(FG_TEXT),
	        r->p.athena.id[0] ? r->p.athena.id : "not given yet");
	scanned_words(r, s, sizeof s);
	draw_fact(p, y++, VALUE_AT, "scanned", ST(FG_TEXT), s);
	cost_words(m, s, sizeof s);
	draw_fact(p, y++, VALUE_AT, "cost", ST(FG_STRONG), s);
	result_words(r, s, sizeof s);
	draw_fact(p, y++, VALUE_AT, "result", ST(FG_TEXT), s);
	rows_words(r, s, sizeof s);
	draw_fact(p, y++, VALUE_AT, "rows", ST(FG_STRONG), s);
	return y;
}

/* One moving line: what is under way, as far as it can be known. */
static int draw_activity(struct model *m, const struct pane *p, int y)
{
	const struct run *r = m->run;
	char typical[FMT_SIZE];
	int w = p->w - VALUE_AT - 2;
	if (run_is_over(r))
		return y;
	if (fetching(r) && r->p.result_bytes > 0)
		draw_track(p, VALUE_AT, y, w, (double)r->p.got_bytes, (double)r->p.result_bytes);
	else if (r->typical_ms > 0) {
		fmt_duration(typical, r->typical_ms);
		draw_walker(p, VALUE_AT, y, w - 20, r->p.elapsed_ms);
		put_fmt(p, p->w - 20, y, ST(FG_DIM), "last time %s", typical);
	} else
		draw_walker(p, VALUE_AT, y, w, r->p.elapsed_ms);
	return y + 1;
}

/* Stages over the same axis: where two overlap, their bars do. */
static int draw_timeline(struct model *m, const struct pane *p, int y)
{
	const struct run *r = m->run;
	int bar_w = p->w - VALUE_AT - 11;
	int64_t whole = r->p.elapsed_ms > 0 ? r->p.elapsed_ms : 1;
	put_rule(p, 0, y++, p->w, "time by stage");
	for (int s = 0; s < STAGE_COUNT; s++, y++) {
		const struct job_span *span = &r->p.stage[s];
		char t[FMT_SIZE];
		put_str(p, 1, y, ST(FG_DIM), job_stage_name((enum job_stage)s));
		if (span->begin_ms < 0 || r->state == RUN_ASKED ||
		        (span->begin_ms == 0 && span->end_ms == 0 && s > 0)) {
			put_right(p, p->w - 1, y, ST(FG_LINE), "–");
			continue;
		}
		bool live = span->end_ms < 0;
		int64_t end = live ? whole : span->end_ms;
		int from = (int)(span->begin_ms * bar_w / whole), to = (int)(end * bar_w / whole);
		from = from >= bar_w ? bar_w - 1 : from;
		put_fill(p, VALUE_AT + from, y, to > from ? to - from : 1, 1,
		        ST(live && !run_is_over(r) ? FG_ACCENT : FG_DIM), "━");
		put_right(p, p->w - 1, y, ST(FG_TEXT), fmt_duration(t, end - span->begin_ms));
	}
	return y;
}

static void draw_reason(
        const struct pane *p, int y, const char *name, uint64_t n, uint64_t rows, struct style st)
{
	char count[FMT_SIZE];
	int bar_at = p->w > 60 ? 40 : 36, bar_w = p->w - bar_at - 2;
	put_fit(p, 1, y, bar_at - 13, ST(FG_TEXT), slice_str(name));
	put_right(p, bar_at - 2, y, ST(FG_TEXT), fmt_thousands(count, (int64_t)n));
	put_bar(p, bar_at, y, bar_w, st, (double)n, (double)(rows ? rows : 1));
}

/* Kept, then the reasons in the recipe's order; nothing that did not happen. */
static int draw_funnel(struct model *m, const struct pane *p, int y)
{
	const struct run *r = m->run;
	const struct funnel *f = &r->p.funnel;
	char title[160];
	if (!r->recipe || y >= p->h || f->rows == 0)
		return y;
	snprintf(title, sizeof title, "rows by recipe %s", recipe_name(r->recipe));
	put_rule(p, 0, y++, p->w, title);
	draw_reason(p, y++, "kept", f->kept, f->rows, ST(FG_GOOD));
	for (size_t i = 0; i < recipe_steps(r->recipe) && i < RECIPE_MAX_STEPS; i++)
		if (f->rejected[i])
			draw_reason(p, y++, recipe_step(r->recipe, i)->title, f->rejected[i],
			        f->rows, ST(FG_WARN));
	if (f->gave_up)
		draw_reason(p, y++, "pattern gave up", f->gave_up, f->rows, ST(FG_BAD));
	if (f->bad)
		draw_reason(p, y++, "cannot be judged", f->bad, f->rows, ST(FG_BAD));
	return y;
}

static int draw_sparkline(struct model *m, const struct pane *p, int y)
{
	static const char *const level[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	const struct run *r = m->run;
	char s[FMT_SIZE];
	double top = 1;
	int w = p->w - 2, first = r->n_rates > w ? r->n_rates - w : 0;
	if (r->n_rates < 2 || y + 2 > p->h)
		return y;
	put_rule(p, 0, y++, p->w, "rows per second");
	for (int i = first; i < r->n_rates; i++)
		top = r->rate[i] > top ? r->rate[i] : top;
	for (int i = first; i < r->n_rates; i++)
		put_str(p, 1 + i - first, y, ST(FG_ACCENT), level[(int)(r->rate[i] / top * 7.0)]);
	put_fmt(p, 1, y + 1, ST(FG_DIM), "at most %s", fmt_thousands(s, (int64_t)top));
	return y + 2;
}

static int draw_notes(struct model *m, const struct pane *p, int y)
{
	const struct run *r = m->run;
	for (int i = 0; i < r->n_notes && y < p->h; i++, y++)
		put_fit(p, 1, y, p->w - 2, ST(FG_WARN), slice_str(r->note[i]));
	if (r->batch[0] && y < p->h && !run_is_over(r))
		put_fit(p, 1, y++, p->w - 2, ST(FG_DIM), slice_str(r->batch));
	return y;
}

/* The last word: what to do now. */
static int draw_ending(struct model *m, const struct pane *p, int y)
{
	const struct run *r = m->run;
	char cost[FMT_SIZE];
	if (r->state == RUN_FAILED)
		return y + draw_error(p, y, "", &r->err);
	if (r->state == RUN_CANCELLED && model_is_local(m)) {
		put_str(p, 1, y, ST(FG_WARN), "Cancelled; the local engine charges nothing.");
		return y + 1;
	}
	if (r->state == RUN_CANCELLED) {
		put_fmt(p, 1, y, ST(FG_WARN), "Cancelled. %s was billed for what had been scanned.",
		        fmt_money(cost, r->p.cost));
		return y + 1;
	}
	return y;
}

static void draw_report(struct model *m, const struct pane *p)
{
	struct pane body = pane_sub(p, 2, 2, p->w - 4, p->h - 2);
	struct slice text = slice_str(m->run->report ? m->run->report : "");
	int n = wrap_count(text, body.w);
	scroll_fit(&m->run->scroll, n, body.h);
	put_wrapped(&body, ST(FG_TEXT), text, m->run->scroll.top);
	table_scrollbar(&body, m->run->scroll.top, n);
}

static void draw_narrow(struct model *m, const struct pane *p)
{
	struct run *r = m->run;
	bool tight = p->h < 26 && run_is_over(r) && r->state != RUN_DONE;
	int y = draw_facts(m, p, 1);
	y = draw_activity(m, p, y);
	if (tight) { /* what went wrong is worth more than the bars */
		draw_ending(m, p, y + 1);
		return;
	}
	y = draw_timeline(m, p, y);
	y = draw_ending(m, p, y);
	y = draw_funnel(m, p, y);
	if (y + 4 < p->h)
		y = draw_sparkline(m, p, y);
	draw_notes(m, p, y);
}

static void draw_wide(struct model *m, const struct pane *p)
{
	int left = p->w * 11 / 20;
	struct pane l = pane_sub(p, 0, 0, left, p->h),
	            r = pane_sub(p, left + 1, 0, p->w - left - 1, p->h);
	put_vrule(p, left, 1, p->h - 1);
	put_str(p, left, 0, ST(FG_LINE), "┬");
	int y = draw_facts(m, &l, 2);
	y = draw_activity(m, &l, y) + 1;
	put_str(p, left, y, ST(FG_LINE), "┤");
	y = draw_timeline(m, &l, y) + 1;
	y = draw_ending(m, &l, y);
	y = draw_notes(m, &l, y);
	if (m->run->report && y + 8 < l.h) { /* what has room of it; v shows it whole */
		struct pane text = pane_sub(&l, 1, y + 2, l.w - 2, l.h - y - 2);
		put_rule(&l, 0, y + 1, l.w, "report");
		put_str(p, left, y + 1, ST(FG_LINE), "┤");
		put_wrapped(&text, ST(FG_DIM), slice_str(m->run->report), 0);
	}
	put_rule(&r, 0, 0, r.w, NULL);
	y = draw_funnel(m, &r, 0);
	if (r.h > y + 4) {
		put_str(p, left, y + 1, ST(FG_LINE), m->run->n_rates > 1 ? "├" : "│");
		draw_sparkline(m, &r, y + 1);
	}
}

static void draw(struct model *m, const struct pane *p)
{
	struct run *r = m->run;
	if (r->state == RUN_NONE) {
		put_rule(p, 0, 0, p->w, "no run yet");
		put_str(p, 2, 2, ST(FG_STRONG), "Nothing has been run in this session.");
		put_str(p, 2, 3, ST(FG_DIM), "Esc goes to the queries; Enter runs one.");
		return;
	}
	put_rule(p, 0, 0, p->w, r->name);
	if (r->show_report && r->report)
		draw_report(m, p);
	else if (p->w >= 110)
		draw_wide(m, p);
	else
		draw_narrow(m, p);
	draw_state(m, p);
}

static void edit_sql(struct model *m)
{
	struct run *r = m->run;
	struct editor *e = &m->editor;
	for (size_t i = 0; i < m->queries.n; i++)
		if (r->path && strcmp(m->queries.item[i].file->path, r->path) == 0 &&
		        e->query != (int)i && !textedit_modified(&e->text))
			editor_open_query(m, (int)i);
	model_go(m, SCREEN_EDITOR);
	if (r->state == RUN_FAILED && r->err.line > 0)
		editor_mark_error(m, &r->err, r->err.line, r->err.col);
}

static bool act(struct model *m, enum action a, int arg)
{
	struct run *r = m->run;
	(void)arg;
	if (r->show_report && scroll_act(&r->scroll, a))
		return true;
	switch (a) {
	case ACT_REPORT:
		if (r->report)
			r->show_report = !r->show_report;
		else
			model_toast(m, FG_DIM, "The report comes when the run has ended");
		return true;
	case ACT_EDIT:
		if (r->state != RUN_NONE)
			edit_sql(m);
		return true;
	case ACT_COPY:
		model_copy(m, slice_str(r->report ? r->report : r->sql),
		        r->report ? "the report" : "the SQL");
		return true;
	default: return false;
	}
}

static bool counts(struct model *m, enum action a)
{
	switch (a) {
	case ACT_REPORT: return m->run->report != NULL;
	case ACT_GO_PREVIEW: return run_is_live(m->run) || m->run->sample;
	case ACT_STAGES: return false; /* none at hand */
	default: return true;
	}
}

const struct screen_ops screen_run = {.draw = draw, .act = act, .counts = counts};
