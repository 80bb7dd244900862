/* What all screens share: the form of a screen, search, session, tour, widgets. */
#ifndef UI_PARTS_H
#define UI_PARTS_H

#include "ui/keymap.h"
#include "ui/model.h"

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
