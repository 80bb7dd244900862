/* One cleaning rule over one text: the common part, and the rules that are regular expressions. */
#include "recipe/clean.h"

#include "base/mem.h"

#include "base/ban.h"

void changes_add(struct changes *c, struct change e)
{
	if (c->n == c->cap) {
		c->cap = c->cap ? c->cap * 2 : 64;
		c->v = mem_realloc(c->v, c->cap, sizeof *c->v);
	}
	c->v[c->n++] = e;
}

void rewrite_range(struct rewrite *w, size_t start, size_t end, struct slice with)
{
	size_t at;

	if (start > w->copied)
		buf_add(w->out, w->in.ptr + w->copied, start - w->copied);
	at = w->out->len;
	if (with.len)
		buf_add_slice(w->out, with);
	w->copied = end;
	w->changed = true;
	if (w->traced)
		changes_add(w->traced, (struct change){start, end, at, w->out->len});
}

void rewrite_finish(struct rewrite *w)
{
	if (w->changed && w->copied < w->in.len)
		buf_add(w->out, w->in.ptr + w->copied, w->in.len - w->copied);
	w->copied = w->in.len;
}

static void trace_edit(void *arg, size_t start, size_t end, size_t out_start, size_t out_end)
{
	struct rewrite *w = arg;

	changes_add(w->traced, (struct change){start, end, out_start, out_end});
}

static bool may_match(const char *need, struct slice s)
{
	if (!need)
		return true;
	for (; *need; need++)
		if (s.len && memchr(s.ptr, *need, s.len))
			return true;
	return false;
}

static enum clean_result replace_one(const struct step_regex *x, struct regex_scratch *scratch,
        struct slice in, struct buf *out, struct changes *traced)
{
	struct rewrite w = {in, out, traced, 0, false};
	enum regex_result r;

	if (!may_match(x->need, in))
		return CLEAN_SAME;
	r = regex_find(x->re, scratch, in, 0, NULL);
	if (r == REGEX_YES)
		r = regex_replace(x->re, scratch, in, slice_str(x->with), out,
		        traced ? trace_edit : NULL, &w);
	if (r == REGEX_GAVE_UP)
		return CLEAN_GAVE_UP;
	if (r == REGEX_NO || slice_eq(in, buf_slice(out))) {
		if (traced)
			traced->n = 0;
		return CLEAN_SAME;
	}
	return CLEAN_CHANGED;
}

static enum clean_result written(
        void (*rule)(struct rewrite *), struct slice in, struct buf *out, struct changes *traced)
{
	struct rewrite w = {in, out, traced, 0, false};

	rule(&w);
	rewrite_finish(&w);
	return w.changed ? CLEAN_CHANGED : CLEAN_SAME;
}

static void seed_users(struct rewrite *w)
{
	clean_seed_mentions(w, 'u', true);
}

static void seed_subs(struct rewrite *w)
{
	clean_seed_mentions(w, 'r', false);
}

/* One stretch of text between code blocks: its new form is appended to out. */
static enum clean_result clean_piece(const struct around *a, size_t start, size_t end)
{
	size_t at = a->out->len;
	struct slice piece = slice_of(a->in.ptr + start, end - start);
	struct changes *own = a->traced ? a->piece_changes : NULL;
	enum clean_result r;

	buf_clear(a->piece);
	if (own)
		own->n = 0;
	r = clean_step(a->step, a->part, a->scratch, piece, a->piece, own);
	if (r == CLEAN_GAVE_UP || a->piece->failed)
		return CLEAN_GAVE_UP;
	buf_add_slice(a->out, r == CLEAN_SAME ? piece : buf_slice(a->piece));
	for (size_t i = 0; r == CLEAN_CHANGED && own && i < own->n; i++) {
		struct change c = own->v[i];

		changes_add(a->traced, (struct change){c.start + start, c.end + start,
		                               c.out_start + at, c.out_end + at});
	}
	return r;
}

enum clean_result clean_around_code(const struct around *a)
{
	enum clean_result any = CLEAN_SAME, r;
	size_t p = 0, start, end;

	while (p < a->in.len) {
		end = code_block(a->in, p, &start);
		if (!end)
			start = end = a->in.len;
		r = start > p ? clean_piece(a, p, start) : CLEAN_SAME;
		if (r == CLEAN_GAVE_UP)
			return r;
		if (r == CLEAN_CHANGED)
			any = r;
		if (end > start)
			buf_add(a->out, a->in.ptr + start, end - start);
		p = end;
	}
	return any;
}

size_t clean_parts(const struct step *s)
{
	return s->op == OP_REPLACE ? s->n_re : 1;
}

enum clean_result clean_step(const struct step *s, size_t part, struct regex_scratch *scratch,
        struct slice in, struct buf *out, struct changes *traced)
{
	switch (s->op) {
	case OP_ENTITIES: return written(clean_entities, in, out, traced);
	case OP_INVISIBLE: return written(clean_invisible, in, out, traced);
	case OP_NFC: return written(clean_nfc, in, out, traced);
	case OP_NEWLINES: return written(clean_newlines, in, out, traced);
	case OP_CODE: return s->choice ? CLEAN_SAME : written(clean_code, in, out, traced);
	case OP_WHITESPACE: return written(clean_whitespace, in, out, traced);
	case OP_TRIM: return written(clean_trim, in, out, traced);
	case OP_URLS:
		if (s->choice)
			return written(clean_seed_urls, in, out, traced);
		break;
	case OP_USER_MENTIONS:
		if (s->choice)
			return written(seed_users, in, out, traced);
		break;
	case OP_SUB_MENTIONS:
		if (s->choice)
			return written(seed_subs, in, out, traced);
		break;
	default: break;
	}
	return replace_one(&s->re[part], scratch, in, out, traced);
}
