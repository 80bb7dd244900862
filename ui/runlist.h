/* The data behind the Runs screen: history in an order, through a filter, with this session's live
 * runs on top; and what can be done with one of them. */
#ifndef UI_RUNLIST_H
#define UI_RUNLIST_H

#include "ui/parts.h"
#include "ui/spend.h"

enum run_sort {
	RUNS_BY_TIME,
	RUNS_BY_COST,
	RUNS_BY_DURATION,
	RUNS_BY_ROWS,
	RUNS_BY_NAME,
	RUNS_BYS
};
enum run_filter { RUNS_ALL, RUNS_DONE, RUNS_FAILED, RUNS_CANCELLED, RUNS_FILTERS };
/* Where a run's rows are. */
enum run_where {
	WHERE_UNKNOWN,
	WHERE_NONE,  /* it had none */
	WHERE_DISK,  /* opens at once */
	WHERE_FETCH, /* Athena still has them: they can be read again, the query is not paid again
	              */
	WHERE_GONE,
};

struct runlist {
	struct table table, detail;
	bool detail_focus;
	enum run_sort sort;
	enum run_filter only;
	char *word;    /* of the filter; NULL: none */
	size_t *shown; /* indices into the history */
	size_t n_shown;
	unsigned char *where; /* enum run_where by index of the history */
	struct spend spend;
	/* what the above was made of */
	const struct history_entry *made_of;
	size_t made_n;
	int64_t made_day;
};
struct runlist *runlist_new(void);
void runlist_free(struct runlist *l); /* NULL allowed */

/* One line: a run of this session that is not over, or an entry of the history. */
struct runrow {
	struct run *live;
	const struct history_entry *h;
	enum run_where where;
};

const char *run_sort_name(enum run_sort s);
const char *run_filter_name(enum run_filter f);
/* Brings the list up to date; cheap when nothing has changed. */
void runlist_update(struct model *m);
size_t runlist_count(const struct model *m);
size_t runlist_live(const struct model *m);
struct runrow runlist_row(struct model *m, size_t i);
/* The same without asking where the rows are, which looks at the disk. */
struct runrow runlist_peek(struct model *m, size_t i);
/* Made anew at the next update: another order, another filter, files that may have gone. */
void runlist_forget(struct runlist *l);
void runlist_set_word(struct model *m, const char *word);

/* The rows again, from where they are; says why not. */
void runlist_open(struct model *m, const struct runrow *r);
void runlist_again(struct model *m, const struct runrow *r, bool sure);
void runlist_edit(struct model *m, const struct runrow *r, bool sure);
bool runlist_matches(const struct runrow *r, const char *word);

/* ---- drawing: runlist_draw.c, runlist_detail.c, runlist_money.c ---- */

/* How a run stands, as a sign and a word. */
struct run_words {
	const char *sign, *word;
	enum style_fg fg;
};
struct run_words run_words_of(const struct runrow *r);
void runs_draw_list(struct model *m, const struct pane *p);
void runs_draw_detail(struct model *m, const struct pane *p); /* of the selected run */
void runs_draw_outcomes(const struct pane *p, const struct spend *s);
/* The newest `days`, each col_w columns wide. */
void runs_draw_spend(const struct pane *p, const struct spend *s, int days, int col_w);
void runs_draw_dearest(const struct pane *p, const struct spend *s);

#endif
