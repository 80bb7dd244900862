/* A long text in lines, wrapped only as far as somebody looks: what wrap.h does at once. */
#ifndef UI_LINES_H
#define UI_LINES_H

#include "ui/wrap.h"

struct lines {
	struct slice text; /* borrowed: must live, or be set anew */
	int width;
	struct wrap wrap;
	size_t *range; /* start and end of each line */
	size_t n, cap; /* lines so far */
	bool done;     /* these are all */
};
/* Keeps what is there when text and width are the same. */
void lines_set(struct lines *l, struct slice text, int width);
void lines_release(struct lines *l);
/* At least n lines, if the text has so many; returns those that are there. */
size_t lines_up_to(struct lines *l, size_t n);
/* The line that holds an offset. */
size_t lines_at(struct lines *l, size_t offset);
/* The bytes that `h` lines from `top` on show. */
void lines_span(struct lines *l, size_t top, int h, size_t *from, size_t *to);
void lines_draw(const struct pane *p, struct lines *l, size_t top, style_fn fn, void *arg);

#endif
