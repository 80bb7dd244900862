/* The run's dashboard: only numbers that are known, moving as they come; the report; the stages. */
#include "ui/runboard.h"

#include "base/fmt.h"
#include "base/utf8.h"
#include "ui/wrap.h"

#include <stdio.h>

#include "base/ban.h"

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
	snprintf(right, sizeof right, " %s ", fmt_duration(time, r->p.elapsed_ms));
	int x = p->w - 2 - (int)strlen(right);
	put_str(p, x, 0, ST(FG_STRONG), right);
	snprintf(right, sizeof right, " %s", state_word(r));
	put_right(p, x, 0, state_style(r), right);
}

static void draw_scrolled_report(struct run *r, const struct pane *p)
{
	struct pane body = pane_sub(p, 2, 2, p->w - 4, p->h - 2);
	struct slice text = slice_str(r->report ? r->report : "");
	int n = wrap_count(text, body.w);
	scroll_fit(&r->scroll, n, body.h);
	put_wrapped(&body, ST(FG_TEXT), text, r->scroll.top);
	table_scrollbar(&body, r->scroll.top, n);
}

static void draw_scrolled_stages(struct run *r, const struct pane *p)
{
	struct pane body = pane_sub(p, 0, 2, p->w - 1, p->h - 2);
	struct pane nothing = pane_sub(p, 0, 0, p->w - 1, 0);
	int n = board_stages(r, &nothing, 0);
	scroll_fit(&r->scroll, n, body.h);
	board_stages(r, &body, r->scroll.top);
	struct pane bar = pane_sub(p, 0, 2, p->w, p->h - 2);
	table_scrollbar(&bar, r->scroll.top, n);
}

/* One column: what went wrong is worth more than the bars, so they give way to it. */
static void draw_narrow(struct model *m, const struct pane *p)
{
	struct run *r = m->run;
	bool tight = p->h < 26;
	int y = tight ? board_facts_tight(m, p, 1) : board_facts(m, p, 1);
	y = board_activity(m, p, y);
	if (tight && run_is_over(r) && r->state != RUN_DONE) {
		board_ending(m, p, y + 1);
		return;
	}
	y = board_timeline(m, p, y);
	y = board_ending(m, p, y);
	int rule = y, notes = r->n_notes > 1 ? 1 : r->n_notes;
	struct pane top = pane_sub(p, 0, 0, p->w, p->h - notes);
	y = board_funnel(m, &top, y);
	if (y > rule && r->n_rates > 1)
		board_sparkline(r, p, p->w - 2, rule, 24);
	if (y == rule && r->n_rates > 1)
		y = board_throughput(m, p, y, 2);
	board_notes(m, p, y);
}

static void draw_left(struct model *m, const struct pane *p)
{
	int y = board_facts(m, p, 2);
	y = board_activity(m, p, y) + 1;
	y = board_timeline(m, p, y) + 1;
	y = board_ending(m, p, y);
	y = board_notes(m, p, y);
	if (m->run->report && y + 8 < p->h) { /* what has room of it; v shows it whole */
		struct pane text = pane_sub(p, 1, y + 2, p->w - 2, p->h - y - 2);
		put_rule(p, 0, y + 1, p->w, "report");
		put_wrapped(&text, ST(FG_DIM), slice_str(m->run->report), 0);
	}
}

/* Returns the row after what it drew, y when there was nothing or no room. */
static int draw_stage_pane(struct model *m, const struct pane *p, int y)
{
	if (!m->run->stages || y + 4 > p->h)
		return y;
	struct pane body = pane_sub(p, 0, y + 1, p->w, p->h - y - 1);
	put_rule(p, 0, y, p->w, "stages of the engine");
	return y + 2 + board_stages(m->run, &body, 0);
}

static void draw_sql_pane(struct model *m, const struct pane *p, int y)
{
	if (!m->run->sql || y + 4 > p->h)
		return;
	struct pane body = pane_sub(p, 1, y + 1, p->w - 2, p->h - y - 1);
	put_rule(p, 0, y, p->w, "the SQL that was sent");
	draw_sql(&body, sql_body(m->run->sql), 0);
}

static int draw_middle(struct model *m, const struct pane *p)
{
	put_rule(p, 0, 0, p->w, NULL);
	int y = board_funnel(m, p, 0);
	y = y ? y + 1 : y + 2;
	y = board_throughput(m, p, y, p->h > 40 ? 6 : 4);
	int after = board_runs(m, p, y > 2 ? y + 1 : 2);
	return after > y ? after : y;
}

/* Two columns from 110, three from 170: numbers, rows, what the engine did. */
static void draw_wide(struct model *m, const struct pane *p)
{
	bool three = p->w >= 170;
	int left = three ? p->w * 2 / 5 : p->w * 11 / 20,
	    mid = three ? p->w * 3 / 10 : p->w - left - 1;
	struct pane l = pane_sub(p, 0, 0, left, p->h), c = pane_sub(p, left + 1, 0, mid, p->h);
	put_vrule(p, left, 0, p->h);
	draw_left(m, &l);
	int y = draw_middle(m, &c) + 1;
	if (!three) {
		draw_sql_pane(m, &c, draw_stage_pane(m, &c, y));
		return;
	}
	struct pane r = pane_sub(p, left + mid + 2, 0, p->w - left - mid - 2, p->h);
	put_vrule(p, left + mid + 1, 0, p->h);
	int half = m->run->stages ? p->h / 2 : 0;
	draw_sql_pane(m, &r, half);
	if (half)
		draw_stage_pane(m, &r, 0);
}

static void draw_nothing(const struct pane *p)
{
	put_rule(p, 0, 0, p->w, "no run yet");
	put_str(p, 2, 2, ST(FG_STRONG), "Nothing has been run in this session.");
	put_str(p, 2, 3, ST(FG_DIM),
	        "1 shows the queries, Enter runs one; 8 opens an earlier run.");
}

static void draw(struct model *m, const struct pane *p)
{
	struct run *r = m->run;
	if (r->state == RUN_NONE) {
		draw_nothing(p);
		return;
	}
	put_rule(p, 0, 0, p->w, r->name);
	if (r->view == RUN_REPORT && r->report)
		draw_scrolled_report(r, p);
	else if (r->view == RUN_STAGES)
		draw_scrolled_stages(r, p);
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

static void switch_view(struct run *r, enum run_view v)
{
	r->view = r->view == v ? RUN_BOARD : v;
	r->scroll.top = 0;
}

static void show_report(struct model *m)
{
	if (m->run->report)
		switch_view(m->run, RUN_REPORT);
	else
		model_toast(m, FG_DIM, "The report comes when the run has ended");
}

static void show_stages(struct model *m)
{
	if (m->run->state != RUN_NONE)
		switch_view(m->run, RUN_STAGES);
	else
		model_toast(m, FG_DIM, "Nothing has been run yet: 1 shows the queries");
}

static bool act(struct model *m, enum action a, int arg)
{
	struct run *r = m->run;
	if (r->view != RUN_BOARD && scroll_act(&r->scroll, a))
		return true;
	switch (a) {
	case ACT_REPORT: show_report(m); return true;
	case ACT_STAGES: show_stages(m); return true;
	case ACT_EDIT:
		if (r->state == RUN_NONE)
			return false;
		edit_sql(m);
		return true;
	case ACT_SELECT:
		if (arg >= 0 && (size_t)arg < m->runs.n)
			runs_show(m, m->runs.item[arg]);
		return true;
	case ACT_UP: /* the list of the session's runs: newest on top */
	case ACT_DOWN:
		if (m->runs.n > 1)
			runs_step(m, a == ACT_UP ? 1 : -1);
		return true;
	case ACT_BACK:
		if (r->view == RUN_BOARD || model_search_word(m))
			return false;
		r->view = RUN_BOARD;
		return true;
	case ACT_COPY:
		if (r->state == RUN_NONE)
			return false;
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
	case ACT_STAGES: return m->run->stages != NULL;
	case ACT_FIND: return m->run->view != RUN_BOARD;
	default: return true;
	}
}

#define REPORT_LINES 1000

/* In the report, which scrolls; what else is on the screen is all to be seen. */
static bool find(struct model *m, const char *word, int direction)
{
	struct run *r = m->run;
	struct slice line[REPORT_LINES], text = slice_str(r->report ? r->report : "");
	struct wrap w;
	size_t start, end;
	int n = 0, by = direction < 0 ? -1 : 1;
	if (r->view != RUN_REPORT || !r->report)
		return true;
	wrap_init(&w, text, m->w - 4);
	while (n < REPORT_LINES && wrap_next(&w, &start, &end))
		line[n++] = slice_of(text.ptr + start, end - start);
	for (int k = direction ? 1 : 0; k <= n && n; k++) {
		int at = ((r->scroll.at + by * k) % n + n) % n;
		if (!search_has(line[at], word))
			continue;
		r->scroll.at = at;
		if (at < r->scroll.top || at >= r->scroll.top + r->scroll.page)
			r->scroll.top = at;
		return true;
	}
	return false;
}

const struct screen_ops screen_run = {.draw = draw, .act = act, .find = find, .counts = counts};
