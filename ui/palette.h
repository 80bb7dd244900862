/*
 * The themes' colours, one line per role. Checked by tests/unit/test-theme.c: text against its
 * background by WCAG 2 (4.5 to 1 or better), the colour-blind themes by simulation.
 */
#ifndef UI_PALETTE_H
#define UI_PALETTE_H

#include "ui/style.h"

#define OWN (-1) /* the terminal's own colour */

struct ink {
	int rgb; /* 0xRRGGBB */
	short c256, c16;
	unsigned char mono, also; /* attributes without colour, and in every mode */
};
struct ground {
	int rgb, c256;
	int ink_rgb, ink_c256; /* text without a role of its own */
	int one_ink;           /* 1: all text there has that colour */
};
struct palette {
	struct ink fg[FG_COUNT];
	struct ground bg[BG_COUNT];
};
extern const struct palette palette_dark, palette_light, palette_colorblind,
        palette_colorblind_light;

#endif
