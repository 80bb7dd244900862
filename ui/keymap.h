/*
 * Which key is which action on which screen: the table of ui/keys.h with the user's changes. Made
 * once; a look-up parses nothing.
 */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include "base/buf.h"
#include "base/err.h"
#include "ui/keys.h"

#include <stddef.h>

struct keymap;
struct ui_key; /* ui/ui.h */
/*
 * NULL when an action or key is unknown (ERR_CONFIG; with the nearest word). The keys of an action
 * are replaced; other actions lose them, and `notes` (NULL allowed) gets a line for each such loss.
 * In the editor characters stay text.
 */
struct keymap *keymap_new(
        const struct ui_key *change, size_t n, struct buf *notes, struct err *err);
void keymap_free(struct keymap *m); /* NULL allowed */

/* What that key means on that screen; ACT_NONE: nothing (in the editor: text). */
enum action keymap_find(const struct keymap *m, enum screen_id s, const struct key *k);
/* The i-th key of a row of the table on that screen; false beyond the last. */
bool keymap_key(const struct keymap *m, const struct action_info *a, enum screen_id s, size_t i,
        struct key *out);
/* Whether the user chose the keys of that row there. */
bool keymap_is_own(const struct keymap *m, const struct action_info *a, enum screen_id s);
/* The first of them as people read it, "" when there is none. */
void keymap_label(
        const struct keymap *m, const struct action_info *a, enum screen_id s, char out[24]);
/* All of them, two blanks between. */
void keymap_labels(const struct keymap *m, const struct action_info *a, enum screen_id s, char *out,
        size_t size);

#endif
