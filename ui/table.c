#include "ui/table.h"

#include "base/ban.h"

static int between(int v, int low, int high)
{
	return v > high ? (high < low ? low : high) : v < low ? low : v;
}

void table_fit(struct table *t, int n, int h)
{
	t->page = h < 1 ? 1 : h;
	t->at = between(t->at, 0, n - 1);
	if (t->at < t->top)
		t->top = t->at;
	if (t->at >= t->top + t->page)
		t->top = t->at - t->page + 1;
	t->top = between(t->top, 0, n - t->page);
}

bool table_act(struct table *t, int n, enum action a)
{
	int page = t->page > 1 ? t->page - 1 : 1;
	switch (a) {
	case ACT_UP: t->at--; break;
	case ACT_DOWN: t->at++; break;
	case ACT_WHEEL_UP: t->at -= 3; break;
	case ACT_WHEEL_DOWN: t->at += 3; break;
	case ACT_PAGE_UP: t->at -= page; break;
	case ACT_PAGE_DOWN: t->at += page; break;
	case ACT_TOP: t->at = 0; break;
	case ACT_BOTTOM: t->at = n - 1; break;
	default: return false;
	}
	t->at = between(t->at, 0, n - 1);
	return true;
}

void scroll_fit(struct table *t, int n, int h)
{
	t->page = h < 1 ? 1 : h;
	t->top = between(t->top, 0, n - t->page);
}

bool scroll_act(struct table *t, enum action a)
{
	int page = t->page > 1 ? t->page - 1 : 1;
	switch (a) {
	case ACT_UP: t->top--; break;
	case ACT_DOWN: t->top++; break;
	case ACT_WHEEL_UP: t->top -= 3; break;
	case ACT_WHEEL_DOWN: t->top += 3; break;
	case ACT_PAGE_UP: t->top -= page; break;
	case ACT_PAGE_DOWN: t->top += page; break;
	case ACT_TOP: t->top = 0; break;
	case ACT_BOTTOM: t->top = 1 << 24; break; /* the drawing cuts it to the text */
	default: return false;
	}
	if (t->top < 0)
		t->top = 0;
	return true;
}

void table_scrollbar(const struct pane *p, int top, int n)
{
	if (n <= p->h || p->h < 3)
		return;
	int size = p->h * p->h / n, at;
	if (size < 1)
		size = 1;
	at = (int)((int64_t)top * (p->h - size) / (n - p->h));
	put_fill(p, p->w - 1, at, 1, size, ST(FG_DIM), "▐");
}
