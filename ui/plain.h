/* Text for terminals without UTF-8: lines, arrows and signs as the nearest ASCII, all else '?'. */
#ifndef UI_PLAIN_H
#define UI_PLAIN_H

#include "base/buf.h"

/* Appends exactly `width` ASCII characters for one cell's text. */
void plain_cell(struct buf *out, const char *text, int width);

#endif
