/* The list of runs, as columns. */
#include "ui/runlist.h"

#include "base/fmt.h"

#include <stdio.h>

#include "base/ban.h"

struct run_words run_words_of(const struct runrow *r)
{
	if (r->live && run_is_waiting(r->live))
		return (struct run_words){"○", "waiting", FG_DIM};
	if (r->live && r->live->p.phase == PHASE_DOWNLOAD)
		return (struct run_words){"●", "fetching", FG_ACCENT};
	if (r->live)
		return (struct run_words){"●", job_phase_name(r->live->p.phase), FG_ACCENT};
	switch (spend_outcome(r->h)) {
	case OUTCOME_FAILED: return (struct run_words){"✗", "failed", FG_BAD};
	case OUTCOME_CANCELLED: return (struct run_words){"■", "cancelled", FG_WARN};
	default:
		if (r->h->query_id && !r->h->query_id[0] && r->h->out_path && *r->h->out_path)
			return (struct run_words){
			        "✓", "written", FG_GOOD}; /* no query: rows on disk, exported */
		return (struct run_words){"✓", "done", FG_GOOD};
	}
}

static const char *where_word(enum run_where w)
{
	static const char *const words[] = {"", "–", "on disk", "at Athena", "gone"};
	return words[w];
}

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
	struct run_words w = run_words_of(&r);
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

void runs_draw_list(struct model *m, const struct pane *p)
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
