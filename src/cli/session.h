/* What every command needs: settings with the command line put in, folders, log, engine. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/args.h"
#include "cli/settings.h"
#include "job/engine.h"

struct session {
	const struct args *args;
	struct settings *settings;
	char *state_dir, *cache_dir;
	char *log_path;
	bool local_by_default; /* nobody asked for it: no AWS account is configured */
};
/* Settings, folders and log. session_close in any case. */
int session_open(struct session *s, const struct args *a, struct err *err);
void session_close(struct session *s);
/* Resolves local or AWS (settings->local is final then) and makes the engine; network: false
 * makes one that only works on files. */
struct engine *session_engine(struct session *s, bool network, struct err *err);
/* "athena-jsonl: text" on stderr, made safe for a terminal; NULL and empty text allowed. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say_error(const struct err *err);
/* Exit status by what the user can do about it (harlequin's hsql codes, and ours). */
int exit_status(const struct err *err);

enum {
	EXIT_OK = 0,
	EXIT_QUERY = 1,
	EXIT_USAGE = 2,
	EXIT_NETWORK = 3,
	EXIT_TIMEOUT = 4,
	EXIT_CREDENTIALS = 5,
	EXIT_BUDGET = 6,
	EXIT_LOCAL = 7,
	EXIT_SIGNAL = 128
};

#endif
