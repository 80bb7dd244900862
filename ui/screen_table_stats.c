/* What a column holds: how often each value, and how numbers or lengths are spread. */
#include "ui/tableview.h"

#include "base/fmt.h"
#include "base/utf8.h"

#include <math.h>
#include <stdio.h>

#include "base/ban.h"

void stats_open(struct model *m, enum tv_mode mode)
{
	struct tableview *t = m->table;

	if (!tableview_ready(m, mode == TV_FREQUENCY ? "Counting works" : "A histogram works"))
		return;
	t->mode = mode;
	t->scroll = (struct table){0};
	t->asked = mode == TV_FREQUENCY ? result_frequency(t->result, (size_t)t->cur, &t->order)
	                                : result_histogram(t->result, (size_t)t->cur, &t->order);
}

/* Never "0.0%" for something. */
static void share(char *out, size_t size, uint64_t n, uint64_t of)
{
	double percent = of ? 100.0 * (double)n / (double)of : 0;
	if (n && percent < 0.05)
		snprintf(out, size, "<0.1%%");
	else
		snprintf(out, size, "%.1f%%", percent);
}

/* The work under way, or why it failed; true when there is nothing else to draw. */
static bool draw_waiting(struct model *m, const struct pane *p, enum result_task task, bool there)
{
	const struct tableview *t = m->table;
	struct result_progress q;
	char done[FMT_SIZE], of[FMT_SIZE];

	if (there)
		return false;
	result_progress(t->result, task, &q);
	put_rule(p, 0, 0, p->w, t->columns->col[t->cur].name);
	if (q.phase == RESULT_FAILED) {
		draw_error(p, 2, "", &q.err);
		return true;
	}
	put_fmt(p, 2, 2, ST(FG_STRONG), "%s ...",
	        task == RESULT_FREQUENCY ? "Counting the values" : "Measuring the values");
	put_fmt(p, 2, 3, ST(FG_DIM), "%s of %s rows; Esc goes back",
	        fmt_thousands(done, (int64_t)q.done), fmt_thousands(of, (int64_t)q.of));
	put_bar(p, 2, 5, p->w < 64 ? p->w - 4 : 60, ST(FG_ACCENT), (double)q.done,
	        q.of ? (double)q.of : 1);
	return true;
}

/* ---- frequency ---- */

static const char *shown_only(const struct tableview *t)
{
	return t->order.filter != FILTER_NONE ? " that are shown" : "";
}

static void frequency_head(const struct tableview *t, const struct pane *p)
{
	const struct frequency *f = t->frequency;
	char distinct[FMT_SIZE], rows[FMT_SIZE], nulls[FMT_SIZE], head[400];

	snprintf(head, sizeof head, "%.100s · %s%s different value%s in %s rows%s · %s NULL",
	        t->columns->col[f->col].name, f->at_least ? "at least " : "",
	        fmt_thousands(distinct, (int64_t)f->distinct), f->distinct == 1 ? "" : "s",
	        fmt_thousands(rows, (int64_t)f->rows), shown_only(t),
	        fmt_thousands(nulls, (int64_t)f->nulls));
	put_rule(p, 0, 0, p->w, head);
}

static void frequency_line(const struct tableview *t, const struct pane *p, int y, size_t i)
{
	const struct frequency *f = t->frequency;
	const struct frequency_line *l = &f->top[i];
	int bar = p->w >= 100 ? p->w / 3 : p->w / 4, text = p->w - bar - 25;
	struct cell v = {l->null ? NULL : l->text, l->null                   ? 0
	                                           : l->len < FREQUENCY_TEXT ? l->len
	                                                                     : FREQUENCY_TEXT};
	char n[FMT_SIZE];

	put_cell(p, 2, y, text, ST(FG_TEXT), v, false);
	put_right(p, text + 14, y, ST(FG_STRONG), fmt_thousands(n, (int64_t)l->count));
	share(n, sizeof n, l->count, f->rows);
	put_right(p, text + 22, y, ST(FG_DIM), n);
	put_bar(p, text + 24, y, bar, ST(FG_FILL), (double)l->count, (double)f->top[0].count);
	if ((int)i == t->scroll.at) {
		put_bg(p, 0, y, p->w, 1, BG_SELECT);
		put_str(p, 0, y, STB(FG_ACCENT, BG_SELECT), "▌");
	}
	put_hit(p, 0, y, p->w, 1, ACT_SELECT, (int)i);
}

void draw_frequency(struct model *m, const struct pane *p)
{
	struct tableview *t = m->table;
	const struct frequency *f = t->frequency;
	struct pane rows = pane_sub(p, 0, 2, p->w, p->h - 3);
	char n[FMT_SIZE];
	int text = p->w - (p->w >= 100 ? p->w / 3 : p->w / 4) - 25;

	if (draw_waiting(m, p, RESULT_FREQUENCY, f && f->generation == t->asked))
		return;
	frequency_head(t, p);
	put_fill(p, 0, 1, p->w, 1, STB(FG_TEXT, BG_HEADER), " ");
	put_str(p, 2, 1, STB(FG_STRONG, BG_HEADER), "value");
	put_right(p, text + 14, 1, STB(FG_STRONG, BG_HEADER), "rows");
	put_right(p, text + 22, 1, STB(FG_STRONG, BG_HEADER), "share");
	table_fit(&t->scroll, (int)f->n, rows.h);
	for (int y = 0; y < rows.h && (size_t)(t->scroll.top + y) < f->n; y++)
		frequency_line(t, &rows, y, (size_t)(t->scroll.top + y));
	table_scrollbar(&rows, t->scroll.top, (int)f->n);
	if (f->distinct > f->n && t->scroll.at == (int)f->n - 1)
		put_fmt(p, 2, p->h - 1, ST(FG_DIM),
		        "The %s most frequent values; the rest is rarer.",
		        fmt_thousands(n, (int64_t)f->n));
	else
		put_str(p, 2, p->h - 1, ST(FG_DIM),
		        "Enter shows only the rows with that value; Esc goes back.");
}

/* ---- histogram ---- */

/* 12, 12,500, 1.25, 1.2e+09: short, and exact where it can be. */
static char *number(char out[FMT_SIZE], double v)
{
	if (v == floor(v) && fabs(v) < 1e15)
		return fmt_thousands(out, (int64_t)v);
	snprintf(out, FMT_SIZE, "%.4g", v);
	return out;
}

static int histogram_facts(const struct tableview *t, const struct pane *p)
{
	const struct histogram *h = t->histogram;
	const struct {
		const char *name;
		double v;
	} fact[] = {{"least", h->min}, {"5%", h->p5}, {"25%", h->q1}, {"median", h->median},
	        {"75%", h->q3}, {"95%", h->p95}, {"most", h->max}, {"mean", h->mean}};
	char n[FMT_SIZE];
	int x = 2, y = 1;

	for (size_t i = 0; i < sizeof fact / sizeof fact[0]; i++) {
		int w;

		if (i == 7)
			snprintf(n, sizeof n, fabs(fact[i].v) < 1e6 ? "%.1f" : "%.6g", fact[i].v);
		else
			number(n, fact[i].v);
		w = (int)(strlen(n) + strlen(fact[i].name)) + 4;
		if (x + w > p->w) {
			x = 2;
			y++;
		}
		x += put_str(p, x, y, ST(FG_DIM), fact[i].name) + 1;
		x += put_str(p, x, y, ST(FG_STRONG), n) + 3;
	}
	return y + 2;
}

/* Which of the quartiles fall into the bin. */
static const char *marks_of(const struct histogram *h, size_t i, char out[64])
{
	const struct {
		const char *name;
		double v;
	} mark[] = {{"25%", h->q1}, {"median", h->median}, {"75%", h->q3}};
	const struct histogram_bin *b = &h->bin[i];
	size_t n = 0;

	out[0] = '\0';
	for (int k = 0; k < 3; k++)
		if (mark[k].v >= b->from && (mark[k].v < b->to || i + 1 == h->n))
			n += (size_t)snprintf(
			        out + n, 64 - n, "%s%s", n ? ", " : "◂ ", mark[k].name);
	return out;
}

static void histogram_line(const struct tableview *t, const struct pane *p, int y, size_t i,
        int labels, int thick, uint64_t most)
{
	const struct histogram *h = t->histogram;
	const struct histogram_bin *b = &h->bin[i];
	char from[FMT_SIZE], to[FMT_SIZE], n[FMT_SIZE], marks[64];
	int bar = p->w - labels - 42;

	put_right(p, 2 + labels, y, ST(FG_TEXT), number(from, b->from));
	if (!h->of_length || b->to - b->from > 1) { /* else one length alone */
		put_str(p, 3 + labels, y, ST(FG_DIM), "–");
		put_right(p, 5 + 2 * labels, y, ST(FG_TEXT), number(to, b->to));
	}
	bar -= labels;
	put_right(p, 2 * labels + 17, y, ST(b->count ? FG_STRONG : FG_DIM),
	        fmt_thousands(n, (int64_t)b->count));
	share(n, sizeof n, b->count, h->values);
	put_right(p, 2 * labels + 25, y, ST(FG_DIM), n);
	for (int k = 0; k < thick; k++)
		put_bar(p, 2 * labels + 27, y + k, bar, ST(FG_FILL), (double)b->count,
		        (double)most);
	put_str(p, 2 * labels + 28 + bar, y, ST(FG_ACCENT), marks_of(h, i, marks));
}

static void histogram_bins(struct tableview *t, const struct pane *p)
{
	const struct histogram *h = t->histogram;
	int labels = 1, thick;
	uint64_t most = 1;
	char n[FMT_SIZE];

	for (size_t i = 0; i < h->n; i++) {
		int from = (int)strlen(number(n, h->bin[i].from));
		int to = (int)strlen(number(n, h->bin[i].to));

		labels = from > labels ? from : labels;
		labels = to > labels ? to : labels;
		most = h->bin[i].count > most ? h->bin[i].count : most;
	}
	thick = (int)h->n * 2 <= p->h ? 2 : 1;
	scroll_fit(&t->scroll, (int)h->n, p->h / thick);
	for (int y = 0; y < p->h / thick && (size_t)(t->scroll.top + y) < h->n; y++)
		histogram_line(t, p, y * thick, (size_t)(t->scroll.top + y), labels, thick, most);
	table_scrollbar(p, t->scroll.top, (int)h->n);
}

void draw_histogram(struct model *m, const struct pane *p)
{
	struct tableview *t = m->table;
	const struct histogram *h = t->histogram;
	char head[400], n[FMT_SIZE], nulls[FMT_SIZE], others[80] = "";
	struct pane bins;

	if (draw_waiting(m, p, RESULT_HISTOGRAM, h && h->generation == t->asked))
		return;
	if (h->others)
		snprintf(others, sizeof others, " · %s others%s",
		        fmt_thousands(n, (int64_t)h->others), h->uneven ? " · uneven bins" : "");
	else if (h->uneven)
		snprintf(others, sizeof others, " · uneven bins");
	snprintf(head, sizeof head, "%.100s · %s%s values%s · %s NULL%s",
	        t->columns->col[h->col].name, h->of_length ? "characters of " : "",
	        fmt_thousands(n, (int64_t)h->values), shown_only(t),
	        fmt_thousands(nulls, (int64_t)h->nulls), others);
	put_rule(p, 0, 0, p->w, head);
	if (h->values == 0) {
		put_str(p, 2, 2, ST(FG_STRONG), "There is no value in this column.");
		put_str(p, 2, 3, ST(FG_DIM), "Esc goes back.");
		return;
	}
	int y = histogram_facts(t, p);
	bins = pane_sub(p, 0, y, p->w, p->h - y);
	histogram_bins(t, &bins);
}

/* ---- acting ---- */

bool stats_find(struct tableview *t, const char *word, int direction)
{
	const struct frequency *f = t->mode == TV_FREQUENCY ? t->frequency : NULL;
	int n = f ? (int)f->n : 0, at = t->scroll.at;

	for (int k = 0; k < n; k++) {
		if (k || direction)
			at = direction < 0 ? (at ? at : n) - 1 : (at + 1) % n;
		if (f->top[at].text && strcasestr(f->top[at].text, word)) {
			t->scroll.at = at;
			return true;
		}
	}
	return false;
}

static void choose(struct model *m, int i)
{
	struct tableview *t = m->table;
	const struct frequency *f = t->frequency;

	if (f && f->generation == t->asked && i >= 0 && i < (int)f->n)
		tableview_only(m, &f->top[i], f->col);
}

bool stats_act(struct model *m, enum action a, int arg)
{
	struct tableview *t = m->table;
	bool list = t->mode == TV_FREQUENCY;
	int n = list && t->frequency ? (int)t->frequency->n : 0;

	if (list ? table_act(&t->scroll, n, a) : scroll_act(&t->scroll, a))
		return true;
	switch (a) {
	case ACT_ENTER:
		if (list)
			choose(m, t->scroll.at);
		return true;
	case ACT_SELECT:
		if (list && arg == t->scroll.at)
			choose(m, arg);
		else
			t->scroll.at = arg;
		return true;
	case ACT_FREQUENCY: stats_open(m, TV_FREQUENCY); return true;
	case ACT_HISTOGRAM: stats_open(m, TV_HISTOGRAM); return true;
	case ACT_LEFT:
	case ACT_RIGHT: /* the same of the column beside */
		tableview_side(t, a == ACT_LEFT ? -1 : 1);
		stats_open(m, t->mode);
		return true;
	case ACT_COPY:
		if (list && n)
			model_copy(m,
			        slice_of(t->frequency->top[t->scroll.at].text,
			                t->frequency->top[t->scroll.at].len < FREQUENCY_TEXT
			                        ? t->frequency->top[t->scroll.at].len
			                        : FREQUENCY_TEXT),
			        "the value");
		return true;
	case ACT_SORT:
	case ACT_FREEZE:
	case ACT_WIDER:
	case ACT_NARROWER:
	case ACT_FIT:
	case ACT_HIDE:
	case ACT_UNHIDE: return true; /* of the table only */
	default: return false;
	}
}
