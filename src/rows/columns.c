#include "rows/rows.h"

#include "base/mem.h"

#include "base/ban.h"

void columns_init(struct columns *c)
{
	*c = (struct columns){0};
}

void columns_release(struct columns *c)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		mem_free(c->col[i].name);
		mem_free(c->col[i].type);
	}
	mem_free(c->col);
	columns_init(c);
}

void columns_add(struct columns *c, struct slice name, struct slice type)
{
	c->col = mem_realloc(c->col, c->n + 1, sizeof *c->col);
	c->col[c->n++] = (struct column){
	        .name = mem_strndup(name.ptr ? name.ptr : "", name.len),
	        .type = mem_strndup(type.ptr ? type.ptr : "", type.len),
	};
}

void columns_copy(struct columns *to, const struct columns *from)
{
	size_t i;

	columns_init(to);
	for (i = 0; i < from->n; i++)
		columns_add(to, slice_str(from->col[i].name), slice_str(from->col[i].type));
}

int columns_find(const struct columns *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (strcmp(c->col[i].name, name) == 0)
			return (int)i;
	for (i = 0; i < c->n; i++)
		if (slice_eq_nocase(slice_str(c->col[i].name), slice_str(name)))
			return (int)i;
	return -1;
}
