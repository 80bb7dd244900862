/* The model's parts, for model.c and the screens: what changes queries, run, preview and write. */
#ifndef UI_PARTS_H
#define UI_PARTS_H

#include "ui/model.h"

/* queries.c */
void queries_load(struct model *m);
void queries_release(struct queries *q);
void queries_filter(struct model *m, const char *word); /* NULL or "": all */
struct query_item *queries_selected(struct model *m);   /* NULL when the list is empty */
/* "name=value"; the value is tried by rendering. -1 with a toast when it is refused. */
int queries_set(struct model *m, struct query_item *it, const char *assignment);
/* The value that counts now: set here, or the file's default. Borrowed. */
const char *queries_value(const struct query_item *it, const struct query_param *p, bool *changed);

/* editor.c */
void editor_init(struct editor *e);
void editor_release(struct editor *e);
void editor_open_query(struct model *m, int query);
int editor_open_file(struct model *m, const char *path);
void editor_new(struct model *m);
int editor_save(struct model *m, const char *path); /* NULL: to its own file */
void editor_mark_error(struct model *m, const struct err *err, int line, int col);
void editor_key(struct model *m, const struct key *k); /* text and movement keys */
/* What $EDITOR gave back. */
void editor_take_external(struct model *m, struct slice text);

/* run.c */
void run_release(struct run *r);
void run_query(struct model *m, struct query_item *it);
void run_editor(struct model *m);
void run_again(struct model *m);
void run_set_recipe(struct model *m, const char *name);
void run_event(struct model *m, const struct job_event *ev);
void run_progress(struct model *m, const struct job_progress *p);
bool run_is_over(const struct run *r);

/* preview.c */
void preview_reset(struct preview *p);
void preview_take(struct model *m, struct sample_view *v);
bool preview_work(struct preview *p, int rows);
void preview_step(struct preview *p, int by); /* to the next shown row, around the end */
void preview_random(struct preview *p);
void preview_only(struct model *m, enum preview_only only);
size_t preview_count(const struct preview *p); /* rows that pass the toggle, as judged so far */
/* JSON indented for people: our own finished line, so well-formed. */
void preview_pretty(struct slice json, struct buf *out);

/* write.c */
void write_release(struct write *w);
void write_open(struct model *m, const char *path);
void write_start(struct model *m, bool overwrite);
void write_event(struct model *m, const struct job_event *ev);

/* One screen: how it is drawn and what its actions do. */
struct screen_ops {
	void (*draw)(struct model *m, const struct pane *p);
	bool (*act)(struct model *m, enum action a, int arg); /* false: not its business */
};
extern const struct screen_ops screen_queries, screen_editor, screen_run, screen_preview,
        screen_write, screen_params, screen_help, screen_log;
const struct screen_ops *screen_find(enum screen_id s);

/* widgets.c */
/* A failure as people need it: what failed, what to do, which key. Returns the rows used. */
int draw_error(const struct pane *p, int y, const char *what, const struct err *err);
/* Money in columns: "$0.0062"; four decimals below a dollar, never "$0" for something. */
char *short_money(char *out, size_t size, int64_t micro_usd);
/* SQL in its colours, wrapped, from line `skip`; returns all lines. */
int draw_sql(const struct pane *p, struct slice sql, int skip);
/* "label      value" with the value at column `at`; what follows a tab in it is dim. */
int draw_fact(
        const struct pane *p, int y, int at, const char *label, struct style st, const char *value);
const char *err_headline(enum err_code code); /* "The SQL has an error" */
const char *err_advice(enum err_code code);   /* what to do next, with its key */

#endif
