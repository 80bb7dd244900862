/* The Export screen: its settings, what they make, the first lines, the job that writes. UI thread.
 */
#ifndef UI_EXPORT_H
#define UI_EXPORT_H

#include "job/manifest.h"
#include "job/result.h"
#include "ui/keys.h"
#include "ui/run.h"

struct model;
struct prompt_words;

enum export_field {
	FIELD_PATH,
	FIELD_RECIPE,
	FIELD_FORMAT,
	FIELD_COMPRESS,
	FIELD_SHARDS,
	FIELD_SPLIT,
	FIELD_SPLIT_BY,
	FIELD_SEED,
	FIELD_REJECTS,
	FIELD_WRITE,
	FIELDS
};
/* Of ACT_SELECT: line i of the first lines is ARG_LINE + i, file i of the written ARG_FILE + i. */
#define ARG_LINE 1000
#define ARG_FILE 2000

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

/* ---- export.c: the settings ---- */

void write_release(struct write *w);
void write_forget(struct write *w); /* another run: all but the output's settings */
/* The output's settings, for the next session. */
struct desk_export;
void export_keep(const struct model *m, struct desk_export *out);
void export_restore(struct model *m, const struct desk_export *e);
void write_open(struct model *m, const char *path);
void write_start(struct model *m, bool overwrite);
void write_event(struct model *m, const struct job_event *ev);

/* One step of the field to the left or right; false when it has no steps. */
bool export_step(struct model *m, enum export_field f, int by);
/* The prompt for a field. */
void export_ask(struct model *m, enum export_field f);
/* ":format alpaca" and the like. */
bool export_command(struct model *m, enum action a, const char *arg);
void export_words(struct model *m, enum action a, const char *before, const char *word,
        struct prompt_words *out);
/* Follows what changed elsewhere: another run, another recipe. */
void export_sync(struct model *m);
/* Why it cannot be written as it stands; false when it can. */
bool export_refusal(struct model *m, struct err *why);
/* Of the result at hand, NULL: none. */
const struct columns *export_columns(struct model *m);

/* ---- exportplan.c: what will be made ---- */

struct export_count {
	uint64_t rows, kept; /* kept: 0 when not known at all */
	bool known, exact;   /* not exact: by the share of a sample */
};
void export_count(struct model *m, struct export_count *out);
/* Asks for the exact count, once, when it is not known. */
void export_count_rows(struct model *m);
/* Files of one side. Exact when rows are counted and there is no split, or all rows are at hand. */
struct export_side {
	bool exact;
	enum output_side side;
	uint64_t rows;
	size_t shards; /* 0: one file without a number */
};
size_t export_sides(struct model *m, struct export_side out[2]);
size_t export_files(struct model *m); /* how many in all, about */
double export_bytes(struct model *m); /* before compression, by the first lines; 0 unknown */

/* ---- exportlines.c: the first lines, as they will be written ---- */

#define LINES_MAX 200
struct firstlines {
	size_t n;
	struct firstline {
		uint64_t row; /* of the result, from 0 */
		enum output_side side;
		char *text;
		size_t len;
	} line[LINES_MAX];
	size_t bytes;
	uint64_t looked_at; /* rows judged so far */
	bool ended;         /* no more will come */
	struct err err;     /* recipe or split do not fit the columns; the result is damaged */
	struct pipeline *pipeline;
	struct split *split;
	const struct result *result; /* the source, or a sample; only compared */
	struct sample_view *sample;
};
/* From the beginning: something that they depend on has changed. */
void lines_reset(struct write *w);
void lines_free(struct firstlines *l); /* NULL allowed */
/* Judges up to `rows` rows; true when more is left. */
bool lines_work(struct model *m, int rows);

/* ---- exportdraw.c ---- */

void export_draw_form(struct model *m, const struct pane *p, int y);
/* What will be made, or why not; returns the rows used. */
int export_draw_summary(struct model *m, const struct pane *p, int y);
int export_draw_files(struct model *m, const struct pane *p);
/* Progress, or what was written, or what went wrong; returns the rows used. */
int export_draw_end(struct model *m, const struct pane *p);
/* Where a line holds the word, -1: nowhere. */
long export_find_in(const struct firstline *l, const char *word);
void export_draw_lines(struct model *m, const struct pane *p);

#endif
