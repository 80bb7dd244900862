/* The runs screen: what was run so far, how it ended, what it cost; and its rows again. */
#include "ui/runlist.h"

#include "ui/prompt.h"

#include <stdio.h>
#include <strings.h>

#include "base/ban.h"

enum { OVERVIEW_H = 5, SIDE_W = 46 };

static void draw_side(struct model *m, const struct pane *p)
{
	const struct spend *s = &m->runlist->spend;
	int days = p->w >= 64 ? 30 : 14, chart_h = p->h >= 48 ? 16 : 11;
	struct pane rates = pane_sub(p, 0, 0, p->w, 5);
	struct pane spend = pane_sub(p, 0, 5, p->w, chart_h);
	struct pane top = pane_sub(p, 0, 6 + chart_h, p->w, p->h - 6 - chart_h);
	runs_draw_outcomes(&rates, s);
	runs_draw_spend(&spend, s, days, days == 30 ? 1 : 2);
	runs_draw_dearest(&top, s);
}

static void draw_wide(struct model *m, const struct pane *p)
{
	int side = p->w >= 160 ? 66 : SIDE_W, left = p->w - side - 1;
	int list_h = p->h * 11 / 20;
	struct pane list = pane_sub(p, 0, 0, left, list_h);
	struct pane detail = pane_sub(p, 0, list_h, left, p->h - list_h);
	struct pane right = pane_sub(p, left + 1, 0, side, p->h);
	runs_draw_list(m, &list);
	runs_draw_detail(m, &detail);
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
	runs_draw_outcomes(&rates, s);
	runs_draw_spend(&spend, s, 14, 1);
	put_vrule(p, half, 0, OVERVIEW_H);
	runs_draw_list(m, &list);
	runs_draw_detail(m, &detail);
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
