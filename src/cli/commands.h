/* One function per command; each returns the exit status. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/session.h"

int cmd_run(struct session *s);
int cmd_queries(struct session *s);
int cmd_history(struct session *s);
int cmd_settings(struct session *s);

#endif
