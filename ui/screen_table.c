/* The table: all columns of the rows at hand, a cell under the cursor, its value at the foot. */
#include "ui/tableview.h"

#include "base/fmt.h"
#include "base/utf8.h"
#include "recipe/json.h"
#include "ui/prompt.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/ban.h"

enum { SIDE_FROM = 160 };

static void draw_nothing(struct model *m, const struct pane *p)
{
	const struct run *r = m->run;
	char took[FMT_SIZE];
	struct result_state s = {0};

	put_rule(p, 0, 0, p->w, "table");
	if (r->result)
		result_state(r->result, &s);
	if (r->result_err.code) {
		put_str(p, 2, 2, ST(FG_STRONG), "The rows of this run cannot be read from disk.");
		put_fit(p, 2, 3, p->w - 4, ST(FG_BAD), slice_str(r->result_err.text));
		put_str(p, 2, 4, ST(FG_DIM), "r runs it again; 8 shows all runs.");
	} else if (s.err.code) {
		draw_error(p, 2, "The rows on disk", &s.err);
	} else if (run_is_waiting(r)) {
		put_str(p, 2, 2, ST(FG_STRONG), "The query waits for its turn.");
		put_str(p, 2, 3, ST(FG_DIM), "[ and ] switch to another run; x cancels this one.");
	} else if (run_is_live(r)) {
		put_fmt(p, 2, 2, ST(FG_STRONG), "No rows yet: %s has been running for %s.", r->name,
		        fmt_duration(took, r->p.elapsed_ms));
		put_str(p, 2, 3, ST(FG_DIM),
		        "They appear here as they come. 3 shows the run; x cancels it.");
	} else if (r->state == RUN_FAILED) {
		draw_error(p, 2, r->name, &r->err);
	} else if (r->state == RUN_CANCELLED) {
		put_fmt(p, 2, 2, ST(FG_STRONG), "%s was cancelled before its first row.", r->name);
		put_str(p, 2, 3, ST(FG_DIM), "r runs it again; 1 shows the queries.");
	} else if (r->state == RUN_DONE && r->result && !s.complete) {
		put_str(p, 2, 2, ST(FG_STRONG), "Reading the rows on disk ...");
	} else if (r->state == RUN_DONE) {
		put_str(p, 2, 2, ST(FG_STRONG), "The rows of this run are no longer on disk.");
		put_str(p, 2, 3, ST(FG_DIM), "r runs it again; 8 shows all runs.");
	} else {
		put_str(p, 2, 2, ST(FG_STRONG), "There are no rows to look at yet.");
		put_str(p, 2, 3, ST(FG_DIM),
		        "1 shows the queries: Enter runs one. 8 opens an old result.");
	}
}

static void draw_no_rows(struct model *m, const struct pane *p)
{
	const struct tableview *t = m->table;

	draw_table_title(m, p);
	if (t->order.filter != FILTER_NONE && t->order_seen == t->order_asked) {
		put_str(p, 2, 2, ST(FG_STRONG), "No row passes the filter.");
		put_str(p, 2, 3, ST(FG_DIM), "Esc shows all rows again.");
		return;
	}
	put_str(p, 2, 2, ST(FG_STRONG), "The result has no rows.");
	put_str(p, 2, 3, ST(FG_DIM), "Its columns:");
	for (int i = 0; i < (int)t->n_cols && 4 + i < p->h; i++)
		put_fit(p, 4, 4 + i, p->w - 6, ST(FG_TEXT), slice_str(tableview_name(t, i)));
	if ((int)t->n_cols + 6 < p->h)
		put_str(p, 2, 5 + (int)t->n_cols, ST(FG_DIM), "e edits the SQL.");
}

static void draw(struct model *m, const struct pane *p)
{
	struct tableview *t = m->table;

	tableview_sync(m);
	if (!t->columns)
		draw_nothing(m, p);
	else if (tableview_rows(t) == 0)
		draw_no_rows(m, p);
	else if (t->mode == TV_RECORD)
		draw_record(m, p, true);
	else if (t->mode == TV_FREQUENCY)
		draw_frequency(m, p);
	else if (t->mode == TV_HISTOGRAM)
		draw_histogram(m, p);
	else if (p->w >= SIDE_FROM)
		draw_table_and_record(m, p);
	else
		draw_table(m, p);
}

/* ---- acting ---- */

static void page_side(struct tableview *t, bool right)
{
	int last = t->n_shown ? t->shown[t->n_shown - 1].col : t->cur, room = 0, to = t->left;

	if (right) {
		if (last <= t->left && last + 1 < (int)t->n_cols)
			last++;
		t->left = t->cur = last;
		if (t->col[last].hidden)
			tableview_side(t, 1);
		return;
	}
	for (int i = 0; i < t->n_shown; i++)
		room += t->shown[i].col >= t->frozen ? t->shown[i].w + TV_GAP : 0;
	while (to > t->frozen && room > 0)
		room -= t->col[--to].hidden ? 0 : tableview_width(t, to) + TV_GAP;
	t->left = to;
	if (to < (int)t->n_cols)
		t->cur = to;
	if (t->col[t->cur].hidden)
		tableview_side(t, 1);
}

static bool move(struct tableview *t, enum action a)
{
	int64_t page = t->page > 1 ? t->page - 1 : 1;

	switch (a) {
	case ACT_UP: tableview_move(t, -1); return true;
	case ACT_DOWN: tableview_move(t, 1); return true;
	case ACT_WHEEL_UP: tableview_move(t, -3); return true;
	case ACT_WHEEL_DOWN: tableview_move(t, 3); return true;
	case ACT_PAGE_UP: tableview_move(t, -page); return true;
	case ACT_PAGE_DOWN: tableview_move(t, page); return true;
	case ACT_TOP: tableview_to(t, 0); return true;
	case ACT_BOTTOM: tableview_to(t, UINT64_MAX); return true;
	case ACT_LEFT:
	case ACT_WHEEL_LEFT: tableview_side(t, -1); return true;
	case ACT_RIGHT:
	case ACT_WHEEL_RIGHT: tableview_side(t, 1); return true;
	case ACT_FIRST: tableview_edge(t, false); return true;
	case ACT_LAST: tableview_edge(t, true); return true;
	case ACT_PAGE_LEFT: page_side(t, false); return true;
	case ACT_PAGE_RIGHT: page_side(t, true); return true;
	default: return false;
	}
}

static void widen(struct tableview *t, int col, int by)
{
	int w = tableview_width(t, col);

	for (int i = 0; i < t->n_shown; i++)
		if (t->shown[i].col == col && !t->col[col].width)
			w = t->shown[i].w;
	w += by;
	t->col[col].width = w < TV_MIN_W ? TV_MIN_W : w > 1000 ? 1000 : w;
}

/* As wide as the widest value on the screen; again: as it was. */
static void fit(struct tableview *t)
{
	struct tv_col *c = &t->col[t->cur];
	int w = utf8_width(slice_str(tableview_name(t, t->cur))) + 2;
	const struct cell *cells;
	uint64_t number;

	for (int i = 0; i < t->page; i++) {
		struct slice s;
		int have;

		if (t->top + (uint64_t)i >= tableview_rows(t) ||
		        tableview_row(t, t->top + (uint64_t)i, &number, &cells, NULL) != 0)
			continue;
		s = cell_slice(cells[t->cur]);
		s.len = s.len > 4096 ? 4096 : s.len;
		have = utf8_width(s);
		w = have > w ? have : w;
	}
	c->width = c->width == w ? 0 : w;
}

static void hide(struct model *m)
{
	struct tableview *t = m->table;
	size_t left = 0;
	int was = t->cur;

	for (size_t i = 0; i < t->n_cols; i++)
		left += !t->col[i].hidden;
	if (left < 2) {
		model_toast(m, FG_DIM, "One column must stay");
		return;
	}
	t->col[was].hidden = true;
	tableview_side(t, 1);
	if (t->cur == was)
		tableview_side(t, -1);
	model_toast(m, FG_TEXT, "%s is hidden: + shows all columns", tableview_name(t, was));
}

static size_t digits(struct slice s, size_t i)
{
	size_t n = 0;

	while (i + n < s.len && s.ptr[i + n] >= '0' && s.ptr[i + n] <= '9')
		n++;
	return n;
}

/* RFC 8259: -12, 0.5, 1e10; not 007, +1, .5, NaN. */
static bool is_json_number(struct slice s)
{
	size_t i = s.len && s.ptr[0] == '-', n = digits(s, i);

	if (n == 0 || (n > 1 && s.ptr[i] == '0'))
		return false;
	i += n;
	if (i < s.len && s.ptr[i] == '.') {
		n = digits(s, i + 1);
		if (n == 0)
			return false;
		i += n + 1;
	}
	if (i < s.len && (s.ptr[i] == 'e' || s.ptr[i] == 'E')) {
		i += 1 + (i + 1 < s.len && (s.ptr[i + 1] == '+' || s.ptr[i + 1] == '-'));
		n = digits(s, i);
		if (n == 0)
			return false;
		i += n;
	}
	return i == s.len;
}

/* A number or a boolean, by Athena's type where it is known; else by what the column holds. */
static bool is_plain(const struct tableview *t, int col, struct slice s)
{
	const char *type = t->types ? t->types->col[col].type : "";

	if (strcmp(type, "boolean") == 0)
		return slice_eq_str(s, "true") || slice_eq_str(s, "false");
	if (strncmp(type, "varchar", 7) == 0 || strncmp(type, "char", 4) == 0)
		return false;
	return tableview_is_number(t, col) && is_json_number(s);
}

static void write_json(const struct tableview *t, const struct cell *cells, struct buf *out)
{
	for (size_t i = 0; i < t->n_cols; i++) {
		struct slice s = cell_slice(cells[i]);
		buf_add_str(out, i ? ", " : "{");
		json_write_string(out, slice_str(tableview_name(t, (int)i)));
		buf_add_str(out, ": ");
		if (!s.ptr)
			buf_add_str(out, "null");
		else if (is_plain(t, (int)i, s))
			buf_add_slice(out, s);
		else
			json_write_string(out, s);
	}
	buf_add_char(out, '}');
}

static void copy(struct model *m, bool row)
{
	struct tableview *t = m->table;
	const struct cell *cells;
	uint64_t number;
	struct buf b;

	if (tableview_rows(t) == 0 || tableview_row(t, t->at, &number, &cells, NULL) != 0)
		return;
	if (!row) {
		if (cells[t->cur].len == 0)
			model_toast(m, FG_DIM, "There is nothing in this cell");
		model_copy(m, cell_slice(cells[t->cur]), tableview_name(t, t->cur));
		return;
	}
	buf_init(&b, 256u << 20);
	write_json(t, cells, &b);
	model_copy(m, buf_slice(&b), "the row as JSON");
	buf_release(&b);
}

/* As far as they leave a third of the screen for the others. */
static void freeze(struct model *m)
{
	struct tableview *t = m->table;
	int x = tableview_gutter(m);

	for (int i = 0; i <= t->cur && !t->frozen; i++)
		x += t->col[i].hidden ? 0 : tableview_width(t, i) + TV_GAP;
	if (x > m->w * 2 / 3) {
		model_toast(m, FG_DIM, "That is too wide to be frozen: < makes a column narrower");
		return;
	}
	t->frozen = t->frozen ? 0 : t->cur + 1;
	t->left = t->frozen;
}

static bool act_columns(struct model *m, enum action a, int arg)
{
	struct tableview *t = m->table;

	switch (a) {
	case ACT_SORT:
		if (arg > 0 && arg <= (int)t->n_cols)
			t->cur = arg - 1;
		tableview_sort(m, t->cur);
		return true;
	case ACT_FREEZE: freeze(m); return true;
	case ACT_WIDER: widen(t, t->cur, 4); return true;
	case ACT_NARROWER: widen(t, t->cur, -4); return true;
	case ACT_FIT: fit(t); return true;
	case ACT_HIDE: hide(m); return true;
	case ACT_UNHIDE:
		for (size_t i = 0; i < t->n_cols; i++)
			t->col[i].hidden = false;
		return true;
	case ACT_FREQUENCY: stats_open(m, TV_FREQUENCY); return true;
	case ACT_HISTOGRAM: stats_open(m, TV_HISTOGRAM); return true;
	case ACT_COPY: copy(m, false); return true;
	case ACT_COPY_ROW: copy(m, true); return true;
	case ACT_FILTER: model_ask_text(m, ACT_FILTER, "only rows with ", NULL); return true;
	default: return false;
	}
}

static bool act_record(struct model *m, enum action a)
{
	struct tableview *t = m->table;

	if (scroll_act(&t->scroll, a))
		return true;
	switch (a) {
	case ACT_ENTER: t->mode = TV_GRID; return true;
	case ACT_LEFT:
	case ACT_RIGHT:
		tableview_move(t, a == ACT_LEFT ? -1 : 1);
		t->scroll.top = 0;
		return true;
	case ACT_COPY: copy(m, true); return true;
	default: return false;
	}
}

static bool act_back(struct model *m)
{
	struct tableview *t = m->table;

	if (t->mode != TV_GRID)
		t->mode = TV_GRID;
	else if (!model_search_word(m) && t->order.filter != FILTER_NONE)
		tableview_all(m);
	else
		return false;
	return true;
}

static bool act(struct model *m, enum action a, int arg)
{
	struct tableview *t = m->table;

	tableview_sync(m);
	if (a == ACT_BACK)
		return act_back(m);
	if (!t->columns)
		return a == ACT_ENTER;
	if (t->mode == TV_FREQUENCY || t->mode == TV_HISTOGRAM)
		return stats_act(m, a, arg);
	if (t->mode == TV_RECORD && act_record(m, a))
		return true;
	if (a == ACT_SELECT && t->mode == TV_GRID) {
		uint64_t position = t->top + (uint64_t)(arg >> 16);

		if (position == t->at && (arg & 0xffff) == t->cur && m->press.count > 1)
			t->mode = TV_RECORD;
		tableview_to(t, position);
		if ((arg & 0xffff) < (int)t->n_cols)
			t->cur = arg & 0xffff;
		return true;
	}
	if (a == ACT_ENTER) {
		t->mode = TV_RECORD;
		t->scroll.top = 0;
		return true;
	}
	return (t->mode == TV_GRID && move(t, a)) || act_columns(m, a, arg);
}

/* ":sort score desc", ":frequency subreddit" ...: the column by its name. */
static bool on_column(struct model *m, enum action a, const char *arg)
{
	struct tableview *t = m->table;
	char name[256];
	const char *way = "";
	int col = columns_find(t->columns, arg);

	snprintf(name, sizeof name, "%s", arg);
	if (col < 0 && a == ACT_SORT && strrchr(name, ' ')) {
		way = strrchr(arg, ' ') + 1;
		*strrchr(name, ' ') = '\0';
		if (strcmp(way, "asc") == 0 || strcmp(way, "desc") == 0)
			col = columns_find(t->columns, name);
	}
	if (col < 0) {
		model_toast(m, FG_WARN, "There is no column %s", arg);
		return true;
	}
	t->cur = col;
	t->col[col].hidden = false;
	t->mode = TV_GRID;
	if (*way)
		tableview_sort_as(m, col, strcmp(way, "desc") == 0);
	else
		act_columns(m, a, 0);
	return true;
}

static bool takes_column(enum action a)
{
	return a == ACT_SORT || a == ACT_FREQUENCY || a == ACT_HISTOGRAM || a == ACT_FREEZE ||
	       a == ACT_FIT || a == ACT_HIDE;
}

static void words(struct model *m, enum action a, const char *before, const char *word,
        struct prompt_words *out)
{
	const struct tableview *t = m->table;

	(void)before;
	for (int i = 0; takes_column(a) && t->columns && i < (int)t->n_cols; i++)
		prompt_words_offer(out, tableview_name(t, i), word);
}

static bool command(struct model *m, enum action a, const char *arg)
{
	struct tableview *t = m->table;
	char *end;
	uint64_t row, was;

	tableview_sync(m);
	if (a == ACT_FILTER) {
		tableview_only_word(m, arg);
		return true;
	}
	if (takes_column(a) && t->columns)
		return on_column(m, a, arg);
	if (a != ACT_GOTO || !t->columns)
		return false;
	row = strtoull(arg, &end, 10);
	if (*end || row == 0) {
		model_toast(m, FG_WARN, "A row's number, from 1: not \"%s\"", arg);
		return true;
	}
	was = t->at;
	tableview_to_row(t, row - 1);
	if (t->row != row - 1) {
		tableview_to(t, was);
		model_toast(m, FG_WARN, "Row %s is not among the rows shown", arg);
	}
	return true;
}

static bool find(struct model *m, const char *word, int direction)
{
	const struct tableview *t = m->table;

	if (t->mode == TV_FREQUENCY || t->mode == TV_HISTOGRAM)
		return stats_find(m->table, word, direction);
	return tableview_find(m, word, direction);
}

static bool counts(struct model *m, enum action a)
{
	const struct tableview *t = m->table;

	bool rows = t->columns && tableview_rows(t) > 0;

	switch (a) {
	case ACT_ENTER: return rows && t->mode == TV_GRID;
	case ACT_SORT: return rows && t->result && t->mode == TV_GRID;
	case ACT_FREQUENCY:
		return rows && t->result && t->mode != TV_RECORD && t->mode != TV_FREQUENCY;
	case ACT_HISTOGRAM:
		return rows && t->result && t->mode != TV_RECORD && t->mode != TV_HISTOGRAM;
	case ACT_FREEZE:
	case ACT_WIDER:
	case ACT_NARROWER: return rows && t->mode == TV_GRID;
	case ACT_FILTER:
		return t->result && t->mode == TV_GRID && (rows || t->order.filter != FILTER_NONE);
	case ACT_FIND: return rows && t->mode != TV_HISTOGRAM;
	default: return true;
	}
}

/* A column's edge follows the mouse. */
static void drag(struct model *m, const struct hit *from, int x, int y, bool done)
{
	struct tableview *t = m->table;

	(void)y;
	(void)done;
	if (from->action != ACT_DRAG || from->arg < 0 || from->arg >= (int)t->n_cols)
		return;
	for (int i = 0; i < t->n_shown; i++)
		if (t->shown[i].col == from->arg) {
			int w = from->x + x - t->shown[i].x;

			t->col[from->arg].width = w < TV_MIN_W ? TV_MIN_W : w;
		}
}

static void enter(struct model *m)
{
	tableview_sync(m);
}

/* The worker wakes the loop: what it has done is taken over here, also while nothing is drawn. */
static int tick(struct model *m)
{
	tableview_sync(m);
	return -1;
}

const struct screen_ops screen_table = {.draw = draw,
        .act = act,
        .command = command,
        .words = words,
        .find = find,
        .counts = counts,
        .drag = drag,
        .enter = enter,
        .tick = tick};
