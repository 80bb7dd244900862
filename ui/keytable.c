/* Every action: its name, keys, screens and text, written once. */
#include "ui/keys.h"

#include "base/ban.h"

#define ON(s) (1u << SCREEN_##s)
#define ALL   ((1u << SCREEN_COUNT) - 1)
#define TEXT  ON(EDITOR) /* letters are text there */
#define LISTS (ALL & ~TEXT)
#define ROWS  (ON(RUN) | ON(TUNE) | ON(PREVIEW) | ON(TABLE))
#define SIDE  (LISTS & ~(ON(PREVIEW) | ON(TUNE) | ON(SCHEMA))) /* left and right only move */

/* The order is the footer's: what counts most on a screen comes first. */
static const struct action_info table[] = {
        {ACT_CANCEL, "cancel", "x C-c", LISTS & ~ON(PARAMS), "cancel",
                "cancel; what was scanned is billed", NULL},

        /* queries, parameters */
        {ACT_RUN, "run", "Enter r F5", ON(QUERIES), "run", "run the query", NULL},
        {ACT_EDIT, "edit", "e", ON(QUERIES), "edit", "edit the SQL", NULL},
        {ACT_PARAMS, "parameters", "p", ON(QUERIES), "parameters", "set the query's parameters",
                NULL},
        {ACT_FILTER, "filter", "/", ON(QUERIES), "filter", "show queries with a word in them",
                "[WORD]"},
        {ACT_SORT, "sort", "s", ON(QUERIES), "sort", "sort by name, recency, cost or time", "[BY]"},
        {ACT_FAVOURITE, "favourite", "f", ON(QUERIES), "favourite",
                "keep the query on top, and back", NULL},
        {ACT_NEW, "new", "n", ON(QUERIES), "new", "start an empty query", NULL},
        {ACT_RELOAD, "reload", "C-r", ON(QUERIES), "", "read the query folder again", NULL},
        {ACT_ENTER, "enter", "Enter", ON(PARAMS) | ON(EXPORT), "change", "change the field", NULL},

        /* editor */
        {ACT_RUN, "run", "C-r F5", TEXT, "run", "run the SQL", NULL},
        {ACT_RUN_STATEMENT, "run-statement", "M-Enter", TEXT, "statement",
                "run the statement under the cursor", NULL},
        {ACT_SAVE, "save", "C-s", TEXT, "save", "save the SQL to its file", "[PATH]"},
        {ACT_COMPLETE, "complete", "C-Space", TEXT, "complete",
                "complete the word; Tab too, behind a word", NULL},
        {ACT_FIND, "find", "C-f", TEXT, "find", "find text", "[WORD]"},
        {ACT_REPLACE, "replace", "M-r", TEXT, "replace", "replace text, one by one or all",
                "[OLD NEW]"},
        {ACT_FORMAT_SQL, "format-sql", "M-f", TEXT, "format", "lay the SQL out", NULL},
        {ACT_COMMENT, "comment", "M-; M-/", TEXT, "comment", "comment lines out, and back", NULL},
        {ACT_EXTERNAL, "editor", "C-e", TEXT, "$EDITOR", "edit in $VISUAL or $EDITOR", NULL},
        {ACT_UNDO, "undo", "C-_ C-z", TEXT, "undo", "undo", NULL},
        {ACT_REDO, "redo", "C-y", TEXT, "redo", "redo", NULL},
        {ACT_FIND_NEXT, "find-next", "F3 C-g", TEXT, "", "the next match", NULL},
        {ACT_FIND_PREV, "find-previous", "S-F3 M-n", TEXT, "", "the match before", NULL},
        {ACT_GOTO, "goto", "M-g", TEXT, "", "go to a line", "NUMBER"},
        {ACT_SELECT_STATEMENT, "select-statement", "M-s", TEXT, "",
                "select the statement under the cursor", NULL},
        {ACT_DUPLICATE, "duplicate", "M-d", TEXT, "", "duplicate the line", NULL},
        {ACT_LINE_UP, "line-up", "M-Up", TEXT, "", "move the line up", NULL},
        {ACT_LINE_DOWN, "line-down", "M-Down", TEXT, "", "move the line down", NULL},
        {ACT_INDENT, "indent", "M-Right", TEXT, "", "indent; Tab too, with a selection", NULL},
        {ACT_UNINDENT, "unindent", "S-Tab M-Left", TEXT, "", "indent less", NULL},
        {ACT_COPY, "copy", "C-c", TEXT, "", "copy the selection", NULL},
        {ACT_CUT, "cut", "C-x", TEXT, "", "cut the selection", NULL},
        {ACT_PASTE, "paste", "C-v", TEXT, "", "paste what was cut or copied", NULL},
        {ACT_SELECT_ALL, "select-all", "C-a", TEXT, "", "select everything", NULL},

        /* run */
        {ACT_GO_PREVIEW, "preview", "Enter p", ON(RUN), "preview",
                "see raw rows against cleaned ones", NULL},
        {ACT_REPORT, "report", "v", ON(RUN), "report", "the report of the run as text, and back",
                NULL},
        {ACT_STAGES, "stages", "t", ON(RUN), "stages", "the engine's stages as a tree, and back",
                NULL},

        /* tune */
        {ACT_TOGGLE, "toggle", "Space", ON(TUNE), "on/off", "switch the rule", NULL},
        {ACT_ENTER, "enter", "Enter", ON(TUNE), "",
                "type the bound; on a row: see it in the preview", NULL},
        {ACT_LESS, "less", "Left h", ON(TUNE), "less", "a smaller bound", NULL},
        {ACT_MORE, "more", "Right l", ON(TUNE), "more", "a larger bound", NULL},
        {ACT_MUCH_LESS, "much-less", "< S-Left", ON(TUNE), "", "a much smaller bound", NULL},
        {ACT_MUCH_MORE, "much-more", "> S-Right", ON(TUNE), "", "a much larger bound", NULL},
        {ACT_VALUE, "value", "=", ON(TUNE), "value", "type the bound or the pattern", "[VALUE]"},
        {ACT_ADD_RULE, "add-rule", "+", ON(TUNE), "add", "add a bound", "[NAME VALUE]"},
        {ACT_WHOLE, "whole", "W", ON(TUNE), "all rows",
                "count all rows of the result, or the sample", NULL},
        {ACT_ACCEPT, "accept", "a", ON(TUNE), "accept", "use this recipe for preview and export",
                NULL},
        {ACT_UNDO, "undo", "u", ON(TUNE), "undo", "undo the last change of the recipe", NULL},
        {ACT_REDO, "redo", "U", ON(TUNE), "", "redo it", NULL},
        {ACT_ORIGINAL, "original", "o", ON(TUNE), "original", "back to the recipe as it came",
                NULL},
        {ACT_SAVE_RECIPE, "save-recipe", "s", ON(TUNE), "save", "save the recipe as a file",
                "[NAME]"},

        /* preview */
        {ACT_NEXT, "next", "Right l", ON(PREVIEW), "next", "next row; n too, without a search",
                NULL},
        {ACT_PREV, "previous", "Left h p", ON(PREVIEW), "previous", "previous row", NULL},
        {ACT_RANDOM, "random", "R", ON(PREVIEW), "random", "a row by chance", NULL},
        {ACT_LINE, "line", "t", ON(PREVIEW) | ON(EXPORT), "line",
                "the finished JSON line, laid out, and back", NULL},
        {ACT_RULES, "rules", "u", ON(PREVIEW), "rules", "the rules, to be switched here", NULL},
        {ACT_TOGGLE, "toggle", "Space", ON(PREVIEW), "",
                "switch the rule of the edit or of the list", NULL},
        {ACT_MARK_GOOD, "good", "+", ON(PREVIEW), "good", "mark the example as good, and back",
                NULL},
        {ACT_MARK_BAD, "bad", "-", ON(PREVIEW), "bad", "mark the example as bad, and back", NULL},
        {ACT_ONLY_CHANGED, "changed", "c", ON(PREVIEW), "changed",
                "only rows that cleaning changed", NULL},
        {ACT_ONLY_REJECTED, "rejected", "d", ON(PREVIEW), "dropped",
                "only rows that the recipe drops", NULL},
        {ACT_ONLY_REASON, "reason", "D", ON(PREVIEW), "", "only rows dropped for the next reason",
                NULL},
        {ACT_ONLY_MARKED, "marked", "m", ON(PREVIEW), "", "only marked rows", NULL},
        {ACT_ALL_ROWS, "all", "a", ON(PREVIEW), "", "all rows", NULL},
        {ACT_MARKS, "marks", "M", ON(PREVIEW), "", "export the marks as JSONL", "[PATH]"},

        /* table */
        {ACT_ENTER, "enter", "Enter", ON(TABLE), "record", "the row, a column a line, and back",
                NULL},
        {ACT_SORT, "sort", "s", ON(TABLE), "sort", "sort by the column: up, down, as it came",
                "[COLUMN [asc|desc]]"},
        {ACT_FREQUENCY, "frequency", "F", ON(TABLE), "frequency", "how often each value occurs",
                "[COLUMN]"},
        {ACT_HISTOGRAM, "histogram", "H", ON(TABLE), "histogram",
                "numbers, or lengths of texts, as bars", "[COLUMN]"},
        {ACT_FILTER, "filter", "&", ON(TABLE), "only", "only rows that hold a word; empty: all",
                "[WORD]"},
        {ACT_FREEZE, "freeze", "f", ON(TABLE), "freeze", "freeze the columns up to here, and back",
                "[COLUMN]"},
        {ACT_WIDER, "wider", ">", ON(TABLE), "wider", "a wider column", NULL},
        {ACT_NARROWER, "narrower", "<", ON(TABLE), "narrower", "a narrower column", NULL},
        {ACT_FIT, "fit", "=", ON(TABLE), "", "as wide as what it shows", "[COLUMN]"},
        {ACT_HIDE, "hide", "-", ON(TABLE), "", "hide the column", "[COLUMN]"},
        {ACT_UNHIDE, "unhide", "+", ON(TABLE), "", "show all columns again", NULL},
        {ACT_FIRST, "first", "0 ^", ON(TABLE), "", "the first column", NULL},
        {ACT_LAST, "last", "$", ON(TABLE), "", "the last column", NULL},
        {ACT_PAGE_LEFT, "page-left", "S-Left M-Left", ON(TABLE), "", "a screen to the left", NULL},
        {ACT_PAGE_RIGHT, "page-right", "S-Right M-Right", ON(TABLE), "", "a screen to the right",
                NULL},
        {ACT_COPY_ROW, "copy-row", "Y", ON(TABLE), "", "copy the row as JSON", NULL},
        {ACT_GOTO, "goto", "", ON(TABLE) | ON(PREVIEW), "", "go to a row by its number", "NUMBER"},

        /* export; its settings as commands */
        {ACT_WRITE, "write", "w", ROWS | ON(EXPORT), "write", "write JSONL from the rows on disk",
                "[PATH]"},
        {ACT_NEXT_PANE, "next-pane", "Tab", ON(EXPORT), "lines",
                "between the form and what is below it", NULL},
        {ACT_FORMAT, "format", "", ALL, "", "export: shape of a line", "NAME"},
        {ACT_COMPRESS, "compress", "", ALL, "", "export: none, gzip or zstd", "KIND"},
        {ACT_SHARDS, "shards", "", ALL, "", "export: rows per file; 0 writes one file", "ROWS"},
        {ACT_SPLIT, "split", "", ALL, "",
                "export: share of validation rows; rows of one value stay together",
                "SHARE [COLUMN]"},
        {ACT_SEED, "seed", "", ALL, "", "export: seed of the split", "NUMBER"},
        {ACT_REJECTS, "rejects", "", ALL, "", "export: file for dropped rows; none: not kept",
                "PATH"},

        /* runs */
        {ACT_ENTER, "enter", "Enter", ON(RUNS), "open", "open the rows again; nothing is billed",
                NULL},
        {ACT_RUN, "run", "r F5", ON(RUNS), "run again", "run it again", NULL},
        {ACT_EDIT, "edit", "e", ON(RUNS), "SQL", "its SQL in the editor", NULL},
        {ACT_SORT, "sort", "s", ON(RUNS), "sort", "sort by time, cost, duration, rows, name",
                "[BY]"},
        {ACT_FILTER, "filter", "f", ON(RUNS), "filter", "all, done, failed, cancelled", "[WORD]"},

        /* schema */
        {ACT_ENTER, "enter", "Enter", ON(SCHEMA), "open",
                "open or close the branch; insert a column", NULL},
        {ACT_EXPAND, "expand", "Right l", ON(SCHEMA), "", "open the branch", NULL},
        {ACT_COLLAPSE, "collapse", "Left h", ON(SCHEMA), "", "close the branch", NULL},
        {ACT_INSERT, "insert", "i", ON(SCHEMA), "insert", "put the name into the editor", NULL},
        {ACT_INSERT_SELECT, "select", "I", ON(SCHEMA), "SELECT",
                "a SELECT of all its columns into the editor", NULL},
        {ACT_ROWS, "sample-rows", "s", ON(SCHEMA), "rows", "some rows of the table; may cost",
                NULL},
        {ACT_PARTITIONS, "partitions", "P", ON(SCHEMA), "partitions",
                "the table's partitions; free", NULL},
        {ACT_USE_DATABASE, "use", "d", ON(SCHEMA), "use", "the database of the next run", NULL},
        {ACT_RELOAD, "reload", "r", ON(SCHEMA), "reload", "ask for it again", NULL},
        {ACT_FILTER, "filter", "f", ON(SCHEMA), "filter", "only names with a word in them",
                "[WORD]"},

        /* shared by the screens of one run */
        {ACT_RUN, "run", "r F5", ROWS | ON(PARAMS), "run", "run the query again", NULL},
        {ACT_EDIT, "edit", "e", ROWS, "edit", "edit the SQL", NULL},
        {ACT_RUN_PREV, "previous-run", "[", LISTS, "", "the run before, of this session", NULL},
        {ACT_RUN_NEXT, "next-run", "]", LISTS, "", "the run after it", NULL},

        /* finding */
        {ACT_FIND, "find", "/", LISTS & ~ON(QUERIES), "find", "find text", "[WORD]"},
        {ACT_FIND_NEXT, "find-next", "n", LISTS & ~ON(QUERIES), "", "the next match", NULL},
        {ACT_FIND_PREV, "find-previous", "N", LISTS & ~ON(QUERIES), "", "the match before", NULL},

        /* moving */
        {ACT_UP, "up", "Up k", LISTS, "", "up", NULL},
        {ACT_DOWN, "down", "Down j", LISTS, "", "down", NULL},
        {ACT_LEFT, "left", "Left h", SIDE, "", "left", NULL},
        {ACT_RIGHT, "right", "Right l", SIDE, "", "right", NULL},
        {ACT_PAGE_UP, "page-up", "PageUp C-b", LISTS, "", "a page up", NULL},
        {ACT_PAGE_DOWN, "page-down", "PageDown C-f Space", LISTS & ~(ON(TUNE) | ON(PREVIEW)), "",
                "a page down", NULL},
        {ACT_PAGE_DOWN, "page-down", "PageDown C-f", ON(TUNE) | ON(PREVIEW), "", "a page down",
                NULL},
        {ACT_TOP, "top", "g Home", LISTS, "", "to the first", NULL},
        {ACT_BOTTOM, "bottom", "G End", LISTS, "", "to the last", NULL},
        {ACT_WHEEL_UP, "wheel-up", "WheelUp", ALL, "", "scroll up", NULL},
        {ACT_WHEEL_DOWN, "wheel-down", "WheelDown", ALL, "", "scroll down", NULL},
        {ACT_WHEEL_LEFT, "wheel-left", "S-WheelUp", ALL, "", "scroll left", NULL},
        {ACT_WHEEL_RIGHT, "wheel-right", "S-WheelDown", ALL, "", "scroll right", NULL},
        {ACT_NEXT_PANE, "next-pane", "Tab", LISTS, "", "the next pane; the next edit", NULL},
        {ACT_PREV_PANE, "previous-pane", "S-Tab", LISTS, "", "the pane before; the edit before",
                NULL},
        {ACT_COPY, "copy", "y", LISTS, "", "copy what is shown (OSC 52)", NULL},

        /* screens */
        {ACT_GO_QUERIES, "queries", "1 M-1", LISTS, "", "the list of queries", NULL},
        {ACT_GO_EDITOR, "sql", "2 M-2", LISTS, "", "the SQL editor", NULL},
        {ACT_GO_RUN, "dashboard", "3 M-3", LISTS, "", "the run", NULL},
        {ACT_GO_TUNE, "tune", "4 M-4", LISTS, "", "the recipe's rules on the rows at hand", NULL},
        {ACT_GO_PREVIEW, "preview", "5 M-5", LISTS, "", "raw rows against cleaned ones", NULL},
        {ACT_GO_TABLE, "table", "6 M-6", LISTS, "", "all columns of the result", NULL},
        {ACT_GO_EXPORT, "export", "7 M-7", LISTS, "", "writing JSONL", "[PATH]"},
        {ACT_GO_RUNS, "runs", "8 M-8", LISTS, "", "what was run so far, and what it cost", NULL},
        {ACT_GO_SCHEMA, "schema", "9 M-9", LISTS, "", "databases, tables, columns", NULL},
        {ACT_GO_QUERIES, "queries", "M-1", TEXT, "", "the list of queries", NULL},
        {ACT_GO_EDITOR, "sql", "M-2", TEXT, "", "the SQL editor", NULL},
        {ACT_GO_RUN, "dashboard", "M-3", TEXT, "", "the run", NULL},
        {ACT_GO_TUNE, "tune", "M-4", TEXT, "", "the recipe's rules on the rows at hand", NULL},
        {ACT_GO_PREVIEW, "preview", "M-5", TEXT, "", "raw rows against cleaned ones", NULL},
        {ACT_GO_TABLE, "table", "M-6", TEXT, "", "all columns of the result", NULL},
        {ACT_GO_EXPORT, "export", "M-7", TEXT, "", "writing JSONL", "[PATH]"},
        {ACT_GO_RUNS, "runs", "M-8", TEXT, "", "what was run so far, and what it cost", NULL},
        {ACT_GO_SCHEMA, "schema", "M-9", TEXT, "", "databases, tables, columns", NULL},
        {ACT_LOG, "log", "L", LISTS & ~ON(LOG), "", "what happened: debug.log", NULL},

        /* the program */
        {ACT_COMMAND, "command", ": F2", LISTS, "commands",
                "a command; Tab completes, arrows recall", NULL},
        {ACT_COMMAND, "command", "F2 M-x", TEXT, "commands",
                "a command; Tab completes, arrows recall", NULL},
        {ACT_BACK, "back", "Esc", ALL & ~ON(QUERIES), "back", "back; never quits", NULL},
        {ACT_BACK, "back", "Esc", ON(QUERIES), "", "drop the filter", NULL},
        {ACT_HELP, "help", "? F1", LISTS & ~ON(HELP), "help", "keys and commands of this screen",
                "[WORD]"},
        {ACT_HELP, "help", "F1", TEXT, "help", "keys and commands of this screen", "[WORD]"},
        {ACT_SUSPEND, "suspend", "C-z", LISTS, "", "stop the program; fg brings it back", NULL},
        {ACT_REDRAW, "redraw", "C-l", ALL, "", "paint the screen again", NULL},
        {ACT_QUIT, "quit", "q", LISTS, "quit", "quit; asks when a query runs", NULL},
        {ACT_SET, "set", "", ALL, "", "set a parameter of the query", "NAME=VALUE"},
        {ACT_OPEN, "open", "", ALL, "", "edit a SQL file", "PATH"},
        {ACT_RESTORE, "restore", "", ALL, "", "bring back unsaved text of a session that broke off",
                NULL},
        {ACT_RECIPE, "recipe", "", ALL, "", "the recipe for preview and writing", "NAME"},
        {ACT_DATABASE, "database", "", ALL, "", "the database for the next run", "NAME"},
        {ACT_THEME, "theme", "", ALL, "",
                "colours: auto, dark, light, mono, colorblind, colorblind-light", "NAME"},
        {ACT_KEYS, "keys", "", ALL, "", "the keys that you changed, and what they took from others",
                NULL},
        {ACT_STATS, "stats", "", ALL, "", "frames painted and bytes sent to the terminal", NULL},
        {ACT_TOUR, "tour", "", ALL, "", "the tour again, from its beginning", NULL},
        {ACT_FOLLOW, "follow", "", ALL, "", "follow the run that the last session left behind",
                NULL},
        {ACT_NONE, NULL, NULL, 0, NULL, NULL, NULL},
};

const char *screen_name(enum screen_id s)
{
	static const char *const name[SCREEN_COUNT] = {"Queries", "Editor", "Run", "Tune",
	        "Preview", "Table", "Export", "Runs", "Schema", "Parameters", "Log", "Help"};
	return name[s];
}

const struct action_info *keys_table(void)
{
	return table;
}
