/* The first kept rows in the chosen shape: the bytes that will be written, a slice at a time. */
#include "ui/export.h"

#include "base/clock.h"
#include "base/mem.h"
#include "job/split.h"
#include "ui/parts.h"

#include "base/ban.h"

enum { ROWS_MOST = 5000 /* a recipe that keeps nothing is not tried for ever */, SLICE_MS = 4 };

void lines_free(struct firstlines *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n; i++)
		mem_free(l->line[i].text);
	pipeline_free(l->pipeline);
	split_free(l->split);
	sample_view_unref(l->sample);
	mem_free(l);
}

void lines_reset(struct write *w)
{
	lines_free(w->lines);
	w->lines = NULL;
}

/* The result's own rows where they can be read, else the sample. */
static struct firstlines *begin(struct model *m)
{
	struct firstlines *l = MEM_NEW(struct firstlines);
	const struct columns *c = export_columns(m);
	l->result = c ? run_result(m) : NULL;
	if (l->result && !result_columns(run_result(m)))
		l->result = NULL;
	if (!l->result && m->run->sample)
		l->sample = sample_view_ref(m->run->sample);
	if (!c || (l->pipeline = pipeline_new(m->write.shaped, c, &l->err)) == NULL ||
	        (l->split = split_new(&m->write.output, c, &l->err)) == NULL)
		l->ended = true;
	return l;
}

/* NULL: no such row, now (ended: ever). */
static const struct cell *row_at(struct model *m, struct firstlines *l, uint64_t i, uint64_t *row)
{
	struct result_state st;
	const struct cell *cells = NULL;
	*row = i;
	if (l->sample) {
		if (i < sample_view_count(l->sample))
			return sample_view_row(l->sample, (size_t)i, row);
		l->ended = true;
		return NULL;
	}
	if (l->result != run_result(m)) {
		l->ended = true;
		return NULL;
	}
	result_state(run_result(m), &st);
	if (i < st.rows && result_row(run_result(m), i, &cells, &l->err) == 0)
		return cells;
	l->ended = i < st.rows || st.complete;
	return NULL;
}

static void add(struct firstlines *l, uint64_t row, enum output_side side, struct slice text)
{
	struct firstline *x = &l->line[l->n++];
	*x = (struct firstline){row, side, mem_strndup(text.ptr, text.len), text.len};
	l->bytes += text.len + 1;
}

bool lines_work(struct model *m, int rows)
{
	struct write *w = &m->write;
	struct example ex;
	uint64_t row;
	if (!w->shaped || (!w->lines && !export_columns(m)))
		return false;
	if (!w->lines)
		w->lines = begin(m);
	struct firstlines *l = w->lines;
	int64_t until = clock_mono_ms() + SLICE_MS; /* one row may take long */
	for (; rows > 0 && !l->ended && clock_mono_ms() <= until; rows--) {
		const struct cell *cells = row_at(m, l, l->looked_at, &row);
		if (!cells)
			return false; /* the result's worker wakes us when there are more */
		l->looked_at++;
		if (pipeline_row(l->pipeline, cells, &ex).kind == VERDICT_KEPT)
			add(l, row, split_side(l->split, cells), ex.line);
		l->ended = l->n == LINES_MAX || l->looked_at == ROWS_MOST;
	}
	return !l->ended;
}
