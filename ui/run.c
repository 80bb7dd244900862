/* A query from its text to its end: what is sent, and what the engine says about it. */
#include "ui/parts.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "job/report.h"
#include "job/result.h"
#include "job/stagetree.h"

#include <stdio.h>

#include "base/ban.h"

#define RATE_EVERY_MS 250

static void free_values(struct run *r)
{
	for (size_t i = 0; i < r->n_values; i++)
		mem_free(r->values[i]);
	mem_free(r->values);
}

void run_free(struct run *r)
{
	if (!r)
		return;
	free_values(r);
	run_forget_result(r);
	sample_view_unref(r->sample);
	stagetree_unref(r->stages);
	recipe_unref(r->recipe);
	recipe_unref(r->chosen);
	mem_free(r->name);
	mem_free(r->text);
	mem_free(r->path);
	mem_free(r->sql);
	mem_free(r->database);
	mem_free(r->from_csv);
	mem_free(r->adopt_id);
	mem_free(r->spool);
	mem_free(r->report);
	mem_free(r);
}

bool run_is_over(const struct run *r)
{
	return r->state == RUN_DONE || r->state == RUN_FAILED || r->state == RUN_CANCELLED;
}

bool run_is_live(const struct run *r)
{
	return r->state == RUN_ASKED || r->state == RUN_LIVE;
}

bool run_is_waiting(const struct run *r)
{
	return run_is_live(r) && r->p.phase == PHASE_QUEUED_HERE;
}

bool run_has_rows(const struct run *r)
{
	return r->state == RUN_DONE && r->spool;
}

char *run_file(const struct run *r, const char *ending)
{
	char *path = mem_printf("./%s%s", r->name, ending);
	for (char *p = path + 2; *p; p++)
		if (*p == '/')
			*p = '-';
	return path;
}

static void wake(void *engine)
{
	engine_wake(engine);
}

struct result *run_result(struct model *m)
{
	struct run *r = m->run;
	struct engine *e = m->cfg->engine;
	if (!r->result && r->result_err.code == 0 && run_has_rows(r))
		r->result = result_open(r->spool, e ? wake : NULL, e, &r->result_err);
	if (r->result && r->result_opened == 0)
		r->result_opened = ++m->runs.results;
	return r->result;
}

void run_forget_result(struct run *r)
{
	result_close(r->result);
	r->result = NULL;
	r->result_opened = 0;
	err_clear(&r->result_err);
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
	struct run *r = MEM_NEW(struct run);
	r->state = RUN_ASKED;
	r->begun_ms = m->wall_ms;
	r->recipe = recipe;
	r->from_editor = from_editor;
	r->chosen = recipe ? recipe_ref(recipe) : NULL;
	r->name = mem_strdup(f->name && *f->name ? f->name : "untitled");
	r->text = mem_strdup(f->text);
	r->path = mem_strdup(f->path);
	r->sql = buf_take(&sql);
	r->database = mem_strdup(f->database && *f->database ? f->database : m->database);
	copy_values(r, values, n);
	r->typical_ms = typical(m, r->name);
	r->p.result_bytes = -1;
	for (int i = 0; i < STAGE_COUNT; i++)
		r->p.stage[i] = (struct job_span){-1, -1, 0};
	runs_add(m, r);
	m->wants.submit = SUBMIT_RUN;
	model_go(m, SCREEN_RUN);
}

static char *or_null(const char *s)
{
	return s && *s ? mem_strdup(s) : NULL;
}

void run_open(struct model *m, const struct run_source *s)
{
	struct err err = ERR_INIT;
	struct run *r = MEM_NEW(struct run);
	r->state = RUN_ASKED;
	r->begun_ms = m->wall_ms;
	r->recipe =
	        s->recipe && *s->recipe ? recipe_load(s->recipe, m->cfg->recipe_dirs, &err) : NULL;
	if (err.code)
		log_error("ui", "%s", err.text); /* rows without it are better than none */
	r->chosen = r->recipe ? recipe_ref(r->recipe) : NULL;
	r->name = mem_strdup(s->name && *s->name ? s->name : "untitled");
	r->text = mem_strdup(s->sql ? s->sql : "");
	r->sql = mem_strdup(r->text);
	r->database = or_null(s->database);
	r->from_csv = or_null(s->from_csv);
	r->adopt_id = or_null(s->adopt_id);
	r->values = mem_calloc(1, sizeof *r->values);
	r->typical_ms = r->from_csv ? 0 : typical(m, r->name);
	r->p.result_bytes = -1;
	runs_add(m, r);
	m->wants.submit = SUBMIT_RUN;
	model_go(m, r->from_csv ? SCREEN_PREVIEW : SCREEN_RUN);
}

/* The same SQL is already on its way: twice would cost twice. */
static struct run *same_live(struct model *m, const char *name, const char *text)
{
	for (size_t i = 0; i < m->runs.n; i++) {
		struct run *r = m->runs.item[i];
		if (run_is_live(r) && strcmp(r->name, name) == 0 && strcmp(r->text, text) == 0)
			return r;
	}
	return NULL;
}

static bool show_live(struct model *m, const char *name, const char *text)
{
	struct run *r = same_live(m, name, text);
	if (!r)
		return false;
	runs_show(m, r);
	model_go(m, SCREEN_RUN);
	model_toast(m, FG_DIM, "%s is %s: x cancels it", r->name,
	        run_is_waiting(r) ? "waiting for its turn" : "running");
	return true;
}

void run_query(struct model *m, struct query_item *it)
{
	if (!it) {
		model_toast(m, FG_WARN, "There is no query here: press n to write one");
		return;
	}
	if (!show_live(m, it->file->name, it->file->text))
		start(m, it->file, it->values, it->n_values, false);
}

void run_editor(struct model *m, struct slice text)
{
	struct editor *e = &m->editor;
	struct err err = ERR_INIT;
	if (slice_trim(text).len == 0) {
		model_toast(m, FG_WARN, "The editor is empty: write SQL, then press ^R");
		return;
	}
	struct queryfile *f = queryfile_parse(text, e->path, &err);
	if (!f) {
		editor_mark_error(m, &err, err.line, err.col);
		return;
	}
	const struct query_item *it = e->query >= 0 ? &m->queries.item[e->query] : NULL;
	if (!show_live(m, f->name && *f->name ? f->name : "untitled", f->text))
		start(m, f, it ? it->values : NULL, it ? it->n_values : 0, true);
	queryfile_free(f);
}

void run_again(struct model *m)
{
	struct run *r = m->run;
	struct err err = ERR_INIT;
	if (r->state == RUN_NONE) {
		model_toast(m, FG_DIM, "Nothing has been run yet: 1 shows the queries");
		return;
	}
	if (show_live(m, r->name, r->text))
		return;
	struct queryfile *f = queryfile_parse(slice_str(r->text), r->path, &err);
	if (f)
		start(m, f, r->values, r->n_values, r->from_editor);
	else
		model_toast(m, FG_BAD, "%s", err.text);
	queryfile_free(f);
}

void run_choose(struct model *m, struct recipe *taken)
{
	recipe_unref(m->run->chosen);
	m->run->chosen = taken;
	if (m->preview.view)
		preview_take(m, sample_view_ref(m->preview.view));
}

void run_set_recipe(struct model *m, const char *name)
{
	struct err err = ERR_INIT;
	struct recipe *r = recipe_load(name, m->cfg->recipe_dirs, &err);
	if (!r) {
		model_toast(m, FG_BAD, "%s", err.text);
		return;
	}
	run_choose(m, r);
	model_toast(m, FG_GOOD, "Recipe %s", recipe_name(r));
}

static void make_report(struct model *m, struct run *r)
{
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
static void error_place(const struct run *r, int *line, int *col)
{
	static const char *const none[] = {NULL};
	struct queryfile *f = queryfile_parse(slice_str(r->text), r->path, NULL);
	*line = r->err.line;
	*col = r->err.col;
	if (f && *line > 0)
		queryfile_map(f, r->values ? (const char *const *)r->values : none, r->err.line,
		        r->err.col, line, col);
	queryfile_free(f);
}

static void failed(struct model *m, struct run *r, const struct err *err)
{
	int line, col;
	r->state = RUN_FAILED;
	r->err = *err;
	error_place(r, &line, &col);
	r->err.line = line;
	r->err.col = col;
	if (line > 0 && r->from_editor) {
		editor_mark_error(m, &r->err, line, col);
		if (m->screen == SCREEN_RUN && r == m->run)
			model_go(m, SCREEN_EDITOR);
	} else if (m->screen != SCREEN_RUN || r != m->run)
		model_toast(m, FG_BAD, "%s: %s", r->name, err->text);
}

static void add_note(struct run *r, const char *text)
{
	if (r->n_notes == NOTES) {
		memmove(r->note[0], r->note[1], sizeof r->note - sizeof *r->note);
		r->n_notes--;
	}
	snprintf(r->note[r->n_notes++], sizeof *r->note, "%s", text);
}

static void ended(struct model *m, struct run *r, enum run_state state)
{
	r->state = state;
	if (!model_is_local(m) && !r->p.adopted)
		m->session_cost += r->p.cost;
	make_report(m, r);
	model_load_history(m);
}

static void take_stages(struct run *r, const struct job_event *ev)
{
	stagetree_unref(r->stages);
	r->stages = ev->stages ? stagetree_ref(ev->stages) : NULL;
	snprintf(r->stages_note, sizeof r->stages_note, "%s", ev->text);
}

void run_event(struct model *m, struct run *r, const struct job_event *ev)
{
	if (ev->kind == EV_STAGES)
		take_stages(r, ev);
	if (run_is_over(r)) /* only the stages come after the end */
		return;
	run_progress(m, r, &ev->progress);
	if (ev->spool_path[0]) {
		mem_free(r->spool);
		r->spool = mem_strdup(ev->spool_path);
	}
	if (ev->sample)
		model_sample(
		        m, ev->job, ev->progress.sample_generation, sample_view_ref(ev->sample));
	switch (ev->kind) {
	case EV_NOTE: add_note(r, ev->text); break;
	case EV_BATCH: snprintf(r->batch, sizeof r->batch, "%s", ev->text); break;
	case EV_DONE: ended(m, r, RUN_DONE); break;
	case EV_CANCELLED:
		if (strncmp(m->toast, "Cancelling", 10) == 0) /* it is no longer */
			m->toast[0] = '\0';
		ended(m, r, RUN_CANCELLED);
		break;
	case EV_FAILED:
		ended(m, r, RUN_FAILED);
		failed(m, r, &ev->err);
		break;
	default:
		if (!run_is_over(r))
			r->state = RUN_LIVE;
	}
	if (ev->kind == EV_DONE && r != m->run)
		model_toast(m, FG_GOOD, "%s is done: [ and ] switch between runs", r->name);
	else if (ev->kind == EV_DONE && m->screen != SCREEN_RUN)
		model_toast(m, FG_GOOD, "%s is done: 3 shows the run, 5 its rows", r->name);
}

/* A point of the throughput line every quarter of a second, while rows come. */
static void take_rate(const struct model *m, struct run *r)
{
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

void run_progress(struct model *m, struct run *r, const struct job_progress *p)
{
	if (run_is_over(r))
		return;
	r->p = *p;
	take_rate(m, r);
}
