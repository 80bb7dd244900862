/*
 * What the workbench knows: a plain struct, changed only by keys, by engine events and by the
 * clock. Screens draw it and act on it; nothing here waits, reads a terminal or starts a thread.
 * What the model wants from outside (submit, cancel, quit, copy ...) stands in `wants`, which the
 * loop carries out; the script runner prints it instead. UI thread.
 */
#ifndef UI_MODEL_H
#define UI_MODEL_H

#include "base/err.h"
#include "job/catalog.h"
#include "job/desk.h"
#include "job/job.h"
#include "job/journal.h"
#include "job/resulttypes.h"
#include "sql/queryfile.h"
#include "ui/editor.h"
#include "ui/export.h"
#include "ui/grid.h"
#include "ui/input.h"
#include "ui/keys.h"
#include "ui/preview.h"
#include "ui/queries.h"
#include "ui/run.h"
#include "ui/table.h"
#include "ui/textedit.h"
#include "ui/ui.h"

#define MIN_W 80
#define MIN_H 24

struct wants {
	bool quit, suspend, redraw, external_editor;
	bool cancel;
	uint64_t cancel_job; /* with cancel */
	enum { SUBMIT_NONE, SUBMIT_RUN, SUBMIT_WRITE, SUBMIT_SCHEMA } submit;
	char *copy;
	size_t copy_len;
	char *notify; /* NULL: nothing to say */
	bool bell, desktop;
	char *theme; /* NULL: as it is */
	bool stats;  /* tell what was painted */
};

/* The word of '/', for the screen where it was typed. */
struct search {
	char *word; /* NULL: none */
	enum screen_id screen;
	bool failed; /* not found at the last look */
};
/* A press of the mouse that is held, and the region in which it began. */
struct drag {
	bool on, moved;
	struct hit from;
};
/* For double and triple clicks. */
struct press {
	int x, y, count;
	int64_t at_ms;
};

/* The tour of the first start: what was there when it began, and what was done since. */
struct tour {
	bool on, picked, tuned, previewed, wrote;
	int step, from;
	size_t runs;
};

struct model {
	const struct ui_config *cfg; /* borrowed */
	int w, h;
	int64_t now_ms; /* monotonic; set before every call */
	int64_t wall_ms;
	enum screen_id screen, from; /* from: where help and log came from */
	enum screen_id back;         /* where Esc leads from preview, table, export ... */
	char where[160];
	char *database;
	int64_t session_cost; /* micro-dollars of runs that ended here */
	struct queries queries;
	struct editor editor;
	struct runs runs;
	struct run *run; /* on display; never NULL, `runs.none` before the first */
	struct preview preview;
	struct write write;
	struct history_entry *history;
	size_t n_history;
	int64_t history_from; /* offset in the journal: what is before it is read bit by bit */
	int64_t history_at;   /* how far the journal was read */
	struct table params, help, log;
	struct tune *tune;
	struct tableview *table;
	struct runlist *runlist;
	struct schema *schema;
	struct catalog *catalog;    /* what the account has, as far as somebody wanted to know */
	struct result_types *types; /* of results' columns */
	char *help_word;            /* NULL: all */
	struct search search;
	enum action ask;   /* what the prompt at the foot is for; ACT_NONE: none is open */
	bool ask_arg;      /* ... is the argument of that action */
	char *ask_initial; /* what stood there when it opened */
	struct drag drag;
	struct press press;
	char question[240]; /* "" none: waits for yes or no */
	enum action question_yes;
	char toast[320];
	enum style_fg toast_fg;
	int64_t toast_until;
	unsigned long log_seen;
	struct grid *drawn;             /* what the user sees: for mouse clicks; NULL allowed */
	struct engine_credentials cred; /* who we are, for the title bar */
	struct keymap *keymap;
	char *key_notes; /* a line for each key that the user's own took from an action; "" */
	struct tour tour;
	struct desk left; /* of the last session: a run that had not ended */
	bool light;       /* the terminal's background, as it said now or in the last session */
	bool first_start; /* there was no session before this one */
	struct wants wants;
};

void model_init(struct model *m, const struct ui_config *cfg);
void model_release(struct model *m);
void model_load_history(struct model *m); /* again, after a run */

void model_key(struct model *m, const struct key *k);
/* False when nothing here has a use for it. arg: of a mouse region, ARG_YES, or 0. */
bool model_act(struct model *m, enum action a, int arg);
void model_event(struct model *m, const struct job_event *ev);
void model_progress(struct model *m, const struct job_progress *p);
/* Takes the reference. */
void model_sample(struct model *m, uint64_t job, uint64_t generation, struct sample_view *v);
/* The engine's answer to wants.submit; job 0: refused with err. */
void model_submitted(struct model *m, uint64_t job, const struct err *err);
/* What is to be submitted; strings borrowed from the model. */
void model_spec(const struct model *m, struct job_spec *out);
/* The clock moved. Returns when something changes next by itself: ms from now, -1 never. */
int model_tick(struct model *m);
int model_sooner(int a, int b); /* the earlier of two such times */
/* A slice of waiting work (judging sample rows); true when more is left. */
bool model_work(struct model *m);
void model_draw(struct model *m, struct grid *g);

/* For screens. */
void model_go(struct model *m, enum screen_id s);
void model_toast(struct model *m, enum style_fg fg, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));
/* A question at the foot: yes is the action `yes` with ARG_YES. */
void model_ask_yes(struct model *m, enum action yes, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));
/* A line at the foot: what is typed becomes the argument of `a`, as with ":NAME ARGUMENT". */
void model_ask_text(struct model *m, enum action a, const char *label, const char *initial);
void model_answer(struct model *m, const char *text); /* of the prompt */
/* The ':' line, and what stands behind it. */
void model_ask_command(struct model *m);
void model_command(struct model *m, const char *line);
/* An action with its argument, as typed; true when it was taken. */
bool model_argument(struct model *m, enum action a, const char *arg);
void model_copy(struct model *m, struct slice text, const char *what);
/* The word that is searched for on this screen, NULL none. */
const char *model_search_word(const struct model *m);
struct run *model_run_of(struct model *m, uint64_t job); /* NULL: no run of ours */
struct run *model_live(struct model *m);    /* the run that works, else one that waits, else NULL */
bool model_running(const struct model *m);  /* a query of ours is not at its end */
bool model_is_local(const struct model *m); /* the embedded engine: nothing is billed */

#endif
