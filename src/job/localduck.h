/*
 * athena-duck as our child: started on first need, ends when we do (it reads a pipe that we hold
 * open, and the kernel tells it of our death), in a process group of its own so that Ctrl-C in the
 * terminal is ours alone. Net thread only: the parent-death signal goes by the starting thread.
 */
#ifndef JOB_LOCALDUCK_H
#define JOB_LOCALDUCK_H

#include "base/err.h"

#include <stdbool.h>

struct localduck_info {
	char *endpoint, *access_key, *secret_key, *output;
};
void localduck_info_release(struct localduck_info *i); /* wipes the secret */

struct localduck;
/*
 * Starts argv and reads its one line of JSON: at most 20 s, given up early when stop says so. Its
 * stderr goes to log_path; with keys_first it works in the background (base/thread.h); when it ends
 * before it serves, the error ends with that log's last line.
 */
struct localduck *localduck_start(char *const *argv, const char *log_path, bool keys_first,
        bool (*stop)(void *), void *arg, struct localduck_info *out, struct err *err);
bool localduck_alive(struct localduck *d);
/* SIGTERM, up to 2 s, SIGKILL. */
void localduck_stop(struct localduck *d);

#endif
