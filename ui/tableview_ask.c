/* What the Table screen asks of the result's worker, and what becomes of it. */
#include "ui/tableview.h"

#include "base/fmt.h"
#include "base/mem.h"

#include "base/ban.h"

bool tableview_ready(struct model *m, const char *what)
{
	struct tableview *t = m->table;

	tableview_sync(m);
	if (t->result && result_shown(t->result))
		return true;
	if (!t->view)
		model_toast(m, FG_DIM, "There are no rows%s", t->result ? "" : " yet");
	else if (run_is_live(m->run))
		model_toast(m, FG_DIM, "%s when all rows are here: they are still coming", what);
	else
		model_toast(m, FG_DIM, "%s needs all rows, and this run left only a sample", what);
	return false;
}

static void ask(struct model *m, bool keep_row)
{
	struct tableview *t = m->table;

	t->order.value = slice_str(t->value);
	t->order_asked = result_order(t->result, &t->order);
	t->keep_row = keep_row;
	tableview_hear(m);
}

void tableview_sort(struct model *m, int col)
{
	struct tableview *t = m->table;
	struct result_order *o = &t->order;

	if (!tableview_ready(m, "Sorting works"))
		return;
	if (o->sort_col != col) {
		o->sort_col = col;
		o->descending = false;
	} else if (!o->descending) {
		o->descending = true;
	} else {
		o->sort_col = -1;
	}
	ask(m, o->sort_col < 0);
}

void tableview_sort_as(struct model *m, int col, bool descending)
{
	if (!tableview_ready(m, "Sorting works"))
		return;
	m->table->order.sort_col = col;
	m->table->order.descending = descending;
	ask(m, false);
}

static void filter(struct model *m, enum result_filter kind, int col, struct slice value)
{
	struct tableview *t = m->table;
	char *copy = mem_strndup(value.ptr ? value.ptr : "", value.len);

	mem_free(t->value);
	t->value = copy;
	t->order.filter = kind;
	t->order.filter_col = col;
	ask(m, kind == FILTER_NONE);
}

/* The whole value stands in the row where it came first. */
void tableview_only(struct model *m, const struct frequency_line *l, int col)
{
	struct tableview *t = m->table;
	const struct cell *cells;
	struct err err = ERR_INIT;

	t->mode = TV_GRID;
	t->cur = col;
	if (l->null)
		filter(m, FILTER_NULL, col, slice_str(""));
	else if (result_row(t->result, l->first_row, &cells, &err) == 0)
		filter(m, FILTER_VALUE, col, cell_slice(cells[col]));
	else
		model_toast(m, FG_BAD, "%s", err.text);
}

void tableview_only_word(struct model *m, const char *word)
{
	if (!*word)
		tableview_all(m);
	else if (m->table->result || tableview_ready(m, "Filtering works"))
		filter(m, FILTER_WORD, -1, slice_str(word));
}

void tableview_all(struct model *m)
{
	if (m->table->result && m->table->order.filter != FILTER_NONE)
		filter(m, FILTER_NONE, -1, slice_str(""));
}

/* ---- search ---- */

static bool holds(const struct cell *cells, size_t n, const char *word)
{
	for (size_t c = 0; c < n; c++)
		if (cells[c].ptr && search_has(cell_slice(cells[c]), word))
			return true;
	return false;
}

/* The sample is small: looked through at once. */
static bool find_in_sample(struct tableview *t, const char *word, int direction)
{
	uint64_t n = tableview_rows(t), number, at = t->at;

	for (uint64_t k = 0; k < n; k++) {
		if (k || direction)
			at = direction < 0 ? (at ? at : n) - 1 : (at + 1) % n;
		if (holds(sample_view_row(t->view, (size_t)at, &number), t->n_cols, word)) {
			tableview_to(t, at);
			return true;
		}
	}
	return false;
}

bool tableview_find(struct model *m, const char *word, int direction)
{
	struct tableview *t = m->table;
	uint64_t n, from;

	tableview_sync(m);
	n = tableview_rows(t);
	if (n == 0)
		return false;
	if (!t->result)
		return find_in_sample(t, word, direction);
	if (direction && t->find_seen != t->find_asked) {
		t->find_more += direction;
		return true;
	}
	t->find_more = 0;
	from = direction > 0 ? (t->at + 1) % n : direction < 0 ? (t->at ? t->at : n) - 1 : t->at;
	t->find_asked = result_find(t->result, slice_str(word), -1, from, direction < 0 ? -1 : 1);
	return true; /* or the answer says not */
}

/* The first column from the cursor's on that shows the word: there the eye goes. */
static void to_column(struct model *m)
{
	struct tableview *t = m->table;
	const char *word = model_search_word(m);
	const struct cell *cells;
	uint64_t number;

	if (!word || tableview_row(t, t->at, &number, &cells, NULL) != 0)
		return;
	for (size_t i = 0; i < t->n_cols && !holds(cells + t->cur, 1, word); i++)
		if (!t->col[i].hidden && holds(cells + i, 1, word))
			t->cur = (int)i;
}

/* The presses that came while the answer was not there. */
static void step_on(struct model *m)
{
	struct tableview *t = m->table;
	int more = t->find_more, step = more < 0 ? -1 : 1;

	t->find_more = 0;
	if (more == 0 || !model_search_word(m))
		return;
	tableview_find(m, model_search_word(m), step);
	t->find_more = more - step;
}

static void hear_find(struct model *m)
{
	struct tableview *t = m->table;
	struct result_found f;
	struct result_progress p;

	if (t->find_seen == t->find_asked)
		return;
	result_found(t->result, &f);
	result_progress(t->result, RESULT_FIND, &p);
	if (p.phase == RESULT_FAILED && p.generation == t->find_asked) {
		model_toast(m, FG_BAD, "%s", p.err.text);
		t->find_seen = t->find_asked;
		return;
	}
	if (f.generation != t->find_asked)
		return;
	t->find_seen = t->find_asked;
	m->search.failed = !f.found;
	if (f.found) {
		tableview_to(t, f.position);
		to_column(m);
		step_on(m);
	} else if (f.matches) {
		model_toast(m, FG_WARN, "\"%s\" is only in rows that are not shown",
		        m->search.word ? m->search.word : "");
	} else {
		model_toast(m, FG_WARN, "\"%s\" is not here", m->search.word ? m->search.word : "");
	}
}

static void hear_order(struct model *m)
{
	struct tableview *t = m->table;
	struct result_progress p;
	uint64_t row = t->row;

	if (t->order_seen == t->order_asked)
		return;
	result_progress(t->result, RESULT_ORDER, &p);
	if (p.generation != t->order_asked || p.phase == RESULT_WORKING)
		return;
	t->order_seen = t->order_asked;
	if (p.phase == RESULT_FAILED) {
		model_toast(m, FG_BAD, "%s", p.err.text);
		t->order = (struct result_order){.sort_col = -1, .filter_col = -1};
		t->order_seen = t->order_asked = result_order(t->result, &t->order);
	}
	t->top = 0;
	if (t->keep_row)
		tableview_to_row(t, row);
	else
		tableview_to(t, 0);
}

static void hear_stats(struct tableview *t)
{
	struct frequency *f = result_frequency_now(t->result);
	struct histogram *h = result_histogram_now(t->result);

	if (f && f->generation == t->asked && t->frequency != f) {
		frequency_unref(t->frequency);
		t->frequency = f;
		f = NULL;
	}
	if (h && h->generation == t->asked && t->histogram != h) {
		histogram_unref(t->histogram);
		t->histogram = h;
		h = NULL;
	}
	frequency_unref(f);
	histogram_unref(h);
}

void tableview_hear(struct model *m)
{
	hear_order(m);
	hear_find(m);
	hear_stats(m->table);
}
