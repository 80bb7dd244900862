/* The row on display: judged once with its edits, and wrapped as far as it is seen. */
#include "ui/preview.h"

#include "base/mem.h"
#include "job/result.h"
#include "ui/parts.h"

#include "base/ban.h"

void preview_forget_shown(struct preview *p)
{
	struct shown *s = p->shown;
	p->shown = NULL;
	if (!s)
		return;
	pipeline_free(s->pipeline);
	lines_release(&s->raw);
	lines_release(&s->clean);
	lines_release(&s->pretty);
	buf_release(&s->bytes);
	buf_release(&s->text);
	mem_free(s->colour);
	mem_free(s->own);
	mem_free(s);
}

static struct shown *shown_new(struct preview *p)
{
	struct shown *s = MEM_NEW(struct shown);
	buf_init(&s->bytes, BUF_NO_LIMIT);
	buf_init(&s->text, BUF_NO_LIMIT);
	s->recipe = p->recipe;
	if (p->pipeline) {
		s->pipeline = pipeline_new(p->recipe, sample_view_columns(p->view), NULL);
		pipeline_trace(s->pipeline, true);
	}
	return s;
}

/* result_row lends its cells for one call only. */
static bool copy_far(struct model *m, struct shown *s, uint64_t row)
{
	size_t n = sample_view_columns(m->preview.view)->n, at = 0;
	const struct cell *cells;
	if (!m->run->result || result_row(m->run->result, row, &cells, NULL) != 0 ||
	        result_columns(m->run->result)->n != n)
		return false;
	buf_clear(&s->bytes);
	for (size_t i = 0; i < n; i++)
		buf_add(&s->bytes, cells[i].ptr, cells[i].len);
	buf_add_char(&s->bytes, '\0'); /* so that there is a place for "" */
	if (s->bytes.failed)
		return false;
	s->own = mem_realloc(s->own, n + 1, sizeof *s->own);
	for (size_t i = 0; i < n; i++) {
		s->own[i] = (struct cell){cells[i].ptr ? s->bytes.ptr + at : NULL, cells[i].len};
		at += cells[i].len;
	}
	s->cells = s->own;
	s->number = row;
	return true;
}

/* The texts may be other ones at the same place in memory. */
static void forget_layout(struct shown *s)
{
	lines_release(&s->raw);
	lines_release(&s->clean);
	lines_release(&s->pretty);
	buf_clear(&s->text);
	mem_free(s->colour);
	s->colour = NULL;
}

struct shown *preview_row_shown(struct model *m)
{
	struct preview *p = &m->preview;
	uint64_t number;
	if (!p->view || p->n == 0)
		return NULL;
	if (p->shown && p->shown->recipe != p->recipe)
		preview_forget_shown(p);
	if (!p->shown)
		p->shown = shown_new(p);
	struct shown *s = p->shown;
	const struct cell *cells = sample_view_row(p->view, p->at, &number);
	if (p->is_far)
		number = p->far;
	if (s->ready && s->number == number && s->is_far == p->is_far)
		return s;
	s->is_far = p->is_far;
	if (p->is_far && !copy_far(m, s, p->far))
		p->is_far = s->is_far = false;
	if (!p->is_far) {
		s->cells = cells;
		sample_view_row(p->view, p->at, &s->number);
	}
	forget_layout(s);
	memset(&s->ex, 0, sizeof s->ex);
	if (s->pipeline)
		s->verdict = pipeline_row(s->pipeline, s->cells, &s->ex);
	s->ready = true;
	return s;
}

/* Keys, texts, the rest: a style per byte of our own well-formed JSON. */
static void colour_json(struct slice s, unsigned char *out)
{
	for (size_t i = 0; i < s.len;) {
		size_t e = i + 1;
		enum style_fg fg = FG_DIM;
		if (s.ptr[i] == '"') {
			while (e < s.len && s.ptr[e] != '"')
				e += s.ptr[e] == '\\' ? 2 : 1;
			e = e < s.len ? e + 1 : s.len;
			fg = e < s.len && s.ptr[e] == ':' ? FG_KEYWORD : FG_STRING;
		} else if ((s.ptr[i] >= '0' && s.ptr[i] <= '9') || s.ptr[i] == '-')
			fg = FG_NUMBER;
		memset(out + i, fg, e - i);
		i = e;
	}
}

void shown_lay_out(struct shown *s, int width)
{
	if (!s->colour) {
		preview_pretty(s->ex.line, &s->text);
		s->colour = mem_alloc(s->text.len + 1);
		colour_json(buf_slice(&s->text), s->colour);
	}
	lines_set(&s->pretty, buf_slice(&s->text), width);
}
