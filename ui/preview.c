/* The sample's rows judged by the pipeline, a slice at a time, so that no key waits. */
#include "ui/parts.h"

#include "base/buf.h"
#include "base/mem.h"

#include "base/ban.h"

void preview_reset(struct preview *p)
{
	enum preview_only only = p->only;
	bool line = p->line;
	pipeline_free(p->pipeline);
	recipe_unref(p->draft);
	recipe_unref(p->recipe);
	sample_view_unref(p->view);
	mem_free(p->row);
	memset(p, 0, sizeof *p);
	p->only = only;
	p->line = line;
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
	uint64_t number = 0, seed = p->seed;
	int top = p->scroll.top;
	struct recipe *draft = p->draft ? recipe_ref(p->draft) : NULL;
	bool from_tune = p->from_tune;
	if (!v)
		return;
	if (p->view && p->n)
		sample_view_row(p->view, p->at, &number);
	preview_reset(p);
	p->view = v;
	p->draft = draft;
	p->from_tune = from_tune;
	p->seed = seed;
	p->scroll.top = top;
	p->n = sample_view_count(v);
	p->row = mem_calloc(p->n + 1, sizeof *p->row);
	p->at = find_row(v, number);
	if (!m->run->chosen)
		return;
	p->recipe = recipe_ref(draft ? draft : m->run->chosen);
	p->pipeline = pipeline_new(p->recipe, sample_view_columns(v), &p->err);
	if (p->pipeline)
		pipeline_trace(p->pipeline, true);
}

static void judge(struct preview *p, size_t i)
{
	struct example ex;
	uint64_t number;
	struct verdict v = pipeline_row(p->pipeline, sample_view_row(p->view, i, &number), &ex);
	p->row[i] = (struct preview_row){
	        (unsigned char)v.kind, 1, !slice_eq(ex.original, ex.cleaned), v.step};
	p->n_kept += v.kind == VERDICT_KEPT;
	p->n_rejected += v.kind != VERDICT_KEPT;
	p->n_changed += p->row[i].changed;
}

bool preview_work(struct preview *p, int rows)
{
	if (!p->pipeline)
		return false;
	for (; rows > 0 && p->judged < p->n; rows--)
		judge(p, p->judged++);
	return p->judged < p->n;
}

static bool passes(const struct preview *p, size_t i)
{
	const struct preview_row *r = &p->row[i];
	if (p->only == ONLY_ALL || !p->pipeline)
		return true;
	if (!r->judged)
		return false;
	return p->only == ONLY_CHANGED ? r->changed : r->kind != VERDICT_KEPT;
}

size_t preview_count(const struct preview *p)
{
	if (p->only == ONLY_ALL || !p->pipeline)
		return p->n;
	return p->only == ONLY_CHANGED ? p->n_changed : p->n_rejected;
}

void preview_step(struct preview *p, int by)
{
	size_t i = p->at;
	for (size_t k = 0; k < p->n; k++) {
		i = by > 0 ? (i + 1) % p->n : (i + p->n - 1) % p->n;
		if (passes(p, i)) {
			p->at = i;
			p->scroll.top = 0;
			p->edit = 0;
			return;
		}
	}
}

void preview_random(struct preview *p)
{
	if (p->n == 0)
		return;
	p->seed = p->seed * 6364136223846793005u + 1442695040888963407u;
	p->at = (size_t)((p->seed >> 33) % p->n);
	p->scroll.top = 0;
	if (!passes(p, p->at))
		preview_step(p, 1);
}

static void judge_by(struct model *m, const struct recipe *draft)
{
	struct preview *p = &m->preview;
	recipe_unref(p->draft);
	p->draft = draft ? recipe_ref(draft) : NULL;
	if (p->view)
		preview_take(m, sample_view_ref(p->view));
}

void preview_visit(struct model *m, uint64_t row, bool far, const struct recipe *draft)
{
	struct preview *p = &m->preview;
	if (far && p->view)
		row = find_row(p->view, row);
	if (row >= p->n)
		return;
	bool other = strcmp(recipe_text(draft), recipe_text(m->run->chosen)) != 0;
	judge_by(m, other ? draft : NULL);
	p->only = ONLY_ALL;
	p->at = row;
	p->scroll.top = 0;
	p->edit = 0;
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

void preview_only(struct model *m, enum preview_only only)
{
	struct preview *p = &m->preview;
	p->only = p->only == only ? ONLY_ALL : only;
	while (p->only != ONLY_ALL && p->judged < p->n && preview_count(p) == 0 &&
	        preview_work(p, 64))
		;
	if (preview_count(p) == 0) {
		model_toast(m, FG_WARN,
		        only == ONLY_CHANGED ? "Cleaning changed no row of the sample"
		                             : "The recipe drops no row of the sample");
		p->only = ONLY_ALL;
	} else if (p->n && !passes(p, p->at))
		preview_step(p, 1);
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
