#include "ui/lines.h"

#include "base/mem.h"

#include "base/ban.h"

void lines_set(struct lines *l, struct slice text, int width)
{
	if (l->text.ptr == text.ptr && l->text.len == text.len && l->width == width && l->range)
		return;
	l->text = text;
	l->width = width;
	l->n = 0;
	l->done = false;
	wrap_init(&l->wrap, text, width);
	if (!l->range) {
		l->cap = 64;
		l->range = mem_calloc(l->cap, 2 * sizeof *l->range);
	}
}

void lines_release(struct lines *l)
{
	mem_free(l->range);
	memset(l, 0, sizeof *l);
}

static bool one_more(struct lines *l)
{
	size_t start, end;

	if (l->done || !wrap_next(&l->wrap, &start, &end)) {
		l->done = true;
		return false;
	}
	if (l->n == l->cap) {
		l->cap *= 2;
		l->range = mem_realloc(l->range, l->cap, 2 * sizeof *l->range);
	}
	l->range[2 * l->n] = start;
	l->range[2 * l->n + 1] = end;
	l->n++;
	return true;
}

size_t lines_up_to(struct lines *l, size_t n)
{
	while (l->n < n && one_more(l))
		;
	return l->n;
}

size_t lines_at(struct lines *l, size_t offset)
{
	size_t low = 0, high;

	while ((l->n == 0 || l->range[2 * l->n - 2] <= offset) && one_more(l))
		;
	high = l->n;
	while (low + 1 < high) {
		size_t mid = (low + high) / 2;

		if (l->range[2 * mid] <= offset)
			low = mid;
		else
			high = mid;
	}
	return low;
}

void lines_span(struct lines *l, size_t top, int h, size_t *from, size_t *to)
{
	size_t n = lines_up_to(l, top + (size_t)h), last = top + (size_t)h;

	*from = *to = l->text.len;
	if (top >= n)
		return;
	*from = l->range[2 * top];
	*to = l->range[2 * (last < n ? last : n) - 1];
}

/* A line end has no cell of its own: one that an edit took is shown as a sign. */
static void draw_end(
        const struct pane *p, int x, int y, struct slice text, size_t at, style_fn fn, void *arg)
{
	if (at >= text.len || text.ptr[at] != '\n')
		return;
	struct style st = fn(arg, at);
	if (st.fg >= FG_RULE0)
		put_str(p, x, y, st, "↵");
}

void lines_draw(const struct pane *p, struct lines *l, size_t top, style_fn fn, void *arg)
{
	size_t n = lines_up_to(l, top + (size_t)p->h);

	for (int y = 0; y < p->h && top + (size_t)y < n; y++) {
		size_t end = l->range[2 * (top + (size_t)y) + 1];
		int x = put_range(p, 0, y, l->text, l->range[2 * (top + (size_t)y)], end, fn, arg);
		draw_end(p, x, y, l->text, end, fn, arg);
	}
}
