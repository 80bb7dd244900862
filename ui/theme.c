#include "ui/theme.h"

#include <string.h>

#include "base/ban.h"

#define NO_COLOUR (-1)

/* 256-colour index, 16-colour index (-1: the terminal's own), attributes added without colour. */
struct role {
	short c256, c16;
	unsigned char mono, also; /* also: attributes in every mode */
};

static const struct role dark_fg[FG_COUNT] = {
        [FG_TEXT] = {NO_COLOUR, NO_COLOUR, 0, 0},
        [FG_DIM] = {246, 7, 0, 0},
        [FG_LINE] = {239, 8, 0, 0},
        [FG_STRONG] = {NO_COLOUR, NO_COLOUR, AT_BOLD, AT_BOLD},
        [FG_ACCENT] = {80, 6, AT_BOLD, 0},
        [FG_GOOD] = {114, 2, 0, 0},
        [FG_WARN] = {179, 3, AT_BOLD, 0},
        [FG_BAD] = {210, 1, AT_BOLD, 0},
        [FG_KEYWORD] = {111, 4, AT_BOLD, 0},
        [FG_FUNCTION] = {80, 6, 0, 0},
        [FG_STRING] = {150, 2, 0, 0},
        [FG_NUMBER] = {180, 3, 0, 0},
        [FG_COMMENT] = {243, 8, 0, 0},
        [FG_RULE0] = {80, 6, AT_UNDERLINE, AT_UNDERLINE},
        [FG_RULE0 + 1] = {179, 3, AT_UNDERLINE, AT_UNDERLINE},
        [FG_RULE0 + 2] = {176, 5, AT_UNDERLINE, AT_UNDERLINE},
        [FG_RULE0 + 3] = {114, 2, AT_UNDERLINE, AT_UNDERLINE},
        [FG_RULE0 + 4] = {111, 4, AT_UNDERLINE, AT_UNDERLINE},
        [FG_RULE0 + 5] = {210, 1, AT_UNDERLINE, AT_UNDERLINE},
};
static const struct role light_fg[FG_COUNT] = {
        [FG_TEXT] = {NO_COLOUR, NO_COLOUR, 0, 0},
        [FG_DIM] = {241, 8, 0, 0},
        [FG_LINE] = {250, 7, 0, 0},
        [FG_STRONG] = {NO_COLOUR, NO_COLOUR, AT_BOLD, AT_BOLD},
        [FG_ACCENT] = {30, 6, AT_BOLD, 0},
        [FG_GOOD] = {28, 2, 0, 0},
        [FG_WARN] = {130, 3, AT_BOLD, 0},
        [FG_BAD] = {160, 1, AT_BOLD, 0},
        [FG_KEYWORD] = {25, 4, AT_BOLD, 0},
        [FG_FUNCTION] = {30, 6, 0, 0},
        [FG_STRING] = {64, 2, 0, 0},
        [FG_NUMBER] = {130, 3, 0, 0},
        [FG_COMMENT] = {244, 8, 0, 0},
        [FG_RULE0] = {30, 6, AT_UNDERLINE, AT_UNDERLINE},
        [FG_RULE0 + 1] = {130, 3, AT_UNDERLINE, AT_UNDERLINE},
        [FG_RULE0 + 2] = {90, 5, AT_UNDERLINE, AT_UNDERLINE},
        [FG_RULE0 + 3] = {28, 2, AT_UNDERLINE, AT_UNDERLINE},
        [FG_RULE0 + 4] = {25, 4, AT_UNDERLINE, AT_UNDERLINE},
        [FG_RULE0 + 5] = {160, 1, AT_UNDERLINE, AT_UNDERLINE},
};
/* Backgrounds with few colours are reverse video: a palette of 8 has no quiet grey. */
static const short dark_bg[BG_COUNT] = {NO_COLOUR, 235, 237, 24, 88};
static const short light_bg[BG_COUNT] = {NO_COLOUR, 254, 252, 153, 224};
static const unsigned char few_bg[BG_COUNT] = {
        0, AT_REVERSE, AT_REVERSE, AT_REVERSE, AT_REVERSE | AT_UNDERLINE};

enum theme_name theme_find(const char *name)
{
	if (name && strcmp(name, "light") == 0)
		return THEME_LIGHT;
	return name && strcmp(name, "mono") == 0 ? THEME_MONO : THEME_DARK;
}

static void add_colour(struct buf *out, int colors, const struct role *r)
{
	if (colors >= 256 && r->c256 != NO_COLOUR)
		buf_printf(out, ";38;5;%d", r->c256);
	else if (colors < 256 && r->c16 != NO_COLOUR) {
		if (r->c16 < 8)
			buf_printf(out, ";%d", 30 + r->c16);
		else if (colors >= 16)
			buf_printf(out, ";%d", 90 + r->c16 - 8);
	}
}

void theme_sgr(enum theme_name t, int colors, struct style st, struct buf *out)
{
	const struct role *r = t == THEME_LIGHT ? &light_fg[st.fg] : &dark_fg[st.fg];
	if (t == THEME_MONO)
		colors = 0;
	unsigned attr = st.attr | r->also | (colors ? 0 : r->mono);
	if (colors < 256)
		attr |= few_bg[st.bg];
	buf_add_str(out, "\033[0");
	if (attr & AT_BOLD)
		buf_add_str(out, ";1");
	if (attr & AT_UNDERLINE)
		buf_add_str(out, ";4");
	if (attr & AT_REVERSE)
		buf_add_str(out, ";7");
	if (colors == 0 && (st.fg == FG_DIM || st.fg == FG_COMMENT || st.fg == FG_LINE) && !st.bg)
		buf_add_str(out, ";2");
	if (colors)
		add_colour(out, colors, r);
	if (colors >= 256 && st.bg != BG_NONE)
		buf_printf(out, ";48;5;%d", t == THEME_LIGHT ? light_bg[st.bg] : dark_bg[st.bg]);
	buf_add_char(out, 'm');
}
