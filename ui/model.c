#include "ui/parts.h"

#include "base/log.h"
#include "base/mem.h"
#include "ui/prompt.h"
#include "ui/runlist.h"
#include "ui/schema.h"
#include "ui/tableview.h"
#include "ui/tuner.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/ban.h"

#define TOAST_MS      6000
#define HISTORY_FIRST ((size_t)512 << 10) /* bytes of the journal that are read at once */
#define HISTORY_PIECE ((size_t)128 << 10)

/* main has refused what is unknown; a file that changed since gives the built-in keys. */
static void learn_keys(struct model *m)
{
	struct buf notes;
	buf_init(&notes, 65536);
	m->keymap = keymap_new(m->cfg->keys, m->cfg->n_keys, &notes, NULL);
	if (!m->keymap)
		m->keymap = keymap_new(NULL, 0, NULL, NULL);
	for (struct slice rest = buf_slice(&notes), line; rest.len;) {
		rest = slice_cut(rest, '\n', &line);
		log_info("ui", "settings: %.*s", (int)line.len, line.ptr);
	}
	m->key_notes = buf_take(&notes);
}

void model_init(struct model *m, const struct ui_config *cfg)
{
	memset(m, 0, sizeof *m);
	m->cfg = cfg;
	m->w = MIN_W;
	m->h = MIN_H;
	m->database = mem_strdup(cfg->database);
	snprintf(m->where, sizeof m->where, "%s", cfg->where ? cfg->where : "");
	m->preview.seed = 20261123;
	m->back = SCREEN_RUN;
	runs_init(m);
	m->tune = tune_new();
	m->table = tableview_new();
	m->runlist = runlist_new();
	m->schema = schema_new();
	m->catalog = catalog_new(cfg->engine);
	m->types = result_types_new(cfg->engine);
	editor_init(&m->editor);
	model_load_history(m);
	queries_load(m);
	learn_keys(m);
}

void model_release(struct model *m)
{
	queries_release(&m->queries);
	editor_release(&m->editor);
	preview_reset(&m->preview);
	tune_free(m->tune);
	tableview_free(m->table);
	runlist_free(m->runlist);
	schema_free(m->schema);
	catalog_free(m->catalog);
	result_types_free(m->types);
	runs_release(m);
	write_release(&m->write);
	history_free(m->history, m->n_history);
	mem_free(m->database);
	keymap_free(m->keymap);
	mem_free(m->key_notes);
	mem_free(m->help_word);
	mem_free(m->ask_initial);
	mem_free(m->search.word);
	mem_free(m->wants.copy);
	desk_release(&m->left);
	mem_free(m->wants.notify);
	mem_free(m->wants.theme);
	memset(m, 0, sizeof *m);
}

void model_load_history(struct model *m)
{
	struct err err = ERR_INIT;
	if (!m->cfg->state_dir)
		return;
	if (m->history_at == 0) /* the newest: the first screen does not wait for a long past */
		m->history_at = m->history_from = history_tail(m->cfg->state_dir, HISTORY_FIRST);
	if (history_more(m->cfg->state_dir, &m->history_at, &m->history, &m->n_history, &err) != 0)
		log_error("ui", "history: %s", err.text);
	queries_history(m);
}

/* One piece of the older history; true when there is more. */
static bool history_work(struct model *m)
{
	struct err err = ERR_INIT;
	if (m->history_from == 0)
		return false;
	if (history_older(m->cfg->state_dir, &m->history_from, HISTORY_PIECE, &m->history,
	            &m->n_history, &err) != 0)
		log_error("ui", "history: %s", err.text);
	queries_history(m);
	return m->history_from > 0;
}

void model_toast(struct model *m, enum style_fg fg, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(m->toast, sizeof m->toast, fmt, ap);
	va_end(ap);
	m->toast_fg = fg;
	m->toast_until = m->now_ms ? m->now_ms + TOAST_MS : 0; /* before the clock: model_tick */
}

void model_ask_yes(struct model *m, enum action yes, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(m->question, sizeof m->question, fmt, ap);
	va_end(ap);
	m->question_yes = yes;
}

bool model_is_local(const struct model *m)
{
	return strncmp(m->where, "local", 5) == 0;
}

/* Esc from the screens of one run leads to where they were entered from. */
static bool shows_rows(enum screen_id s)
{
	return s == SCREEN_TUNE || s == SCREEN_PREVIEW || s == SCREEN_TABLE || s == SCREEN_EXPORT;
}

void model_go(struct model *m, enum screen_id s)
{
	if (s == m->screen)
		return;
	if (m->screen != SCREEN_HELP && m->screen != SCREEN_LOG)
		m->from = m->screen;
	if (shows_rows(s) && !shows_rows(m->screen))
		m->back = m->screen == SCREEN_RUNS ? SCREEN_RUNS : SCREEN_RUN;
	m->screen = s;
	if (screen_find(s)->enter)
		screen_find(s)->enter(m);
}

void model_copy(struct model *m, struct slice text, const char *what)
{
	if (text.len == 0)
		return;
	mem_free(m->wants.copy);
	m->wants.copy = mem_alloc(text.len + 1);
	memcpy(m->wants.copy, text.ptr, text.len);
	m->wants.copy[text.len] = '\0';
	m->wants.copy_len = text.len;
	model_toast(m, FG_GOOD, "Copied %s", what);
}

void model_submitted(struct model *m, uint64_t job, const struct err *err)
{
	bool is_write = m->wants.submit == SUBMIT_WRITE;
	if (m->wants.submit == SUBMIT_SCHEMA) {
		m->wants.submit = SUBMIT_NONE;
		schema_submitted(m, job, err);
		return;
	}
	m->wants.submit = SUBMIT_NONE;
	if (is_write) {
		m->write.job = job;
		m->write.state = job ? RUN_LIVE : RUN_FAILED;
		if (!job)
			m->write.err = *err;
		return;
	}
	struct run *r = m->run;
	r->job = r->p.job = job;
	r->state = job ? RUN_LIVE : RUN_FAILED;
	r->rate_at = 0;
	if (!job) {
		r->err = *err;
		return;
	}
	for (size_t i = 0; i < m->runs.n; i++)
		if (m->runs.item[i] != r && run_is_live(m->runs.item[i]))
			r->p.phase = PHASE_QUEUED_HERE;
}

void model_spec(const struct model *m, struct job_spec *out)
{
	bool is_write = m->wants.submit == SUBMIT_WRITE;
	if (m->wants.submit == SUBMIT_SCHEMA) {
		schema_spec(m, out);
		return;
	}
	*out = (struct job_spec){
	        .query_name = m->run->name,
	        .database = m->run->database,
	        .workgroup = m->cfg->workgroup,
	        .output_location = m->cfg->output_location,
	        .recipe = m->run->recipe,
	        .timeout_ms = m->cfg->timeout_ms,
	        .price_per_tb = m->cfg->price_per_tb,
	        .max_cost = m->cfg->max_cost,
	};
	if (is_write) {
		out->from_csv = m->run->spool;
		out->out_path = m->write.target;
		out->output = m->write.output;
		out->recipe = m->write.loaded;
	} else {
		out->sql = m->run->sql;
		out->from_csv = m->run->from_csv;
		out->adopt_id = m->run->adopt_id;
		out->unrecorded = m->run->from_csv != NULL;
	}
}

void model_event(struct model *m, const struct job_event *ev)
{
	struct run *r = model_run_of(m, ev->job);
	if (schema_event(m, ev))
		return;
	if (m->write.job && ev->job == m->write.job) {
		bool live = m->write.state == RUN_LIVE;
		write_event(m, ev);
		if (live && m->write.state != RUN_LIVE)
			announce_write(m);
	} else if (r) {
		bool over = run_is_over(r);
		run_event(m, r, ev);
		if (!over && run_is_over(r))
			announce_run(m, r);
	}
}

void model_progress(struct model *m, const struct job_progress *p)
{
	struct run *r = model_run_of(m, p->job);
	if (m->write.job && p->job == m->write.job && m->write.state == RUN_LIVE)
		m->write.p = *p;
	if (r)
		run_progress(m, r, p);
}

void model_sample(struct model *m, uint64_t job, uint64_t generation, struct sample_view *v)
{
	struct run *r = model_run_of(m, job);
	if (!r || !v) {
		sample_view_unref(v);
		return;
	}
	sample_view_unref(r->sample);
	r->sample = v;
	r->sample_generation = generation;
	if (r == m->run)
		preview_take(m, sample_view_ref(v));
}

bool model_work(struct model *m)
{
	const struct screen_ops *s = screen_find(m->screen);
	bool more = preview_work(&m->preview, 32);
	more = (s->work && s->work(m)) || more;
	return more || history_work(m); /* what is asked for comes first */
}

int model_sooner(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

int model_tick(struct model *m)
{
	const struct screen_ops *s = screen_find(m->screen);
	int next = model_sooner(s->tick ? s->tick(m) : -1, editor_keep_tick(m));
	if (m->toast[0] && !m->toast_until) /* said while the program began */
		m->toast_until = m->now_ms + TOAST_MS;
	if (m->toast[0] && m->now_ms >= m->toast_until)
		m->toast[0] = '\0';
	if (m->toast[0])
		next = model_sooner(next, (int)(m->toast_until - m->now_ms));
	if (m->cred.expires_ms && !model_is_local(m))
		next = model_sooner(next, 30000); /* the minutes that the keys have left */
	if (model_running(m) || m->write.state == RUN_LIVE)
		next = model_sooner(next, 100); /* elapsed time and the moving bar */
	return next;
}

static enum screen_id parent(const struct model *m)
{
	if (m->screen == SCREEN_PREVIEW && m->preview.from_tune)
		return SCREEN_TUNE;
	if (shows_rows(m->screen))
		return m->back;
	if (m->screen == SCREEN_HELP || m->screen == SCREEN_LOG)
		return m->from;
	return SCREEN_QUERIES;
}

/* The help begins with the changed keys, and what they took from others. */
static void tell_keys(struct model *m)
{
	if (m->cfg->n_keys == 0)
		model_toast(m, FG_TEXT, "No key was changed; keys: in settings.yaml changes them");
	else
		model_act(m, ACT_HELP, 0);
}

static void quit(struct model *m, bool sure)
{
	sure |= !m->cfg->confirm_quit;
	const struct run *live = model_live(m);
	if (sure) {
		if (live) {
			m->wants.cancel = true;
			m->wants.cancel_job = 0;
		}
		m->wants.quit = true;
	} else if (live)
		model_ask_yes(m, ACT_QUIT, "%s is running. Cancel it and quit?", live->name);
	else if (m->write.state == RUN_LIVE)
		model_ask_yes(
		        m, ACT_QUIT, "%s is being written. Give it up and quit?", m->write.target);
	else if (textedit_modified(&m->editor.text))
		model_ask_yes(m, ACT_QUIT, "The SQL in the editor is not saved. Quit without it?");
	else
		m->wants.quit = true;
}

/* The run on display if it is live, else what works. */
static void cancel(struct model *m)
{
	const struct run *r = run_is_live(m->run) ? m->run : model_live(m);
	if (!r && m->write.state != RUN_LIVE) {
		model_toast(m, FG_DIM, "Nothing runs; q quits");
		return;
	}
	m->wants.cancel = true;
	m->wants.cancel_job = m->write.state == RUN_LIVE ? m->write.job : r->job;
	/* What was sent may have begun: only its id can stop it. */
	bool sent = m->write.state != RUN_LIVE && r->p.phase == PHASE_SUBMIT;
	model_toast(m, FG_WARN, "Cancelling %s ...%s",
	        m->write.state == RUN_LIVE ? m->write.target : r->name,
	        sent ? " as soon as the service has answered" : "");
}

static void go_screen(struct model *m, enum action a)
{
	if (a == ACT_GO_EDITOR && m->editor.text.len == 0 && !m->editor.path && m->queries.n_shown)
		screen_queries.act(m, ACT_EDIT, 0);
	else if (a == ACT_GO_EXPORT)
		write_open(m, NULL);
	else
		model_go(m, (enum screen_id)(SCREEN_QUERIES + (a - ACT_GO_QUERIES)));
}

static void open_help(struct model *m)
{
	m->help.top = 0;
	mem_free(m->help_word);
	m->help_word = NULL;
	model_go(m, SCREEN_HELP);
}

/* Moving about and finding, the same on every screen. */
static bool act_on_screens(struct model *m, enum action a)
{
	switch (a) {
	case ACT_HELP: open_help(m); return true;
	case ACT_LOG:
		m->log.at = 1;
		model_go(m, SCREEN_LOG);
		return true;
	case ACT_BACK:
		if (model_search_word(m))
			search_set(m, "");
		else
			model_go(m, parent(m));
		return true;
	case ACT_FIND: model_ask_text(m, ACT_FIND, "/", NULL); return true;
	case ACT_FIND_NEXT: search_step(m, 1); return true;
	case ACT_FIND_PREV: search_step(m, -1); return true;
	case ACT_RUN_PREV: runs_step(m, -1); return true;
	case ACT_RUN_NEXT: runs_step(m, 1); return true;
	case ACT_GO_QUERIES:
	case ACT_GO_EDITOR:
	case ACT_GO_RUN:
	case ACT_GO_TUNE:
	case ACT_GO_PREVIEW:
	case ACT_GO_TABLE:
	case ACT_GO_EXPORT:
	case ACT_GO_RUNS:
	case ACT_GO_SCHEMA: go_screen(m, a); return true;
	default: return false;
	}
}

static bool act_everywhere(struct model *m, enum action a, int arg)
{
	switch (a) {
	case ACT_COMMAND: model_ask_command(m); return true;
	case ACT_QUIT: quit(m, arg == ARG_YES); return true;
	case ACT_CANCEL: cancel(m); return true;
	case ACT_SUSPEND: m->wants.suspend = true; return true;
	case ACT_REDRAW: m->wants.redraw = true; return true;
	case ACT_STATS: m->wants.stats = true; return true;
	case ACT_KEYS: tell_keys(m); return true;
	case ACT_TOUR: tour_begin(m); return true;
	case ACT_FOLLOW: restore_follow(m); return true;
	case ACT_RUN: run_again(m); return true;
	case ACT_WRITE: write_open(m, NULL); return true;
	case ACT_NEW: return screen_queries.act(m, ACT_NEW, arg);
	case ACT_RELOAD: queries_reload(m); return true;
	case ACT_EDIT: model_go(m, SCREEN_EDITOR); return true;
	case ACT_EXTERNAL: m->wants.external_editor = true; return true;
	case ACT_OPEN:
		if (arg == ARG_YES)
			editor_open(m, NULL);
		else
			model_ask_text(m, ACT_OPEN, "Open: ", NULL);
		return true;
	case ACT_RESTORE: editor_restore(m, arg == ARG_YES); return true;
	case ACT_SAVE: editor_save(m, NULL, arg == ARG_YES); return true;
	default: return act_on_screens(m, a);
	}
}

bool model_act(struct model *m, enum action a, int arg)
{
	if (a == ACT_NONE)
		return false;
	if (a == ACT_BACK && m->tour.on) {
		tour_end(m);
		return true;
	}
	tour_saw(m, a);
	return screen_find(m->screen)->act(m, a, arg) || act_everywhere(m, a, arg);
}

static void answer_question(struct model *m, const struct key *k)
{
	const struct hit *h =
	        k->code == K_MOUSE_DOWN && m->drawn ? grid_hit(m->drawn, k->x, k->y) : NULL;
	bool yes = (k->code == K_CHAR && (k->ch == 'y' || k->ch == 'Y')) ||
	           (h && h->action == ACT_YES);
	bool no = k->code == K_ESC || (h && h->action == ACT_NO) ||
	          (k->code == K_CHAR && (k->ch == 'n' || k->ch == 'N' || k->ch == 'c'));
	if (!yes && !no)
		return;
	m->question[0] = '\0';
	if (yes)
		model_act(m, m->question_yes, ARG_YES);
}

static void prompt_takes(struct model *m, const struct key *k)
{
	enum prompt_result r = prompt_key(k);
	if (r == PROMPT_DONE)
		model_answer(m, prompt_text());
	else if (m->ask == ACT_FILTER && m->ask_arg) /* the list follows while it is typed */
		model_argument(m, ACT_FILTER, r == PROMPT_MORE ? prompt_text() : m->ask_initial);
	else if (m->ask == ACT_FIND && m->ask_arg && m->screen == SCREEN_EDITOR)
		editor_find_typed(m, r == PROMPT_MORE ? prompt_text() : NULL);
	if (r != PROMPT_MORE && !prompt_is_open())
		m->ask = ACT_NONE;
}

/* A key that has an action here, and could do nothing with it. Moves say nothing at an edge. */
static void nothing_to_do(struct model *m, const struct key *k, enum action a)
{
	char label[24];
	const struct action_info *i = keys_table();
	if ((a >= ACT_UP && a <= ACT_PREV_PANE) || m->toast[0])
		return;
	while (i->id != a && i->id != ACT_NONE)
		i++;
	key_label(k, label);
	model_toast(m, FG_DIM, "%s (%s) has nothing to do here now", label, i->name ? i->name : "");
}

void model_key(struct model *m, const struct key *k)
{
	const struct screen_ops *s = screen_find(m->screen);
	bool small = m->w < MIN_W || m->h < MIN_H;
	if (m->question[0]) {
		answer_question(m, k);
		return;
	}
	bool mouse = k->code == K_MOUSE_DOWN || k->code == K_MOUSE_DRAG || k->code == K_MOUSE_UP;
	if (!mouse && m->now_ms - m->toast_until + TOAST_MS > 1000) /* it has been read */
		m->toast[0] = '\0';
	if (prompt_is_open()) {
		prompt_takes(m, k);
		return;
	}
	enum action a = keymap_find(m->keymap, m->screen, k);
	if (small && a != ACT_QUIT && a != ACT_SUSPEND && a != ACT_CANCEL)
		return; /* what cannot be seen is not acted on */
	if (mouse)
		mouse_key(m, k);
	else if (a != ACT_NONE) {
		if (!model_act(m, a, 0))
			nothing_to_do(m, k, a);
	} else if (s->key)
		s->key(m, k);
}
