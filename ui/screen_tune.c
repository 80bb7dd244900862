/* The tune screen. */
#include "ui/parts.h"

#include "base/mem.h"

#include "base/ban.h"

struct tune {
	struct table table;
};

struct tune *tune_new(void)
{
	return MEM_NEW(struct tune);
}

void tune_free(struct tune *t)
{
	mem_free(t);
}

static void draw(struct model *m, const struct pane *p)
{
	(void)m;
	put_rule(p, 0, 0, p->w, "tune");
	put_str(p, 2, 2, ST(FG_STRONG), "There are no rows to tune on yet.");
	put_str(p, 2, 3, ST(FG_DIM), "Run a query first: 1 shows the list.");
}

static bool act(struct model *m, enum action a, int arg)
{
	(void)m;
	(void)a;
	(void)arg;
	return false;
}

const struct screen_ops screen_tune = {.draw = draw, .act = act};
