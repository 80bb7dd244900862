/* The list of queries: what each did last time, and its SQL beside or below it. */
#include "ui/parts.h"

#include "base/fmt.h"
#include "base/mem.h"
#include "ui/wrap.h"

#include <stdio.h>
#include <strings.h>

#include "base/ban.h"

#define BROKEN "✗ has an error"

static const char *title_of(const struct query_item *it)
{
	return *it->file->title ? it->file->title : it->file->name;
}

static const char *s_if(size_t n)
{
	return n == 1 ? "y" : "ies";
}

/* "failed" or "cancelled"; "" for a run that went well. */
static const char *ended_badly(const struct history_entry *h)
{
	if (!h->state)
		return "";
	return strcasecmp(h->state, "failed") == 0      ? "failed"
	       : strcasecmp(h->state, "cancelled") == 0 ? "cancelled"
	                                                : "";
}

static char *cost_of(const struct history_entry *h, char *out, size_t size)
{
	if (!h->local)
		return short_money(out, size, h->cost);
	snprintf(out, size, "free");
	return out;
}

/* "4,523 rows · $0.0062 · 15.2 s · 3 min ago" */
static void last_words(struct model *m, const struct query_item *it, char *out, size_t size)
{
	const struct history_entry *h = it->last;
	char rows[FMT_SIZE], cost[FMT_SIZE], time[FMT_SIZE], ago[FMT_SIZE];
	if (it->file->fault || !h) {
		snprintf(out, size, it->file->fault ? BROKEN : "not run yet");
		return;
	}
	fmt_ago(ago, h->wall_ms, m->wall_ms);
	if (*ended_badly(h)) {
		snprintf(out, size, "%s · %s", ended_badly(h), ago);
		return;
	}
	fmt_thousands(rows, (int64_t)h->rows);
	cost_of(h, cost, sizeof cost);
	fmt_duration(time, h->total_ms);
	snprintf(out, size, "%s rows · %s · %s · %s", rows, cost, time, ago);
}

static bool is_running(struct model *m, const struct query_item *it)
{
	for (size_t i = 0; i < m->runs.n; i++)
		if (run_is_live(m->runs.item[i]) &&
		        strcmp(m->runs.item[i]->name, it->file->name) == 0)
			return true;
	return false;
}

static void mark_selected(const struct pane *p, int y, int h, bool focus)
{
	put_bg(p, 0, y, p->w, h, BG_SELECT);
	put_fill(p, 0, y, 1, h, STB(focus ? FG_ACCENT : FG_DIM, BG_SELECT), "▌");
}

static void draw_name(const struct pane *p, int y, int w, const struct query_item *it, bool here)
{
	int x = 2;
	if (it->favourite)
		x += put_str(p, x, y, ST(FG_WARN), "★ ");
	put_fit(p, x, y, w + 2 - x, STA(FG_TEXT, here ? AT_BOLD : 0), slice_str(title_of(it)));
}

/* Two lines a query: title and recipe; what the last run took. */
static void draw_tall(struct model *m, const struct pane *p, int y, size_t i)
{
	const struct query_item *it = &m->queries.item[m->queries.shown[i]];
	bool here = (int)i == m->queries.table.at;
	char last[256];
	draw_name(p, y, p->w - 3, it, here);
	last_words(m, it, last, sizeof last);
	put_fit(p, 2, y + 1, p->w - 3, ST(FG_DIM),
	        slice_str(is_running(m, it) ? "running now: 3 shows it" : last));
	if (here)
		mark_selected(p, y, 2, !m->queries.sql_focus);
	put_hit(p, 0, y, p->w, 2, ACT_SELECT, (int)i);
}

/* One line a query, with columns. */
static void draw_flat(struct model *m, const struct pane *p, int y, size_t i)
{
	const struct query_item *it = &m->queries.item[m->queries.shown[i]];
	const struct history_entry *h = it->last;
	bool here = (int)i == m->queries.table.at;
	char s[FMT_SIZE];
	int w = p->w;
	draw_name(p, y, w - 48, it, here);
	if (is_running(m, it))
		put_right(p, w - 2, y, ST(FG_ACCENT), "running");
	else if (it->file->fault)
		put_right(p, w - 2, y, ST(FG_BAD), BROKEN);
	else if (!h)
		put_right(p, w - 2, y, ST(FG_DIM), "not run yet");
	else {
		if (*ended_badly(h))
			put_right(p, w - 33, y, ST(FG_WARN), ended_badly(h));
		else
			put_right(p, w - 33, y, ST(FG_TEXT), fmt_thousands(s, (int64_t)h->rows));
		put_right(p, w - 23, y, ST(FG_TEXT), cost_of(h, s, sizeof s));
		put_right(p, w - 14, y, ST(FG_TEXT), fmt_duration(s, h->total_ms));
		put_right(p, w - 2, y, ST(FG_DIM), fmt_ago(s, h->wall_ms, m->wall_ms));
	}
	if (here)
		mark_selected(p, y, 1, !m->queries.sql_focus);
	put_hit(p, 0, y, w, 1, ACT_SELECT, (int)i);
}

static void draw_empty(struct model *m, const struct pane *p)
{
	const char *dir = m->cfg->queries_dir ? m->cfg->queries_dir : "";
	if (m->queries.filter) {
		put_fmt(p, 2, 1, ST(FG_STRONG), "Nothing matches \"%s\".", m->queries.filter);
		put_str(p, 2, 2, ST(FG_DIM), "Esc drops the filter.");
		return;
	}
	if (m->queries.fault[0]) {
		struct pane why = pane_sub(p, 4, 1, p->w - 6, 2);
		put_str(p, 2, 1, STA(FG_BAD, AT_BOLD), "✗");
		int n = put_wrapped(&why, ST(FG_STRONG), slice_str(m->queries.fault), 0);
		put_str(p, 2, 1 + n, ST(FG_DIM), "--queries DIR names another; n starts a query.");
		return;
	}
	put_fmt(p, 2, 1, ST(FG_STRONG), "No queries in %s", dir);
	put_str(p, 2, 2, ST(FG_DIM), "n starts one; save it there as NAME.sql.");
}

static void draw_head(const struct pane *p, int right, const char *name, bool on)
{
	char padded[16];
	snprintf(padded, sizeof padded, " %s ", name);
	put_right(p, right + 1, 0, ST(FG_DIM), padded);
	if (on)
		put_right(p, right, 0, STA(FG_STRONG, AT_UNDERLINE), name);
}

/* Over the columns; the one that the list is sorted by stands out. */
static void draw_heads(const struct queries *q, const struct pane *p)
{
	draw_head(p, p->w - 33, "rows", false);
	draw_head(p, p->w - 23, "cost", q->sort == SORT_COST);
	draw_head(p, p->w - 14, "time", q->sort == SORT_TIME);
	draw_head(p, p->w - 2, "last", q->sort == SORT_RECENT);
}

static void draw_list(struct model *m, const struct pane *p, bool tall)
{
	struct queries *q = &m->queries;
	char head[160];
	int row_h = tall ? 2 : 1, gap = tall ? 1 : 0;
	if (q->filter)
		snprintf(head, sizeof head, "%zu of %zu quer%s with \"%s\"", q->n_shown, q->n,
		        s_if(q->n), q->filter);
	else
		snprintf(head, sizeof head, "%zu quer%s by %s", q->n, s_if(q->n),
		        queries_sort_name(q->sort));
	put_rule(p, 0, 0, p->w, head);
	if (!tall && p->w > 60 && q->n_shown)
		draw_heads(q, p);
	struct pane rows = pane_sub(p, 0, 1, p->w, p->h - 1);
	table_fit(&q->table, (int)q->n_shown, (rows.h + gap) / (row_h + gap));
	if (q->n_shown == 0)
		draw_empty(m, &rows);
	for (int i = 0; i < q->table.page && (size_t)(q->table.top + i) < q->n_shown; i++) {
		if (tall)
			draw_tall(m, &rows, i * 3, (size_t)(q->table.top + i));
		else
			draw_flat(m, &rows, i, (size_t)(q->table.top + i));
	}
}

/* "recipe chat  min_score=2  boards=(?i)^(LocalLLaMA|…": one line. */
static int draw_recipe(const struct pane *p, int y, const struct query_item *it)
{
	const struct queryfile *f = it->file;
	int x = 1 + put_str(p, 1, y, ST(FG_DIM), "recipe ");
	x += put_str(p, x, y, ST(FG_TEXT), *f->recipe ? f->recipe : "none: rows only") + 2;
	for (size_t i = 0; i < f->n_params; i++) {
		bool changed;
		const char *v = queries_value(it, &f->param[i], &changed);
		if (x > p->w - 16) {
			put_fmt(p, x, y, ST(FG_DIM), "+%zu", f->n_params - i);
			break;
		}
		x += put_fmt(p, x, y, ST(FG_DIM), "%s=", f->param[i].name);
		x += put_fit(p, x, y, p->w - x - 5 < 18 ? p->w - x - 5 : 18,
		             ST(changed ? FG_ACCENT : FG_TEXT), slice_str(v)) +
		     2;
	}
	return y + 1;
}

/* With room: a parameter a line, with what it is for. */
static int draw_params(const struct pane *p, int y, const struct query_item *it)
{
	const struct queryfile *f = it->file;
	put_fmt(p, 1, y, ST(FG_DIM), "recipe");
	put_str(p, 14, y++, ST(FG_TEXT), *f->recipe ? f->recipe : "none: rows only");
	for (size_t i = 0; i < f->n_params && i < 8; i++, y++) {
		bool changed;
		const char *v = queries_value(it, &f->param[i], &changed);
		put_fit(p, 1, y, 12, ST(FG_DIM), slice_str(f->param[i].name));
		int x = 14 + put_fit(p, 14, y, p->w / 2 - 14, ST(changed ? FG_ACCENT : FG_TEXT),
		                     slice_str(v));
		if (f->param[i].help)
			put_fit(p, x + 2, y, p->w - x - 3, ST(FG_DIM), slice_str(f->param[i].help));
	}
	return y;
}

/* The newest runs of the query, and what all of them cost. */
static int draw_runs(struct model *m, const struct pane *p, int y, const struct query_item *it)
{
	char title[96], s[FMT_SIZE];
	int left = 5;
	if (it->n_runs == 0)
		return y;
	snprintf(title, sizeof title, "%zu %s, %s in all%s", it->n_runs,
	        it->n_runs == 1 ? "run" : "runs", short_money(s, sizeof s, it->spent),
	        model_is_local(m) ? " on Athena" : "");
	put_rule(p, 0, y++, p->w, title);
	for (size_t i = m->n_history; i-- > 0 && left > 0;) {
		const struct history_entry *h = &m->history[i];
		if (!h->query_id[0] || strcmp(h->query_name, it->file->name) != 0)
			continue;
		bool bad = *ended_badly(h);
		put_str(p, 1, y, ST(bad ? FG_BAD : FG_GOOD), bad ? "✗" : "✓");
		put_str(p, 3, y, ST(FG_DIM), fmt_ago(s, h->wall_ms, m->wall_ms));
		if (bad)
			put_str(p, 18, y, ST(FG_WARN), ended_badly(h));
		else
			put_fmt(p, 18, y, ST(FG_TEXT), "%s rows",
			        fmt_thousands(s, (int64_t)h->rows));
		put_right(p, 46, y, ST(FG_TEXT), cost_of(h, s, sizeof s));
		put_right(p, 58, y, ST(FG_TEXT), fmt_duration(s, h->total_ms));
		y++;
		left--;
	}
	return y;
}

/* Description, recipe, parameters, runs, as far as there is room; then the SQL. */
static int draw_facts(struct model *m, const struct pane *p, const struct query_item *it)
{
	const struct queryfile *f = it->file;
	bool roomy = p->h > 26;
	int y = 1;
	if (f->fault) {
		struct pane why = pane_sub(p, 3, y, p->w - 4, 4);
		put_str(p, 1, y, STA(FG_BAD, AT_BOLD), "✗");
		y += put_wrapped(&why, ST(FG_BAD), slice_str(f->fault), 0);
		put_str(p, 3, y++, ST(FG_DIM), "e opens it in the editor.");
		return y;
	}
	if (*f->description) {
		struct pane d = pane_sub(p, 1, y, p->w - 2, 2);
		int n = put_wrapped(&d, ST(FG_TEXT), slice_str(f->description), 0);
		y += n > 2 ? 2 : n;
	}
	if (!roomy)
		return draw_recipe(p, y, it);
	y = draw_params(p, y, it) + 1;
	int after = draw_runs(m, p, y, it);
	if (after > y) {
		put_rule(p, 0, after, p->w, "SQL");
		return after + 1;
	}
	return y;
}

static void draw_detail(struct model *m, const struct pane *p)
{
	struct query_item *it = queries_selected(m);
	if (!it) {
		put_rule(p, 0, 0, p->w, NULL);
		return;
	}
	put_rule(p, 0, 0, p->w, it->file->path ? it->file->path : it->file->name);
	int y = draw_facts(m, p, it) + (p->h > 14 && p->h <= 26 ? 1 : 0);
	struct pane sql = pane_sub(p, 1, y, p->w - 2, p->h - y);
	struct table *t = &m->queries.sql;
	/* The error may be in what stands before the SQL. */
	struct slice body = it->file->fault ? slice_str(it->file->text) : sql_body(it->file->text);
	int n = wrap_count(body, sql.w - 1);
	struct pane text = pane_sub(&sql, 0, 0, sql.w - 1, sql.h);
	scroll_fit(t, n, sql.h);
	draw_sql(&text, body, t->top);
	table_scrollbar(&sql, t->top, n);
}

static void draw(struct model *m, const struct pane *p)
{
	if (p->w >= 100) {
		int left = p->w * 2 / 5;
		struct pane list = pane_sub(p, 0, 0, left, p->h);
		struct pane detail = pane_sub(p, left + 1, 0, p->w - left - 1, p->h);
		draw_list(m, &list, true);
		draw_detail(m, &detail);
		put_vrule(p, left, 0, p->h);
		return;
	}
	int want = (int)m->queries.n_shown + 1, most = p->h / 2;
	int top = want < 5 ? 5 : want > most ? most : want;
	struct pane list = pane_sub(p, 0, 0, p->w, top);
	struct pane detail = pane_sub(p, 0, top, p->w, p->h - top);
	draw_list(m, &list, false);
	draw_detail(m, &detail);
}

static void edit(struct model *m, bool sure)
{
	struct queries *q = &m->queries;
	queries_refresh(m);
	if (!queries_selected(m)) {
		editor_new(m);
		return;
	}
	int query = (int)q->shown[q->table.at];
	if (sure)
		editor_reset(&m->editor);
	if (m->editor.query != query && textedit_modified(&m->editor.text))
		model_ask_yes(m, ACT_EDIT, "Drop the unsaved changes to %s?",
		        m->editor.name ? m->editor.name : "the SQL in the editor");
	else
		editor_open_query(m, query);
}

static void open_params(struct model *m)
{
	struct query_item *it = queries_selected(m);
	if (it && it->file->n_params)
		model_go(m, SCREEN_PARAMS);
	else
		model_toast(m, FG_DIM, "This query has no parameters");
}

/* As it is on disk now. */
static void run_selected(struct model *m)
{
	queries_refresh(m);
	run_query(m, queries_selected(m));
}

static bool act(struct model *m, enum action a, int arg)
{
	struct queries *q = &m->queries;
	int before = q->table.at;
	if (q->sql_focus && scroll_act(&q->sql, a))
		return true;
	if (table_act(&q->table, (int)q->n_shown, a)) {
		if (q->table.at != before)
			q->sql.top = 0;
		return true;
	}
	switch (a) {
	case ACT_SELECT:
		if (arg == q->table.at)
			run_selected(m);
		else {
			q->table.at = arg;
			q->sql.top = 0;
		}
		return true;
	case ACT_RUN: run_selected(m); return true;
	case ACT_EDIT: edit(m, arg == ARG_YES); return true;
	case ACT_NEW:
		if (arg != ARG_YES && textedit_modified(&m->editor.text))
			model_ask_yes(m, ACT_NEW, "Drop the unsaved SQL in the editor?");
		else
			editor_new(m);
		return true;
	case ACT_PARAMS: open_params(m); return true;
	case ACT_SORT: queries_sort(m, (q->sort + 1) % SORT_COUNT); return true;
	case ACT_FAVOURITE: queries_favourite(m); return true;
	case ACT_FILTER: model_ask_text(m, ACT_FILTER, "/", q->filter); return true;
	case ACT_NEXT_PANE: q->sql_focus = !q->sql_focus; return true;
	case ACT_BACK: queries_filter(m, NULL); return true;
	case ACT_COPY: {
		struct query_item *it = queries_selected(m);
		if (it)
			model_copy(m, slice_str(it->file->text), "the SQL");
		return true;
	}
	default: return false;
	}
}

static bool counts(struct model *m, enum action a)
{
	bool any = m->queries.n_shown > 0;
	const struct query_item *it = queries_selected(m);
	switch (a) {
	case ACT_RUN: return any && !it->file->fault;
	case ACT_EDIT:
	case ACT_SORT:
	case ACT_FAVOURITE: return any;
	case ACT_PARAMS: return any && it->file->n_params > 0;
	default: return true;
	}
}

static bool command(struct model *m, enum action a, const char *arg)
{
	static const char *const by[SORT_COUNT] = {"name", "recency", "cost", "time"};
	for (int i = 0; a == ACT_SORT && i < SORT_COUNT; i++)
		if (strcmp(by[i], arg) == 0) {
			queries_sort(m, (enum query_sort)i);
			return true;
		}
	if (a == ACT_SORT)
		model_toast(m, FG_BAD, ":sort name, recency, cost or time");
	return a == ACT_SORT;
}

const struct screen_ops screen_queries = {
        .draw = draw, .act = act, .command = command, .counts = counts, .enter = queries_refresh};
