/* The table as it is drawn: title, columns laid out, rows, the value under the cursor. */
#include "ui/tableview.h"

#include "base/fmt.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/wrap.h"

#include <stdio.h>

#include "base/ban.h"

enum { LEAST_W = 8, HEAD = 3 };

/* ---- title ---- */

static void say_rows(const struct model *m, struct buf *b)
{
	const struct tableview *t = m->table;
	char n[FMT_SIZE], of[FMT_SIZE], size[FMT_SIZE];
	struct result_state s;

	fmt_thousands(n, (int64_t)tableview_rows(t));
	if (!t->result) {
		fmt_thousands(of, (int64_t)m->run->p.rows);
		buf_printf(b,
		        run_is_live(m->run) ? "%s of %s rows so far" : "a sample: %s of %s rows", n,
		        of);
		return;
	}
	result_state(t->result, &s);
	if (!s.complete) {
		fmt_bytes(size, s.size);
		buf_printf(b, "reading: %s rows so far, %d%% of %s", n,
		        (int)(s.size > 0 ? s.bytes * 100 / s.size : 0), size);
		return;
	}
	if (t->order.filter != FILTER_NONE && t->order_seen == t->order_asked)
		buf_printf(b, "%s of ", n);
	buf_printf(b, "%s row%s", fmt_thousands(of, (int64_t)s.rows), s.rows == 1 ? "" : "s");
	if (s.err.code)
		buf_add_str(b, ", then damaged");
}

static void say_order(const struct tableview *t, struct buf *b)
{
	const struct result_order *o = &t->order;
	const char *of = tableview_name(t, o->filter_col);

	if (o->sort_col >= 0)
		buf_printf(b, " · by %s %s", tableview_name(t, o->sort_col),
		        o->descending ? "↓" : "↑");
	switch (o->filter) {
	case FILTER_NULL: buf_printf(b, " · only %s NULL", of); break;
	case FILTER_VALUE: buf_printf(b, " · only %s = %.60s", of, t->value); break;
	case FILTER_WORD: buf_printf(b, " · only with \"%.60s\"", t->value); break;
	default: break;
	}
}

static int percent(const struct result_progress *p)
{
	return p->of ? (int)(p->done * 100 / p->of) : 0;
}

static void say_work(const struct tableview *t, struct buf *b)
{
	static const char *const words[] = {"sorting", "searching", "counting", "measuring"};
	struct result_progress p;

	for (int i = RESULT_ORDER; i <= RESULT_HISTOGRAM; i++) {
		result_progress(t->result, (enum result_task)i, &p);
		if (p.phase == RESULT_WORKING)
			buf_printf(b, " · %s %d%%",
			        i == RESULT_ORDER && t->order.sort_col < 0 ? "filtering" : words[i],
			        percent(&p));
	}
}

/* How many rows hold the word that is searched for. */
static void say_found(struct model *m, struct buf *b)
{
	const struct tableview *t = m->table;
	char n[FMT_SIZE];
	struct result_found f;

	if (!model_search_word(m) || t->find_seen == 0 || t->find_seen != t->find_asked)
		return;
	result_found(t->result, &f);
	if (f.generation == t->find_seen && f.matches)
		buf_printf(b, " · %s%s with \"%.40s\"", f.counted ? "" : "at least ",
		        fmt_thousands(n, (int64_t)f.matches), model_search_word(m));
}

void draw_table_title(struct model *m, const struct pane *p)
{
	const struct tableview *t = m->table;
	char at[FMT_SIZE], right[64];
	size_t hidden = 0;
	struct buf b;

	buf_init(&b, 4096);
	say_rows(m, &b);
	buf_printf(&b, " · %zu column%s", t->n_cols, t->n_cols == 1 ? "" : "s");
	for (size_t i = 0; i < t->n_cols; i++)
		hidden += t->col[i].hidden;
	if (hidden)
		buf_printf(&b, ", %zu hidden", hidden);
	say_order(t, &b);
	if (t->result) {
		say_found(m, &b);
		say_work(t, &b);
	}
	snprintf(right, sizeof right, " row %s ", fmt_thousands(at, (int64_t)t->row + 1));
	put_rule(p, 0, 0, p->w - (int)strlen(right) - 2, buf_str(&b));
	put_rule(p, p->w - (int)strlen(right) - 2, 0, (int)strlen(right) + 2, NULL);
	if (tableview_rows(t))
		put_right(p, p->w - 2, 0, ST(FG_DIM), right);
	buf_release(&b);
}

/* ---- columns ---- */

int tableview_gutter(const struct model *m)
{
	const struct tableview *t = m->table;
	uint64_t n = t->result ? tableview_rows(t) : m->run->p.rows;
	struct result_state s;
	int w = 1;

	if (t->result) {
		result_state(t->result, &s);
		n = s.rows;
	}
	for (; n >= 10; n /= 10)
		w++;
	return (w < 3 ? 3 : w) + 2;
}

/* False when there is no room for it: what stands behind it is not shown in its place. */
static bool show(struct tableview *t, int col, int *x, int limit)
{
	int w = tableview_width(t, col);

	if (t->n_shown == TV_SHOWN || *x >= limit ||
	        (limit - *x < LEAST_W && limit - *x < w && col != t->cur))
		return false;
	if (*x + w > limit)
		w = limit - *x;
	t->shown[t->n_shown++] = (struct tv_shown){col, *x, w};
	*x += w + TV_GAP;
	return true;
}

/* Room that is left goes to columns that are cut. */
static void stretch(struct tableview *t, int left)
{
	int n = 0, shift = 0;

	for (int i = 0; i < t->n_shown; i++)
		n += t->col[t->shown[i].col].more && !t->col[t->shown[i].col].width;
	for (int i = 0; i < t->n_shown; i++) {
		const struct tv_col *c = &t->col[t->shown[i].col];
		int more = 0;

		t->shown[i].x += shift;
		if (c->more && !c->width) {
			more = left / n--;
			left -= more;
		}
		t->shown[i].w += more;
		shift += more;
	}
}

/* Do the columns up to `last` fit when `left` is the first that scrolls? */
static bool fits(const struct tableview *t, int left, int last, int x, int limit)
{
	for (int i = left; i <= last; i++)
		if (!t->col[i].hidden)
			x += tableview_width(t, i) + TV_GAP;
	return x - TV_GAP <= limit;
}

/* The frozen columns, then those from `left` on, moved so that the cursor's is there. */
static void lay_out(struct tableview *t, int x, int limit)
{
	int i;

	t->n_shown = 0;
	for (i = 0; i < t->frozen && i < (int)t->n_cols; i++)
		if (!t->col[i].hidden)
			show(t, i, &x, limit);
	if (t->frozen)
		x++;
	if (t->left < t->frozen)
		t->left = t->frozen;
	if (t->cur >= t->frozen && t->cur < t->left)
		t->left = t->cur;
	while (t->left < t->cur && !fits(t, t->left, t->cur, x, limit))
		t->left++;
	while (t->left > t->frozen && fits(t, t->left - 1, (int)t->n_cols - 1, x, limit))
		t->left--;
	for (i = t->left; i < (int)t->n_cols; i++)
		if (!t->col[i].hidden && !show(t, i, &x, limit))
			break;
	if (x - TV_GAP < limit && t->n_shown && t->left <= t->frozen)
		stretch(t, limit - (x - TV_GAP));
}

static int frozen_edge(const struct tableview *t)
{
	int x = 0;

	for (int i = 0; i < t->n_shown && t->shown[i].col < t->frozen; i++)
		x = t->shown[i].x + t->shown[i].w + 1;
	return x;
}

/* ---- drawing ---- */

static void draw_heads(struct model *m, const struct pane *p)
{
	const struct tableview *t = m->table;

	put_fill(p, 0, 1, p->w, 1, STB(FG_TEXT, BG_HEADER), " ");
	for (int i = 0; i < t->n_shown; i++) {
		const struct tv_shown *s = &t->shown[i];
		const char *type = tableview_type(t, s->col);
		bool sorted = t->order.sort_col == s->col, number = tableview_is_number(t, s->col);
		struct style st = {s->col == t->cur ? FG_ACCENT : FG_STRONG, BG_HEADER, AT_BOLD};
		struct slice name = slice_str(tableview_name(t, s->col));
		int w = s->w - (sorted ? 2 : 0), used = utf8_width(name), x = s->x;

		if (number && used < w)
			x += w - used;
		x += put_fit(p, x, 1, w, st, name);
		if (sorted)
			put_str(p, x + 1, 1, st, t->order.descending ? "↓" : "↑");
		used = (int)strlen(type);
		x = number && used < s->w ? s->x + s->w - used : s->x;
		put_fit(p, x, 2, s->w, ST(FG_DIM), slice_str(type));
		put_hit(p, s->x, 1, s->w, 2, ACT_SORT, s->col + 1);
		put_hit(p, s->x + s->w, 1, TV_GAP, 2, ACT_DRAG, s->col);
	}
	if (t->n_shown && t->shown[0].col > 0 && t->frozen == 0)
		put_str(p, t->shown[0].x - 1, 1, STB(FG_DIM, BG_HEADER), "‹");
	if (t->n_shown && t->shown[t->n_shown - 1].col + 1 < (int)t->n_cols)
		put_str(p, p->w - 1, 1, STB(FG_DIM, BG_HEADER), "›");
}

static void draw_row(struct model *m, const struct pane *p, int y, uint64_t position, int edge)
{
	struct tableview *t = m->table;
	bool here = position == t->at;
	const struct cell *cells;
	struct err err = ERR_INIT;
	uint64_t number;
	char n[FMT_SIZE];

	if (tableview_row(t, position, &number, &cells, &err) != 0) {
		put_fit(p, 1, y, p->w - 2, ST(FG_BAD), slice_str(err.text));
		return;
	}
	snprintf(n, sizeof n, "%llu", (unsigned long long)number + 1);
	put_right(p, edge - 2, y, ST(here ? FG_ACCENT : FG_DIM), n);
	for (int i = 0; i < t->n_shown; i++) {
		const struct tv_shown *s = &t->shown[i];

		if (s->col < t->frozen)
			put_bg(p, s->x, y, s->w, 1, BG_FROZEN);
		put_cell(p, s->x, y, s->w,
		        (struct style){FG_TEXT, s->col < t->frozen ? BG_FROZEN : BG_NONE, 0},
		        cells[s->col], tableview_is_number(t, s->col));
	}
	if (here)
		put_bg(p, 0, y, p->w, 1, BG_SELECT);
	for (int i = 0; i < t->n_shown && here; i++) /* the cell: turned round */
		for (int x = t->shown[i].x;
		        t->shown[i].col == t->cur && x < t->shown[i].x + t->shown[i].w; x++) {
			struct gcell *c = grid_at(p->g, p->x + x, p->y + y);

			if (c)
				c->style = STB(FG_STRONG, BG_SELECT), c->style.attr = AT_REVERSE;
		}
}

static void draw_rows(struct model *m, const struct pane *p, int edge)
{
	struct tableview *t = m->table;
	uint64_t n = tableview_rows(t);
	int frozen = frozen_edge(t), shift = 0;

	t->page = p->h < 1 ? 1 : p->h;
	if (t->top > t->at)
		t->top = t->at;
	if (t->at >= t->top + (uint64_t)t->page)
		t->top = t->at - (uint64_t)t->page + 1;
	if (n <= (uint64_t)t->page)
		t->top = 0;
	else if (t->top > n - (uint64_t)t->page)
		t->top = n - (uint64_t)t->page;
	for (int y = 0; y < p->h && t->top + (uint64_t)y < n; y++) {
		draw_row(m, p, y, t->top + (uint64_t)y, edge);
		for (int i = 0; i < t->n_shown; i++)
			put_hit(p, t->shown[i].x, y, t->shown[i].w, 1, ACT_SELECT,
			        y << 16 | t->shown[i].col);
	}
	if (frozen)
		put_vrule(p, frozen, 0, p->h);
	while (n >> shift > 1000000)
		shift++;
	table_scrollbar(p, (int)(t->top >> shift), (int)(n >> shift));
}

/* Why the rows end before their end: on the last line. */
static void draw_damage(const struct tableview *t, const struct pane *p)
{
	struct result_state s;

	if (!t->result)
		return;
	result_state(t->result, &s);
	if (!s.err.code)
		return;
	put_fill(p, 0, p->h - 1, p->w, 1, ST(FG_BAD), " ");
	put_str(p, 1, p->h - 1, STA(FG_BAD, AT_BOLD), "✗");
	put_fit(p, 3, p->h - 1, p->w - 4, ST(FG_BAD), slice_str(s.err.text));
}

/* Lines to leave out so that the word that is searched for is among the `h` that are shown. */
static int lines_before(struct model *m, struct slice text, int w, int h)
{
	const char *word = model_search_word(m);
	ptrdiff_t at = word ? slice_find_nocase(text, slice_str(word)) : -1;
	struct wrap lines;
	size_t start, end;
	int n = 0;

	wrap_init(&lines, text, w);
	while (at >= 0 && wrap_next(&lines, &start, &end) && end <= (size_t)at)
		n++;
	return at >= 0 && n >= h ? n - h / 2 : 0;
}

/* The value under the cursor, as far as there is room. */
static void draw_value(struct model *m, const struct pane *p)
{
	struct tableview *t = m->table;
	const struct cell *cells;
	uint64_t number;
	struct cell v;
	char head[320], n[FMT_SIZE];
	const char *unit = "character";
	struct pane text = pane_sub(p, 1, 1, p->w - 2, p->h - 1);

	if (tableview_row(t, t->at, &number, &cells, NULL) != 0)
		return;
	v = cells[t->cur];
	size_t count = v.len > TV_LONGEST ? 0 : utf8_count(cell_slice(v));
	if (v.len > TV_LONGEST) { /* its characters are not counted at every key */
		count = v.len;
		unit = "byte";
		v.len = TV_LONGEST;
	}
	fmt_thousands(n, (int64_t)count);
	snprintf(head, sizeof head, "%s · %s · %s %s%s", tableview_name(t, t->cur),
	        tableview_type(t, t->cur), n, unit, count == 1 ? "" : "s");
	put_rule(p, 0, 0, p->w, head);
	if (cell_is_null(v) || v.len == 0)
		put_cell(&text, 0, 0, text.w, ST(FG_TEXT), v, false);
	else if (put_wrapped(&text, ST(FG_TEXT), cell_slice(v),
	                 lines_before(m, cell_slice(v), text.w, text.h)) > text.h)
		put_right(p, p->w - 2, 0, ST(FG_DIM), " Enter: all of it ");
	draw_damage(t, p);
}

void draw_table(struct model *m, const struct pane *p)
{
	struct tableview *t = m->table;
	int edge = tableview_gutter(m), foot = p->h >= 30 ? 7 : 3;
	struct pane rows = pane_sub(p, 0, HEAD, p->w, p->h - HEAD - foot);
	struct pane value = pane_sub(p, 0, p->h - foot, p->w, foot);

	lay_out(t, edge, p->w - 1);
	draw_table_title(m, p);
	draw_heads(m, p);
	draw_rows(m, &rows, edge);
	draw_value(m, &value);
}

/* Wide terminals have the record beside the table. */
void draw_table_and_record(struct model *m, const struct pane *p)
{
	int left = p->w * 2 / 3;
	struct tableview *t = m->table;
	struct pane grid = pane_sub(p, 0, 0, left, p->h);
	struct pane record = pane_sub(p, left + 1, 0, p->w - left - 1, p->h);
	struct pane rows = pane_sub(&grid, 0, HEAD, left, p->h - HEAD);
	int edge = tableview_gutter(m);

	lay_out(t, edge, left - 1);
	draw_table_title(m, &grid);
	draw_heads(m, &grid);
	draw_rows(m, &rows, edge);
	draw_record(m, &record, false);
	put_vrule(p, left, 1, p->h - 1);
	put_str(p, left, 0, ST(FG_LINE), "┬");
}
