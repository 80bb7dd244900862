/* The schema screen. */
#include "ui/parts.h"

#include "base/mem.h"

#include "base/ban.h"

struct schema {
	struct table table;
};

struct schema *schema_new(void)
{
	return MEM_NEW(struct schema);
}

void schema_free(struct schema *t)
{
	mem_free(t);
}

static void draw(struct model *m, const struct pane *p)
{
	(void)m;
	put_rule(p, 0, 0, p->w, "schema");
	put_str(p, 2, 2, ST(FG_STRONG), "The catalog has not been read.");
	put_str(p, 2, 3, ST(FG_DIM), "r asks for it.");
}

static bool act(struct model *m, enum action a, int arg)
{
	(void)m;
	(void)a;
	(void)arg;
	return false;
}

const struct screen_ops screen_schema = {.draw = draw, .act = act};
