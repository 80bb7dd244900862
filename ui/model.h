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
#include "ui/grid.h"
#include "ui/input.h"
#include "ui/keys.h"
#include "ui/table.h"
#include "ui/textedit.h"
#include "ui/ui.h"

#define MIN_W 80
#define MIN_H 24

/* One query of the folder, with the parameter values chosen here ("name=value", NULL-ended). */
struct query_item {
	struct queryfile *file;
	char **values;
	size_t n_values;
	bool favourite;
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
	char *filter; /* NULL: none; its words must all be there */
	enum query_sort sort;
	struct table table;
	struct table sql; /* scroll of the preview pane */
	bool sql_focus;
};

enum run_state { RUN_NONE, RUN_ASKED, RUN_LIVE, RUN_DONE, RUN_FAILED, RUN_CANCELLED };
#define RATE_SAMPLES 120
#define NOTES        4

/* A query that was started here. */
struct run {
	enum run_state state;
	uint64_t job;
	int64_t begun_ms;                          /* wall clock */
	char *name, *text, *path, *sql, *database; /* text: the file's, sql: rendered */
	char *from_csv, *adopt_id; /* an old run whose rows are read again; NULL else */
	char **values;
	size_t n_values;
	bool from_editor;
	struct recipe *recipe; /* of the run, for its funnel; NULL: rows only */
	struct recipe *chosen; /* for preview and writing: the same until another is chosen */
	struct job_progress p;
	struct err err;
	int64_t rate_at;           /* when the last rate was taken */
	double rate[RATE_SAMPLES]; /* rows per second, oldest first */
	int n_rates;
	uint64_t rate_rows;
	char note[NOTES][256]; /* newest last */
	int n_notes;
	char batch[256];    /* the newest batch line */
	char *spool;        /* raw result on disk */
	int64_t typical_ms; /* the same query's last duration; 0 unknown */
	char *report;
	struct stagetree *stages; /* NULL: not told */
	char stages_note[256];    /* why not */
	enum run_view { RUN_BOARD, RUN_REPORT, RUN_STAGES } view;
	struct table scroll;        /* of report and stages */
	struct sample_view *sample; /* newest rows at hand; NULL: none yet */
	uint64_t sample_generation;
	struct result *result;  /* all rows on disk, once a screen wanted them: run_result */
	struct err result_err;  /* why they cannot be had */
	unsigned result_opened; /* which opening it is: an address may come again */
};
/* The runs of this session, oldest first. The oldest that are over are forgotten beyond RUNS_MAX.
 */
#define RUNS_MAX 12
struct runs {
	struct run *item[RUNS_MAX];
	size_t n;
	struct run *none; /* on display before the first */
	unsigned results; /* opened so far */
};

struct preview_row {
	unsigned char kind, judged, changed; /* kind: enum verdict_kind */
	int step;
	uint64_t steps;             /* bits of the clean steps that changed it */
	size_t clean_at, clean_len; /* when changed: in preview.cleaned */
};
enum preview_only { ONLY_ALL, ONLY_CHANGED, ONLY_REJECTED, ONLY_REASON, ONLY_MARKED };
struct shown; /* preview_shown.c */
struct marks; /* job/marks.h */
struct preview {
	struct sample_view *view;
	struct recipe *draft; /* a recipe being tuned, for a visit from there; NULL: the run's */
	bool visiting, from_tune; /* visiting: until the screen is up */
	struct recipe *recipe;    /* of the pipeline */
	struct pipeline *pipeline;
	struct err err; /* the recipe does not fit the columns */
	struct preview_row *row;
	size_t n, judged, n_kept, n_changed, n_rejected;
	size_t by_step[RECIPE_MAX_STEPS]; /* rows that each step drops or changes */
	struct buf cleaned;               /* texts that cleaning changed, for the search */
	size_t at;                        /* index into the sample */
	bool is_far;                      /* a row of the result that is not in the sample: `far` */
	uint64_t far;
	struct shown *shown; /* the row on display, judged */
	size_t edit;         /* the edit that is pointed at, from 1; 0 none */
	enum preview_only only;
	int reason; /* step of ONLY_REASON */
	bool line;  /* the finished JSON line instead of the texts */
	bool rules; /* the list of rules is open */
	struct table rule_list;
	struct table scroll;
	bool seek; /* at the next drawing, scroll to this byte of the text */
	bool seek_clean;
	size_t seek_at;
	uint64_t seed;
	struct marks *marks; /* of marks_query; NULL: not yet read */
	char *marks_query, *marks_path;
};

/* What the Export screen writes, and how; its inside is ui/export.h. The output's settings stay
 * from run to run. */
struct write {
	enum run_state state;
	uint64_t job;
	uint64_t of_job;     /* the run that the rest is about */
	char *path, *recipe; /* recipe: a name */
	char *target;        /* what is being written: the file, or the set's name */
	char **recipes;      /* names found in the recipe folders */
	size_t n_recipes;
	struct job_output output; /* its strings are ours */
	const char *format;       /* NULL: the recipe's own */
	struct recipe *base,
	        *shaped; /* the run's recipe, and the same in that format, NULL: cannot */
	struct err shape_err, place_err;
	struct recipe *counted; /* for which an exact count was asked */
	struct recipe *loaded;  /* of the job */
	int field;
	enum export_pane { EXPORT_FORM, EXPORT_FILES, EXPORT_LINES } pane; /* keys act on it */
	bool pretty;
	struct table at, scroll, list; /* the line, the record's text, the written file */
	struct firstlines *lines;
	struct job_progress p;
	struct err err;
	char manifest[1024];
	struct output_file *files; /* that were written */
	size_t n_files;
};

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
