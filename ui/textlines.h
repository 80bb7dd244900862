/* The line index of a textedit, and moves of its cursor: internal to the editor's text. */
#ifndef UI_TEXTLINES_H
#define UI_TEXTLINES_H

#include "ui/textedit.h"

void textlines_reset(struct textedit *t);
/* Before the bytes change: corrects the line starts for a replacement at pos. */
void textlines_update(struct textedit *t, size_t pos, size_t n_took, struct slice put);

#endif
