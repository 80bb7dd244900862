/* The workbench's loop: waits for keys, the engine, signals and the clock; carries out what the
 * model wants; paints. Nothing here blocks, and nothing runs while nothing happens. */
#include "ui/ui.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/mem.h"
#include "job/desk.h"
#include "ui/external.h"
#include "ui/parts.h"
#include "ui/prompt.h"
#include "ui/term.h"
#include "ui/theme.h"

#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

#define FRAME_MS  16   /* paints caused by the engine alone are at least so far apart */
#define ESC_MS    10   /* an ESC that nothing follows is the Esc key: within a frame */
#define KEEP_MS   2000 /* the hands rest */
#define SAMPLE_MS 500  /* a growing sample is looked at so often */

struct loop {
	const struct ui_config *cfg;
	struct terminal *term;
	struct model model;
	struct grid grid;
	bool dirty, key_dirty, first_done, gone;
	char title[256];
	struct buf kept; /* the session as it is on disk */
	int64_t key_at;  /* the newest key */
	bool keep;       /* keys came since the session was looked at */
	int64_t painted_at, sampled_at;
	int64_t half_at; /* when the bytes came that may be half a key */
};

static void set_clock(struct loop *l)
{
	l->model.now_ms = clock_mono_ms();
	l->model.wall_ms = clock_wall_ms();
}

/* Only when it changes: it goes over the same line as the screen. */
static void show_title(struct loop *l)
{
	char title[sizeof l->title];
	if (!l->cfg->title)
		return;
	announce_title(&l->model, title, sizeof title);
	if (strcmp(title, l->title) == 0)
		return;
	memcpy(l->title, title, sizeof title);
	term_title(l->term, title);
}

static void paint(struct loop *l)
{
	int w, h;
	term_size(l->term, &w, &h);
	if (w != l->grid.w || h != l->grid.h)
		grid_resize(&l->grid, w, h);
	model_draw(&l->model, &l->grid);
	term_paint(l->term, &l->grid);
	show_title(l);
	l->dirty = l->key_dirty = false;
	l->painted_at = l->model.now_ms;
	if (l->first_done)
		return;
	l->first_done = true;
	log_info("ui", "first painted screen: %d ms",
	        (int)((clock_mono_us() - l->cfg->start_mono_us) / 1000));
	engine_warm_up(l->cfg->engine);
}

static void edit_outside(struct loop *l)
{
	struct model *m = &l->model;
	struct err err = ERR_INIT;
	struct buf out;
	buf_init(&out, 64u << 20);
	term_leave(l->term);
	int rc = external_edit(textedit_text(&m->editor.text), &out, &err);
	term_enter(l->term);
	set_clock(l);
	if (rc == 0)
		editor_take_external(m, buf_slice(&out));
	else
		model_toast(m, FG_WARN, "%s", err.text);
	buf_release(&out);
}

static void submit(struct loop *l)
{
	struct job_spec spec;
	struct err err = ERR_INIT;
	model_spec(&l->model, &spec);
	uint64_t job = engine_submit(l->cfg->engine, &spec, &err);
	model_submitted(&l->model, job, &err);
}

static void copy(struct loop *l)
{
	struct wants *w = &l->model.wants;
	if (!term_copy(l->term, slice_of(w->copy, w->copy_len)))
		model_toast(&l->model, FG_WARN, "Too long for the clipboard");
	mem_free(w->copy);
	w->copy = NULL;
}

static void speak(struct loop *l)
{
	struct wants *w = &l->model.wants;
	term_notify(l->term, w->bell, w->desktop, "athena-jsonl", w->notify);
	mem_free(w->notify);
	w->notify = NULL;
}

static void change_theme(struct loop *l)
{
	struct wants *w = &l->model.wants;
	if (term_theme(l->term, w->theme))
		model_toast(&l->model, FG_GOOD, "Theme %s; \"theme: %s\" in settings.yaml keeps it",
		        w->theme, w->theme);
	else {
		struct buf names;
		buf_init(&names, 200);
		for (int t = 0; t < THEME_COUNT; t++)
			buf_printf(&names, ", %s", theme_name_of((enum theme_name)t));
		model_toast(&l->model, FG_BAD, "No theme %s; there are auto%s", w->theme,
		        buf_str(&names));
		buf_release(&names);
	}
	mem_free(w->theme);
	w->theme = NULL;
}

static void tell_stats(struct loop *l)
{
	struct term_stats s = term_stats(l->term);
	char total[FMT_SIZE];
	model_toast(&l->model, FG_TEXT,
	        "%lu frames, %s to the terminal; the last %zu bytes, the largest %zu", s.frames,
	        fmt_bytes(total, (int64_t)s.bytes), s.last, s.largest);
}

static void carry_out(struct loop *l)
{
	struct wants *w = &l->model.wants;
	if (w->submit != SUBMIT_NONE)
		submit(l);
	if (w->cancel)
		engine_cancel(l->cfg->engine, w->cancel_job);
	if (w->copy)
		copy(l);
	if (w->redraw)
		term_forget(l->term);
	if (w->suspend)
		term_suspend(l->term);
	if (w->external_editor)
		edit_outside(l);
	if (w->theme)
		change_theme(l);
	if (w->stats)
		tell_stats(l);
	w->stats = w->cancel = w->redraw = w->suspend = w->external_editor = false;
}

static bool shows_rows(enum screen_id s)
{
	return s == SCREEN_PREVIEW || s == SCREEN_TABLE || s == SCREEN_TUNE;
}

/* The sample of the job that the engine works on, or worked on last. */
static void take_sample(struct loop *l, uint64_t job)
{
	struct model *m = &l->model;
	struct run *r = model_run_of(m, job);
	if (!r || r->sample_generation == r->p.sample_generation)
		return;
	bool over = run_is_over(r);
	if (!over &&
	        (r != m->run || !shows_rows(m->screen) || m->now_ms - l->sampled_at < SAMPLE_MS))
		return;
	l->sampled_at = m->now_ms;
	model_sample(m, job, r->p.sample_generation, engine_sample(l->cfg->engine));
}

/* Runs that wait for their turn count their time. */
static void hear_waiting(struct loop *l)
{
	const struct runs *runs = &l->model.runs;
	struct job_progress p;
	for (size_t i = 0; i < runs->n; i++)
		if (run_is_waiting(runs->item[i]) &&
		        engine_job_progress(l->cfg->engine, runs->item[i]->job, &p))
			model_progress(&l->model, &p);
}

static void hear_engine(struct loop *l)
{
	struct job_progress p;
	struct job_event *ev = MEM_NEW(struct job_event); /* large */
	engine_wake_clear(l->cfg->engine);
	while (engine_next_event(l->cfg->engine, ev)) {
		model_event(&l->model, ev);
		job_event_release(ev);
		l->keep = true; /* a run has its id, or is over */
	}
	mem_free(ev);
	engine_progress(l->cfg->engine, &p);
	model_progress(&l->model, &p);
	take_sample(l, p.job);
	hear_waiting(l);
	engine_where(l->cfg->engine, l->model.where);
	engine_credentials(l->cfg->engine, &l->model.cred);
	if (l->model.wants.notify)
		speak(l);
	l->dirty = true;
}

static void hear_signals(struct loop *l)
{
	unsigned s = term_signals(l->term);
	if (s & TERM_STOP)
		term_suspend(l->term);
	if (s & (TERM_RESIZED | TERM_CONTINUED | TERM_STOP)) {
		term_forget(l->term);
		l->key_dirty = true;
	}
	if (s & TERM_CONTINUED) { /* stopped by SIGSTOP: the shell has put its own modes back */
		term_leave(l->term);
		term_enter(l->term);
	}
}

/* Where a new session begins. Written when the hands rest: a key must not wait for the disk. */
static void keep_session(struct loop *l, bool at_end)
{
	struct buf now;
	struct err err = ERR_INIT;
	l->keep = false;
	if (!l->cfg->state_dir)
		return;
	buf_init(&now, DESK_MAX);
	if (!at_end) /* the terminal is closed then */
		l->model.light = term_is_light(l->term);
	restore_text(&l->model, at_end, &now);
	if (!now.failed && !slice_eq(buf_slice(&now), buf_slice(&l->kept))) {
		if (desk_save(l->cfg->state_dir, buf_slice(&now), &err) != 0)
			log_info("ui", "the session is not kept: %s", err.text);
		buf_clear(&l->kept);
		buf_add_slice(&l->kept, buf_slice(&now));
	}
	buf_release(&now);
}

static int keep_wait(const struct loop *l)
{
	int64_t left = l->key_at + KEEP_MS - l->model.now_ms;
	return !l->keep ? -1 : left > 0 ? (int)left : 0;
}

static void hear_keys(struct loop *l, bool idle)
{
	struct key k;
	while (term_key(l->term, idle, &k)) {
		l->key_at = l->model.now_ms;
		l->keep = true;
		model_key(&l->model, &k);
		carry_out(l);
		l->key_dirty = true;
		if (l->model.wants.quit)
			return;
	}
}

/* Half a key waits for its rest, however busy the engine is meanwhile. */
static int half_key_wait(const struct loop *l)
{
	int64_t left = l->half_at + ESC_MS - l->model.now_ms;
	return !term_key_pending(l->term) ? -1 : left > 0 ? (int)left : 0;
}

/* How long nothing has to be done: ms, -1 for ever. */
static int patience(struct loop *l)
{
	int wait = model_sooner(model_tick(&l->model), half_key_wait(l));
	wait = model_sooner(wait, keep_wait(l));
	if (l->dirty)
		wait = model_sooner(wait, FRAME_MS);
	return wait;
}

static void turn(struct loop *l)
{
	struct pollfd f[3] = {
	        {term_fd(l->term), POLLIN, 0},
	        {term_signal_fd(l->term), POLLIN, 0},
	        {engine_wake_fd(l->cfg->engine), POLLIN, 0},
	};
	bool more = model_work(&l->model);
	int n = poll(f, 3, more ? 0 : patience(l));
	set_clock(l);
	if (n == 0 && !more) { /* the clock alone: a spinner, a message that ends */
		if (model_running(&l->model) || l->model.write.state == RUN_LIVE)
			hear_engine(l);
		l->dirty = true;
	}
	if (f[1].revents)
		hear_signals(l);
	if (f[2].revents)
		hear_engine(l);
	if (f[0].revents) {
		l->gone = term_read(l->term) != 0;
		l->half_at = l->model.now_ms;
		hear_keys(l, false);
	}
	if (half_key_wait(l) == 0)
		hear_keys(l, true);
	if (keep_wait(l) == 0)
		keep_session(l, false);
	l->dirty |= more | term_changed(l->term);
	if (l->key_dirty || (l->dirty && l->model.now_ms - l->painted_at >= FRAME_MS))
		paint(l);
}

int ui_run(const struct ui_config *cfg, struct err *err)
{
	struct loop l = {.cfg = cfg};
	struct term_options o = {(int)cfg->color, cfg->theme, cfg->mouse, cfg->charset};
	setlocale(LC_CTYPE, "");
	if (MB_CUR_MAX == 1) /* readline edits by bytes otherwise */
		setlocale(LC_CTYPE, "C.UTF-8");
	if (!(l.term = term_open(&o, err)))
		return -1;
	grid_init(&l.grid, 1, 1);
	prompt_init(cfg->state_dir);
	model_init(&l.model, cfg);
	l.model.drawn = &l.grid;
	buf_init(&l.kept, DESK_MAX);
	set_clock(&l);
	restore_begin(&l.model);
	term_expect_light(l.term, l.model.light);
	editor_keep_begin(&l.model, cfg->autosave ? cfg->state_dir : NULL);
	engine_where(cfg->engine, l.model.where);
	engine_credentials(cfg->engine, &l.model.cred);
	paint(&l);
	while (!l.model.wants.quit && !l.gone && !term_end_signal(l.term))
		turn(&l);
	int end = term_end_signal(l.term);
	l.model.light = term_is_light(l.term);
	term_close(l.term);
	prompt_end();
	keep_session(&l, true);
	editor_keep_end(&l.model);
	buf_release(&l.kept);
	model_release(&l.model);
	grid_release(&l.grid);
	if (!end && l.gone)
		end = SIGHUP;
	if (end)
		log_info("ui", "ended by signal %d", end);
	return end;
}
