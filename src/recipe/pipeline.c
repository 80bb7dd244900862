#include "recipe/pipeline.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "recipe/judge.h"

#include "base/ban.h"

#define MAX_PASSES  32
#define MAX_TEXT    ((size_t)256 << 20)
#define REGEX_MS    100
#define REPAIR_STEP (-2) /* in a trace: ill-formed bytes became U+FFFD; told to nobody */

static int bind_columns(struct pipeline *p, const struct columns *c, struct err *err)
{
	const struct plan *plan = p->recipe->plan;

	for (size_t i = 0; i < plan->n_cols; i++) {
		const struct colref *ref = &plan->col[i];

		p->index[i] = ref->name ? columns_find(c, ref->name) : -1;
		if (!ref->name || ref->optional || p->index[i] >= 0)
			continue;
		err_set(err, ERR_RECIPE,
		        "recipe %s needs the column '%s', which the result does not have: select "
		        "it in "
		        "the query, or change 'columns:' in the recipe (line %d)",
		        plan->name, ref->name, ref->line);
		if (err) {
			err->line = ref->line;
			err->col = ref->col;
		}
		return -1;
	}
	return 0;
}

struct pipeline *pipeline_new(const struct recipe *r, const struct columns *c, struct err *err)
{
	struct pipeline *p = MEM_NEW(struct pipeline);

	p->recipe = recipe_ref(r);
	p->index = mem_calloc(r->plan->n_cols, sizeof *p->index);
	p->scratch = regex_scratch_new(REGEX_MS);
	p->keeps_code = SIZE_MAX;
	for (size_t i = 0; i < r->plan->n_steps; i++)
		if (r->plan->step[i].op == OP_CODE && r->plan->step[i].choice && r->step[i].active)
			p->keeps_code = i;
	for (size_t i = 0; i < PIPELINE_BUFS; i++)
		buf_init(&p->buf[i], MAX_TEXT);
	buf_init(&p->line, BUF_NO_LIMIT);
	if (bind_columns(p, c, err) == 0)
		return p;
	pipeline_free(p);
	return NULL;
}

void pipeline_free(struct pipeline *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < PIPELINE_BUFS; i++)
		buf_release(&p->buf[i]);
	buf_release(&p->line);
	trace_release(&p->trace);
	mem_free(p->piece.v);
	regex_scratch_free(p->scratch);
	mem_free(p->index);
	recipe_unref(p->recipe);
	mem_free(p);
}

void pipeline_trace(struct pipeline *p, bool on)
{
	p->tracing = on;
}

int pipeline_column(const struct pipeline *p, const char *part)
{
	for (int i = 0; i < ROLE_COUNT; i++)
		if (strcmp(role_names[i], part) == 0)
			return p->index[i];
	return -1;
}

static struct verdict verdict_of(enum verdict_kind kind, int step, const char *note)
{
	return (struct verdict){kind, step, note, 0};
}

/* Ill-formed UTF-8 is data, too: each bad part becomes U+FFFD before any rule looks at the text. */
struct slice pipeline_valid(struct pipeline *p, struct slice s, enum pipeline_buf which)
{
	if (utf8_valid(s))
		return s;
	buf_clear(&p->buf[which]);
	utf8_repair(&p->buf[which], s);
	return buf_slice(&p->buf[which]);
}

struct cell pipeline_cell(const struct pipeline *p, const struct cell *cells, int col)
{
	int i = p->index[col];

	return i < 0 ? (struct cell){NULL, 0} : cells[i];
}

/* The other of the two buffers that texts go back and forth between. */
static struct buf *other_buf(struct pipeline *p, struct slice cur)
{
	struct buf *a = &p->buf[BUF_CLEAN_A], *b = &p->buf[BUF_CLEAN_B];
	struct buf *to = a->ptr && cur.ptr == a->ptr ? b : a;

	buf_clear(to);
	return to;
}

/* Blanks at the ends are the text's, whatever stands there. */
static bool spares_code(const struct pipeline *p, size_t i)
{
	return i > p->keeps_code && p->recipe->plan->step[i].op != OP_TRIM;
}

static enum clean_result run_part(
        struct pipeline *p, size_t i, size_t part, struct slice cur, struct buf *to)
{
	const struct step *s = &p->recipe->plan->step[i];
	struct changes *traced = p->tracing ? &p->trace.now : NULL;

	if (traced)
		traced->n = 0;
	if (spares_code(p, i)) {
		struct around a = {
		        s, part, p->scratch, cur, to, &p->buf[BUF_PIECE], traced, &p->piece};

		return clean_around_code(&a);
	}
	return clean_step(s, part, p->scratch, cur, to, traced);
}

static enum clean_result run_step(struct pipeline *p, size_t i, struct slice *cur, bool *changed)
{
	const struct step *s = &p->recipe->plan->step[i];

	for (size_t part = 0; part < clean_parts(s); part++) {
		struct buf *to = other_buf(p, *cur);
		enum clean_result r = run_part(p, i, part, *cur, to);

		if (r == CLEAN_GAVE_UP || to->failed)
			return CLEAN_GAVE_UP;
		if (r == CLEAN_SAME)
			continue;
		if (p->tracing)
			trace_keep(&p->trace, (int)i);
		*cur = buf_slice(to);
		*changed = true;
	}
	return CLEAN_SAME;
}

/*
 * The clean rules in order; again from the first while anything changes, so that cleaning a cleaned
 * text changes nothing. Ends as soon as every rule in turn had nothing to do. -1, or the step at
 * which the row gave up (a budget, or a text that never settles).
 */
static int clean_text(struct pipeline *p, struct slice *text, uint64_t *changed)
{
	const struct plan *plan = p->recipe->plan;
	int passes = plan->once ? 1 : MAX_PASSES, last = -1;

	for (int pass = 0; pass < passes; pass++) {
		for (size_t i = 0; i < plan->n_steps; i++) {
			bool did = false;

			if (step_kind_of(&plan->step[i]) != STEP_CLEAN ||
			        !p->recipe->step[i].active)
				continue;
			if (run_step(p, i, text, &did) == CLEAN_GAVE_UP)
				return (int)i;
			if (did) {
				*changed |= (uint64_t)1 << i;
				last = (int)i;
			} else if (pass && (int)i == last) {
				return -1; /* a whole round without a change */
			}
		}
		if (last < 0)
			return -1;
	}
	return plan->once ? -1 : last;
}

static void trace_repair(struct pipeline *p, struct slice raw)
{
	size_t at = 0, out = 0, n;

	for (; at < raw.len; at += n) {
		uint32_t cp;
		bool ok;
		char tmp[4];
		size_t m;

		n = utf8_decode(slice_of(raw.ptr + at, raw.len - at), &cp, &ok);
		m = ok ? n : utf8_encode(cp, tmp);
		if (!ok)
			changes_add(&p->trace.now, (struct change){at, at + n, out, out + m});
		out += m;
	}
	trace_keep(&p->trace, REPAIR_STEP);
}

/* Edits of rules only: a repair has no step. */
static void show_edits(struct pipeline *p, struct example *out)
{
	size_t n = 0;

	trace_edits(&p->trace);
	for (size_t i = 0; i < p->trace.n_edits; i++)
		if (p->trace.edit[i].step >= 0)
			p->trace.edit[n++] = p->trace.edit[i];
	out->edits = p->trace.edit;
	out->n_edits = n;
}

static struct verdict judge_text(
        struct pipeline *p, const struct cell *cells, struct slice valid, struct example *out)
{
	uint64_t changed = 0;
	struct verdict v;
	int gave_up;

	if (p->tracing) {
		trace_clear(&p->trace);
		if (valid.ptr != out->original.ptr)
			trace_repair(p, out->original);
	}
	out->cleaned = valid;
	gave_up = clean_text(p, &out->cleaned, &changed);
	if (p->tracing)
		show_edits(p, out);
	if (gave_up >= 0)
		v = verdict_of(VERDICT_GAVE_UP, gave_up, NULL);
	else
		v = judge_keep(p, out->cleaned);
	if (v.kind == VERDICT_KEPT)
		v = write_example(p, cells, valid, out);
	v.changed = changed;
	return v;
}

struct verdict pipeline_row(struct pipeline *p, const struct cell *cells, struct example *out)
{
	struct cell text = pipeline_cell(p, cells, ROLE_TEXT);
	struct slice valid;
	struct verdict v;

	memset(out, 0, sizeof *out);
	out->original = slice_of(text.ptr ? text.ptr : "", text.len);
	valid = pipeline_valid(p, out->original, BUF_REPAIRED);
	if (p->buf[BUF_REPAIRED].failed)
		return verdict_of(VERDICT_BAD, -1, "the text is too long");
	v = judge_drop(p, cells, text, valid);
	out->cleaned = valid;
	if (v.kind != VERDICT_KEPT)
		return v;
	return judge_text(p, cells, valid, out);
}

void funnel_count(struct funnel *f, const struct verdict *v)
{
	f->rows++;
	for (uint64_t bits = v->changed; bits; bits &= bits - 1)
		f->changed[__builtin_ctzll(bits)]++;
	if (v->kind == VERDICT_KEPT)
		f->kept++;
	else if (v->kind == VERDICT_GAVE_UP)
		f->gave_up++;
	else if (v->kind == VERDICT_BAD)
		f->bad++;
	else if (v->step >= 0 && v->step < RECIPE_MAX_STEPS)
		f->rejected[v->step]++;
}
