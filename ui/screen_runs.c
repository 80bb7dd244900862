/* The runs screen: what was run so far, how it ended, what it cost; and its rows again. */
#include "ui/runlist.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "ui/prompt.h"
#include "ui/wrap.h"

#include <stdio.h>
#include <strings.h>

#include "base/ban.h"

enum { OVERVIEW_H = 5, SIDE_W = 46, DETAIL_AT = 12 };

/* ---- words ---- */

struct words {
	const char *sign, *word;
	enum style_fg fg;
};

static struct words state_words(const struct runrow *r)
{
	if (r->live && run_is_waiting(r->live))
		return (struct words){"○", "waiting", FG_DIM};
	if (r->live && r->live->p.phase == PHASE_DOWNLOAD)
		return (struct words){"●", "fetching", FG_ACCENT};
	if (r->live)
		return (struct words){"●", job_phase_name(r->live->p.phase), FG_ACCENT};
	switch (spend_outcome(r->h)) {
	case OUTCOME_FAILED: return (struct words){"✗", "failed", FG_BAD};
	case OUTCOME_CANCELLED: return (struct words){"■", "cancelled", FG_WARN};
	default: return (struct words){"✓", "done", FG_GOOD};
	}
}

static const char *where_word(enum run_where w)
{
	static const char *const words[] = {"", "–", "on disk", "at Athena", "gone"};
	return words[w];
}

static const char *where_sentence(enum run_where w)
{
	static const char *const s[] = {"", "none", "on disk\t· Enter opens them",
	        "at Athena\t· Enter fetches them; the query is not paid again",
	        "no longer on disk\t· r runs it again"};
	return s[w];
}

/* ---- how runs ended ---- */

static void draw_rate(const struct pane *p, int y, struct words w, uint64_t n, uint64_t all)
{
	char count[FMT_SIZE], percent[16];
	int bar_w = p->w - 31;
	put_str(p, 1, y, ST(w.fg), w.sign);
	put_str(p, 3, y, ST(FG_TEXT), w.word);
	put_bar(p, 13, y, bar_w, ST(w.fg), (double)n, (double)(all ? all : 1));
	put_right(p, 13 + bar_w + 9, y, ST(FG_TEXT), fmt_thousands(count, (int64_t)n));
	if (all) {
		snprintf(percent, sizeof percent, "%.1f %%", 100.0 * (double)n / (double)all);
		put_right(p, p->w - 1, y, ST(FG_DIM), percent);
	}
}

static void draw_rates(const struct pane *p, const struct spend *s)
{
	uint64_t all = s->done + s->failed + s->cancelled;
	char head[96], n[FMT_SIZE];
	snprintf(head, sizeof head, "%s runs, how they ended",
	        all ? fmt_thousands(n, (int64_t)all) : "no");
	put_rule(p, 0, 0, p->w, head);
	draw_rate(p, 1, (struct words){"✓", "done", FG_GOOD}, s->done, all);
	draw_rate(p, 2, (struct words){"✗", "failed", FG_BAD}, s->failed, all);
	draw_rate(p, 3, (struct words){"■", "cancelled", FG_WARN}, s->cancelled, all);
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
static void draw_spend(const struct pane *p, const struct spend *s, int days, int col_w)
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

static void draw_dearest(const struct pane *p, const struct spend *s)
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

/* ---- the list ---- */

/* Columns from the right; the name takes the rest. */
enum { COL_WHERE = 10, COL_ROWS = 9, COL_TIME = 8, COL_COST = 9, COL_WHEN = 8 };
enum { WIDE_COST = 16, WIDE_BYTES = 10, WIDE_ROWS = 11, WIDE_WHEN = 13 };

static bool wide(const struct pane *p)
{
	return p->w >= 100;
}

struct columns_at {
	int where, kept, rows, time, cost, bytes, when; /* right edges; -1: not shown */
	int left;                                       /* what the name may not pass */
};

static struct columns_at place_columns(const struct pane *p)
{
	struct columns_at c = {.kept = -1, .bytes = -1};
	int x = p->w - 2, rows_w = wide(p) ? WIDE_ROWS : COL_ROWS;
	c.where = x;
	x -= COL_WHERE;
	if (wide(p)) {
		c.kept = x;
		x -= rows_w;
	}
	c.rows = x;
	x -= rows_w;
	c.time = x;
	x -= COL_TIME;
	c.cost = x;
	x -= wide(p) ? WIDE_COST : COL_COST;
	if (wide(p)) {
		c.bytes = x;
		x -= WIDE_BYTES;
	}
	c.when = x;
	c.left = x - (wide(p) ? WIDE_WHEN : COL_WHEN);
	return c;
}

static void draw_head(const struct pane *p, int right, const char *name, bool sorted)
{
	char text[32];
	snprintf(text, sizeof text, " %s%s", name, sorted ? "▾" : " ");
	if (right >= 0)
		put_right(p, right + 1, 0, ST(sorted ? FG_STRONG : FG_DIM), text);
}

static void draw_heads(const struct pane *p, enum run_sort sort)
{
	struct columns_at c = place_columns(p);
	draw_head(p, c.where, "its rows", false);
	draw_head(p, c.kept, "kept", false);
	draw_head(p, c.rows, "rows", sort == RUNS_BY_ROWS);
	draw_head(p, c.time, "time", sort == RUNS_BY_DURATION);
	draw_head(p, c.cost, "cost", sort == RUNS_BY_COST);
	draw_head(p, c.bytes, "scanned", false);
	draw_head(p, c.when, wide(p) ? "when" : "ago", sort == RUNS_BY_TIME);
}

/* What Athena would have billed is marked. */
static void draw_cost(const struct pane *p, int right, int y, const struct runrow *r)
{
	char s[FMT_SIZE], text[FMT_SIZE + 8];
	bool file = r->h && r->h->from_csv && r->h->from_csv[0];
	short_money(s, sizeof s, r->live ? r->live->p.cost : r->h->cost);
	if (file || !r->h || !r->h->local)
		put_right(p, right, y, ST(FG_TEXT), file ? "–" : s);
	else if (wide(p)) {
		snprintf(text, sizeof text, "free (%s)", s);
		put_right(p, right, y, ST(FG_DIM), text);
	} else
		put_right(p, right, y, ST(FG_DIM), "free");
}

static void draw_when(
        struct model *m, const struct pane *p, int right, int y, const struct runrow *r)
{
	char ago[FMT_SIZE];
	if (r->live) {
		put_right(p, right, y, ST(FG_ACCENT), "now");
		return;
	}
	fmt_ago(ago, r->h->wall_ms, m->wall_ms);
	size_t n = strlen(ago);
	if (!wide(p) && n > 4 && strcmp(ago + n - 4, " ago") == 0)
		ago[n - 4] = '\0';
	put_right(p, right, y, ST(FG_DIM), ago);
}

static void draw_numbers(struct model *m, const struct pane *p, int y, const struct runrow *r)
{
	struct columns_at c = place_columns(p);
	char s[FMT_SIZE];
	int64_t rows = (int64_t)(r->live ? r->live->p.rows : r->h->rows);
	int64_t kept = (int64_t)(r->live ? r->live->p.funnel.kept : r->h->kept);
	int64_t ms = r->live ? r->live->p.elapsed_ms : r->h->total_ms;
	int64_t bytes = r->live ? r->live->p.athena.stats.scanned_bytes : r->h->scanned_bytes;
	bool recipe = r->live ? r->live->recipe != NULL : r->h->recipe && r->h->recipe[0];
	bool none = r->h && spend_outcome(r->h) != OUTCOME_DONE && rows == 0;
	bool judged = recipe && !none;
	put_right(p, c.where, y, ST(r->where == WHERE_DISK ? FG_TEXT : FG_DIM),
	        r->live ? "" : where_word(r->where));
	if (c.kept >= 0)
		put_right(p, c.kept, y, ST(FG_TEXT), judged ? fmt_thousands(s, kept) : "–");
	put_right(p, c.rows, y, ST(FG_TEXT), none ? "–" : fmt_thousands(s, rows));
	put_right(p, c.time, y, ST(FG_TEXT), fmt_duration(s, ms));
	draw_cost(p, c.cost, y, r);
	if (c.bytes >= 0)
		put_right(p, c.bytes, y, ST(FG_TEXT), bytes < 0 ? "–" : fmt_bytes(s, bytes));
	draw_when(m, p, c.when, y, r);
}

static void draw_row(struct model *m, const struct pane *p, int y, size_t i, const char *what)
{
	struct runlist *l = m->runlist;
	struct runrow r = runlist_row(m, i);
	bool here = (int)i == l->table.at;
	if (!r.live && !r.h)
		return;
	struct words w = state_words(&r);
	int at = p->w >= 78 ? 15 : 4;
	put_str(p, 2, y, ST(w.fg), w.sign);
	if (p->w >= 78) /* else the panel beside it has sign and word together */
		put_fit(p, 4, y, 10, ST(w.fg), slice_str(w.word));
	put_fit(p, at, y, place_columns(p).left - at, STA(FG_TEXT, here ? AT_BOLD : 0),
	        slice_str(what));
	draw_numbers(m, p, y, &r);
	if (here) {
		put_bg(p, 0, y, p->w, 1, BG_SELECT);
		enum style_fg mark = l->detail_focus ? FG_DIM : FG_ACCENT;
		put_fill(p, 0, y, 1, 1, STB(mark, BG_SELECT), "▌");
	}
	put_hit(p, 0, y, p->w, 1, ACT_SELECT, (int)i);
}

static void draw_empty(struct model *m, const struct pane *p)
{
	const struct runlist *l = m->runlist;
	if (m->n_history == 0) {
		put_str(p, 2, 1, ST(FG_STRONG), "Nothing has been run yet.");
		struct pane text = pane_sub(p, 2, 2, p->w - 4, p->h - 2);
		put_wrapped(&text, ST(FG_DIM),
		        slice_str("1 shows the queries; Enter there runs one. Each run is then "
		                  "kept here: how it ended, what it cost, and its rows, to be "
		                  "opened again without paying."),
		        0);
		return;
	}
	if (l->word)
		put_fmt(p, 2, 1, ST(FG_STRONG), "No run matches \"%s\".", l->word);
	else
		put_fmt(p, 2, 1, ST(FG_STRONG), "No run is %s.", run_filter_name(l->only));
	put_str(p, 2, 2, ST(FG_DIM), "Esc shows all again; f goes through the filters.");
}

static void list_title(const struct model *m, char *out, size_t size)
{
	const struct runlist *l = m->runlist;
	char n[FMT_SIZE], of[FMT_SIZE];
	fmt_thousands(n, (int64_t)runlist_count(m));
	fmt_thousands(of, (int64_t)(m->n_history + runlist_live(m)));
	if (l->word)
		snprintf(out, size, "%s of %s with \"%.40s\", %s", n, of, l->word,
		        run_sort_name(l->sort));
	else if (l->only != RUNS_ALL)
		snprintf(out, size, "%s of %s: %s, %s", n, of, run_filter_name(l->only),
		        run_sort_name(l->sort));
	else
		snprintf(out, size, "%s run%s, %s", n, runlist_count(m) == 1 ? "" : "s",
		        run_sort_name(l->sort));
}

static void draw_list(struct model *m, const struct pane *p)
{
	struct runlist *l = m->runlist;
	char head[160];
	list_title(m, head, sizeof head);
	put_rule(p, 0, 0, p->w, head);
	struct pane rows = pane_sub(p, 0, 1, p->w, p->h - 1);
	table_fit(&l->table, (int)runlist_count(m), rows.h);
	if (runlist_count(m) == 0) {
		draw_empty(m, &rows);
		return;
	}
	draw_heads(p, l->sort);
	for (int i = 0; i < l->table.page; i++) {
		struct runrow r = runlist_peek(m, (size_t)(l->table.top + i));
		if (r.live || r.h)
			draw_row(m, &rows, i, (size_t)(l->table.top + i),
			        r.live ? r.live->name : r.h->query_name);
	}
	table_scrollbar(&rows, l->table.top, (int)runlist_count(m));
}

/* ---- one run ---- */

static int fact(const struct pane *p, int y, const char *label, const char *value)
{
	if (!value || !*value)
		return y;
	if (y >= 0 && y < p->h)
		draw_fact(p, y, DETAIL_AT, label, ST(FG_TEXT), value);
	return y + 1;
}

/* A text from line y on, which may be above the pane; returns the line after it. */
static int fact_text(const struct pane *p, int x, int y, struct slice text, bool sql)
{
	int at = y < 0 ? 0 : y;
	struct pane box = pane_sub(p, x, at, p->w - x - 1, p->h - at);
	if (at < p->h && sql)
		draw_sql(&box, text, at - y);
	else if (at < p->h)
		put_wrapped(&box, ST(FG_BAD), text, at - y);
	return y + wrap_count(text, p->w - x - 1);
}

static void when_words(const struct model *m, const struct history_entry *h, char *out, size_t size)
{
	char iso[21], ago[FMT_SIZE], took[FMT_SIZE];
	clock_iso8601(h->wall_ms, iso);
	fmt_ago(ago, h->wall_ms, m->wall_ms);
	snprintf(out, size, "%.10s %.8s UTC\t· %s, it took %s", iso, iso + 11, ago,
	        fmt_duration(took, h->total_ms));
}

static void cost_sentence(const struct history_entry *h, char *out, size_t size)
{
	char cost[FMT_SIZE], bytes[FMT_SIZE];
	short_money(cost, sizeof cost, h->cost);
	fmt_bytes(bytes, h->scanned_bytes < 0 ? 0 : h->scanned_bytes);
	if (h->from_csv && h->from_csv[0])
		snprintf(out, size, "nothing\t· read from a file");
	else if (h->local)
		snprintf(out, size, "free\t· local engine; Athena would have billed %s for %s",
		        cost, bytes);
	else
		snprintf(out, size, "%s\t· %s scanned", cost, bytes);
}

static void rows_sentence(const struct history_entry *h, char *out, size_t size)
{
	char rows[FMT_SIZE], kept[FMT_SIZE];
	fmt_thousands(rows, (int64_t)h->rows);
	fmt_thousands(kept, (int64_t)h->kept);
	if (h->recipe && h->recipe[0])
		snprintf(out, size, "%s\t· %s kept by %.60s", rows, kept, h->recipe);
	else
		snprintf(out, size, "%s\t· no recipe", rows);
}

/* Facts of an entry from line y on; returns the line after them. */
static int draw_facts(struct model *m, const struct pane *p, int y, const struct runrow *r)
{
	const struct history_entry *h = r->h;
	char when[160], cost[160], rows[200];
	when_words(m, h, when, sizeof when);
	cost_sentence(h, cost, sizeof cost);
	rows_sentence(h, rows, sizeof rows);
	y = fact(p, y, "ended", when);
	y = fact(p, y, "cost", cost);
	if (spend_outcome(h) == OUTCOME_DONE) {
		y = fact(p, y, "rows", rows);
		y = fact(p, y, "where", where_sentence(r->where));
	}
	if (h->error && h->error[0]) {
		if (y >= 0 && y < p->h)
			put_str(p, 1, y, ST(FG_DIM), "error");
		y = fact_text(p, DETAIL_AT, y, slice_str(h->error), false);
	}
	y = fact(p, y, "written to", h->out_path);
	y = fact(p, y, "read from", h->from_csv);
	y = fact(p, y, "database", h->database);
	return fact(p, y, "id", h->query_id);
}

static void draw_live(const struct pane *p, const struct run *r)
{
	char cost[FMT_SIZE], t[FMT_SIZE], line[160];
	snprintf(line, sizeof line, "%s\t· %s so far, %s",
	        run_is_waiting(r) ? "waiting for its turn" : job_phase_name(r->p.phase),
	        fmt_duration(t, r->p.elapsed_ms), short_money(cost, sizeof cost, r->p.cost));
	int y = fact(p, 1, "now", line);
	y = fact(p, y, "keys", "Enter shows it\t· x cancels it");
	struct pane sql = pane_sub(p, 1, y + 1, p->w - 2, p->h - y - 1);
	draw_sql(&sql, slice_str(r->sql ? r->sql : ""), 0);
}

/* The SQL without its front matter, of which the facts say what counts. */
static const char *after_comments(const char *sql)
{
	const char *s = sql;
	while (s && s[0] == '-' && s[1] == '-') {
		s = strchr(s, '\n');
		s = s ? s + strspn(s, "\n") : NULL;
	}
	return s && *s ? s : sql;
}

static void draw_detail(struct model *m, const struct pane *p)
{
	struct runlist *l = m->runlist;
	struct runrow r = runlist_row(m, (size_t)l->table.at);
	char title[128];
	if (!r.live && !r.h) {
		put_rule(p, 0, 0, p->w, NULL);
		return;
	}
	snprintf(title, sizeof title, "%.100s", r.live ? r.live->name : r.h->query_name);
	put_rule(p, 0, 0, p->w, title);
	if (l->detail_focus)
		put_str(p, 3, 0, STA(FG_FOCUS, AT_BOLD), title);
	if (r.live) {
		draw_live(p, r.live);
		return;
	}
	struct pane body = pane_sub(p, 0, 1, p->w, p->h - 1), none = pane_sub(&body, 0, 0, 0, 0);
	const char *sql = r.h->sql && r.h->sql[0] ? after_comments(r.h->sql) : NULL;
	none.w = body.w; /* the first pass only tells how long it is */
	for (int pass = 0; pass < 2; pass++) {
		const struct pane *to = pass ? &body : &none;
		int y = draw_facts(m, to, -l->detail.top, &r) + 1;
		if (sql)
			y = fact_text(to, 1, y, slice_str(sql), true);
		else if (y >= 0 && y < to->h)
			put_str(to, 1, y, ST(FG_DIM), "Its SQL was not recorded.");
		scroll_fit(&l->detail, y + l->detail.top, body.h);
		table_scrollbar(to, l->detail.top, y + l->detail.top);
	}
}

/* ---- the screen ---- */

static void draw_side(struct model *m, const struct pane *p)
{
	const struct spend *s = &m->runlist->spend;
	int days = p->w >= 64 ? 30 : 14, chart_h = p->h >= 48 ? 16 : 11;
	struct pane rates = pane_sub(p, 0, 0, p->w, 5);
	struct pane spend = pane_sub(p, 0, 5, p->w, chart_h);
	struct pane top = pane_sub(p, 0, 6 + chart_h, p->w, p->h - 6 - chart_h);
	draw_rates(&rates, s);
	draw_spend(&spend, s, days, days == 30 ? 1 : 2);
	draw_dearest(&top, s);
}

static void draw_wide(struct model *m, const struct pane *p)
{
	int side = p->w >= 160 ? 66 : SIDE_W, left = p->w - side - 1;
	int list_h = p->h * 11 / 20;
	struct pane list = pane_sub(p, 0, 0, left, list_h);
	struct pane detail = pane_sub(p, 0, list_h, left, p->h - list_h);
	struct pane right = pane_sub(p, left + 1, 0, side, p->h);
	draw_list(m, &list);
	draw_detail(m, &detail);
	draw_side(m, &right);
	put_vrule(p, left, 0, p->h);
}

static void draw_narrow(struct model *m, const struct pane *p)
{
	const struct spend *s = &m->runlist->spend;
	int half = p->w / 2 - 1, rest = p->h - OVERVIEW_H, list_h = rest * 3 / 5;
	struct pane rates = pane_sub(p, 0, 0, half, OVERVIEW_H);
	struct pane spend = pane_sub(p, half + 1, 0, p->w - half - 1, OVERVIEW_H);
	struct pane list = pane_sub(p, 0, OVERVIEW_H, p->w, list_h);
	struct pane detail = pane_sub(p, 0, OVERVIEW_H + list_h, p->w, rest - list_h);
	draw_rates(&rates, s);
	draw_spend(&spend, s, 14, 1);
	put_vrule(p, half, 0, OVERVIEW_H);
	draw_list(m, &list);
	draw_detail(m, &detail);
}

static void draw(struct model *m, const struct pane *p)
{
	runlist_update(m);
	if (p->w >= 100 && p->h >= 30)
		draw_wide(m, p);
	else
		draw_narrow(m, p);
}

static void enter(struct model *m)
{
	runlist_forget(m->runlist); /* files may have gone meanwhile */
	m->runlist->detail_focus = false;
}

static void filter_next(struct model *m)
{
	struct runlist *l = m->runlist;
	l->only = (enum run_filter)((l->only + 1) % RUNS_FILTERS);
	runlist_set_word(m, NULL);
}

static void copy(struct model *m, const struct runrow *r)
{
	const char *id = r->h && r->h->query_id ? r->h->query_id
	                 : r->live              ? r->live->p.athena.id
	                                        : "";
	const char *sql = r->live ? r->live->sql : r->h ? r->h->sql : "";
	if ((m->runlist->detail_focus || !*id) && sql && *sql)
		model_copy(m, slice_str(sql), "the SQL");
	else if (*id)
		model_copy(m, slice_str(id), "the query's id; Tab, then y copies the SQL");
	else
		model_toast(m, FG_DIM, "There is nothing to copy");
}

static void cancel(struct model *m, const struct runrow *r)
{
	m->wants.cancel = true;
	m->wants.cancel_job = r->live->job;
	model_toast(m, FG_WARN, "Cancelling %s ...", r->live->name);
}

static bool back(struct model *m)
{
	struct runlist *l = m->runlist;
	if (l->detail_focus) {
		l->detail_focus = false;
		return true;
	}
	if (model_search_word(m) || (l->only == RUNS_ALL && !l->word))
		return false;
	l->only = RUNS_ALL;
	runlist_set_word(m, NULL);
	return true;
}

static bool act(struct model *m, enum action a, int arg)
{
	struct runlist *l = m->runlist;
	runlist_update(m);
	if (l->detail_focus && scroll_act(&l->detail, a))
		return true;
	int before = l->table.at;
	if (table_act(&l->table, (int)runlist_count(m), a)) {
		if (l->table.at != before)
			l->detail.top = 0;
		return true;
	}
	struct runrow r = runlist_row(m, (size_t)l->table.at);
	switch (a) {
	case ACT_SELECT:
		if (arg == l->table.at)
			runlist_open(m, &r);
		l->table.at = arg;
		l->detail.top = 0;
		return true;
	case ACT_ENTER: runlist_open(m, &r); return true;
	case ACT_RUN: runlist_again(m, &r, arg == ARG_YES); return true;
	case ACT_EDIT: runlist_edit(m, &r, arg == ARG_YES); return true;
	case ACT_SORT:
		l->sort = (enum run_sort)((l->sort + 1) % RUNS_BYS);
		l->table.at = l->table.top = 0;
		runlist_forget(l);
		return true;
	case ACT_FILTER: filter_next(m); return true;
	case ACT_NEXT_PANE:
	case ACT_PREV_PANE: l->detail_focus = !l->detail_focus; return true;
	case ACT_COPY: copy(m, &r); return true;
	case ACT_CANCEL:
		if (r.live)
			cancel(m, &r);
		return r.live != NULL;
	case ACT_BACK: return back(m);
	default: return false;
	}
}

static bool command(struct model *m, enum action a, const char *arg)
{
	static const char *const by[RUNS_BYS] = {"time", "cost", "duration", "rows", "name"};
	struct runlist *l = m->runlist;
	if (a == ACT_FILTER) {
		for (int i = 0; i < RUNS_FILTERS; i++)
			if (strcasecmp(arg, run_filter_name((enum run_filter)i)) == 0) {
				l->only = (enum run_filter)i;
				arg = "";
			}
		runlist_set_word(m, arg);
		return true;
	}
	for (int i = 0; a == ACT_SORT && i < RUNS_BYS; i++)
		if (strcasecmp(arg, by[i]) == 0) {
			l->sort = (enum run_sort)i;
			l->table.at = l->table.top = 0;
			runlist_forget(l);
			return true;
		}
	if (a == ACT_SORT)
		model_toast(m, FG_BAD, ":sort time, cost, duration, rows or name");
	return a == ACT_SORT;
}

static void words(struct model *m, enum action a, const char *before, const char *word,
        struct prompt_words *out)
{
	static const char *const sorts[] = {"time", "cost", "duration", "rows", "name"};
	(void)m;
	(void)before;
	for (int i = 0; a == ACT_FILTER && i < RUNS_FILTERS; i++)
		prompt_words_offer(out, run_filter_name((enum run_filter)i), word);
	for (int i = 0; a == ACT_SORT && i < RUNS_BYS; i++)
		prompt_words_offer(out, sorts[i], word);
}

static bool find(struct model *m, const char *word, int direction)
{
	struct runlist *l = m->runlist;
	runlist_update(m);
	size_t n = runlist_count(m), step = direction < 0 ? n - 1 : 1;
	size_t at = (size_t)l->table.at + (direction ? step : 0);
	for (size_t i = 0; i < n; i++, at += step) {
		struct runrow r = runlist_peek(m, at % n);
		if (!runlist_matches(&r, word))
			continue;
		l->table.at = (int)(at % n);
		l->detail.top = 0;
		return true;
	}
	return false;
}

static bool counts(struct model *m, enum action a)
{
	runlist_update(m);
	if (runlist_count(m) == 0 && m->n_history == 0)
		return a != ACT_ENTER && a != ACT_RUN && a != ACT_EDIT && a != ACT_SORT &&
		       a != ACT_FILTER && a != ACT_FIND;
	struct runrow r = runlist_row(m, (size_t)m->runlist->table.at);
	if (a == ACT_ENTER)
		return r.live || r.where == WHERE_DISK || r.where == WHERE_FETCH;
	if (a == ACT_RUN)
		return r.h && r.h->sql && r.h->sql[0];
	return true;
}

const struct screen_ops screen_runs = {
        .draw = draw,
        .act = act,
        .command = command,
        .words = words,
        .find = find,
        .counts = counts,
        .enter = enter,
};
