/* One run as the workbench sees it, and the runs of the session. UI thread. */
#ifndef UI_RUN_H
#define UI_RUN_H

#include "job/job.h"
#include "job/resulttypes.h"
#include "ui/table.h"

struct model;
struct query_item;

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

/* ---- run.c: one run ---- */
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
/* The name of a file made of the run, in the working folder whatever the run's name is. */
char *run_file(const struct run *r, const char *ending); /* the caller frees */
/* All rows of the run on display, opened when first asked for; NULL: there are none yet, or
 * m->run->result_err says why not. Closed when another run is shown. */
struct result *run_result(struct model *m);
void run_forget_result(struct run *r);

/* ---- runs.c: those of the session ---- */
void runs_init(struct model *m);
void runs_release(struct model *m);
/* Takes r and shows it. */
void runs_add(struct model *m, struct run *r);
void runs_show(struct model *m, struct run *r);
void runs_step(struct model *m, int by);  /* to the run before or after */
size_t runs_index(const struct model *m); /* of the run on display, from 1; 0 none */
int64_t runs_cost(const struct model *m); /* micro-dollars billed in this session */

#endif
