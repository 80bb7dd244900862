/* How many rows and files an export makes: real counts where they are known, else marked as not. */
#include "ui/export.h"

#include "base/mem.h"
#include "ui/parts.h"

#include "base/ban.h"

static bool same(const struct recipe *a, const struct recipe *b)
{
	return a && b && (a == b || strcmp(recipe_text(a), recipe_text(b)) == 0);
}

/* By the run itself: it was judged by this recipe. */
static bool by_run(const struct run *r, const struct recipe *recipe, struct export_count *out)
{
	if (!same(r->recipe, recipe) || r->p.funnel.rows == 0)
		return false;
	*out = (struct export_count){r->p.funnel.rows, r->p.funnel.kept, true, true};
	return true;
}

/* By the result at hand, judged by this recipe: here, or on the Tune screen. */
static bool by_result(struct model *m, const struct recipe *recipe, struct export_count *out)
{
	struct result *r = m->run->result;
	struct judged *j = r ? result_judge_now(r) : NULL;
	bool ok = j && same(j->recipe, recipe);
	if (ok)
		*out = (struct export_count){j->rows, j->funnel.kept, true, true};
	judged_unref(j);
	return ok;
}

void export_count(struct model *m, struct export_count *out)
{
	const struct write *w = &m->write;
	const struct firstlines *l = w->lines;
	struct result_state st = {0};
	if (m->run->result)
		result_state(m->run->result, &st);
	*out = (struct export_count){.rows = st.rows ? st.rows : m->run->p.rows};
	if (!w->base || by_run(m->run, w->base, out) || by_result(m, w->base, out) || !l ||
	        l->looked_at == 0)
		return;
	out->known = true;
	if (l->looked_at >= out->rows && out->rows > 0) {
		out->kept = l->n;
		out->exact = l->n < LINES_MAX;
	} else
		out->kept = out->rows * l->n / l->looked_at;
}

void export_count_rows(struct model *m)
{
	struct write *w = &m->write;
	struct export_count c;
	struct result *r = run_result(m);
	if (!r || !w->base || w->counted == w->base)
		return;
	export_count(m, &c);
	if (c.exact)
		return;
	recipe_unref(w->counted);
	w->counted = recipe_ref(w->base);
	result_judge(r, w->base);
}

static size_t shards_of(const struct write *w, uint64_t rows)
{
	uint64_t per = w->output.shard_rows;
	if (per == 0)
		return 0;
	return rows ? (size_t)((rows + per - 1) / per) : 1;
}

/* All rows are among those that were looked at, so that the sides can be counted. */
static bool at_hand(const struct firstlines *l, const struct export_count *c)
{
	return l && c->rows > 0 && l->looked_at >= c->rows && l->n < LINES_MAX;
}

static uint64_t validation_rows(const struct write *w, const struct export_count *c)
{
	const struct firstlines *l = w->lines;
	uint64_t n = 0;
	if (!at_hand(l, c))
		return (uint64_t)((double)c->kept * w->output.validation_ppm / OUTPUT_WHOLE + 0.5);
	for (size_t i = 0; i < l->n; i++)
		n += l->line[i].side == SIDE_VALIDATION;
	return n;
}

size_t export_sides(struct model *m, struct export_side out[2])
{
	const struct write *w = &m->write;
	struct export_count c;
	export_count(m, &c);
	if (w->output.validation_ppm == 0) {
		out[0] = (struct export_side){c.exact, SIDE_ALL, c.kept, shards_of(w, c.kept)};
		return 1;
	}
	bool exact = at_hand(w->lines, &c);
	uint64_t v = validation_rows(w, &c), t = c.kept - v;
	out[0] = (struct export_side){exact, SIDE_TRAIN, t, shards_of(w, t)};
	out[1] = (struct export_side){exact, SIDE_VALIDATION, v, shards_of(w, v)};
	return 2;
}

size_t export_files(struct model *m)
{
	struct export_side side[2];
	size_t sum = 0, n = export_sides(m, side);
	for (size_t i = 0; i < n; i++)
		sum += side[i].shards ? side[i].shards : 1;
	return sum;
}

double export_bytes(struct model *m)
{
	const struct firstlines *l = m->write.lines;
	struct export_count c;
	export_count(m, &c);
	return l && l->n && c.known ? (double)l->bytes / (double)l->n * (double)c.kept : 0;
}
