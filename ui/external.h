/* A text through $VISUAL, $EDITOR or vi: a temporary file (0600) that is removed afterwards. */
#ifndef UI_EXTERNAL_H
#define UI_EXTERNAL_H

#include "base/buf.h"
#include "base/err.h"

/* The terminal must have been left. out: what the editor saved. -1 when it could not run, or ended
 * with a non-zero code: then the text stays as it was. */
int external_edit(struct slice text, struct buf *out, struct err *err);

#endif
