/*
 * How a cell looks, by role: what a thing is, never a colour number. ui/theme.c turns roles into
 * colours for the terminal at hand; without colour, roles become bold, dim, underline and reverse.
 */
#ifndef UI_STYLE_H
#define UI_STYLE_H

#include <stdint.h>

enum style_fg {
	FG_TEXT,
	FG_DIM,    /* labels, hints, frames' titles */
	FG_LINE,   /* rules between panes */
	FG_STRONG, /* headings, the value that counts */
	FG_ACCENT, /* keys, the thing that moves */
	FG_GOOD,
	FG_WARN,
	FG_BAD,
	FG_KEYWORD,
	FG_FUNCTION,
	FG_STRING,
	FG_NUMBER,
	FG_COMMENT,
	FG_FOCUS, /* frame and title of the pane that keys act on */
	FG_FILL,  /* a bar's filled part */
	FG_FILL2, /* a second bar beside or under the first */
	FG_TRACK, /* the rest of a bar */
	FG_RULE0, /* six colours for the recipe's rules; step i takes FG_RULE0 + i % 6 */
	FG_COUNT = FG_RULE0 + 6
};
enum style_bg {
	BG_NONE,
	BG_BAR,    /* title and footer */
	BG_SELECT, /* the row that keys act on */
	BG_MARK,   /* selected text */
	BG_ERROR,  /* the place of a syntax error */
	BG_MATCH,  /* what a search found */
	BG_HEADER, /* a table's header row */
	BG_FROZEN, /* a column that does not scroll */
	BG_STRIPE, /* every other row; decoration, none without 256 colours */
	BG_COUNT
};
enum style_attr { AT_BOLD = 1, AT_UNDERLINE = 2, AT_REVERSE = 4 };

struct style {
	uint8_t fg, bg, attr;
};

#define ST(fg_)         ((struct style){fg_, BG_NONE, 0})
#define STA(fg_, attr_) ((struct style){fg_, BG_NONE, attr_})
#define STB(fg_, bg_)   ((struct style){fg_, bg_, 0})

#endif
