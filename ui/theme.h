/*
 * Roles to colours. Three themes: dark, light, mono. 256 colours by default; 16 and 8 use the
 * terminal's own palette; mono uses attributes only, so that no meaning hangs on colour alone.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include "base/buf.h"
#include "ui/style.h"

enum theme_name { THEME_DARK, THEME_LIGHT, THEME_MONO };
/* "dark", "light", "mono"; anything else, NULL too, is dark. */
enum theme_name theme_find(const char *name);
/* Appends one SGR sequence that sets everything that st needs, beginning with a reset.
 * colors: 256, 16, 8, or 0 for none. */
void theme_sgr(enum theme_name t, int colors, struct style st, struct buf *out);

#endif
