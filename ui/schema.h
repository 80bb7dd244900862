/* The data behind the Schema screen: which branches are open, the lines that this makes, and what
 * was asked about a table beyond the catalog: some rows, the partitions. */
#ifndef UI_SCHEMA_H
#define UI_SCHEMA_H

#include "job/catalog.h"
#include "ui/parts.h"

#define SCHEMA_ROWS 20 /* rows of a table that are shown */

enum schema_note { NOTE_NONE, NOTE_LOADING, NOTE_FAILED, NOTE_EMPTY, NOTE_CUT };
/* A line of the tree: a node, or a note below its last child. */
struct schema_line {
	const struct catalog_node *node;
	int depth;
	enum schema_note note;
};

/* A question that is a run of its own; about one table at a time. */
enum schema_question { ASK_ROWS, ASK_PARTITIONS, ASK_KINDS };
struct schema_ask {
	uint64_t table; /* the node's id; 0: nothing was asked */
	char *name, *sql;
	uint64_t job;
	enum run_state state;
	struct err err;
	struct sample_view *view;
	int64_t since_ms, cost;
	struct table scroll;
	int left; /* first column that is shown */
};

enum schema_focus { FOCUS_TREE, FOCUS_DETAIL, FOCUS_ANSWER };
struct schema {
	struct table table; /* of the lines */
	uint64_t selected;  /* the node that stays selected when the lines are made anew */
	struct table detail;
	enum schema_focus focus;
	uint64_t *open; /* ids, sorted */
	size_t n_open, cap_open;
	char *word; /* of the filter; NULL: none */
	struct schema_line *line;
	size_t n, cap;
	uint64_t made_of; /* the catalog's generation */
	bool stale;       /* an open branch, a filter: to be made anew */
	bool revealed;    /* the current database was opened once */
	int64_t loading_since;
	struct schema_ask ask[ASK_KINDS];
	enum schema_question shown;  /* which of them, where there is room for one */
	enum schema_question asking; /* with wants.submit */
};

struct schema *schema_new(void);
void schema_free(struct schema *s); /* NULL allowed */
/* Its questions to the engine: wants.submit is SUBMIT_SCHEMA. */
void schema_spec(const struct model *m, struct job_spec *out);
void schema_submitted(struct model *m, uint64_t job, const struct err *err);
bool schema_event(struct model *m, const struct job_event *ev); /* false: not its job */

/* Brings the lines up to date with the catalog and what is open. */
void schema_update(struct model *m);
const struct schema_line *schema_selected(struct model *m); /* NULL: the tree is empty */
/* The table of the selected line, or NULL. */
const struct catalog_node *schema_table(struct model *m);
bool schema_is_open(const struct schema *s, uint64_t id);
void schema_set_open(struct model *m, const struct catalog_node *n, bool open);
void schema_go(struct model *m, const struct catalog_node *n); /* opens the way to it */
void schema_set_word(struct model *m, const char *word);
bool schema_find(struct model *m, const char *word, int direction);

/* Some rows or the partitions of the selected table; asks first when that costs money. */
void schema_ask(struct model *m, enum schema_question q, bool sure);
/* The answer about that table, or NULL. */
struct schema_ask *schema_answer(struct schema *s, enum schema_question q, uint64_t table);
bool schema_asks(const struct schema *s); /* a question is on its way */

/* Into the editor, at its cursor: the name, or a SELECT. */
void schema_insert(struct model *m, bool select);

/* From these sizes on: tree, table and answer side by side; an answer below the table. */
enum { SCHEMA_THREE_W = 150, SCHEMA_STACKED_H = 30 };

/* ---- drawing: schema_tree.c ---- */
void schema_draw_tree(struct model *m, const struct pane *p);
void schema_title(const struct pane *p, const char *title, bool focus);
const char *schema_spinner(const struct model *m);

/* ---- drawing: schema_detail.c ---- */
/* inside: an answer that takes the columns' place where there is no room for both; NULL: none. */
void schema_draw_detail(struct model *m, const struct pane *p, struct schema_ask *inside);
void schema_draw_answer(struct model *m, const struct pane *p, struct schema_ask *a);
void schema_draw_no_answer(struct model *m, const struct pane *p);
bool schema_is_partitioned(const struct catalog_node *t);

#endif
