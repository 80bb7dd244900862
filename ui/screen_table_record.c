/* One row, a column a line: beside the table where there is room, or alone. */
#include "ui/tableview.h"

#include "base/fmt.h"
#include "base/utf8.h"
#include "ui/wrap.h"

#include <stdio.h>

#include "base/ban.h"

int put_cell(const struct pane *p, int x, int y, int w, struct style st, struct cell v, bool right)
{
	struct slice s = cell_slice(v);

	if (!s.ptr || s.len == 0) {
		s = slice_str(s.ptr ? "\"\"" : "·NULL·");
		st.fg = FG_DIM;
	}
	if (s.len > 4096)
		s.len = 4096;
	if (right) {
		int used = utf8_width(s);

		if (used < w)
			x += w - used;
		else
			right = false;
	}
	return put_fit(p, x, y, right ? p->w - x : w, st, s);
}

/* Width of the names: up to a third of the pane. */
static int names_width(const struct tableview *t, int most)
{
	int w = 4;

	for (size_t i = 0; i < t->n_cols; i++) {
		int have = utf8_width(slice_str(t->columns->col[i].name));

		w = have > w ? have : w;
	}
	return w < most ? w : most;
}

static int lines_of(struct cell v, int w)
{
	int n = v.len ? wrap_count(slice_of(v.ptr, v.len < TV_LONGEST ? v.len : TV_LONGEST), w) : 1;

	return n < 1 ? 1 : n;
}

static void draw_field(
        const struct pane *p, int y, int at, struct tableview *t, int col, struct cell v, int lines)
{
	bool here = col == t->cur;
	int skip = y < 0 ? -y : 0, top = y < 0 ? 0 : y;
	struct pane text = pane_sub(p, at, top, p->w - at - 2, lines - skip);

	if (y >= 0) {
		put_fit(p, 2, y, at - 4, STA(here ? FG_ACCENT : FG_DIM, here ? AT_BOLD : 0),
		        slice_str(t->columns->col[col].name));
		if (here)
			put_str(p, 0, y, ST(FG_ACCENT), "▌");
		if (t->mode == TV_GRID) /* beside the table: the same cell there */
			put_hit(p, 0, y, p->w, 1, ACT_SELECT, (int)(t->at - t->top) << 16 | col);
	}
	if (v.len == 0)
		put_cell(&text, 0, 0, text.w, ST(FG_TEXT), v, false);
	else
		put_wrapped(&text, ST(FG_TEXT),
		        slice_of(v.ptr, v.len < TV_LONGEST ? v.len : TV_LONGEST), skip);
}

static void draw_head(struct model *m, const struct pane *p, uint64_t number, bool alone)
{
	const struct tableview *t = m->table;
	char n[FMT_SIZE], at[FMT_SIZE], of[FMT_SIZE], head[160];

	fmt_thousands(n, (int64_t)number + 1);
	if (alone)
		snprintf(head, sizeof head,
		        "row %s · %s of %s shown · ← → the row before and after", n,
		        fmt_thousands(at, (int64_t)t->at + 1),
		        fmt_thousands(of, (int64_t)tableview_rows(t)));
	else
		snprintf(head, sizeof head, "row %s", n);
	put_rule(p, 0, 0, p->w, head);
}

void draw_record(struct model *m, const struct pane *p, bool alone)
{
	struct tableview *t = m->table;
	struct pane body = pane_sub(p, 0, 2, p->w, p->h - 2);
	int at = names_width(t, p->w / 3) + 4, total = 0, here = 0, here_lines = 1, y;
	const struct cell *cells;
	struct err err = ERR_INIT;
	uint64_t number;

	if (tableview_row(t, t->at, &number, &cells, &err) != 0) {
		draw_error(p, 2, "This row", &err);
		return;
	}
	draw_head(m, p, number, alone);
	for (int i = 0; i < (int)t->n_cols; i++) {
		int n = lines_of(cells[i], p->w - at - 2);

		if (i == t->cur) {
			here = total;
			here_lines = n;
		}
		total += n;
	}
	if (alone)
		scroll_fit(&t->scroll, total, body.h);
	y = alone ? -t->scroll.top : 0;
	if (!alone && here + here_lines > body.h && here > 0)
		y = here_lines >= body.h ? -here : body.h - here - here_lines;
	table_scrollbar(&body, -y, total);
	for (int i = 0; i < (int)t->n_cols && y < body.h; i++) {
		int n = lines_of(cells[i], p->w - at - 2);

		if (y + n > 0)
			draw_field(&body, y, at, t, i, cells[i], n);
		y += n;
	}
}
