/* The table screen. */
#include "ui/parts.h"

#include "base/mem.h"

#include "base/ban.h"

struct tableview {
	struct table table;
};

struct tableview *tableview_new(void)
{
	return MEM_NEW(struct tableview);
}

void tableview_free(struct tableview *t)
{
	mem_free(t);
}

static void draw(struct model *m, const struct pane *p)
{
	(void)m;
	put_rule(p, 0, 0, p->w, "table");
	put_str(p, 2, 2, ST(FG_STRONG), "There are no rows to look at yet.");
	put_str(p, 2, 3, ST(FG_DIM), "Run a query first: 1 shows the list.");
}

static bool act(struct model *m, enum action a, int arg)
{
	(void)m;
	(void)a;
	(void)arg;
	return false;
}

const struct screen_ops screen_table = {.draw = draw, .act = act};
