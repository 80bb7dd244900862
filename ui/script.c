/* The script runner: keys and events from a file, pictures of the grid out. No terminal. The words
 * are in tests/screens/README.md. */
#include "ui/ui.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "job/result.h"
#include "rows/csv.h"
#include "ui/parts.h"
#include "ui/prompt.h"
#include "ui/theme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

struct script {
	struct model model;
	struct job_event event; /* what the next events carry; `progress` changes it */
	struct buf *out;
	const char *dir; /* of the script */
	int line;
	char played[64]; /* the recording that was played last, and how far */
	size_t played_to;
	struct sample *sample; /* while a CSV is read */
	struct columns columns;
	uint64_t rows;
};

typedef int (*word_fn)(struct script *s, char *arg, struct err *err);

static int complain(struct script *s, const char *what, const char *arg, struct err *err)
{
	return err_set(err, ERR_USAGE, "script line %d: %s '%s'", s->line, what, arg);
}

/* Takes the next word off *p; "" at the end. */
static char *next_word(char **p)
{
	char *w = *p + strspn(*p, " ");
	char *end = w + strcspn(w, " ");
	*p = *end ? end + 1 : end;
	*end = '\0';
	return w;
}

static void unescape(char *s)
{
	char *to = s;
	for (; *s; s++) {
		if (s[0] == '\\' && s[1] == 'n') {
			*to++ = '\n';
			s++;
		} else
			*to++ = *s;
	}
	*to = '\0';
}

static int do_size(struct script *s, char *arg, struct err *err)
{
	(void)err;
	s->model.w = (int)strtol(next_word(&arg), NULL, 10);
	s->model.h = (int)strtol(next_word(&arg), NULL, 10);
	return 0;
}

static int do_keys(struct script *s, char *arg, struct err *err)
{
	for (char *w; *(w = next_word(&arg));) {
		struct key k;
		if (!key_parse(w, &k))
			return complain(s, "no key", w, err);
		model_key(&s->model, &k);
	}
	return 0;
}

static int do_type(struct script *s, char *arg, struct err *err)
{
	(void)err;
	struct input in;
	struct key k;
	input_init(&in);
	unescape(arg);
	input_feed(&in, slice_str(arg));
	while (input_next(&in, true, &k))
		model_key(&s->model, &k);
	input_release(&in);
	return 0;
}

static int do_paste(struct script *s, char *arg, struct err *err)
{
	(void)err;
	unescape(arg);
	struct key k = {.code = K_PASTE, .text = slice_str(arg)};
	model_key(&s->model, &k);
	return 0;
}

static int do_click(struct script *s, char *arg, struct err *err)
{
	struct grid g;
	struct key k = {.code = K_MOUSE_DOWN, .ch = 1};
	(void)err;
	k.x = (int)strtol(next_word(&arg), NULL, 10);
	k.y = (int)strtol(next_word(&arg), NULL, 10);
	grid_init(&g, s->model.w, s->model.h);
	model_draw(&s->model, &g);
	s->model.drawn = &g;
	model_key(&s->model, &k);
	s->model.drawn = NULL;
	grid_release(&g);
	return 0;
}

/* Pressed at the first cell, released at the second. */
static int do_drag(struct script *s, char *arg, struct err *err)
{
	struct grid g;
	int at[4];
	static const enum key_code code[] = {K_MOUSE_DOWN, K_MOUSE_DRAG, K_MOUSE_UP};
	(void)err;
	for (int i = 0; i < 4; i++)
		at[i] = (int)strtol(next_word(&arg), NULL, 10);
	grid_init(&g, s->model.w, s->model.h);
	model_draw(&s->model, &g);
	s->model.drawn = &g;
	for (int i = 0; i < 3; i++) {
		struct key k = {.code = code[i], .ch = 1};
		k.x = i ? at[2] : at[0];
		k.y = i ? at[3] : at[1];
		model_key(&s->model, &k);
	}
	s->model.drawn = NULL;
	grid_release(&g);
	return 0;
}

static int do_now(struct script *s, char *arg, struct err *err)
{
	(void)err;
	s->model.now_ms = strtoll(arg, NULL, 10);
	s->model.wall_ms = 1763920000000 + s->model.now_ms;
	model_tick(&s->model);
	return 0;
}

static int do_where(struct script *s, char *arg, struct err *err)
{
	(void)err;
	snprintf(s->model.where, sizeof s->model.where, "%s", arg);
	return 0;
}

static void set_text(char **field, const char *text)
{
	mem_free(*field);
	*field = mem_strdup(text);
}

/* One more fact of a past run; error and sql take the rest of the line. */
static void history_fact(struct script *s, struct history_entry *h, char **arg)
{
	char *word = *arg + strspn(*arg, " ");
	if (strncmp(word, "error=", 6) == 0 || strncmp(word, "sql=", 4) == 0) {
		char *sql = *word == 'e' ? strstr(word, " sql=") : NULL;
		*arg = sql ? sql + 1 : word + strlen(word);
		if (sql)
			*sql = '\0';
		unescape(word);
		set_text(*word == 'e' ? &h->error : &h->sql, strchr(word, '=') + 1);
		return;
	}
	word = next_word(arg);
	const char *value = strchr(word, '=') ? strchr(word, '=') + 1 : "";
	if (strcmp(word, "local") == 0)
		h->local = true;
	else if (strncmp(word, "id=", 3) == 0)
		set_text(&h->query_id, value);
	else if (strncmp(word, "db=", 3) == 0)
		set_text(&h->database, value);
	else if (strncmp(word, "recipe=", 7) == 0)
		set_text(&h->recipe, value);
	else if (strncmp(word, "bytes=", 6) == 0)
		h->scanned_bytes = strtoll(value, NULL, 10);
	else if (strncmp(word, "kept=", 5) == 0)
		h->kept = strtoull(value, NULL, 10);
	else if (strncmp(word, "out=", 4) == 0)
		set_text(&h->out_path, value);
	else if (strncmp(word, "spool=", 6) == 0) {
		mem_free(h->spool_path);
		h->spool_path = file_join(s->dir, value);
	}
}

static int do_history(struct script *s, char *arg, struct err *err)
{
	struct model *m = &s->model;
	(void)err;
	m->history = mem_realloc(m->history, m->n_history + 1, sizeof *m->history);
	struct history_entry *h = &m->history[m->n_history++];
	memset(h, 0, sizeof *h);
	h->query_name = mem_strdup(next_word(&arg));
	h->query_id = mem_strdup("id");
	h->state = mem_strdup("SUCCEEDED");
	h->out_path = mem_strdup("");
	h->rows = strtoull(next_word(&arg), NULL, 10);
	h->cost = strtoll(next_word(&arg), NULL, 10);
	h->total_ms = strtoll(next_word(&arg), NULL, 10);
	h->wall_ms = m->wall_ms - 1000 * strtoll(next_word(&arg), NULL, 10);
	char *state = next_word(&arg);
	if (*state) {
		mem_free(h->state);
		h->state = mem_strdup(state);
	}
	while (*arg)
		history_fact(s, h, &arg);
	queries_history(m);
	return 0;
}

/* account PROFILE REGION WORKGROUP MINUTES: AWS keys that end then; 0: they do not end. */
static int do_account(struct script *s, char *arg, struct err *err)
{
	struct engine_credentials *c = &s->model.cred;
	(void)err;
	snprintf(c->profile, sizeof c->profile, "%s", next_word(&arg));
	snprintf(c->region, sizeof c->region, "%s", next_word(&arg));
	snprintf(c->workgroup, sizeof c->workgroup, "%s", next_word(&arg));
	snprintf(s->model.where, sizeof s->model.where, "%s", c->region);
	long long min = strtoll(next_word(&arg), NULL, 10);
	c->keys = true;
	c->expires_ms = min ? s->model.wall_ms + min * 60000 : 0;
	return 0;
}

static int do_submit(struct script *s, char *arg, struct err *err)
{
	struct err refused = ERR_INIT;
	uint64_t job = strtoull(arg, NULL, 10);
	if (s->model.wants.submit == SUBMIT_NONE)
		return complain(s, "nothing was submitted for", arg, err);
	if (!job)
		err_set(&refused, ERR_CONFIG, "%s", arg);
	model_submitted(&s->model, job, &refused);
	s->event.job = s->event.progress.job = job;
	return 0;
}

static int set_stage(struct script *s, const char *name, const char *value, struct err *err)
{
	for (int i = 0; i < STAGE_COUNT; i++)
		if (strcmp(job_stage_name((enum job_stage)i), name) == 0) {
			struct job_span *span = &s->event.progress.stage[i];
			char *end;
			span->begin_ms = strtoll(value, &end, 10);
			span->end_ms = *end ? strtoll(end + 1, NULL, 10) : -1;
			return 0;
		}
	return complain(s, "no progress field", name, err);
}

static int set_step(struct script *s, const char *name, const char *value, struct err *err)
{
	const struct recipe *r = s->model.run->recipe;
	for (size_t i = 0; r && i < recipe_steps(r); i++)
		if (strcmp(recipe_step(r, i)->name, name) == 0) {
			s->event.progress.funnel.rejected[i] = strtoull(value, NULL, 10);
			return 0;
		}
	return complain(s, "no step", name, err);
}

static int set_field(struct script *s, const char *name, const char *value, struct err *err)
{
	struct job_progress *p = &s->event.progress;
	const struct {
		const char *name;
		int64_t *to;
	} number[] = {
	        {"elapsed", &p->elapsed_ms},
	        {"cost", &p->cost},
	        {"result", &p->result_bytes},
	        {"got", &p->got_bytes},
	        {"out_bytes", &p->out_bytes},
	        {"scanned", &p->athena.stats.scanned_bytes},
	        {"engine_ms", &p->athena.stats.engine_ms},
	        {"total_ms", &p->athena.stats.total_ms},
	        {"queue_ms", &p->athena.stats.queue_ms},
	        {"service_ms", &p->athena.stats.service_ms},
	        {"batches", (int64_t *)&p->batches},
	        {"rows", (int64_t *)&p->rows},
	        {"out_rows", (int64_t *)&p->out_rows},
	        {"judged", (int64_t *)&p->funnel.rows},
	        {"kept", (int64_t *)&p->funnel.kept},
	};
	for (size_t i = 0; i < sizeof number / sizeof *number; i++)
		if (strcmp(number[i].name, name) == 0) {
			*number[i].to = strtoll(value, NULL, 10);
			return 0;
		}
	if (strcmp(name, "rate") == 0)
		p->rate = strtod(value, NULL);
	else if (strcmp(name, "id") == 0)
		snprintf(p->athena.id, sizeof p->athena.id, "%s", value);
	else if (strcmp(name, "phase") == 0) {
		for (int i = PHASE_NONE; i <= PHASE_CANCELLED; i++)
			if (strcmp(job_phase_name((enum job_phase)i), value) == 0)
				p->phase = (enum job_phase)i;
	} else if (strncmp(name, "drop.", 5) == 0)
		return set_step(s, name + 5, value, err);
	else
		return set_stage(s, name, value, err);
	return 0;
}

static int do_progress(struct script *s, char *arg, struct err *err)
{
	for (char *w; *(w = next_word(&arg));) {
		char *eq = strchr(w, '=');
		if (!eq)
			return complain(s, "write name=value, not", w, err);
		*eq = '\0';
		if (set_field(s, w, eq + 1, err) != 0)
			return -1;
	}
	model_progress(&s->model, &s->event.progress);
	return 0;
}

/* event stages FILE: a reply of GetQueryRuntimeStatistics. */
static int read_stages(struct script *s, const char *name, struct err *err)
{
	struct buf text;
	char *path = file_join(s->dir, name);
	buf_init(&text, 1u << 24);
	int rc = file_read(path, &text, err);
	if (rc == 0 && (s->event.stages = stagetree_parse(buf_slice(&text), err)) == NULL)
		rc = -1;
	buf_release(&text);
	mem_free(path);
	return rc;
}

static int do_event(struct script *s, char *arg, struct err *err)
{
	static const char *const kind[] = {"started", "submitted", "state", "batch", "note",
	        "stages", "done", "failed", "cancelled"};
	char *w = next_word(&arg);
	for (int i = 0; i <= EV_CANCELLED; i++)
		if (strcmp(kind[i], w) == 0) {
			s->event.kind = (enum job_event_kind)i;
			snprintf(s->event.text, sizeof s->event.text, "%s", arg);
			s->event.spool_path[0] = s->event.manifest_path[0] = '\0';
			if (s->event.kind == EV_DONE && s->model.write.job == s->event.job)
				snprintf(s->event.manifest_path, sizeof s->event.manifest_path,
				        "%s", arg);
			else if (s->event.kind == EV_DONE)
				snprintf(
				        s->event.spool_path, sizeof s->event.spool_path, "%s", arg);
			if (s->event.kind == EV_STAGES && read_stages(s, arg, err) != 0)
				return -1;
			model_event(&s->model, &s->event);
			job_event_release(&s->event);
			return 0;
		}
	return complain(s, "no event", w, err);
}

/* error CODE LINE COL TEXT: what the next "event failed" carries. */
static int do_error(struct script *s, char *arg, struct err *err)
{
	char *code = next_word(&arg);
	struct err *e = &s->event.err;
	(void)err;
	e->code = ERR_INTERNAL;
	for (int i = 0; i <= ERR_INTERNAL; i++)
		if (strcmp(err_code_name((enum err_code)i), code) == 0)
			e->code = (enum err_code)i;
	e->line = (int)strtol(next_word(&arg), NULL, 10);
	e->col = (int)strtol(next_word(&arg), NULL, 10);
	snprintf(e->text, sizeof e->text, "%s", arg);
	return 0;
}

/* reply OPERATION FILE: what the catalog asked for; without FILE it fails with `error`. */
static int do_reply(struct script *s, char *arg, struct err *err)
{
	const char *op = next_word(&arg), *name = next_word(&arg);
	struct buf text;
	char *path = file_join(s->dir, name);
	buf_init(&text, 1u << 24);
	int rc = *name ? file_read(path, &text, err) : 0;
	if (rc == 0 && strcmp(op, "GetQueryResults") == 0)
		result_types_reply(
		        s->model.types, s->model.run->p.athena.id, text.ptr ? text.ptr : "");
	else if (rc == 0 && !catalog_feed(s->model.catalog, op, *name ? buf_str(&text) : NULL,
	                            *name ? NULL : &s->event.err))
		rc = complain(s, "nobody asked for", op, err);
	model_tick(&s->model);
	buf_release(&text);
	mem_free(path);
	return rc;
}

static int on_row(void *arg, const struct cell *cells, size_t n, struct err *err)
{
	struct script *s = arg;
	(void)err;
	if (s->sample) {
		sample_add(s->sample, cells, s->rows++);
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		columns_add(&s->columns, cell_slice(cells[i]), slice_str("varchar"));
	s->sample = sample_new(&s->columns, 1000, 1000, 1u << 20);
	return 0;
}

static int do_sample(struct script *s, char *arg, struct err *err)
{
	struct buf text;
	char *path = file_join(s->dir, arg);
	struct csv *csv = csv_new(0);
	buf_init(&text, 1u << 24);
	columns_init(&s->columns);
	s->rows = 0;
	int rc = file_read(path, &text, err);
	if (rc == 0)
		rc = csv_feed(csv, buf_slice(&text), on_row, s, err);
	if (rc == 0)
		rc = csv_finish(csv, on_row, s, err);
	if (s->sample && !model_run_of(&s->model, s->event.job)) { /* the next event brings it */
		job_event_release(&s->event);
		s->event.sample = sample_view_new(s->sample);
	} else if (s->sample) {
		uint64_t generation = ++s->event.progress.sample_generation;
		s->model.run->p.sample_generation = generation;
		model_sample(&s->model, s->model.run->job, generation, sample_view_new(s->sample));
	}
	while (rc == 0 && model_work(&s->model))
		;
	sample_free(s->sample);
	s->sample = NULL;
	columns_release(&s->columns);
	csv_free(csv);
	buf_release(&text);
	mem_free(path);
	return rc;
}

static bool is_busy(struct result *r)
{
	struct result_state st;
	result_state(r, &st);
	bool busy = !st.complete;
	for (int t = 0; t < RESULT_TASKS; t++) {
		struct result_progress p;
		result_progress(r, (enum result_task)t, &p);
		busy |= p.phase == RESULT_WORKING;
	}
	return busy;
}

/* Until the worker of the open result has nothing left to do, and the model has heard of it. */
static int do_wait(struct script *s, char *arg, struct err *err)
{
	struct result *r = run_result(&s->model);
	bool busy = r != NULL;
	(void)arg;
	(void)err;
	while (busy) {
		busy = is_busy(r);
		while (model_work(&s->model))
			;
		model_tick(&s->model);
		busy |= is_busy(r);
		if (busy)
			clock_sleep_ms(1);
	}
	return 0;
}

/* result FILE: the run on display is done, and its rows are there. */
static int do_result(struct script *s, char *arg, struct err *err)
{
	char *path = file_join(s->dir, arg);
	s->event.kind = EV_DONE;
	snprintf(s->event.spool_path, sizeof s->event.spool_path, "%s", path);
	model_event(&s->model, &s->event);
	mem_free(path);
	return do_wait(s, arg, err);
}

enum picture { PICTURE_TEXT, PICTURE_STYLES, PICTURE_MONO };

/* A letter a cell: its attributes where there are no colours. Bold b, dim d, underlined u, reverse
 * r; reverse with one of them: in upper case. */
static void dump_mono(const struct grid *g, struct buf *out)
{
	for (int y = 0; y < g->h; y++) {
		for (int x = 0; x < g->w; x++) {
			struct look l = theme_look(THEME_MONO, 0, grid_at(g, x, y)->style);
			bool reverse = l.attr & LOOK_REVERSE;
			char c = (l.attr & LOOK_UNDERLINE) ? 'u'
			         : (l.attr & LOOK_BOLD)    ? 'b'
			         : (l.attr & LOOK_DIM)     ? 'd'
			         : reverse                 ? 'r'
			                                   : '.';
			buf_add_char(out, reverse && c != 'r' ? (char)(c - 'a' + 'A') : c);
		}
		buf_add_char(out, '\n');
	}
}

static void snap(struct script *s, const char *name, int w, int h, enum picture kind)
{
	static const char *const after[] = {"", " styles", " mono"};
	struct grid g;
	grid_init(&g, w, h);
	model_draw(&s->model, &g);
	buf_printf(s->out, "=== %s %dx%d%s\n", name, w, h, after[kind]);
	if (kind == PICTURE_STYLES)
		grid_dump_styles(&g, s->out);
	else if (kind == PICTURE_MONO)
		dump_mono(&g, s->out);
	else
		grid_dump(&g, s->out);
	if (g.cursor)
		buf_printf(s->out, "--- cursor %d,%d\n", g.cur_x, g.cur_y);
	grid_release(&g);
}

static int picture(struct script *s, char *arg, enum picture kind)
{
	char *name = next_word(&arg), *size = next_word(&arg);
	int w = s->model.w, h = s->model.h;
	if (!*size)
		snap(s, name, w, h, kind);
	for (; *size; size = next_word(&arg)) {
		char *x;
		int sw = (int)strtol(size, &x, 10);
		snap(s, name, sw, *x ? (int)strtol(x + 1, NULL, 10) : 24, kind);
	}
	s->model.w = w;
	s->model.h = h;
	return 0;
}

static int do_snap(struct script *s, char *arg, struct err *err)
{
	(void)err;
	return picture(s, arg, PICTURE_TEXT);
}

static int do_styles(struct script *s, char *arg, struct err *err)
{
	(void)err;
	return picture(s, arg, PICTURE_STYLES);
}

static int do_mono(struct script *s, char *arg, struct err *err)
{
	(void)err;
	return picture(s, arg, PICTURE_MONO);
}

/* Says what the model wants, and forgets it. */
static int do_wants(struct script *s, char *arg, struct err *err)
{
	struct model *m = &s->model;
	struct wants *w = &m->wants;
	(void)arg;
	(void)err;
	buf_add_str(s->out, "=== wants\n");
	if (w->submit != SUBMIT_NONE) {
		struct job_spec spec;
		model_spec(m, &spec);
		buf_printf(s->out, "submit %s recipe %s database %s\n", spec.query_name,
		        spec.recipe ? recipe_name(spec.recipe) : "-",
		        spec.database ? spec.database : "-");
		buf_printf(s->out, "%s\n", spec.sql ? spec.sql : spec.from_csv);
		if (spec.adopt_id)
			buf_printf(s->out, "follows %s\n", spec.adopt_id);
		if (spec.from_csv && spec.sql)
			buf_add_str(s->out, "rows from disk\n");
		if (spec.out_path)
			buf_printf(s->out, "to %s\n", spec.out_path);
	}
	if (w->copy)
		buf_printf(s->out, "copy %s\n", w->copy);
	mem_free(w->copy);
	w->copy = NULL;
	buf_printf(s->out, "%s%s%s%s%s", w->quit ? "quit\n" : "", w->suspend ? "suspend\n" : "",
	        w->redraw ? "redraw\n" : "", w->cancel ? "cancel\n" : "",
	        w->external_editor ? "editor\n" : "");
	w->quit = w->suspend = w->redraw = w->cancel = w->external_editor = false;
	return 0;
}

static int do_text(struct script *s, char *arg, struct err *err) /* the editor's text */
{
	(void)arg;
	(void)err;
	buf_add_str(s->out, "=== text\n");
	buf_add_slice(s->out, textedit_text(&s->model.editor.text));
	buf_add_char(s->out, '\n');
	return 0;
}

static int run_line(struct script *s, char *line, struct err *err);

/* play FILE [MARK]: the words of a recorded run, from where the last play of it ended, up to that
 * mark or the end. */
static int do_play(struct script *s, char *arg, struct err *err)
{
	struct buf text;
	char *name = next_word(&arg), *mark = next_word(&arg), *path = file_join(s->dir, name);
	char wanted[80];
	bool found = !*mark;
	int line = s->line;
	buf_init(&text, 1u << 20);
	int rc = file_read(path, &text, err);
	if (strcmp(s->played, name) != 0)
		s->played_to = 0;
	snprintf(s->played, sizeof s->played, "%s", name);
	snprintf(wanted, sizeof wanted, "mark %s", mark);
	char *at = text.len > s->played_to ? text.ptr + s->played_to : NULL;
	for (char *nl; rc == 0 && at && *at; at = nl) {
		nl = at + strcspn(at, "\n");
		if (*nl)
			*nl++ = '\0';
		s->played_to = (size_t)(nl - text.ptr);
		found |= strcmp(at, wanted) == 0;
		if (*mark && strcmp(at, wanted) == 0)
			break;
		if (strncmp(at, "mark ", 5) != 0)
			rc = run_line(s, at, err);
	}
	s->line = line;
	if (rc == 0 && !found)
		rc = complain(s, "the recording has no such mark (left):", mark, err);
	buf_release(&text);
	mem_free(path);
	return rc;
}

static int run_line(struct script *s, char *line, struct err *err)
{
	static const struct {
		const char *name;
		word_fn fn;
	} words[] = {
	        {"size", do_size},
	        {"keys", do_keys},
	        {"type", do_type},
	        {"paste", do_paste},
	        {"click", do_click},
	        {"drag", do_drag},
	        {"now", do_now},
	        {"history", do_history},
	        {"account", do_account},
	        {"submit", do_submit},
	        {"progress", do_progress},
	        {"event", do_event},
	        {"error", do_error},
	        {"where", do_where},
	        {"sample", do_sample},
	        {"result", do_result},
	        {"wait", do_wait},
	        {"reply", do_reply},
	        {"snap", do_snap},
	        {"styles", do_styles},
	        {"mono", do_mono},
	        {"wants", do_wants},
	        {"text", do_text},
	        {"play", do_play},
	};
	char *rest = line, *w = next_word(&rest);
	if (!*w || *w == '#')
		return 0;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].name, w) == 0)
			return words[i].fn(s, rest, err);
	return complain(s, "no such word", w, err);
}

static void forget_progress(struct job_progress *p)
{
	p->result_bytes = -1;
	p->athena.stats = (struct athena_stats){-1, -1, -1, -1, -1, -1, -1, false};
	for (int i = 0; i < STAGE_COUNT; i++)
		p->stage[i] = (struct job_span){-1, -1, 0};
}

int ui_script(
        const struct ui_config *cfg, const char *script_path, struct buf *out, struct err *err)
{
	struct script *s = MEM_NEW(struct script);
	struct buf text;
	char *dir = file_dir(script_path);
	buf_init(&text, 1u << 20);
	int rc = file_read(script_path, &text, err);
	s->out = out;
	s->dir = dir;
	prompt_init(NULL);
	model_init(&s->model, cfg);
	forget_progress(&s->event.progress);
	do_now(s, (char[]){"1000"}, err);
	for (char *line = rc == 0 && text.len ? text.ptr : NULL, *nl; line && *line && rc == 0;
	        line = nl) {
		nl = line + strcspn(line, "\n");
		if (*nl)
			*nl++ = '\0';
		s->line++;
		rc = run_line(s, line, err);
	}
	model_release(&s->model);
	prompt_end();
	buf_release(&text);
	mem_free(dir);
	mem_free(s);
	return rc;
}
