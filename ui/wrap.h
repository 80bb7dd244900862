/* Text of several lines laid out in columns: word wrap by grapheme width, tabs of 4. */
#ifndef UI_WRAP_H
#define UI_WRAP_H

#include "sql/lexer.h"
#include "ui/grid.h"

#define TAB_WIDTH 4

struct wrap {
	struct slice text;
	size_t pos;
	int width;
	bool done;
};
void wrap_init(struct wrap *w, struct slice text, int width);
/* The next line's byte range, without its newline and the blanks at a break. A text that ends in
 * a newline has no empty line after it; an empty text has none at all. */
bool wrap_next(struct wrap *w, size_t *start, size_t *end);
int wrap_count(struct slice text, int width);

/* Draws text[start, end) from column x; the style is asked per byte offset. Returns columns. */
typedef struct style (*style_fn)(void *arg, size_t offset);
int put_range(const struct pane *p, int x, int y, struct slice text, size_t start, size_t end,
        style_fn fn, void *arg);
/* Wraps and draws plain text in a pane from line `skip` on; returns all lines of the text. */
int put_wrapped(const struct pane *p, struct style st, struct slice text, int skip);
/* The same with a style for each byte. */
int put_wrapped_as(const struct pane *p, struct slice text, int skip, style_fn fn, void *arg);

/* Colours of SQL, token by token: an array of enum style_fg per byte; the caller frees. */
unsigned char *sql_colours(struct slice sql);
/* The same of [from, to) only, where `inside` holds at from: index 0 is from. */
unsigned char *sql_colours_of(struct slice sql, size_t from, size_t to, enum sql_inside inside);
struct style sql_style(void *colours, size_t offset); /* a style_fn */

#endif
