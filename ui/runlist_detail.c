/* One run of the list: its facts, its error, its SQL. */
#include "ui/runlist.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "ui/wrap.h"

#include <stdio.h>

#include "base/ban.h"

enum { DETAIL_AT = 12 };

static const char *where_sentence(enum run_where w)
{
	static const char *const s[] = {"", "none", "on disk\t· Enter opens them",
	        "at Athena\t· Enter fetches them; the query is not paid again",
	        "no longer on disk\t· r runs it again"};
	return s[w];
}

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

void runs_draw_detail(struct model *m, const struct pane *p)
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
