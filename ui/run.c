/* A query from its text to its end: what is sent, and what the engine says about it. */
#include "ui/parts.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "job/report.h"

#include <stdio.h>

#include "base/ban.h"

#define RATE_EVERY_MS 250

static void free_values(struct run *r)
{
	for (size_t i = 0; i < r->n_values; i++)
		mem_free(r->values[i]);
	mem_free(r->values);
}

void run_release(struct run *r)
{
	free_values(r);
	recipe_unref(r->recipe);
	recipe_unref(r->chosen);
	mem_free(r->name);
	mem_free(r->text);
	mem_free(r->path);
	mem_free(r->sql);
	mem_free(r->database);
	mem_free(r->spool);
	mem_free(r->report);
	memset(r, 0, sizeof *r);
}

bool run_is_over(const struct run *r)
{
	return r->state == RUN_DONE || r->state == RUN_FAILED || r->state == RUN_CANCELLED;
}

/* The recipe is read before anything is sent: a mistake in it must not cost a query. */
static int load_recipe(struct model *m, const struct queryfile *f, struct recipe **out)
{
	struct err err = ERR_INIT;
	*out = NULL;
	if (!f->recipe || !*f->recipe)
		return 0;
	*out = recipe_load(f->recipe, m->cfg->recipe_dirs, &err);
	if (*out)
		return 0;
	model_toast(m, FG_BAD, "Not run: %s", err.text);
	return -1;
}

static int64_t typical(struct model *m, const char *name)
{
	const struct history_entry *h = history_last(m->history, m->n_history, name);
	return h && h->rows > 0 ? h->total_ms : 0;
}

static void copy_values(struct run *r, char *const *values, size_t n)
{
	r->values = mem_calloc(n + 1, sizeof *r->values);
	for (size_t i = 0; i < n; i++)
		r->values[i] = mem_strdup(values[i]);
	r->n_values = n;
}

static void start(
        struct model *m, const struct queryfile *f, char *const *values, size_t n, bool from_editor)
{
	static const char *const none[] = {NULL};
	struct err err = ERR_INIT;
	struct recipe *recipe;
	struct buf sql;
	if (load_recipe(m, f, &recipe) != 0)
		return;
	buf_init(&sql, BUF_NO_LIMIT);
	if (queryfile_render(f, n ? (const char *const *)values : none, &sql, &err) != 0) {
		buf_release(&sql);
		recipe_unref(recipe);
		model_toast(m, FG_BAD, "Not run: %s", err.text);
		return;
	}
	struct run r = {.state = RUN_ASKED, .recipe = recipe, .from_editor = from_editor};
	r.chosen = recipe ? recipe_ref(recipe) : NULL;
	r.name = mem_strdup(f->name && *f->name ? f->name : "untitled");
	r.text = mem_strdup(f->text);
	r.path = mem_strdup(f->path);
	r.sql = buf_take(&sql);
	r.database = mem_strdup(f->database && *f->database ? f->database : m->database);
	copy_values(&r, values, n);
	r.typical_ms = typical(m, r.name);
	run_release(&m->run);
	preview_reset(&m->preview);
	write_release(&m->write);
	m->run = r;
	m->wants.submit = SUBMIT_RUN;
	model_go(m, SCREEN_RUN);
}

static bool refuse_second(struct model *m)
{
	if (m->write.state == RUN_LIVE || m->write.state == RUN_ASKED) {
		model_toast(
		        m, FG_WARN, "%s is being written: wait, or press x there", m->write.path);
		return true;
	}
	if (!model_running(m))
		return false;
	model_toast(m, FG_WARN, "%s is running: press x to cancel it first", m->run.name);
	return true;
}

void run_query(struct model *m, struct query_item *it)
{
	if (!it) {
		model_toast(m, FG_WARN, "There is no query here: press n to write one");
		return;
	}
	if (model_running(m) && strcmp(m->run.name, it->file->name) == 0)
		model_go(m, SCREEN_RUN);
	else if (!refuse_second(m))
		start(m, it->file, it->values, it->n_values, false);
}

void run_editor(struct model *m)
{
	struct editor *e = &m->editor;
	struct err err = ERR_INIT;
	if (refuse_second(m))
		return;
	if (slice_trim(textedit_text(&e->text)).len == 0) {
		model_toast(m, FG_WARN, "The editor is empty: write SQL, then press ^R");
		return;
	}
	struct queryfile *f = queryfile_parse(textedit_text(&e->text), e->path, &err);
	if (!f) {
		editor_mark_error(m, &err, err.line, err.col);
		return;
	}
	const struct query_item *it = e->query >= 0 ? &m->queries.item[e->query] : NULL;
	start(m, f, it ? it->values : NULL, it ? it->n_values : 0, true);
	queryfile_free(f);
}

void run_again(struct model *m)
{
	struct run *r = &m->run;
	struct err err = ERR_INIT;
	if (r->state == RUN_NONE || refuse_second(m))
		return;
	struct queryfile *f = queryfile_parse(slice_str(r->text), r->path, &err);
	if (!f) {
		model_toast(m, FG_BAD, "%s", err.text);
		return;
	}
	char **values = r->values;
	size_t n = r->n_values;
	r->values = NULL;
	r->n_values = 0;
	start(m, f, values, n, r->from_editor);
	for (size_t i = 0; i < n; i++)
		mem_free(values[i]);
	mem_free(values);
	queryfile_free(f);
}

void run_set_recipe(struct model *m, const char *name)
{
	struct err err = ERR_INIT;
	struct recipe *r = recipe_load(name, m->cfg->recipe_dirs, &err);
	if (!r) {
		model_toast(m, FG_BAD, "%s", err.text);
		return;
	}
	recipe_unref(m->run.chosen);
	m->run.chosen = r;
	if (m->preview.view)
		preview_take(m, sample_view_ref(m->preview.view));
	model_toast(m, FG_GOOD, "Recipe %s", recipe_name(r));
}

static void make_report(struct model *m)
{
	struct run *r = &m->run;
	struct buf b;
	buf_init(&b, 1u << 20);
	report_statistics(&b, &r->p, m->cfg->price_per_tb);
	buf_add_char(&b, '\n');
	report_download(&b, &r->p);
	buf_add_char(&b, '\n');
	if (r->recipe) {
		report_funnel(&b, &r->p, r->recipe);
		buf_add_char(&b, '\n');
	}
	report_timing(&b, &r->p);
	mem_free(r->report);
	r->report = buf_take(&b);
}

/* The place of an error, mapped from the SQL that was sent to the text that the user wrote. */
static void error_place(struct model *m, int *line, int *col)
{
	struct run *r = &m->run;
	static const char *const none[] = {NULL};
	struct queryfile *f = queryfile_parse(slice_str(r->text), r->path, NULL);
	*line = r->err.line;
	*col = r->err.col;
	if (f && *line > 0)
		queryfile_map(f, r->values ? (const char *const *)r->values : none, r->err.line,
		        r->err.col, line, col);
	queryfile_free(f);
}

static void failed(struct model *m, const struct err *err)
{
	int line, col;
	m->run.state = RUN_FAILED;
	m->run.err = *err;
	error_place(m, &line, &col);
	m->run.err.line = line;
	m->run.err.col = col;
	if (line > 0 && m->run.from_editor) {
		editor_mark_error(m, &m->run.err, line, col);
		if (m->screen == SCREEN_RUN)
			model_go(m, SCREEN_EDITOR);
	} else if (m->screen != SCREEN_RUN)
		model_toast(m, FG_BAD, "%s: %s", m->run.name, err->text);
}

static void add_note(struct run *r, const char *text)
{
	if (r->n_notes == NOTES) {
		memmove(r->note[0], r->note[1], sizeof r->note - sizeof *r->note);
		r->n_notes--;
	}
	snprintf(r->note[r->n_notes++], sizeof *r->note, "%s", text);
}

static void ended(struct model *m, enum run_state state)
{
	m->run.state = state;
	if (!model_is_local(m))
		m->session_cost += m->run.p.cost;
	make_report(m);
	model_load_history(m);
}

void run_event(struct model *m, const struct job_event *ev)
{
	struct run *r = &m->run;
	run_progress(m, &ev->progress);
	if (ev->spool_path[0]) {
		mem_free(r->spool);
		r->spool = mem_strdup(ev->spool_path);
	}
	switch (ev->kind) {
	case EV_NOTE: add_note(r, ev->text); break;
	case EV_BATCH: snprintf(r->batch, sizeof r->batch, "%s", ev->text); break;
	case EV_DONE: ended(m, RUN_DONE); break;
	case EV_CANCELLED: ended(m, RUN_CANCELLED); break;
	case EV_FAILED:
		ended(m, RUN_FAILED);
		failed(m, &ev->err);
		break;
	default:
		if (!run_is_over(r))
			r->state = RUN_LIVE;
	}
	if (ev->kind == EV_DONE && m->screen != SCREEN_RUN)
		model_toast(m, FG_GOOD, "%s is done: 3 shows the run, 4 its rows", r->name);
}

/* A point of the throughput line every quarter of a second, while rows come. */
static void take_rate(struct model *m)
{
	struct run *r = &m->run;
	int64_t dt = m->now_ms - r->rate_at;
	if (r->rate_at == 0 || r->p.rows == 0) {
		r->rate_at = m->now_ms;
		r->rate_rows = r->p.rows;
		return;
	}
	if (dt < RATE_EVERY_MS)
		return;
	if (r->n_rates == RATE_SAMPLES) {
		memmove(r->rate, r->rate + 1, sizeof r->rate - sizeof *r->rate);
		r->n_rates--;
	}
	r->rate[r->n_rates++] = (double)(r->p.rows - r->rate_rows) * 1000 / (double)dt;
	r->rate_at = m->now_ms;
	r->rate_rows = r->p.rows;
}

void run_progress(struct model *m, const struct job_progress *p)
{
	if (p->job != m->run.job || m->run.job == 0 || run_is_over(&m->run))
		return;
	m->run.p = *p;
	take_rate(m);
}
