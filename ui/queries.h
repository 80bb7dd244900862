/* The queries of the folder: the list, its order and filter, the values of parameters. UI thread.
 */
#ifndef UI_QUERIES_H
#define UI_QUERIES_H

#include "job/journal.h"
#include "sql/queryfile.h"
#include "ui/editor.h"
#include "ui/table.h"

struct model;

/* One query of the folder, with the parameter values chosen here ("name=value", NULL-ended). */
struct query_item {
	struct queryfile *file;
	char **values;
	size_t n_values;
	struct file_stamp stamp; /* of the file as it was read */
	bool favourite;
	bool far; /* with a filter: some word is neither in the name nor in the title */
	/* From the history; `last` borrows from it. */
	const struct history_entry *last; /* NULL: not run yet */
	size_t n_runs;
	int64_t spent; /* micro-dollars of all its runs */
};
enum query_sort { SORT_NAME, SORT_RECENT, SORT_COST, SORT_TIME, SORT_COUNT };
struct queries {
	struct query_item *item;
	size_t n;
	size_t *shown; /* indices that pass the filter */
	size_t n_shown;
	char *filter;            /* NULL: none; its words must all be there */
	char fault[600];         /* "": none; why the folder cannot be listed */
	struct file_stamp stamp; /* of the folder */
	enum query_sort sort;
	struct table table;
	struct table sql; /* scroll of the preview pane */
	bool sql_focus;
};

void queries_load(struct model *m);
void queries_reload(struct model *m); /* again, and says so */
/* Again, quietly, when a file or the folder was changed since. */
void queries_refresh(struct model *m);
void queries_release(struct queries *q);
void queries_filter(struct model *m, const char *word); /* NULL or "": all */
struct query_item *queries_selected(struct model *m);   /* NULL when the list is empty */
void queries_history(struct model *m); /* the history is another: look the runs up again */
void queries_sort(struct model *m, enum query_sort by);
const char *queries_sort_name(enum query_sort by);
/* Keeps the selected query on top, or no longer; remembered in the state folder. */
void queries_favourite(struct model *m);
/* "name=value"; the value is tried by rendering. -1 with a toast when it is refused. */
int queries_set(struct model *m, struct query_item *it, const char *assignment);
/* The value that counts now: set here, or the file's default. Borrowed. */
const char *queries_value(const struct query_item *it, const struct query_param *p, bool *changed);

#endif
