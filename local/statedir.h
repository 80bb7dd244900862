/*
 * The server's folder: buckets/, etags/, tmp/, spill/ and lock. Without --state it is a private one
 * in $TMPDIR that goes at exit; those that killed servers left are removed at the next start.
 */
#ifndef LOCAL_STATEDIR_H
#define LOCAL_STATEDIR_H

#include "base/err.h"

#include <stdbool.h>

struct statedir {
	char *path;
	bool temporary;
	int lock; /* held while we live */
};
/* dir NULL: a temporary one. Fails when another server holds dir. */
int statedir_open(struct statedir *s, const char *dir, struct err *err);
void statedir_close(struct statedir *s);

#endif
