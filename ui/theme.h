/*
 * Roles to colours: dark, light, mono and two that do not need red told from green. Truecolor and
 * 256 colours are the theme's own; 16 and 8 use the terminal's palette; without colour (and in
 * mono) only attributes are left, so that no meaning hangs on colour alone. Pure.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include "base/buf.h"
#include "ui/style.h"

#include <stdbool.h>

enum theme_name {
	THEME_DARK,
	THEME_LIGHT,
	THEME_MONO,
	THEME_COLORBLIND, /* after Okabe and Ito; on dark */
	THEME_COLORBLIND_LIGHT,
	THEME_COUNT
};
#define COLORS_TRUE (1 << 24)

/* "dark", "light", "mono", "colorblind", "colorblind-light"; false for anything else, NULL too. */
bool theme_find(const char *name, enum theme_name *out);
const char *theme_name_of(enum theme_name t);

/* What a style is on a terminal with that many colours. */
struct look {
	int fg, bg; /* -1: the terminal's own; else 0xRRGGBB, or the index in its palette */
	unsigned char attr;
};
enum look_attr { LOOK_BOLD = 1, LOOK_UNDERLINE = 2, LOOK_REVERSE = 4, LOOK_DIM = 8 };
#define LOOK_PLAIN ((struct look){-1, -1, 0})
/* colors: COLORS_TRUE, 256, 16, 8, or 0 for none. */
struct look theme_look(enum theme_name t, int colors, struct style st);
bool look_same(struct look a, struct look b);
/* Appends the shortest SGR sequence that turns one look into the other; nothing when they are the
 * same. Without colours every change begins with a reset: old terminals know no other way off. */
void look_change(int colors, struct look from, struct look to, struct buf *out);

#endif
