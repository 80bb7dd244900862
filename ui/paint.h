/*
 * Two grids to the bytes that turn one picture into the other (ECMA-48 sequences). Pure: the
 * painted bytes can be fed to an emulator in a test.
 */
#ifndef UI_PAINT_H
#define UI_PAINT_H

#include "base/buf.h"
#include "ui/grid.h"
#include "ui/theme.h"

struct paint_options {
	enum theme_name theme;
	int colors; /* 256, 16, 8, 0 */
	bool sync; /* bracket with CSI ?2026 h and l: terminals that know it show the frame whole */
};
/* from: what the terminal shows, of the same size; NULL when unknown: everything is painted. */
void paint_diff(struct buf *out, const struct grid *from, const struct grid *to,
        const struct paint_options *o);

#endif
