/* A list of rows with one selected: the arithmetic of scrolling, and a scroll mark. */
#ifndef UI_TABLE_H
#define UI_TABLE_H

#include "ui/grid.h"
#include "ui/keys.h"

struct table {
	int at;   /* selected row */
	int top;  /* first visible row */
	int page; /* visible rows at the last drawing */
};
/* Keeps the selection inside n rows and visible in h. */
void table_fit(struct table *t, int n, int h);
/* Moves by UP, DOWN, PAGE_UP, ..., wheel; false when the action is not a movement. */
bool table_act(struct table *t, int n, enum action a);
/* The same for text without a selection: t->top moves; n is all lines. */
void scroll_fit(struct table *t, int n, int h);
bool scroll_act(struct table *t, enum action a);
/* A thin mark at the right edge when not all n rows fit. */
void table_scrollbar(const struct pane *p, int top, int n);

#endif
