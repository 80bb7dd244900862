/*
 * The editor's state: a text, where it came from and goes to, and what hangs on it: the marked
 * error, the completion popup, a replacement that asks, the statement at the cursor. UI thread.
 */
#ifndef UI_EDITOR_H
#define UI_EDITOR_H

#include "base/err.h"
#include "sql/complete.h"
#include "ui/keys.h"
#include "ui/textedit.h"

#include <stdint.h>
#include <sys/types.h>
#include <time.h>

struct model;
struct pane;
struct hit;

/* What a file looked like when it was read or written last. */
struct file_stamp {
	bool known;
	off_t size;
	struct timespec changed;
};
struct file_stamp file_stamp_of(const char *path); /* NULL allowed: not known */
bool file_stamp_same(const struct file_stamp *a, const struct file_stamp *b);

/* Candidates beside the cursor. Closed: it has no keys at all. */
struct popup {
	bool open, asked; /* asked: by a key, so that its first candidate is chosen */
	struct sql_completion words;
	int at, top; /* at -1: none is chosen yet */
	unsigned long generation;
	size_t cursor;
	uint64_t catalog_generation;
};

/* Replacing one by one: the match is selected, and y, n or a is waited for. */
struct replacing {
	enum replace_stage { REPLACE_NONE, REPLACE_OLD, REPLACE_NEW, REPLACE_ASKS } stage;
	char *old, *with;
	size_t done, left, began; /* began: where it ends when it comes around */
	bool around;
};

/* The statement at the cursor, as of a generation and a place of the cursor. */
struct here {
	bool valid, some; /* some: there is one */
	unsigned long generation;
	size_t cursor, start, end;
	size_t n, number; /* of statements; 0 when the text is too long to count */
};

struct editor {
	struct textedit text;
	char *path, *name;   /* NULL: not yet a file */
	int query;           /* index into queries.item, -1 none */
	int top, left, page; /* scroll */
	bool adrift;         /* the wheel has moved the view: the cursor need not be seen */
	char *clip;
	size_t err_at; /* byte offset of the marked error; valid when err_text is not "" */
	char err_text[600];
	int err_line, err_col;
	struct file_stamp stamp;
	char *save_to, *open_next; /* what the question before saving or opening is about */
	struct popup popup;
	struct replacing replace;
	struct here here;
	struct queryfile *head; /* the front matter as of head_generation; NULL: none or wrong */
	unsigned long head_generation;
	size_t find_from; /* where the cursor was when a word was asked for ... */
	char *find_old;   /* ... and the word that was searched for then; NULL none */
	struct {          /* places of the search word, as of a generation and cursor */
		char *word;
		unsigned long generation;
		size_t cursor, n, at;
	} found;
	struct autosave *autosave; /* NULL: there is no state folder */
	int64_t keep_at;           /* when unsaved text is written next, 0: nothing waits */
	unsigned long kept_generation;
};

/* editor.c */
void editor_init(struct editor *e);
void editor_release(struct editor *e);
void editor_reset(struct editor *e); /* empty again, unsaved text and all */
void editor_open_query(struct model *m, int query);
int editor_open_file(struct model *m, const char *path);
void editor_open(struct model *m, const char *path); /* asks first; NULL: it was asked */
void editor_new(struct model *m);
/* SQL that is no file; the text that was there is dropped. */
void editor_open_text(struct model *m, const char *name, struct slice text);
/* path NULL: to its own file. sure: also over a file that somebody else has changed. */
int editor_save(struct model *m, const char *path, bool sure);
void editor_mark_error(struct model *m, const struct err *err, int line, int col);
/* What $EDITOR gave back. */
void editor_take_external(struct model *m, struct slice text);
/* The parameters that the front matter declares. Borrowed until the text changes. */
const struct query_param *editor_params(struct editor *e, size_t *n);
/* The statement at the cursor. */
const struct here *editor_here(struct editor *e);
/* Where reading may begin so that the cursor's surroundings are known: a line's start within some
 * 100 KiB before the cursor, and what holds there. */
size_t editor_window(struct editor *e, enum sql_inside *inside);

/* editact.c: keys and actions. */
bool editor_key(struct model *m, const struct key *k);
bool editor_act(struct model *m, enum action a, int arg);
bool editor_command(struct model *m, enum action a, const char *arg);
bool editor_counts(struct model *m, enum action a);
void editor_drag(struct model *m, const struct hit *from, int x, int y, bool done);
bool editor_find(struct model *m, const char *word, int direction);
/* The word as it is typed, found from where the cursor was; NULL: given up, all is as before. */
void editor_find_typed(struct model *m, const char *word);
/* How often the search word occurs, and the number of the selected place, 0 none. */
size_t editor_found(struct model *m, size_t *at);
#define FOUND_MAX 100000
/* In the status line, when nothing else is said: the function whose brackets the cursor is in. */
void editor_hint(struct model *m, const struct pane *p, int y);

/* editpopup.c */
void popup_open(struct model *m, bool asked);
void popup_close(struct popup *p);
void popup_typed(struct model *m);                    /* the text or the cursor changed by typing */
void popup_refresh(struct model *m);                  /* names came in from the catalog */
bool popup_key(struct model *m, const struct key *k); /* false: not for it */
void popup_click(struct model *m, int row);
void popup_draw(struct model *m, const struct pane *p, int x, int y);

/* editnames.c */
struct sql_catalog editor_catalog(struct model *m);

/* editreplace.c */
void replace_begin(struct model *m);
bool replace_command(struct model *m, const char *arg);
bool replace_key(struct model *m, const struct key *k);
void replace_end(struct model *m);

/* editsave.c: unsaved text survives the program (ui/autosave.h). */
void editor_keep_begin(struct model *m, const char *state_dir); /* asks about what is left */
int editor_keep_tick(struct model *m);                          /* ms until the next, -1 */
void editor_keep_drop(struct editor *e);                        /* saved, or given up */
void editor_keep_leave(struct editor *e);                       /* for another text */
void editor_keep_end(struct model *m);
void editor_restore(struct model *m, bool sure);

/* editside.c: tables in scope and parameters, for wide windows. */
void editor_draw_side(struct model *m, const struct pane *p);

#endif
