/*
 * A screen as cells, and the primitives that draw into it. Screens draw into panes (clipped,
 * relative rectangles of a grid); ui/term.c paints the grid. All text, ours and foreign, goes
 * through utf8_next_cell: no control sequence can reach a cell. UI thread, no terminal needed.
 */
#ifndef UI_GRID_H
#define UI_GRID_H

#include "base/buf.h"
#include "base/slice.h"
#include "ui/style.h"

#include <stdbool.h>
#include <stddef.h>

struct gcell {
	char text[40]; /* one grapheme cluster; "" in the right half of a wide one */
	uint8_t width; /* 1 or 2; 0 in the right half */
	struct style style;
};
struct hit { /* a region that a mouse click acts on */
	int x, y, w, h;
	int action, arg;
};
struct grid {
	int w, h;
	struct gcell *cell; /* w * h, by rows */
	struct hit *hit;
	size_t n_hits, cap_hits;
	bool cursor;
	int cur_x, cur_y;
};

void grid_init(struct grid *g, int w, int h);
void grid_release(struct grid *g);
void grid_resize(struct grid *g, int w, int h); /* clears */
void grid_clear(struct grid *g);
void grid_copy(struct grid *to, const struct grid *from);
struct gcell *grid_at(const struct grid *g, int x, int y); /* NULL outside */
/* The newest region at that place, or NULL. */
const struct hit *grid_hit(const struct grid *g, int x, int y);
/* Text, trailing blanks cut, one line per row. */
void grid_dump(const struct grid *g, struct buf *out);
/* One letter per cell: its foreground role, upper case when it has a background or attribute. */
void grid_dump_styles(const struct grid *g, struct buf *out);

/* A clipped rectangle. Coordinates of all put_* are relative to it. */
struct pane {
	struct grid *g;
	int x, y, w, h;
};
struct pane pane_all(struct grid *g);
/* A part of p, cut to p. */
struct pane pane_sub(const struct pane *p, int x, int y, int w, int h);

/* Each returns the columns that the text takes (painted or clipped). */
int put_text(const struct pane *p, int x, int y, struct style st, struct slice text);
int put_str(const struct pane *p, int x, int y, struct style st, const char *s);
int put_fmt(const struct pane *p, int x, int y, struct style st, const char *fmt, ...)
        __attribute__((format(printf, 5, 6)));
/* At most w columns; what does not fit ends in an ellipsis. Tabs and newlines become blanks. */
int put_fit(const struct pane *p, int x, int y, int w, struct style st, struct slice text);
/* Ends before column `right`. */
int put_right(const struct pane *p, int right, int y, struct style st, const char *s);
void put_fill(const struct pane *p, int x, int y, int w, int h, struct style st, const char *s);
/* Keeps the text, changes the background. */
void put_bg(const struct pane *p, int x, int y, int w, int h, enum style_bg bg);
/* A rule with an optional title in it: "── title ─────". */
void put_rule(const struct pane *p, int x, int y, int w, const char *title);
void put_vrule(const struct pane *p, int x, int y, int h);
/* Where drawn lines (cells of FG_LINE) meet, turns them into joints: tees and crosses. */
void put_joints(const struct pane *p);
/* A bar of `part` of `whole` over w columns, in eighths of a cell. */
void put_bar(const struct pane *p, int x, int y, int w, struct style st, double part, double whole);
void put_hit(const struct pane *p, int x, int y, int w, int h, int action, int arg);
void put_cursor(const struct pane *p, int x, int y);

#endif
