/* The mouse: clicks on regions, drags that begin in one, double clicks. */
#include "ui/parts.h"

#include "base/ban.h"

#define DOUBLE_MS 400

static void count_clicks(struct model *m, const struct key *k)
{
	struct press *p = &m->press;
	bool again = p->x == k->x && p->y == k->y && m->now_ms - p->at_ms < DOUBLE_MS;
	*p = (struct press){k->x, k->y, again ? p->count % 3 + 1 : 1, m->now_ms};
}

static void press(struct model *m, const struct key *k)
{
	const struct hit *h = m->drawn && k->ch == 1 ? grid_hit(m->drawn, k->x, k->y) : NULL;
	m->drag.on = false;
	if (!h)
		return;
	count_clicks(m, k);
	m->drag = (struct drag){.on = true, .from = *h};
	if (h->action == ACT_DRAG)
		return;
	if (m->screen == SCREEN_EDITOR && h->action == ACT_SELECT)
		model_act(m, ACT_SELECT, (k->y - h->y) << 16 | (k->x - h->x));
	else
		model_act(m, (enum action)h->action, h->arg);
}

static void move(struct model *m, const struct key *k, bool done)
{
	const struct screen_ops *s = screen_find(m->screen);
	struct hit from = m->drag.from;
	if (m->drag.on && s->drag && (!done || m->drag.moved))
		s->drag(m, &from, k->x - from.x, k->y - from.y, done);
	m->drag.moved = true;
	if (done)
		m->drag = (struct drag){0};
}

void mouse_key(struct model *m, const struct key *k)
{
	if (k->code == K_MOUSE_DOWN)
		press(m, k);
	else
		move(m, k, k->code == K_MOUSE_UP);
}
