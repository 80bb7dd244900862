#include "ui/runlist.h"

#include "base/file.h"
#include "base/fmt.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/ban.h"

/* Athena forgets an execution after that; its result may go sooner, by the bucket's own rules. */
#define KEPT_MS ((int64_t)45 * 86400000)

struct runlist *runlist_new(void)
{
	return MEM_NEW(struct runlist);
}

void runlist_free(struct runlist *l)
{
	if (!l)
		return;
	mem_free(l->word);
	mem_free(l->shown);
	mem_free(l->where);
	mem_free(l);
}

const char *run_sort_name(enum run_sort s)
{
	static const char *const names[RUNS_BYS] = {
	        "newest first", "dearest first", "longest first", "most rows first", "by name"};
	return names[s];
}

const char *run_filter_name(enum run_filter f)
{
	static const char *const names[RUNS_FILTERS] = {"all", "done", "failed", "cancelled"};
	return names[f];
}

void runlist_forget(struct runlist *l)
{
	l->made_of = NULL;
	l->made_n = 0;
	l->made_day = -1;
}

/* ---- the list ---- */

static bool has_word(const char *text, const char *word)
{
	return search_has(slice_str(text), word);
}

static bool entry_has(const struct history_entry *h, const char *word)
{
	return has_word(h->query_name, word) || has_word(h->query_id, word) ||
	       has_word(h->database, word) || has_word(h->recipe, word) ||
	       has_word(h->error, word) || has_word(h->sql, word);
}

bool runlist_matches(const struct runrow *r, const char *word)
{
	return r->h ? entry_has(r->h, word)
	            : has_word(r->live->name, word) || has_word(r->live->sql, word);
}

static bool passes(const struct runlist *l, const struct history_entry *h)
{
	if (l->only != RUNS_ALL && (int)spend_outcome(h) != (int)l->only - 1)
		return false;
	return !l->word || entry_has(h, l->word);
}

struct ordered {
	size_t index;
	int64_t key;
	const char *name;
};

static int compare(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;
	int d = x->name && y->name ? strcasecmp(x->name, y->name) : 0;
	if (d == 0 && x->key != y->key)
		d = x->key > y->key ? -1 : 1;
	return d ? d : x->index > y->index ? -1 : 1; /* newest first among equals */
}

static int64_t sort_key(const struct runlist *l, const struct history_entry *h)
{
	switch (l->sort) {
	case RUNS_BY_COST: return h->cost;
	case RUNS_BY_DURATION: return h->total_ms;
	case RUNS_BY_ROWS: return (int64_t)h->rows;
	default: return h->wall_ms;
	}
}

static void make(struct model *m)
{
	struct runlist *l = m->runlist;
	struct ordered *o = mem_calloc(m->n_history ? m->n_history : 1, sizeof *o);
	size_t n = 0;
	for (size_t i = 0; i < m->n_history; i++) {
		const struct history_entry *h = &m->history[i];
		if (!passes(l, h))
			continue;
		o[n++] = (struct ordered){
		        i, sort_key(l, h), l->sort == RUNS_BY_NAME ? h->query_name : NULL};
	}
	qsort(o, n, sizeof *o, compare);
	l->shown = mem_realloc(l->shown, n ? n : 1, sizeof *l->shown);
	for (size_t i = 0; i < n; i++)
		l->shown[i] = o[i].index;
	l->n_shown = n;
	mem_free(o);
	mem_free(l->where);
	l->where = mem_calloc(m->n_history ? m->n_history : 1, 1);
}

size_t runlist_live(const struct model *m)
{
	size_t n = 0;
	for (size_t i = 0; i < m->runs.n; i++)
		n += run_is_live(m->runs.item[i]);
	return n;
}

size_t runlist_count(const struct model *m)
{
	return runlist_live(m) + m->runlist->n_shown;
}

/* The line where an entry stands now. */
static int line_of(const struct model *m, int64_t wall_ms)
{
	const struct runlist *l = m->runlist;
	for (size_t i = 0; i < l->n_shown; i++)
		if (m->history[l->shown[i]].wall_ms == wall_ms)
			return (int)(runlist_live(m) + i);
	return l->table.at;
}

void runlist_update(struct model *m)
{
	struct runlist *l = m->runlist;
	int64_t day = m->wall_ms / 86400000;
	bool same = l->shown && l->made_of == m->history && l->made_n == m->n_history;
	if (same && l->made_day == day)
		return;
	/* The entry that is looked at stays so, unless it is the newest one: that follows. The old
	 * list's indices still name the same entries: the history only grows. */
	size_t live = runlist_live(m), at = (size_t)l->table.at;
	int64_t kept = 0;
	if (at > 0 && l->shown && l->made_n && at >= live && at - live < l->n_shown &&
	        l->shown[at - live] < m->n_history)
		kept = m->history[l->shown[at - live]].wall_ms;
	make(m);
	spend_sum(m->history, m->n_history, m->wall_ms, &l->spend);
	l->made_of = m->history;
	l->made_n = m->n_history;
	l->made_day = day;
	if (kept)
		l->table.at = line_of(m, kept);
}

void runlist_set_word(struct model *m, const char *word)
{
	struct runlist *l = m->runlist;
	mem_free(l->word);
	l->word = word && *word ? mem_strdup(word) : NULL;
	l->table.at = l->table.top = 0;
	runlist_forget(l);
}

static enum run_where find_where(const struct model *m, const struct history_entry *h)
{
	if (h->spool_path && h->spool_path[0] && file_exists(h->spool_path))
		return WHERE_DISK;
	if (h->from_csv && h->from_csv[0])
		return file_exists(h->from_csv) ? WHERE_DISK : WHERE_GONE;
	if (spend_outcome(h) != OUTCOME_DONE)
		return WHERE_NONE;
	/* The local engine forgets its executions when it ends. */
	bool known = !h->local && !model_is_local(m) && h->query_id && h->query_id[0];
	return known && m->wall_ms - h->wall_ms < KEPT_MS ? WHERE_FETCH : WHERE_GONE;
}

struct runrow runlist_peek(struct model *m, size_t i)
{
	struct runlist *l = m->runlist;
	struct runrow r = {0};
	for (int waiting = 0; waiting < 2; waiting++) /* what works, then what is next */
		for (size_t k = 0; k < m->runs.n; k++) {
			struct run *one = m->runs.item[k];
			if (run_is_live(one) && run_is_waiting(one) == waiting && i-- == 0) {
				r.live = one;
				return r;
			}
		}
	if (i < l->n_shown)
		r.h = &m->history[l->shown[i]];
	return r;
}

struct runrow runlist_row(struct model *m, size_t i)
{
	struct runrow r = runlist_peek(m, i);
	if (!r.h)
		return r;
	unsigned char *where = &m->runlist->where[r.h - m->history];
	if (*where == WHERE_UNKNOWN) /* asked once, for lines that are looked at */
		*where = (unsigned char)find_where(m, r.h);
	r.where = (enum run_where) * where;
	return r;
}

/* ---- what can be done with one ---- */

/* The same execution is at hand in this session. */
static struct run *at_hand(struct model *m, const struct history_entry *h)
{
	for (size_t i = 0; i < m->runs.n; i++) {
		struct run *r = m->runs.item[i];
		bool same =
		        (r->spool && h->spool_path && strcmp(r->spool, h->spool_path) == 0) ||
		        (h->query_id && h->query_id[0] && strcmp(r->p.athena.id, h->query_id) == 0);
		if (same && (run_has_rows(r) || run_is_live(r)))
			return r;
	}
	return NULL;
}

static void why_gone(struct model *m, const struct history_entry *h)
{
	if (spend_outcome(h) == OUTCOME_FAILED)
		model_toast(m, FG_WARN, "It failed, so there are no rows; e opens its SQL");
	else if (spend_outcome(h) == OUTCOME_CANCELLED)
		model_toast(m, FG_WARN, "It was cancelled, so there are no rows; r runs it again");
	else if (h->local)
		model_toast(m, FG_WARN,
		        "Its rows are no longer on disk, and the local engine keeps none; "
		        "r runs it again, free");
	else if (model_is_local(m))
		model_toast(m, FG_WARN,
		        "Its rows are no longer on disk, and Athena is not connected: start "
		        "without --local to fetch them");
	else
		model_toast(m, FG_WARN,
		        "Its rows are no longer on disk, and Athena keeps a run for 45 days; "
		        "r runs it again");
}

void runlist_open(struct model *m, const struct runrow *r)
{
	struct run *here = r->live ? r->live : r->h ? at_hand(m, r->h) : NULL;
	if (here) {
		runs_show(m, here);
		model_go(m, run_has_rows(here) ? SCREEN_PREVIEW : SCREEN_RUN);
		return;
	}
	if (!r->h)
		return;
	const struct history_entry *h = r->h;
	bool spool = h->spool_path && h->spool_path[0] && file_exists(h->spool_path);
	struct run_source s = {h->query_name, h->sql, h->database, h->recipe, NULL, NULL};
	if (r->where == WHERE_DISK)
		s.from_csv = spool ? h->spool_path : h->from_csv;
	else if (r->where == WHERE_FETCH)
		s.adopt_id = h->query_id;
	else {
		why_gone(m, h);
		return;
	}
	run_open(m, &s);
	model_toast(m, FG_GOOD, "%s: its rows come %s; nothing is billed", h->query_name,
	        s.from_csv ? "from disk" : "from Athena once more");
}

void runlist_again(struct model *m, const struct runrow *r, bool sure)
{
	char cost[FMT_SIZE], time[FMT_SIZE];
	if (r->live || !r->h) {
		model_toast(m, FG_DIM,
		        r->live ? "It is still running; x cancels it" : "There is no run here");
		return;
	}
	const struct history_entry *h = r->h;
	if (!h->sql || !h->sql[0]) {
		model_toast(m, FG_WARN,
		        h->from_csv && h->from_csv[0]
		                ? "It only read %.150s; Enter opens that again"
		                : "Its SQL was not recorded; 1 shows the queries",
		        h->from_csv ? h->from_csv : "");
		return;
	}
	if (!sure) {
		short_money(cost, sizeof cost, h->cost);
		fmt_duration(time, h->total_ms);
		if (model_is_local(m))
			model_ask_yes(m, ACT_RUN, "Run %.60s again? Free here; it took %s",
			        h->query_name, time);
		else
			model_ask_yes(m, ACT_RUN, "Run %.60s again? Last time it %s %s and took %s",
			        h->query_name, h->local ? "would have cost" : "cost", cost, time);
		return;
	}
	struct run_source s = {h->query_name, h->sql, h->database, h->recipe, NULL, NULL};
	run_open(m, &s);
}

void runlist_edit(struct model *m, const struct runrow *r, bool sure)
{
	const char *sql = r->live ? r->live->text : r->h ? r->h->sql : NULL;
	const char *name = r->live ? r->live->name : r->h ? r->h->query_name : NULL;
	if (!sql || !*sql)
		model_toast(m, FG_WARN, "Its SQL was not recorded");
	else if (!sure && textedit_modified(&m->editor.text))
		model_ask_yes(m, ACT_EDIT, "Drop the unsaved changes to %s?",
		        m->editor.name ? m->editor.name : "the SQL in the editor");
	else
		editor_open_text(m, name, slice_str(sql));
}
