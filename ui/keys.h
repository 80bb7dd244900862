/*
 * One table of actions. It feeds key handling, footer, help screen, the ':' command line and its
 * completion: an action has a name, keys, the screens where it counts, and its text, written once.
 */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include "ui/input.h"

enum screen_id {
	SCREEN_QUERIES,
	SCREEN_EDITOR,
	SCREEN_RUN,
	SCREEN_PREVIEW,
	SCREEN_WRITE,
	SCREEN_PARAMS,
	SCREEN_HELP,
	SCREEN_LOG,
	SCREEN_COUNT,
};
const char *screen_name(enum screen_id s); /* "Queries" */

enum action {
	ACT_NONE,
	ACT_HELP,
	ACT_COMMAND,
	ACT_QUIT,
	ACT_BACK,
	ACT_CANCEL,
	ACT_SUSPEND,
	ACT_REDRAW,
	ACT_LOG,
	ACT_COPY,
	ACT_GO_QUERIES,
	ACT_GO_EDITOR,
	ACT_GO_RUN,
	ACT_GO_PREVIEW,
	ACT_GO_WRITE,
	ACT_UP,
	ACT_DOWN,
	ACT_LEFT,
	ACT_RIGHT,
	ACT_PAGE_UP,
	ACT_PAGE_DOWN,
	ACT_TOP,
	ACT_BOTTOM,
	ACT_WHEEL_UP,
	ACT_WHEEL_DOWN,
	ACT_NEXT_PANE,
	ACT_RUN,
	ACT_EDIT,
	ACT_PARAMS,
	ACT_FILTER,
	ACT_NEW,
	ACT_RELOAD,
	ACT_EXTERNAL,
	ACT_SAVE,
	ACT_UNDO,
	ACT_REDO,
	ACT_FIND,
	ACT_FIND_NEXT,
	ACT_CUT,
	ACT_PASTE,
	ACT_SELECT_ALL,
	ACT_REPORT,
	ACT_PREVIEW,
	ACT_WRITE,
	ACT_NEXT,
	ACT_PREV,
	ACT_RANDOM,
	ACT_ONLY_CHANGED,
	ACT_ONLY_REJECTED,
	ACT_ALL_ROWS,
	ACT_LINE,
	ACT_ENTER,
	ACT_SET,
	ACT_OPEN,
	ACT_RECIPE,
	ACT_DATABASE, /* commands with an argument, no key */
	ACT_SELECT,
	ACT_YES,
	ACT_NO, /* from the mouse and from questions only */
	ACT_COUNT,
};

struct action_info {
	enum action id;
	const char *name;  /* "run", for ':' */
	const char *keys;  /* "Enter r F5", first is shown; "" for none */
	unsigned screens;  /* bit 1 << screen_id */
	const char *label; /* for the footer; "" not there */
	const char *help;  /* one line */
	const char *arg;   /* "NAME=VALUE" for commands that take one, else NULL */
};
/* The whole table; ends with id ACT_NONE. */
const struct action_info *keys_table(void);
/* What that key means on that screen; ACT_NONE: nothing (in the editor: text). */
enum action keys_find(enum screen_id s, const struct key *k);
/* By command name; unique prefixes count. NULL when unknown or ambiguous. */
const struct action_info *keys_command(const char *name);
/* The first key of an action on a screen as people read it, "" when it has none there. */
void keys_label(const struct action_info *a, enum screen_id s, char out[24]);

#endif
