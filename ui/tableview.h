/*
 * State of the Table screen: the rows at hand (the sample while they come, then the whole result on
 * disk), the cell that keys act on, columns, order, and the views of one row or one column. Shared
 * by the screen's own files.
 */
#ifndef UI_TABLEVIEW_H
#define UI_TABLEVIEW_H

#include "job/result.h"
#include "ui/parts.h"

enum tv_mode { TV_GRID, TV_RECORD, TV_FREQUENCY, TV_HISTOGRAM };
enum { TV_SHOWN = 256, TV_MIN_W = 3, TV_MOST_W = 40, TV_GAP = 2 };
#define TV_LONGEST ((size_t)64 << 10) /* bytes of a value that are laid out */

struct tv_col {
	int width;   /* chosen here; 0: by what it shows */
	int natural; /* of name, type and the first rows, at most TV_MOST_W */
	bool more;   /* some of them are wider */
	bool hidden;
	enum result_kind kind;
};
struct tv_shown { /* a column as drawn last */
	int col, x, w;
};

struct tableview {
	const struct run *run;
	uint64_t job;
	struct result *result;    /* of the run; NULL: the sample */
	unsigned opened;          /* run.result_opened */
	struct sample_view *view; /* NULL with a result, or when there are no rows */
	const struct columns *columns;
	const struct columns *types; /* as Athena names them; NULL: not known */
	bool complete;               /* the result was indexed when columns were measured */
	unsigned changes;

	struct tv_col *col;
	size_t n_cols;
	uint64_t at, top, row; /* position of the cursor and of the first line; row under it */
	int cur, left, frozen; /* columns: cursor, first that scrolls, how many do not scroll */
	int page;              /* lines of rows at the last drawing */
	struct tv_shown shown[TV_SHOWN];
	int n_shown;

	enum tv_mode mode;
	struct result_order order; /* what was asked for last; value in `value` */
	char *value;
	unsigned order_asked, order_seen;
	bool keep_row; /* the cursor goes with its row when the order comes */
	unsigned find_asked, find_seen;
	int find_more; /* n and N pressed while an answer is waited for */

	struct table scroll; /* of the record, or of the list of values or bins */
	struct frequency *frequency;
	struct histogram *histogram;
	unsigned asked; /* generation of the table or histogram that is waited for */
};

/* tableview.c */
void tableview_sync(struct model *m); /* what has changed outside */
uint64_t tableview_rows(const struct tableview *t);
/* The cells of a position and its row number (0-based); valid until the next call. -1 with err. */
int tableview_row(struct tableview *t, uint64_t position, uint64_t *number,
        const struct cell **cells, struct err *err);
void tableview_move(struct tableview *t, int64_t by);
void tableview_to(struct tableview *t, uint64_t position);
void tableview_to_row(struct tableview *t, uint64_t row); /* a row of the result; else the first */
void tableview_side(struct tableview *t, int by);         /* to a column that is shown */
void tableview_edge(struct tableview *t, bool last);
const char *tableview_type(const struct tableview *t, int col);
bool tableview_is_number(const struct tableview *t, int col);
int tableview_width(const struct tableview *t, int col);
const char *tableview_name(const struct tableview *t, int col);

struct tableview *tableview_new(void);
void tableview_free(struct tableview *t); /* NULL allowed */

/* tableview_ask.c: order, filter, search. */
bool tableview_ready(struct model *m, const char *what); /* else says what it waits for */
void tableview_sort(struct model *m, int col);           /* up, down, as it came */
void tableview_sort_as(struct model *m, int col, bool descending);
void tableview_only(struct model *m, const struct frequency_line *l, int col);
void tableview_only_word(struct model *m, const char *word);
void tableview_all(struct model *m); /* drops the filter */
bool tableview_find(struct model *m, const char *word, int direction);
void tableview_hear(struct model *m); /* what the worker has done */

/* screen_table_grid.c */
void draw_table(struct model *m, const struct pane *p);
void draw_table_and_record(struct model *m, const struct pane *p);
void draw_table_title(struct model *m, const struct pane *p);
int tableview_gutter(const struct model *m); /* columns of row numbers, with the blanks */

/* screen_table_record.c */
void draw_record(struct model *m, const struct pane *p, bool alone);
/* One value as people read it: NULL and "" apart. Returns the columns. */
int put_cell(const struct pane *p, int x, int y, int w, struct style st, struct cell v, bool right);

/* screen_table_stats.c */
void draw_frequency(struct model *m, const struct pane *p);
void draw_histogram(struct model *m, const struct pane *p);
bool stats_act(struct model *m, enum action a, int arg);
bool stats_find(struct tableview *t, const char *word, int direction);
void stats_open(struct model *m, enum tv_mode mode);

#endif
