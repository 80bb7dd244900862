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
	SCREEN_TUNE,
	SCREEN_PREVIEW,
	SCREEN_TABLE,
	SCREEN_EXPORT,
	SCREEN_RUNS,
	SCREEN_SCHEMA, /* the last with a tab */
	SCREEN_PARAMS,
	SCREEN_LOG,
	SCREEN_HELP,
	SCREEN_COUNT,
};
const char *screen_name(enum screen_id s); /* "Queries" */

enum action {
	ACT_NONE,
	/* everywhere */
	ACT_HELP,
	ACT_COMMAND,
	ACT_QUIT,
	ACT_BACK,
	ACT_CANCEL,
	ACT_SUSPEND,
	ACT_REDRAW,
	ACT_LOG,
	ACT_COPY,
	ACT_FIND,
	ACT_FIND_NEXT,
	ACT_FIND_PREV,
	ACT_RUN_PREV, /* the run on display */
	ACT_RUN_NEXT,
	ACT_GO_QUERIES, /* in the order of the screens */
	ACT_GO_EDITOR,
	ACT_GO_RUN,
	ACT_GO_TUNE,
	ACT_GO_PREVIEW,
	ACT_GO_TABLE,
	ACT_GO_EXPORT,
	ACT_GO_RUNS,
	ACT_GO_SCHEMA,
	/* moving */
	ACT_UP,
	ACT_DOWN,
	ACT_LEFT,
	ACT_RIGHT,
	ACT_PAGE_UP,
	ACT_PAGE_DOWN,
	ACT_PAGE_LEFT,
	ACT_PAGE_RIGHT,
	ACT_TOP,
	ACT_BOTTOM,
	ACT_FIRST,
	ACT_LAST,
	ACT_WHEEL_UP,
	ACT_WHEEL_DOWN,
	ACT_WHEEL_LEFT,
	ACT_WHEEL_RIGHT,
	ACT_NEXT_PANE,
	ACT_PREV_PANE,
	ACT_GOTO, /* a row or a line by its number */
	/* lists, forms */
	ACT_ENTER,
	ACT_RUN,
	ACT_EDIT,
	ACT_PARAMS,
	ACT_FILTER,
	ACT_SORT,
	ACT_FAVOURITE,
	ACT_NEW,
	ACT_RELOAD,
	ACT_SET,
	ACT_OPEN,
	ACT_RESTORE, /* unsaved text of a session that broke off */
	ACT_RECIPE,
	ACT_DATABASE,
	/* editor */
	ACT_RUN_STATEMENT,
	ACT_COMPLETE,
	ACT_EXTERNAL,
	ACT_SAVE,
	ACT_UNDO,
	ACT_REDO,
	ACT_CUT,
	ACT_PASTE,
	ACT_SELECT_ALL,
	ACT_SELECT_STATEMENT,
	ACT_REPLACE,
	ACT_COMMENT,
	ACT_FORMAT_SQL,
	ACT_INDENT,
	ACT_UNINDENT,
	ACT_DUPLICATE,
	ACT_LINE_UP,
	ACT_LINE_DOWN,
	/* run */
	ACT_REPORT,
	ACT_STAGES,
	/* tune and preview */
	ACT_TOGGLE,
	ACT_LESS,
	ACT_MORE,
	ACT_MUCH_LESS,
	ACT_MUCH_MORE,
	ACT_VALUE,
	ACT_ADD_RULE,
	ACT_WHOLE,
	ACT_ACCEPT,
	ACT_ORIGINAL,
	ACT_SAVE_RECIPE,
	ACT_NEXT,
	ACT_PREV,
	ACT_RANDOM,
	ACT_ONLY_CHANGED,
	ACT_ONLY_REJECTED,
	ACT_ONLY_REASON,
	ACT_ONLY_MARKED,
	ACT_ALL_ROWS,
	ACT_LINE,
	ACT_RULES,
	ACT_MARK_GOOD,
	ACT_MARK_BAD,
	ACT_MARKS,
	/* table */
	ACT_FREEZE,
	ACT_WIDER,
	ACT_NARROWER,
	ACT_FIT,
	ACT_HIDE,
	ACT_UNHIDE,
	ACT_FREQUENCY,
	ACT_HISTOGRAM,
	ACT_COPY_ROW,
	/* export */
	ACT_WRITE,
	ACT_FORMAT,
	ACT_COMPRESS,
	ACT_SHARDS,
	ACT_SPLIT,
	ACT_SEED,
	ACT_REJECTS,
	/* schema */
	ACT_EXPAND,
	ACT_COLLAPSE,
	ACT_INSERT,
	ACT_INSERT_SELECT,
	ACT_ROWS,
	ACT_PARTITIONS,
	ACT_USE_DATABASE,
	/* the program */
	ACT_THEME,
	ACT_KEYS,
	ACT_STATS,
	ACT_TOUR,
	ACT_FOLLOW,
	/* from the mouse only */
	ACT_YES, /* answers a question */
	ACT_NO,
	ACT_SELECT,
	ACT_DRAG, /* a handle: a press there begins a drag, nothing else */
	ACT_COUNT,
};
/* As `arg` of an action: the user has said yes to the question that it asked. */
#define ARG_YES (-2)

struct action_info {
	enum action id;
	const char *name;  /* "run", for ':' */
	const char *keys;  /* "Enter r F5", first is shown; "" for none */
	unsigned screens;  /* bit 1 << screen_id */
	const char *label; /* for the footer; "" not there */
	const char *help;  /* one line */
	/* "NAME=VALUE" for commands that take one, "[WORD]" where it may be missing, else NULL */
	const char *arg;
};
/* The whole table (keytable.c); ends with id ACT_NONE. */
const struct action_info *keys_table(void);
/* By command name; unique prefixes count. NULL when unknown or ambiguous. */
const struct action_info *keys_command(const char *name);

#endif
