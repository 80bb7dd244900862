/* The run in words: what was scanned, what it costs, what came, how it ended. */
#include "ui/runboard.h"

#include "base/fmt.h"
#include "base/utf8.h"

#include <stdio.h>

#include "base/ban.h"

#define VALUE_AT 14
#define WORDS    256

static bool fetching(const struct run *r)
{
	return r->p.phase == PHASE_DOWNLOAD || r->p.phase == PHASE_WRITE;
}

static void scanned_words(const struct run *r, char *out)
{
	char n[FMT_SIZE], b[FMT_SIZE];
	int64_t bytes = r->p.athena.stats.scanned_bytes;
	if (bytes < 0 || (bytes == 0 && !run_is_over(r)) || r->state == RUN_ASKED)
		snprintf(out, WORDS, run_is_over(r) ? "not reported" : "not reported yet");
	else if (bytes < 1024)
		snprintf(out, WORDS, "%s bytes", fmt_thousands(n, bytes));
	else
		snprintf(out, WORDS, "%s\t%s bytes", fmt_bytes(b, bytes), fmt_thousands(n, bytes));
}

/* Rows that are read again: from disk, or from an execution that was paid when it ran. */
static const char *free_words(const struct run *r)
{
	return r->from_csv                ? "nothing\t(rows from disk)"
	       : r->adopt_id              ? "nothing new\t(paid when it ran)"
	       : r->p.athena.stats.reused ? "$0.00\tthe result was reused"
	                                  : NULL;
}

static void cost_words(struct model *m, char *out)
{
	const struct run *r = m->run;
	char c[FMT_SIZE], per[FMT_SIZE], guard[FMT_SIZE];
	int n;
	if (free_words(r)) {
		snprintf(out, WORDS, "%s", free_words(r));
		return;
	}
	n = snprintf(out, WORDS,
	        model_is_local(m) ? "%s\ton Athena at %s per TB; free here"
	                          : "%s\tat %s per TB, 10 MB at least",
	        fmt_money(c, r->p.cost), fmt_money(per, m->cfg->price_per_tb));
	if (m->cfg->max_cost > 0 && n > 0)
		snprintf(out + n, (size_t)(WORDS - n), "; stops at %s",
		        fmt_money(guard, m->cfg->max_cost));
}

static void result_words(const struct run *r, char *out)
{
	char got[FMT_SIZE], all[FMT_SIZE];
	const struct job_progress *p = &r->p;
	fmt_bytes(got, p->got_bytes);
	if (p->got_bytes <= 0 && !fetching(r))
		snprintf(out, WORDS, "%s", run_is_over(r) ? "none" : "follows the query");
	else if (!run_is_over(r) && p->result_bytes > 0)
		snprintf(out, WORDS, "%s\tof %s", got, fmt_bytes(all, p->result_bytes));
	else
		snprintf(out, WORDS, "%s\t%s", got, p->by_pages ? "by pages of 1000" : "");
}

/* "3.4 MB/s, 2 s left": time left only where size and rate are known. */
static void rate_words(const struct run *r, char *out, size_t size)
{
	const struct job_progress *p = &r->p;
	char rate[FMT_SIZE], left[FMT_SIZE];
	double rest = (double)(p->result_bytes - p->got_bytes) * 1000;
	out[0] = '\0';
	if (p->rate <= 0)
		return;
	fmt_rate(rate, p->rate);
	if (p->result_bytes > 0 && rest >= 0)
		snprintf(out, size, "  %s, %s left", rate,
		        fmt_duration(left, (int64_t)(rest / p->rate)));
	else
		snprintf(out, size, "  %s", rate);
}

static void rows_words(const struct run *r, char *out)
{
	char rows[FMT_SIZE], b[FMT_SIZE];
	if (r->p.rows == 0 && r->state != RUN_DONE) {
		snprintf(out, WORDS, run_is_over(r) ? "none" : "none yet");
		return;
	}
	fmt_thousands(rows, (int64_t)r->p.rows);
	fmt_thousands(b, (int64_t)r->p.batches);
	if (r->p.batches == 0 || r->p.rows == 0) /* the first is not full yet, or has nothing */
		snprintf(out, WORDS, "%s", rows);
	else
		snprintf(out, WORDS, "%s\tin %s %s of 1000", rows, b,
		        r->p.batches == 1 ? "batch" : "batches");
}

static const char *id_words(const struct run *r)
{
	return r->p.athena.id[0]   ? r->p.athena.id
	       : run_is_waiting(r) ? "given when its turn comes"
	       : run_is_over(r)    ? "none was given"
	                           : "not given yet";
}

int board_facts(struct model *m, const struct pane *p, int y)
{
	const struct run *r = m->run;
	char s[WORDS];
	draw_fact(p, y++, VALUE_AT, "query id", ST(FG_TEXT), id_words(r));
	draw_fact(p, y++, VALUE_AT, "database", ST(FG_TEXT), r->database ? r->database : "");
	scanned_words(r, s);
	draw_fact(p, y++, VALUE_AT, "scanned", ST(FG_TEXT), s);
	cost_words(m, s);
	draw_fact(p, y++, VALUE_AT, "cost", ST(FG_STRONG), s);
	result_words(r, s);
	draw_fact(p, y++, VALUE_AT, "result", ST(FG_TEXT), s);
	rows_words(r, s);
	draw_fact(p, y++, VALUE_AT, "rows", ST(FG_STRONG), s);
	return y;
}

int board_facts_tight(struct model *m, const struct pane *p, int y)
{
	const struct run *r = m->run;
	struct pane left = pane_sub(p, 0, 0, p->w / 2, p->h);
	struct pane right = pane_sub(p, p->w / 2, 0, p->w - p->w / 2, p->h);
	char s[WORDS], cost[FMT_SIZE];
	draw_fact(p, y++, 11, "query id", ST(FG_TEXT), id_words(r));
	scanned_words(r, s);
	draw_fact(&left, y, 11, "scanned", ST(FG_TEXT), s);
	if (free_words(r))
		snprintf(s, sizeof s, "%s", free_words(r));
	else
		snprintf(s, sizeof s, "%s\t%s", fmt_money(cost, r->p.cost),
		        model_is_local(m) ? "on Athena; free here"
		        : r->p.cost > 0   ? "10 MB at least"
		                          : "");
	draw_fact(&right, y++, 6, "cost", ST(FG_STRONG), s);
	result_words(r, s);
	draw_fact(&left, y, 11, "result", ST(FG_TEXT), s);
	rows_words(r, s);
	draw_fact(&right, y++, 6, "rows", ST(FG_STRONG), s);
	return y;
}

/* A block that walks to and fro: something works, and nobody knows how long. */
static void draw_walker(const struct pane *p, int x, int y, int w, int64_t ms)
{
	int size = w / 6 < 3 ? 3 : w / 6, range = w - size;
	if (range < 1)
		return;
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

/* Runs that come first: they were started earlier and are not over. */
static size_t before_it(const struct model *m, const struct run *r)
{
	size_t n = 0;
	for (size_t i = 0; i < m->runs.n && m->runs.item[i] != r; i++)
		n += run_is_live(m->runs.item[i]);
	return n;
}

int board_activity(struct model *m, const struct pane *p, int y)
{
	const struct run *r = m->run;
	char typical[FMT_SIZE], words[2 * FMT_SIZE + 16] = "";
	const struct run *live = model_live(m);
	if (run_is_over(r))
		return y;
	if (run_is_waiting(r)) {
		int x = 1 + put_fmt(p, 1, y, ST(FG_WARN), "waits for its turn: %zu before it",
		                    before_it(m, r));
		if (live && live != r)
			put_fmt(p, x + 1, y, ST(FG_DIM), "(%s runs)", live->name);
		return y + 1;
	}
	bool track = fetching(r) && r->p.result_bytes > 0;
	if (fetching(r))
		rate_words(r, words, sizeof words);
	else if (r->typical_ms > 0)
		snprintf(words, sizeof words, "  last time %s",
		        fmt_duration(typical, r->typical_ms));
	int w = p->w - 2 - utf8_width(slice_str(words));
	put_str(p, 1 + w, y, ST(FG_DIM), words);
	if (track)
		draw_track(p, 1, y, w, (double)r->p.got_bytes, (double)r->p.result_bytes);
	else
		draw_walker(p, 1, y, w, r->p.elapsed_ms);
	return y + 1;
}

int board_ending(struct model *m, const struct pane *p, int y)
{
	const struct run *r = m->run;
	char cost[FMT_SIZE];
	if (r->state == RUN_FAILED)
		return y + draw_error(p, y, "", &r->err);
	if (r->state != RUN_CANCELLED)
		return y;
	if (model_is_local(m))
		put_str(p, 1, y, ST(FG_WARN), "Cancelled; the local engine charges nothing.");
	else if (!r->p.athena.id[0] && r->p.stage[STAGE_SUBMIT].begin_ms < 0)
		put_str(p, 1, y, ST(FG_WARN), "Cancelled before it was sent: nothing is billed.");
	else if (!r->p.athena.id[0])
		put_str(p, 1, y, ST(FG_WARN),
		        "Cancelled, but Athena never answered: it may run all the same.");
	else
		put_fmt(p, 1, y, ST(FG_WARN), "Cancelled. %s was billed for what had been scanned.",
		        fmt_money(cost, r->p.cost));
	put_str(p, 1, y + 1, ST(FG_DIM), "r runs it again.");
	return y + 2;
}

int board_notes(struct model *m, const struct pane *p, int y)
{
	const struct run *r = m->run;
	for (int i = 0; i < r->n_notes && y < p->h; i++, y++)
		put_fit(p, 1, y, p->w - 2, ST(FG_WARN), slice_str(r->note[i]));
	if (r->batch[0] && y < p->h && !run_is_over(r))
		put_fit(p, 1, y++, p->w - 2, ST(FG_DIM), slice_str(r->batch));
	return y;
}
