/* The runs screen. */
#include "ui/parts.h"

#include "base/mem.h"

#include "base/ban.h"

struct runlist {
	struct table table;
};

struct runlist *runlist_new(void)
{
	return MEM_NEW(struct runlist);
}

void runlist_free(struct runlist *t)
{
	mem_free(t);
}

static void draw(struct model *m, const struct pane *p)
{
	(void)m;
	put_rule(p, 0, 0, p->w, "runs");
	put_str(p, 2, 2, ST(FG_STRONG), "Nothing has been run yet.");
	put_str(p, 2, 3, ST(FG_DIM), "1 shows the queries; Enter runs one.");
}

static bool act(struct model *m, enum action a, int arg)
{
	(void)m;
	(void)a;
	(void)arg;
	return false;
}

const struct screen_ops screen_runs = {.draw = draw, .act = act};
