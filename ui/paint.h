/*
 * Two grids to the bytes that turn one picture into the other (ECMA-48 sequences), as few as may
 * be: a slow line carries them. Pure: the painted bytes can be fed to an emulator in a test.
 *
 * A cell whose width terminals may doubt (emoji, right-to-left letters, combining marks) is placed
 * by itself, so that no disagreement moves what follows it. Characters are never repeated by REP:
 * too many terminals that say they know it do not.
 */
#ifndef UI_PAINT_H
#define UI_PAINT_H

#include "base/buf.h"
#include "ui/grid.h"
#include "ui/theme.h"

struct paint_options {
	enum theme_name theme;
	int colors; /* COLORS_TRUE, 256, 16, 8, 0 */
	bool sync;  /* bracket large frames with CSI ?2026 h and l: terminals that know it show them
	             * whole */
	bool ascii; /* the terminal has no UTF-8: lines and signs become ASCII, other text '?' */
};
/* from: what the terminal shows, of the same size; NULL when unknown: everything is painted. */
void paint_diff(struct buf *out, const struct grid *from, const struct grid *to,
        const struct paint_options *o);

#endif
