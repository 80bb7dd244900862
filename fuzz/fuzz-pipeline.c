/*
 * Any bytes as a row's text through a recipe with every clean rule: valid UTF-8 comes out, cleaning
 * again changes nothing, and the edits stay in bounds. The first byte picks one of three recipes.
 */
#include "base/utf8.h"
#include "recipe/pipeline.h"

#include <stdlib.h>

#include "base/ban.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RULES                                                                                      \
	"  - quotes\n  - images\n  - md_links\n  - urls\n  - user_mentions\n  - sub_mentions\n"    \
	"  - emphasis\n  - escapes\n  - edit_notes\n  - emails\n"
#define HEAD "columns: {text: t}\nclean:\n  - entities\n  - invisible\n  - nfc\n  - newlines\n"

static const char *const recipes[] = {
        HEAD "  - code\n" RULES "  - whitespace\noutput: {format: text}\n",
        HEAD "  - code: keep\n" RULES "  - trim\noutput: {format: text}\n",
        "columns: {text: t}\nclean:\n  - urls: seed\n  - user_mentions: seed\n  - sub_mentions: "
        "seed\n"
        "  - whitespace\noutput: {format: text}\n",
};

static struct pipeline *open_pipeline(unsigned which, struct recipe **r)
{
	struct err err = ERR_INIT;
	struct columns c;
	struct pipeline *p;

	*r = recipe_parse(slice_str(recipes[which % 3]), "fuzz", &err);
	columns_init(&c);
	columns_add(&c, slice_str("t"), slice_str("varchar"));
	p = pipeline_new(*r, &c, &err);
	columns_release(&c);
	if (!p)
		abort();
	return p;
}

static void check_edits(const struct example *ex)
{
	for (size_t i = 0; i < ex->n_edits; i++) {
		const struct edit *e = &ex->edits[i];

		if (e->start > e->end || e->end > ex->original.len || e->out_start > e->out_end ||
		        e->out_end > ex->cleaned.len)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct recipe *r;
	struct pipeline *p;
	struct example ex;
	struct cell cell;
	struct buf once;

	if (size < 1 || size > 100000)
		return 0;
	p = open_pipeline(data[0], &r);
	pipeline_trace(p, true);
	cell = (struct cell){(const char *)data + 1, (uint32_t)size - 1};
	buf_init(&once, BUF_NO_LIMIT);
	if (pipeline_row(p, &cell, &ex).kind != VERDICT_GAVE_UP) {
		if (!utf8_valid(ex.cleaned))
			abort();
		check_edits(&ex);
		buf_add_slice(&once, ex.cleaned);
		cell = (struct cell){buf_str(&once), (uint32_t)once.len};
		if (pipeline_row(p, &cell, &ex).kind != VERDICT_GAVE_UP &&
		        !slice_eq(ex.cleaned, buf_slice(&once)))
			abort();
	}
	buf_release(&once);
	pipeline_free(p);
	recipe_unref(r);
	return 0;
}
