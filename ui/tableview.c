#include "ui/tableview.h"

#include "base/mem.h"
#include "base/utf8.h"

#include "base/ban.h"

enum { MEASURED = 100 };

struct tableview *tableview_new(void)
{
	struct tableview *t = MEM_NEW(struct tableview);

	t->order.sort_col = t->order.filter_col = -1;
	return t;
}

static void forget_rows(struct tableview *t)
{
	sample_view_unref(t->view);
	frequency_unref(t->frequency);
	histogram_unref(t->histogram);
	mem_free(t->value);
	t->view = NULL;
	t->result = NULL;
	t->columns = t->types = NULL;
	t->frequency = NULL;
	t->histogram = NULL;
	t->value = NULL;
	t->order = (struct result_order){.sort_col = -1, .filter_col = -1};
	t->order_asked = t->order_seen = t->find_asked = t->find_seen = t->asked = 0;
	t->find_more = 0;
	t->complete = false;
	t->mode = TV_GRID;
}

void tableview_free(struct tableview *t)
{
	if (!t)
		return;
	forget_rows(t);
	mem_free(t->col);
	mem_free(t);
}

uint64_t tableview_rows(const struct tableview *t)
{
	return t->result ? result_shown(t->result) : t->view ? sample_view_count(t->view) : 0;
}

int tableview_row(struct tableview *t, uint64_t position, uint64_t *number,
        const struct cell **cells, struct err *err)
{
	if (t->result) {
		*number = result_at(t->result, position);
		return result_row(t->result, *number, cells, err);
	}
	if (position >= tableview_rows(t))
		return err_set(err, ERR_NOT_FOUND, "there is no such row");
	*cells = sample_view_row(t->view, (size_t)position, number);
	return 0;
}

bool tableview_is_number(const struct tableview *t, int col)
{
	enum result_kind k = t->col[col].kind;

	return k == RESULT_INTEGER || k == RESULT_NUMBER;
}

const char *tableview_type(const struct tableview *t, int col)
{
	static const char *const names[] = {"no values", "integer", "number", "text"};
	const char *given = (t->types ? t->types : t->columns)->col[col].type;

	return *given ? given : names[t->col[col].kind];
}

/* ---- columns ---- */

static void measure_text(struct tv_col *c, struct slice s)
{
	int w;

	if (s.len > 4 * TV_MOST_W)
		s.len = 4 * TV_MOST_W;
	w = utf8_width(s);
	if (w > TV_MOST_W) {
		c->more = true;
		w = TV_MOST_W;
	}
	if (w > c->natural)
		c->natural = w;
}

/* Kinds of a sample come from all of it, widths from its first rows. */
static void measure_cell(struct tableview *t, size_t i, struct cell v, bool wide)
{
	struct tv_col *c = &t->col[i];
	int64_t integer;
	double number;

	if (!t->result && v.len) {
		enum result_kind k = result_number(cell_slice(v), &integer, &number);

		c->kind = k > c->kind ? k : c->kind;
	}
	if (wide)
		measure_text(c, v.ptr ? cell_slice(v) : slice_str(" NULL "));
}

static void measure(struct tableview *t)
{
	uint64_t n = tableview_rows(t), number;
	const struct cell *cells;

	for (size_t i = 0; i < t->n_cols; i++) {
		struct result_column rc;
		struct tv_col *c = &t->col[i];

		c->kind = RESULT_EMPTY;
		if (t->result && result_column(t->result, i, &rc))
			c->kind = rc.kind;
		c->natural = TV_MIN_W;
		c->more = false;
		measure_text(c, slice_str(t->columns->col[i].name));
	}
	for (uint64_t k = 0; k < n && k < (t->result ? MEASURED : n); k++)
		if (tableview_row(t, k, &number, &cells, NULL) == 0)
			for (size_t i = 0; i < t->n_cols; i++)
				measure_cell(t, i, cells[i], k < MEASURED);
	for (size_t i = 0; i < t->n_cols; i++) {
		int w = utf8_width(slice_str(tableview_type(t, (int)i)));

		if (t->col[i].natural < w)
			t->col[i].natural = w;
	}
}

static bool same_names(const struct columns *a, const struct columns *b)
{
	if (!a || !b || a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->col[i].name, b->col[i].name) != 0)
			return false;
	return true;
}

/* New rows: what was chosen for the columns stays while they have the same names. */
static void take_columns(struct tableview *t, const struct columns *c)
{
	if (!same_names(t->columns, c)) {
		mem_free(t->col);
		t->col = mem_calloc(c->n + 1, sizeof *t->col);
		t->n_cols = c->n;
		t->cur = t->left = t->frozen = t->n_shown = 0;
	}
	t->columns = c;
}

static void take_sample(struct tableview *t, struct sample_view *v)
{
	struct sample_view *old = t->view;

	if (v == old)
		return;
	t->view = sample_view_ref(v);
	take_columns(t, sample_view_columns(v));
	sample_view_unref(old);
	measure(t);
}

static void take_result(struct tableview *t, struct result *r, const struct result_state *s)
{
	if (t->result != r) {
		take_columns(t, result_columns(r));
		sample_view_unref(t->view);
		t->view = NULL;
		t->result = r;
		t->opened = t->run->result_opened;
		t->at = t->row;
		measure(t);
	} else if (s->complete && !t->complete) {
		measure(t);
	}
	t->complete = s->complete;
}

/* The CSV has no types; Athena is asked, once all rows are here. */
static void take_types(struct model *m)
{
	struct tableview *t = m->table;
	const struct columns *c;

	if (!t->complete)
		return;
	c = result_types_of(m->types, m->run->p.athena.id);
	if (!same_names(t->columns, c))
		return;
	t->types = c;
	measure(t);
}

void tableview_sync(struct model *m)
{
	struct tableview *t = m->table;
	struct run *run = m->run;
	struct result *r = run_result(m);
	struct result_state s;

	if (t->run != run || t->job != run->job || (t->result && t->opened != run->result_opened)) {
		if (t->columns && t->run == run && t->job == run->job)
			t->at = t->row;
		else
			t->at = t->top = t->row = 0;
		forget_rows(t);
		t->run = run;
		t->job = run->job;
	}
	if (r) {
		result_state(r, &s);
		t->changes = s.changes;
		if (result_columns(r) && (s.complete || s.rows > t->row))
			take_result(t, r, &s);
	}
	if (!t->result && run->sample)
		take_sample(t, run->sample);
	if (t->result && !t->types)
		take_types(m);
	if (t->result)
		tableview_hear(m);
	tableview_move(t, 0);
}

/* ---- moving ---- */

void tableview_to(struct tableview *t, uint64_t position)
{
	uint64_t n = tableview_rows(t);

	if (position >= n)
		position = n ? n - 1 : 0;
	t->at = position;
	if (t->result)
		t->row = result_at(t->result, position);
	else if (n)
		sample_view_row(t->view, (size_t)position, &t->row);
}

void tableview_move(struct tableview *t, int64_t by)
{
	if (by < 0 && (uint64_t)-by > t->at)
		tableview_to(t, 0);
	else
		tableview_to(t, t->at + (uint64_t)by);
}

void tableview_to_row(struct tableview *t, uint64_t row)
{
	int64_t at = 0;

	if (t->result) {
		at = result_position(t->result, row);
	} else {
		uint64_t number = 0;

		while ((uint64_t)at + 1 < tableview_rows(t) &&
		        (sample_view_row(t->view, (size_t)at, &number), number < row))
			at++;
	}
	tableview_to(t, at < 0 ? 0 : (uint64_t)at);
}

void tableview_side(struct tableview *t, int by)
{
	int to = t->cur + by;

	while (to >= 0 && to < (int)t->n_cols && t->col[to].hidden)
		to += by;
	if (to >= 0 && to < (int)t->n_cols)
		t->cur = to;
}

void tableview_edge(struct tableview *t, bool last)
{
	t->cur = last ? (int)t->n_cols : -1;
	tableview_side(t, last ? -1 : 1);
	if (t->cur < 0 || t->cur >= (int)t->n_cols)
		t->cur = 0;
}

int tableview_width(const struct tableview *t, int col)
{
	int w = t->col[col].width ? t->col[col].width : t->col[col].natural, name;

	if (t->order.sort_col != col || t->col[col].width)
		return w;
	name = utf8_width(slice_str(t->columns->col[col].name)) + 2; /* with the arrow */
	return name > w && name <= TV_MOST_W ? name : w;
}

const char *tableview_name(const struct tableview *t, int col)
{
	return col >= 0 && t->columns ? t->columns->col[col].name : "";
}
