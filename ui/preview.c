/* The sample's rows judged by the pipeline, a slice at a time, so that no key waits. */
#include "ui/preview.h"

#include "base/buf.h"
#include "base/mem.h"
#include "job/result.h"
#include "ui/parts.h"
#include "ui/tuner.h"

#include "base/ban.h"

#define CLEANED_MAX ((size_t)32 << 20)

/* What was made of the rows; where we are and what is shown stays. */
static void forget_rows(struct preview *p)
{
	preview_forget_shown(p);
	pipeline_free(p->pipeline);
	recipe_unref(p->recipe);
	sample_view_unref(p->view);
	mem_free(p->row);
	buf_release(&p->cleaned);
	buf_init(&p->cleaned, CLEANED_MAX);
	p->pipeline = NULL;
	p->recipe = NULL;
	p->view = NULL;
	p->row = NULL;
	p->err = (struct err)ERR_INIT;
	p->n = p->judged = p->n_kept = p->n_changed = p->n_rejected = 0;
	memset(p->by_step, 0, sizeof p->by_step);
}

void preview_reset(struct preview *p)
{
	enum preview_only only = p->only;
	bool line = p->line;
	uint64_t seed = p->seed;
	forget_rows(p);
	buf_release(&p->cleaned);
	recipe_unref(p->draft);
	marks_free(p->marks);
	mem_free(p->marks_query);
	mem_free(p->marks_path);
	memset(p, 0, sizeof *p);
	buf_init(&p->cleaned, CLEANED_MAX);
	p->only = only == ONLY_REASON ? ONLY_ALL : only;
	p->line = line;
	p->seed = seed;
}

/* The same row of the result in the new sample, else as near as there is. */
static size_t find_row(const struct sample_view *v, uint64_t number)
{
	size_t n = sample_view_count(v);
	for (size_t i = 0; i < n; i++) {
		uint64_t at;
		sample_view_row(v, i, &at);
		if (at >= number)
			return i;
	}
	return n ? n - 1 : 0;
}

void preview_take(struct model *m, struct sample_view *v)
{
	struct preview *p = &m->preview;
	const struct recipe *r = p->draft ? p->draft : m->run->chosen;
	uint64_t number = 0;
	if (!v)
		return;
	if (p->view && p->n)
		sample_view_row(p->view, p->at, &number);
	if (p->only == ONLY_REASON &&
	        (!r || !p->recipe || recipe_steps(r) != recipe_steps(p->recipe)))
		p->only = ONLY_ALL; /* steps are others now */
	forget_rows(p);
	p->view = v;
	p->n = sample_view_count(v);
	p->row = mem_calloc(p->n + 1, sizeof *p->row);
	p->at = find_row(v, number);
	if (!r && p->only != ONLY_MARKED)
		p->only = ONLY_ALL;
	if (!r)
		return;
	p->recipe = recipe_ref(r);
	p->pipeline = pipeline_new(p->recipe, sample_view_columns(v), &p->err);
	if (!p->pipeline && p->only != ONLY_MARKED)
		p->only = ONLY_ALL;
}

static void judge(struct preview *p, size_t i)
{
	struct example ex;
	uint64_t number;
	struct verdict v = pipeline_row(p->pipeline, sample_view_row(p->view, i, &number), &ex);
	struct preview_row *r = &p->row[i];
	*r = (struct preview_row){.kind = (unsigned char)v.kind,
	        .judged = 1,
	        .changed = !slice_eq(ex.original, ex.cleaned),
	        .step = v.step,
	        .steps = v.changed};
	p->n_kept += v.kind == VERDICT_KEPT;
	p->n_rejected += v.kind != VERDICT_KEPT;
	p->n_changed += r->changed;
	if (v.kind == VERDICT_REJECTED)
		p->by_step[v.step]++;
	for (size_t k = 0; k < RECIPE_MAX_STEPS && v.changed >> k; k++)
		p->by_step[k] += v.changed >> k & 1;
	if (!r->changed)
		return;
	r->clean_at = p->cleaned.len;
	buf_add_slice(&p->cleaned, ex.cleaned);
	r->clean_len = p->cleaned.len - r->clean_at;
	p->cleaned.failed = false; /* what does not fit is not found: the raw text still is */
}

bool preview_work(struct preview *p, int rows)
{
	if (!p->pipeline)
		return false;
	for (; rows > 0 && p->judged < p->n; rows--)
		judge(p, p->judged++);
	return p->judged < p->n;
}

/* ---- which rows pass ---- */

/* The step of ONLY_REASON dropped the row, or changed its text. */
static bool took(const struct preview *p, const struct preview_row *r)
{
	return (r->kind == VERDICT_REJECTED && r->step == p->reason) || (r->steps >> p->reason & 1);
}

static bool passes(struct model *m, size_t i)
{
	struct preview *p = &m->preview;
	const struct preview_row *r = &p->row[i];
	uint64_t number;
	if (p->only == ONLY_ALL)
		return true;
	if (p->only == ONLY_MARKED) {
		sample_view_row(p->view, i, &number);
		return marks_get(preview_marks(m), number) != MARK_NONE;
	}
	if (!p->pipeline || !r->judged)
		return !p->pipeline;
	return p->only == ONLY_CHANGED    ? r->changed
	       : p->only == ONLY_REJECTED ? r->kind != VERDICT_KEPT
	                                  : took(p, r);
}

size_t preview_count(struct model *m)
{
	struct preview *p = &m->preview;
	size_t n = 0;
	if (p->only == ONLY_MARKED) {
		for (size_t i = 0; i < p->n; i++)
			n += passes(m, i);
		return n;
	}
	if (p->only == ONLY_ALL || !p->pipeline)
		return p->n;
	return p->only == ONLY_CHANGED    ? p->n_changed
	       : p->only == ONLY_REJECTED ? p->n_rejected
	                                  : p->by_step[p->reason];
}

static void arrive(struct preview *p)
{
	p->scroll.top = 0;
	p->edit = 0;
	p->seek = false;
}

/* Rows of the whole result: one on, one back. */
static void step_far(struct model *m, int by)
{
	struct preview *p = &m->preview;
	struct result_state s;
	result_state(m->run->result, &s);
	if (by < 0 ? p->far > 0 : p->far + 1 < s.rows)
		p->far += by < 0 ? (uint64_t)-1 : 1;
	arrive(p);
}

void preview_step(struct model *m, int by)
{
	struct preview *p = &m->preview;
	size_t i = p->at;
	if (p->is_far && m->run->result) {
		step_far(m, by);
		return;
	}
	for (size_t k = 0; k < p->n; k++) {
		i = by > 0 ? (i + 1) % p->n : (i + p->n - 1) % p->n;
		if (passes(m, i)) {
			p->at = i;
			arrive(p);
			return;
		}
	}
}

void preview_random(struct model *m)
{
	struct preview *p = &m->preview;
	if (p->n == 0)
		return;
	p->is_far = false;
	p->seed = p->seed * 6364136223846793005u + 1442695040888963407u;
	p->at = (size_t)((p->seed >> 33) % p->n);
	arrive(p);
	if (!passes(m, p->at))
		preview_step(m, 1);
}

static const char *none_of(enum preview_only only)
{
	switch (only) {
	case ONLY_CHANGED: return "Cleaning changed no row of the sample";
	case ONLY_MARKED: return "No row of the sample is marked: + marks one as good, - as bad";
	default: return "The recipe drops no row of the sample";
	}
}

/* To the first row that passes; without one, back to all. */
static void settle(struct model *m)
{
	struct preview *p = &m->preview;
	enum preview_only only = p->only;
	p->is_far = false;
	while (only != ONLY_ALL && only != ONLY_MARKED && p->judged < p->n &&
	        preview_count(m) == 0 && preview_work(p, 64))
		;
	if (preview_count(m) == 0) {
		model_toast(m, FG_WARN, "%s", none_of(only));
		p->only = ONLY_ALL;
	} else if (p->n && !passes(m, p->at))
		preview_step(m, 1);
}

void preview_only(struct model *m, enum preview_only only)
{
	struct preview *p = &m->preview;
	p->only = p->only == only ? ONLY_ALL : only;
	settle(m);
}

void preview_next_reason(struct model *m)
{
	struct preview *p = &m->preview;
	size_t n = p->recipe ? recipe_steps(p->recipe) : 0;
	size_t i = p->only == ONLY_REASON ? (size_t)p->reason + 1 : 0;
	while (i < n && (p->by_step[i] == 0 || recipe_step(p->recipe, i)->kind == STEP_CLEAN))
		i++;
	p->reason = (int)i;
	if (i < n)
		p->only = ONLY_REASON;
	else
		p->only = p->only == ONLY_REASON || p->n_rejected == 0 ? ONLY_ALL : ONLY_REJECTED;
	if (p->only == ONLY_ALL)
		model_toast(m, FG_TEXT, "%s",
		        p->n_rejected ? "All rows again" : none_of(ONLY_REJECTED));
	settle(m);
}

/* ---- rows by number ---- */

void preview_goto(struct model *m, uint64_t number)
{
	struct preview *p = &m->preview;
	uint64_t at;
	if (!p->n)
		return;
	size_t i = find_row(p->view, number);
	sample_view_row(p->view, i, &at);
	if (at == number) {
		p->is_far = false;
		p->at = i;
	} else if (number >= m->run->p.rows) {
		model_toast(
		        m, FG_WARN, "The result has %llu rows", (unsigned long long)m->run->p.rows);
		return;
	} else if (!run_result(m)) {
		model_toast(m, FG_WARN,
		        "That row is not in the sample; all rows can be seen when "
		        "the run is done");
		return;
	} else {
		struct result_state state;
		result_state(m->run->result, &state);
		if (number >= state.rows && !state.complete) {
			model_toast(m, FG_WARN,
			        "The result is being read: that row can be seen in "
			        "a moment");
			return;
		}
		p->at = i;
		p->is_far = true;
		p->far = number;
	}
	arrive(p);
}

static void judge_by(struct model *m, const struct recipe *draft)
{
	struct preview *p = &m->preview;
	struct recipe *old = p->draft;
	p->draft = draft ? recipe_ref(draft) : NULL;
	recipe_unref(old);
	if (p->view)
		preview_take(m, sample_view_ref(p->view));
}

void preview_visit(struct model *m, uint64_t row, bool far, int step, const struct recipe *draft)
{
	struct preview *p = &m->preview;
	if (!far && row >= p->n)
		return;
	bool other = strcmp(recipe_text(draft), recipe_text(m->run->chosen)) != 0;
	judge_by(m, other ? draft : NULL);
	p->only = ONLY_ALL;
	p->is_far = false;
	if (far)
		preview_goto(m, row);
	else
		p->at = (size_t)row;
	if (!p->is_far && step >= 0 && p->pipeline) {
		p->only = ONLY_REASON;
		p->reason = step;
	}
	arrive(p);
	p->visiting = true;
	preview_work(p, 100);
	model_go(m, SCREEN_PREVIEW);
}

void preview_enter(struct model *m)
{
	struct preview *p = &m->preview;
	if (m->from == SCREEN_PREVIEW) /* back from help */
		return;
	if (!p->visiting && p->draft)
		judge_by(m, NULL);
	p->from_tune = p->visiting;
	p->visiting = false;
}

void preview_switch(struct model *m, size_t step)
{
	struct preview *p = &m->preview;
	struct err err = ERR_INIT;
	if (!p->recipe || step >= recipe_steps(p->recipe))
		return;
	const struct recipe_step *s = recipe_step(p->recipe, step);
	bool on = !s->active;
	struct recipe *r = recipe_with_step(p->recipe, step, on);
	p->edit = 0;
	model_toast(m, FG_TEXT, "%s %s%s", s->title, on ? "on" : "off",
	        p->draft ? ", in the recipe being tuned" : "; Export uses it so, too");
	if (p->draft) {
		struct recipe *draft = recipe_ref(r);
		tuner_change(m, r, &err, false);
		judge_by(m, draft);
		recipe_unref(draft);
	} else
		run_choose(m, r);
	preview_work(p, 32);
}

/* ---- finding ---- */

/* In the raw text; without a recipe, in any column. */
static ptrdiff_t find_raw(struct preview *p, size_t i, struct slice word)
{
	uint64_t number;
	const struct cell *cells = sample_view_row(p->view, i, &number);
	ptrdiff_t at = -1;
	if (p->pipeline) {
		int col = pipeline_column(p->pipeline, "text");
		return slice_find_nocase(cell_slice(cells[col]), word);
	}
	for (size_t k = 0; k < sample_view_columns(p->view)->n && at < 0; k++)
		at = slice_find_nocase(cell_slice(cells[k]), word);
	return at;
}

static bool holds(struct preview *p, size_t i, struct slice word)
{
	const struct preview_row *r = &p->row[i];
	ptrdiff_t at = find_raw(p, i, word);
	p->seek_clean = false;
	if (at < 0 && r->changed && r->clean_len) {
		at = slice_find_nocase(slice_of(p->cleaned.ptr + r->clean_at, r->clean_len), word);
		p->seek_clean = true;
	}
	p->seek_at = (size_t)at;
	return at >= 0;
}

bool preview_find(struct model *m, const char *word, int direction)
{
	struct preview *p = &m->preview;
	size_t i = p->at;
	for (size_t k = 0; *word && k < p->n; k++) {
		if (k > 0 || direction)
			i = direction < 0 ? (i + p->n - 1) % p->n : (i + 1) % p->n;
		if (!passes(m, i) || !holds(p, i, slice_str(word)))
			continue;
		p->is_far = false;
		p->at = i;
		arrive(p);
		p->seek = true;
		return true;
	}
	return false;
}

static void indent(struct buf *out, int depth)
{
	buf_add_char(out, '\n');
	for (int i = 0; i < depth; i++)
		buf_add_str(out, "  ");
}

void preview_pretty(struct slice json, struct buf *out)
{
	bool quoted = false;
	int depth = 0;
	for (size_t i = 0; i < json.len; i++) {
		char c = json.ptr[i];
		char next = i + 1 < json.len ? json.ptr[i + 1] : '\0';
		if (quoted || c == '"') {
			buf_add_char(out, c);
			if (quoted && c == '\\' && next)
				buf_add_char(out, json.ptr[++i]);
			else if (c == '"')
				quoted = !quoted;
			continue;
		}
		if ((c == '{' || c == '[') && next != '}' && next != ']') {
			buf_add_char(out, c);
			indent(out, ++depth);
		} else if (c == '}' || c == ']') {
			bool empty = i > 0 && (json.ptr[i - 1] == '{' || json.ptr[i - 1] == '[');
			if (!empty)
				indent(out, --depth);
			buf_add_char(out, c);
		} else if (c == ',') {
			buf_add_char(out, c);
			indent(out, depth);
		} else if (c == ':')
			buf_add_str(out, ": ");
		else if (c != ' ')
			buf_add_char(out, c);
	}
}
