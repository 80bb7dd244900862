#include "ui/keys.h"

#include <stdio.h>
#include <string.h>

#include "base/ban.h"

#define ON(s) (1u << SCREEN_##s)
#define ALL   ((1u << SCREEN_COUNT) - 1)
#define TEXT  ON(EDITOR) /* letters are text there */
#define LISTS (ALL & ~TEXT)
#define MAIN  (ON(QUERIES) | ON(RUN) | ON(PREVIEW) | ON(WRITE))

/* The order is the footer's: what counts most on a screen comes first. */
static const struct action_info table[] = {
        {ACT_CANCEL, "cancel", "x C-c", LISTS & ~ON(PARAMS), "cancel",
                "cancel; what was scanned is billed", NULL},
        {ACT_ENTER, "enter", "Enter", ON(PARAMS) | ON(WRITE), "change", "change the field", NULL},
        {ACT_RUN, "run", "Enter r F5", ON(QUERIES), "run", "run the query", NULL},
        {ACT_RUN, "run", "C-r F5", TEXT, "run", "run the SQL", NULL},
        {ACT_PREVIEW, "preview", "Enter p", ON(RUN), "preview", "see raw rows against cleaned ones",
                NULL},
        {ACT_REPORT, "report", "v", ON(RUN), "report", "the report of the run as text, and back",
                NULL},
        {ACT_NEXT, "next", "n Right l", ON(PREVIEW), "next", "next row", NULL},
        {ACT_PREV, "previous", "p Left h", ON(PREVIEW), "previous", "previous row", NULL},
        {ACT_RANDOM, "random", "R", ON(PREVIEW), "random", "a row by chance", NULL},
        {ACT_LINE, "line", "t", ON(PREVIEW), "line", "the finished JSON line, and back", NULL},
        {ACT_ONLY_CHANGED, "changed", "c", ON(PREVIEW), "changed",
                "only rows that cleaning changed", NULL},
        {ACT_ONLY_REJECTED, "rejected", "d", ON(PREVIEW), "dropped",
                "only rows that the recipe drops", NULL},
        {ACT_ALL_ROWS, "all", "a", ON(PREVIEW), "", "all rows of the sample", NULL},
        {ACT_WRITE, "write", "w", ON(RUN) | ON(PREVIEW) | ON(WRITE), "write",
                "write JSONL from the rows on disk", "[PATH]"},
        {ACT_RUN, "run", "r F5", ON(RUN) | ON(PREVIEW) | ON(PARAMS), "run", "run the query again",
                NULL},
        {ACT_EDIT, "edit", "e", ON(QUERIES) | ON(RUN) | ON(PREVIEW), "edit", "edit the SQL", NULL},
        {ACT_PARAMS, "parameters", "p", ON(QUERIES), "parameters", "set the query's parameters",
                NULL},
        {ACT_FILTER, "filter", "/", ON(QUERIES), "filter", "show queries with a word in them",
                "[WORD]"},
        {ACT_NEW, "new", "n", ON(QUERIES), "new", "start an empty query", NULL},
        {ACT_RELOAD, "reload", "C-r", ON(QUERIES), "", "read the query folder again", NULL},
        {ACT_SAVE, "save", "C-s", TEXT, "save", "save the SQL to its file", "[PATH]"},
        {ACT_EXTERNAL, "editor", "C-e", TEXT, "$EDITOR", "edit in $VISUAL or $EDITOR", NULL},
        {ACT_UNDO, "undo", "C-_ C-z", TEXT, "undo", "undo", NULL},
        {ACT_REDO, "redo", "C-y", TEXT, "redo", "redo", NULL},
        {ACT_FIND, "find", "C-f", TEXT, "find", "find text", "[WORD]"},
        {ACT_FIND_NEXT, "find-next", "F3 C-g", TEXT, "", "find the next", NULL},
        {ACT_COPY, "copy", "C-c", TEXT, "", "copy the selection", NULL},
        {ACT_CUT, "cut", "C-x", TEXT, "", "cut the selection", NULL},
        {ACT_PASTE, "paste", "C-v", TEXT, "", "paste what was cut or copied", NULL},
        {ACT_SELECT_ALL, "select-all", "C-a", TEXT, "", "select everything", NULL},
        {ACT_UP, "up", "Up k", LISTS, "", "up", NULL},
        {ACT_DOWN, "down", "Down j", LISTS, "", "down", NULL},
        {ACT_LEFT, "left", "Left h", LISTS & ~ON(PREVIEW), "", "left", NULL},
        {ACT_RIGHT, "right", "Right l", LISTS & ~ON(PREVIEW), "", "right", NULL},
        {ACT_PAGE_UP, "page-up", "PageUp C-b", LISTS, "", "a page up", NULL},
        {ACT_PAGE_DOWN, "page-down", "PageDown C-f Space", LISTS, "", "a page down", NULL},
        {ACT_TOP, "top", "g Home", LISTS, "", "to the first", NULL},
        {ACT_BOTTOM, "bottom", "G End", LISTS, "", "to the last", NULL},
        {ACT_WHEEL_UP, "wheel-up", "WheelUp", ALL, "", "scroll up", NULL},
        {ACT_WHEEL_DOWN, "wheel-down", "WheelDown", ALL, "", "scroll down", NULL},
        {ACT_NEXT_PANE, "next-pane", "Tab", LISTS, "", "the other pane; the next edit", NULL},
        {ACT_COPY, "copy", "y", LISTS, "", "copy what is shown (OSC 52)", NULL},
        {ACT_GO_QUERIES, "queries", "1", LISTS, "", "the list of queries", NULL},
        {ACT_GO_EDITOR, "sql", "2", LISTS, "", "the SQL editor", NULL},
        {ACT_GO_RUN, "dashboard", "3", LISTS, "", "the run", NULL},
        {ACT_GO_PREVIEW, "rows", "4", LISTS, "", "the preview", NULL},
        {ACT_GO_WRITE, "output", "5", LISTS, "", "writing JSONL", NULL},
        {ACT_LOG, "log", "L", LISTS & ~ON(LOG), "", "what happened: debug.log", NULL},
        {ACT_COMMAND, "command", ": F2", LISTS, "commands",
                "a command; Tab completes, arrows recall", NULL},
        {ACT_COMMAND, "command", "F2 M-x", TEXT, "commands",
                "a command; Tab completes, arrows recall", NULL},
        {ACT_BACK, "back", "Esc", ALL & ~ON(QUERIES), "back", "back; never quits", NULL},
        {ACT_BACK, "back", "Esc", ON(QUERIES), "", "drop the filter", NULL},
        {ACT_HELP, "help", "? F1", LISTS & ~ON(HELP), "help", "keys and commands of this screen",
                NULL},
        {ACT_HELP, "help", "F1", TEXT, "help", "keys and commands of this screen", NULL},
        {ACT_SUSPEND, "suspend", "C-z", LISTS, "", "stop the program; fg brings it back", NULL},
        {ACT_REDRAW, "redraw", "C-l", ALL, "", "paint the screen again", NULL},
        {ACT_QUIT, "quit", "q", LISTS, "quit", "quit; asks when a query runs", NULL},
        {ACT_SET, "set", "", ALL, "", "set a parameter of the query", "NAME=VALUE"},
        {ACT_OPEN, "open", "", ALL, "", "edit a SQL file", "PATH"},
        {ACT_RECIPE, "recipe", "", ALL, "", "the recipe for preview and writing", "NAME"},
        {ACT_DATABASE, "database", "", ALL, "", "the database for the next run", "NAME"},
        {ACT_NONE, NULL, NULL, 0, NULL, NULL, NULL},
};

const char *screen_name(enum screen_id s)
{
	static const char *const name[SCREEN_COUNT] = {
	        "Queries", "Editor", "Run", "Preview", "Write", "Parameters", "Help", "Log"};
	return name[s];
}

const struct action_info *keys_table(void)
{
	return table;
}

/* Takes one word off the list of keys; false at its end. */
static bool next_key(const char **keys, struct key *k)
{
	char word[24];
	const char *s = *keys + strspn(*keys, " ");
	size_t n = strcspn(s, " ");
	if (n == 0)
		return false;
	snprintf(word, sizeof word, "%.*s", (int)n, s);
	*keys = s + n;
	return key_parse(word, k);
}

enum action keys_find(enum screen_id s, const struct key *k)
{
	struct key want;
	for (const struct action_info *i = table; i->id != ACT_NONE; i++) {
		const char *keys = i->keys;
		if (!(i->screens & 1u << s))
			continue;
		while (next_key(&keys, &want))
			if (key_same(&want, k))
				return i->id;
	}
	return ACT_NONE;
}

const struct action_info *keys_command(const char *name)
{
	const struct action_info *found = NULL;
	size_t n = strlen(name);
	if (n == 0)
		return NULL;
	for (const struct action_info *i = table; i->id != ACT_NONE; i++) {
		if (strcmp(i->name, name) == 0)
			return i;
		if (strncmp(i->name, name, n) != 0)
			continue;
		if (found && strcmp(found->name, i->name) != 0)
			return NULL;
		found = i;
	}
	return found;
}

void keys_label(const struct action_info *a, enum screen_id s, char out[24])
{
	struct key k;
	const char *keys = a->keys;
	out[0] = '\0';
	if ((a->screens & 1u << s) && next_key(&keys, &k))
		key_label(&k, out);
}
