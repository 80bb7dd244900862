/*
 * The editor's unsaved text in the state folder (STATE/autosave, 0700; files 0600), so that a crash
 * or a kill takes two seconds of typing at most. A file belongs to one process, which holds a lock
 * beside it; what nobody holds is offered back at the next start, once, and stays for :restore.
 * Removed when the text is saved or undone. UI thread: writes are atomic, of texts up to
 * AUTOSAVE_MAX, and do not wait for the disk.
 */
#ifndef UI_AUTOSAVE_H
#define UI_AUTOSAVE_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define AUTOSAVE_MAX      (2u << 20) /* bytes of text */
#define AUTOSAVE_EVERY_MS 2000
#define AUTOSAVE_KEEP     20 /* files that stay for :restore, the newest */

struct autosave;
struct autosave *autosave_new(const char *state_dir); /* touches nothing yet */
void autosave_free(struct autosave *a);               /* NULL allowed; files stay */
/* Writes the text. source: the file that it was read from, NULL none. */
int autosave_write(struct autosave *a, const char *source, struct slice text, struct err *err);
void autosave_drop(struct autosave *a); /* what was written is not needed any more */
/* What was written stays for :restore, but is not offered by itself. */
void autosave_keep(struct autosave *a);

/* What another session left behind. */
struct autosave_left {
	char *path, *source; /* of the autosaved file; the SQL's own, "" none */
	int64_t wall_ms;     /* when it was written */
	struct buf text;
};
/* The newest; fresh: only one that was not offered yet, which it counts as from now on. False:
 * there is none. Release it. */
bool autosave_find(struct autosave *a, bool fresh, struct autosave_left *out);
void autosave_left_release(struct autosave_left *l);

#endif
