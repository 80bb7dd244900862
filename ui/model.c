#include "ui/parts.h"

#include "base/log.h"
#include "base/mem.h"
#include "ui/prompt.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/ban.h"

#define TOAST_MS 6000

void model_init(struct model *m, const struct ui_config *cfg)
{
	memset(m, 0, sizeof *m);
	m->cfg = cfg;
	m->w = MIN_W;
	m->h = MIN_H;
	m->database = mem_strdup(cfg->database);
	snprintf(m->where, sizeof m->where, "%s", cfg->where ? cfg->where : "");
	m->preview.seed = 20261123;
	editor_init(&m->editor);
	queries_load(m);
	model_load_history(m);
}

void model_release(struct model *m)
{
	queries_release(&m->queries);
	editor_release(&m->editor);
	run_release(&m->run);
	preview_reset(&m->preview);
	write_release(&m->write);
	history_free(m->history, m->n_history);
	mem_free(m->database);
	mem_free(m->wants.copy);
	memset(m, 0, sizeof *m);
}

void model_load_history(struct model *m)
{
	struct history_entry *fresh = NULL;
	struct err err = ERR_INIT;
	if (!m->cfg->state_dir)
		return;
	size_t n = history_load(m->cfg->state_dir, &fresh, &err);
	if (err.code)
		log_error("ui", "history: %s", err.text);
	history_free(m->history, m->n_history);
	m->history = fresh;
	m->n_history = n;
}

void model_toast(struct model *m, enum style_fg fg, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(m->toast, sizeof m->toast, fmt, ap);
	va_end(ap);
	m->toast_fg = fg;
	m->toast_until = m->now_ms + TOAST_MS;
}

void model_ask_yes(struct model *m, enum action yes, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(m->question, sizeof m->question, fmt, ap);
	va_end(ap);
	m->question_yes = yes;
}

bool model_running(const struct model *m)
{
	return m->run.state == RUN_ASKED || m->run.state == RUN_LIVE;
}

bool model_is_local(const struct model *m)
{
	return strncmp(m->where, "local", 5) == 0;
}

void model_go(struct model *m, enum screen_id s)
{
	if (m->screen != SCREEN_HELP && m->screen != SCREEN_LOG && s != m->screen)
		m->from = m->screen;
	m->screen = s;
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
	m->wants.submit = SUBMIT_NONE;
	if (is_write) {
		m->write.job = job;
		m->write.state = job ? RUN_LIVE : RUN_FAILED;
		if (!job)
			m->write.err = *err;
		return;
	}
	m->run.job = job;
	m->run.state = job ? RUN_LIVE : RUN_FAILED;
	m->run.p.job = job;
	m->run.rate_at = 0;
	if (!job)
		m->run.err = *err;
}

void model_spec(const struct model *m, struct job_spec *out)
{
	bool is_write = m->wants.submit == SUBMIT_WRITE;
	*out = (struct job_spec){
	        .query_name = m->run.name,
	        .database = m->run.database,
	        .workgroup = m->cfg->workgroup,
	        .output_location = m->cfg->output_location,
	        .recipe = m->run.recipe,
	        .timeout_ms = m->cfg->timeout_ms,
	        .price_per_tb = m->cfg->price_per_tb,
	        .max_cost = m->cfg->max_cost,
	};
	if (is_write) {
		out->from_csv = m->run.spool;
		out->out_path = m->write.path;
		out->recipe = m->write.loaded;
	} else
		out->sql = m->run.sql;
}

void model_event(struct model *m, const struct job_event *ev)
{
	if (m->write.job && ev->job == m->write.job)
		write_event(m, ev);
	else if (m->run.job && ev->job == m->run.job && !run_is_over(&m->run))
		run_event(m, ev);
}

void model_progress(struct model *m, const struct job_progress *p)
{
	if (m->write.job && p->job == m->write.job && m->write.state == RUN_LIVE)
		m->write.p = *p;
	run_progress(m, p);
}

void model_sample(struct model *m, struct sample_view *v)
{
	preview_take(m, v);
}

bool model_work(struct model *m)
{
	return preview_work(&m->preview, 32);
}

int model_tick(struct model *m)
{
	int next = -1;
	if (m->toast[0] && m->now_ms >= m->toast_until)
		m->toast[0] = '\0';
	if (m->toast[0])
		next = (int)(m->toast_until - m->now_ms);
	if (m->screen == SCREEN_LOG && (next < 0 || next > 500))
		next = 500;
	if ((model_running(m) || m->write.state == RUN_LIVE) && (next < 0 || next > 100))
		next = 100; /* elapsed time and the moving bar */
	return next;
}

static enum screen_id parent(const struct model *m)
{
	switch (m->screen) {
	case SCREEN_PREVIEW: return SCREEN_RUN;
	case SCREEN_WRITE: return m->from == SCREEN_PREVIEW ? SCREEN_PREVIEW : SCREEN_RUN;
	case SCREEN_HELP:
	case SCREEN_LOG: return m->from;
	default: return SCREEN_QUERIES;
	}
}

static void quit(struct model *m, bool sure)
{
	if (!sure && model_running(m))
		model_ask_yes(m, ACT_QUIT, "%s is running. Cancel it and quit?", m->run.name);
	else if (!sure && m->write.state == RUN_LIVE)
		model_ask_yes(
		        m, ACT_QUIT, "%s is being written. Give it up and quit?", m->write.path);
	else if (!sure && textedit_modified(&m->editor.text))
		model_ask_yes(m, ACT_QUIT, "The SQL in the editor is not saved. Quit without it?");
	else
		m->wants.quit = true;
}

static void cancel(struct model *m)
{
	if (model_running(m) || m->write.state == RUN_LIVE) {
		m->wants.cancel = true;
		model_toast(m, FG_WARN, "Cancelling ...");
	} else
		model_toast(m, FG_DIM, "Nothing runs; q quits");
}

static void go_screen(struct model *m, enum action a)
{
	switch (a) {
	case ACT_GO_EDITOR:
		if (m->editor.text.len == 0 && !m->editor.path && m->queries.n_shown)
			model_act(m, ACT_EDIT, 0);
		else
			model_go(m, SCREEN_EDITOR);
		break;
	case ACT_GO_RUN: model_go(m, SCREEN_RUN); break;
	case ACT_GO_PREVIEW: model_go(m, SCREEN_PREVIEW); break;
	case ACT_GO_WRITE: write_open(m, NULL); break;
	default: model_go(m, SCREEN_QUERIES);
	}
}

static void open_command(struct model *m)
{
	model_prompt(m, ASK_COMMAND, ":", NULL);
}

/* What means the same on every screen. */
static void act_everywhere(struct model *m, enum action a)
{
	switch (a) {
	case ACT_HELP:
		m->help.top = 0;
		model_go(m, SCREEN_HELP);
		break;
	case ACT_LOG:
		m->log.at = 1;
		model_go(m, SCREEN_LOG);
		break;
	case ACT_COMMAND: open_command(m); break;
	case ACT_QUIT: quit(m, false); break;
	case ACT_BACK: model_go(m, parent(m)); break;
	case ACT_CANCEL: cancel(m); break;
	case ACT_SUSPEND: m->wants.suspend = true; break;
	case ACT_REDRAW: m->wants.redraw = true; break;
	case ACT_RUN: run_again(m); break;
	case ACT_WRITE: write_open(m, NULL); break;
	case ACT_NEW: editor_new(m); break;
	case ACT_RELOAD: queries_load(m); break;
	case ACT_PREVIEW: model_go(m, SCREEN_PREVIEW); break;
	case ACT_EDIT: model_go(m, SCREEN_EDITOR); break;
	case ACT_EXTERNAL: m->wants.external_editor = true; break;
	case ACT_SAVE: editor_save(m, NULL); break;
	case ACT_GO_QUERIES:
	case ACT_GO_EDITOR:
	case ACT_GO_RUN:
	case ACT_GO_PREVIEW:
	case ACT_GO_WRITE: go_screen(m, a); break;
	default: break;
	}
}

void model_act(struct model *m, enum action a, int arg)
{
	const struct screen_ops *s = screen_find(m->screen);
	if (a != ACT_NONE && !s->act(m, a, arg))
		act_everywhere(m, a);
}

static void answer_question(struct model *m, const struct key *k)
{
	bool yes = k->code == K_CHAR && (k->ch == 'y' || k->ch == 'Y');
	bool no = k->code == K_ESC ||
	          (k->code == K_CHAR && (k->ch == 'n' || k->ch == 'N' || k->ch == 'c'));
	if (!yes && !no)
		return;
	m->question[0] = '\0';
	if (!yes)
		return;
	if (m->question_yes == ACT_QUIT) {
		m->wants.cancel = model_running(m);
		quit(m, true);
	} else if (m->question_yes == ACT_WRITE)
		write_start(m, true);
	else if (m->question_yes == ACT_EDIT || m->question_yes == ACT_NEW) {
		textedit_saved(&m->editor.text);
		editor_release(&m->editor);
		editor_init(&m->editor);
		model_act(m, m->question_yes, 0);
	}
}

static void mouse_click(struct model *m, const struct key *k)
{
	const struct hit *h = m->drawn && k->ch == 1 ? grid_hit(m->drawn, k->x, k->y) : NULL;
	if (h && m->screen == SCREEN_EDITOR && h->action == ACT_SELECT)
		model_act(m, ACT_SELECT, (k->y - h->y) << 16 | (k->x - h->x));
	else if (h)
		model_act(m, (enum action)h->action, h->arg);
}

void model_key(struct model *m, const struct key *k)
{
	bool small = m->w < MIN_W || m->h < MIN_H;
	if (m->question[0]) {
		answer_question(m, k);
		return;
	}
	if (m->now_ms - m->toast_until + TOAST_MS > 1000) /* it has been read */
		m->toast[0] = '\0';
	if (prompt_is_open()) {
		enum prompt_result r = prompt_key(k);
		if (r == PROMPT_DONE)
			model_answer(m, prompt_text());
		if (r != PROMPT_MORE && !prompt_is_open())
			m->ask = ASK_NONE;
		return;
	}
	enum action a = keys_find(m->screen, k);
	if (small && a != ACT_QUIT && a != ACT_SUSPEND && a != ACT_CANCEL)
		return; /* what cannot be seen is not acted on */
	if (k->code == K_MOUSE_DOWN)
		mouse_click(m, k);
	else if (a != ACT_NONE)
		model_act(m, a, 0);
	else if (m->screen == SCREEN_EDITOR)
		editor_key(m, k);
}
