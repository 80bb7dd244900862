/* The model's parts, for model.c and the screens: what changes queries, run, preview and write. */
#ifndef UI_PARTS_H
#define UI_PARTS_H

#include "ui/keymap.h"
#include "ui/model.h"

/* queries.c */
void queries_load(struct model *m);
void queries_reload(struct model *m); /* again, and says so */
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

/* run.c: one run; runs.c: those of the session. */
void run_free(struct run *r); /* NULL allowed */
void run_query(struct model *m, struct query_item *it);
void run_editor(struct model *m, struct slice text); /* the editor's, or a part in its place */
void run_again(struct model *m);
/* A run out of the history: the same SQL once more, or only its rows again, from a file or from an
 * execution that Athena still knows. Strings may be NULL or "". */
struct run_source {
	const char *name, *sql, *database, *recipe;
	const char *from_csv, *adopt_id;
};
void run_open(struct model *m, const struct run_source *s);
void run_set_recipe(struct model *m, const char *name);
/* The recipe for preview, tuning and writing, from now on; takes the reference. */
void run_choose(struct model *m, struct recipe *taken);
void run_event(struct model *m, struct run *r, const struct job_event *ev);
void run_progress(struct model *m, struct run *r, const struct job_progress *p);
bool run_is_over(const struct run *r);
bool run_is_live(const struct run *r);    /* asked for, waiting or working */
bool run_is_waiting(const struct run *r); /* behind another one, here */
bool run_has_rows(const struct run *r);   /* done, with its rows on disk */
/* All rows of the run on display, opened when first asked for; NULL: there are none yet, or
 * m->run->result_err says why not. Closed when another run is shown. */
struct result *run_result(struct model *m);
void run_forget_result(struct run *r);
void runs_init(struct model *m);
void runs_release(struct model *m);
/* Takes r and shows it. */
void runs_add(struct model *m, struct run *r);
void runs_show(struct model *m, struct run *r);
void runs_step(struct model *m, int by);  /* to the run before or after */
size_t runs_index(const struct model *m); /* of the run on display, from 1; 0 none */
int64_t runs_cost(const struct model *m); /* micro-dollars billed in this session */

/* preview.c */
void preview_reset(struct preview *p);
void preview_take(struct model *m, struct sample_view *v);
bool preview_work(struct preview *p, int rows);
/* Shows a row as a recipe that is being tuned would have it. far: row of the result, not of the
 * sample. step: next and previous lead to rows that it drops or changes; -1: to all rows. */
void preview_visit(struct model *m, uint64_t row, bool far, int step, const struct recipe *draft);
void preview_enter(struct model *m);
/* JSON indented for people: our own finished line, so well-formed. */
void preview_pretty(struct slice json, struct buf *out);

/* export.c */
void write_release(struct write *w);
void write_forget(struct write *w); /* another run: all but the output's settings */
/* The output's settings, for the next session. */
struct desk_export;
void export_keep(const struct model *m, struct desk_export *out);
void export_restore(struct model *m, const struct desk_export *e);
void write_open(struct model *m, const char *path);
void write_start(struct model *m, bool overwrite);
void write_event(struct model *m, const struct job_event *ev);

/* tune.c, tableview.c, runlist.c, schema.c: the state of those screens. Free accepts NULL. */
struct tune *tune_new(void);
void tune_free(struct tune *t);
/* The recipe was changed in Tune, and that is not accepted: nobody else uses it. */
bool tuner_pending(struct model *m);
struct tableview *tableview_new(void);
void tableview_free(struct tableview *t);
struct runlist *runlist_new(void);
void runlist_free(struct runlist *r);
struct schema *schema_new(void);
void schema_free(struct schema *s);
/* Its questions to the engine: wants.submit is SUBMIT_SCHEMA. */
void schema_spec(const struct model *m, struct job_spec *out);
void schema_submitted(struct model *m, uint64_t job, const struct err *err);
bool schema_event(struct model *m, const struct job_event *ev); /* false: not its job */

/* search.c: '/', n and N on every screen. */
void search_set(struct model *m, const char *word); /* "" ends it */
void search_step(struct model *m, int direction);
bool search_has(struct slice text, const char *word); /* in any case of ASCII letters */
/* Marks every place of the word in what is drawn. */
void search_highlight(const struct model *m, const struct pane *body);

/* restore.c: the last session. */
void restore_begin(struct model *m);  /* after model_init */
void restore_follow(struct model *m); /* the run that the last session left behind */
/* What is to be kept; at_end: nothing runs any more. */
void restore_text(struct model *m, bool at_end, struct buf *out);

/* tour.c */
void tour_begin(struct model *m);
void tour_end(struct model *m);
void tour_saw(struct model *m, enum action a); /* an action that was taken */
void tour_draw(struct model *m, const struct pane *body);

/* hints.c: above the ':' line, up from row y. */
void command_hints(const struct model *m, const struct pane *p, int y);
const char *command_near(const char *word); /* the command that was meant; NULL: no idea */

/* announce.c: the window's title; a word when a run or an export that took long is over. */
void announce_title(struct model *m, char *out, size_t size);
void announce_run(struct model *m, const struct run *r);
void announce_write(struct model *m);

/* mouse.c */
void mouse_key(struct model *m, const struct key *k);

struct prompt_words;
/*
 * One screen. `draw` and `act` are needed; the others may be NULL. act: false when the action is
 * not its business. Shared by all screens: moving between them, prompts, questions, search marks.
 */
struct screen_ops {
	void (*draw)(struct model *m, const struct pane *p);
	bool (*act)(struct model *m, enum action a, int arg);
	/* Keys that mean no action: typed text. */
	bool (*key)(struct model *m, const struct key *k);
	/* An action with an argument: ":NAME ARGUMENT", or what a prompt of ours was answered. */
	bool (*command)(struct model *m, enum action a, const char *arg);
	/* Candidates for that argument; `before`: the line up to `word`. */
	void (*words)(struct model *m, enum action a, const char *before, const char *word,
	        struct prompt_words *out);
	/* Goes to a place of the word: 0 from here on, 1 the next, -1 the one before; around the
	 * end. False when there is none. */
	bool (*find)(struct model *m, const char *word, int direction);
	/* Whether the action's key does something now: the footer shows no others. */
	bool (*counts)(struct model *m, enum action a);
	/* The mouse moves with its button held, since a press in that region; x, y relative to it.
	 */
	void (*drag)(struct model *m, const struct hit *from, int x, int y, bool done);
	void (*enter)(struct model *m); /* the screen comes up */
	bool (*work)(struct model *m);  /* a slice of work; true when more is left */
	int (*tick)(struct model *m);   /* ms until something changes by itself, -1 never */
};
extern const struct screen_ops screen_queries, screen_editor, screen_run, screen_tune,
        screen_preview, screen_table, screen_export, screen_runs, screen_schema, screen_params,
        screen_log, screen_help;
const struct screen_ops *screen_find(enum screen_id s);

void draw_title_bar(struct model *m, const struct pane *p); /* titlebar.c */

/* widgets.c */
/* A failure as people need it: what failed, what to do, which key. Returns the rows used. */
int draw_error(const struct pane *p, int y, const char *what, const struct err *err);
/* Money in columns: "$0.0062"; four decimals below a dollar, never "$0" for something. */
char *short_money(char *out, size_t size, int64_t micro_usd);
/* The SQL without its front matter, the leading comment lines; all of it when nothing else is
 * there. */
struct slice sql_body(const char *text);
/* SQL in its colours, wrapped, from line `skip`; returns all lines. */
int draw_sql(const struct pane *p, struct slice sql, int skip);
/* "label      value" with the value at column `at`; what follows a tab in it is dim. */
int draw_fact(
        const struct pane *p, int y, int at, const char *label, struct style st, const char *value);
const char *err_headline(enum err_code code); /* "The SQL has an error" */
const char *err_advice(enum err_code code);   /* what to do next, with its key */

#endif
