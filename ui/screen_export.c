/* The write dialog: path, recipe, how many rows, the first lines; then progress and what was
 * written. */
#include "ui/parts.h"

#include "base/fmt.h"
#include "base/mem.h"
#include "ui/wrap.h"

#include <stdio.h>

#include "base/ban.h"

#define VALUE_AT 12
enum field { FIELD_PATH, FIELD_RECIPE, FIELD_WRITE, FIELDS };

static void draw_field(struct model *m, const struct pane *p, int y, enum field f,
        const char *label, const char *value)
{
	bool here = m->write.field == (int)f;
	put_str(p, 2, y, ST(FG_DIM), label);
	int n = put_fit(p, VALUE_AT, y, p->w - VALUE_AT - 12, ST(FG_STRONG), slice_str(value));
	if (here && f == FIELD_RECIPE)
		put_str(p, VALUE_AT + n + 2, y, ST(FG_DIM), "← →");
	if (here) {
		put_bg(p, 0, y, p->w, 1, BG_SELECT);
		put_str(p, 0, y, STB(FG_ACCENT, BG_SELECT), "▌");
	}
	put_hit(p, 0, y, p->w, 1, ACT_SELECT, (int)f);
}

static void draw_button(struct model *m, const struct pane *p, int y)
{
	char rows[FMT_SIZE], kept[FMT_SIZE], s[200];
	const struct run *r = m->run;
	fmt_thousands(rows, (int64_t)r->p.rows);
	fmt_thousands(kept, (int64_t)r->p.funnel.kept);
	if (r->p.funnel.rows && r->recipe && m->write.recipe &&
	        !strcmp(recipe_name(r->recipe), m->write.recipe))
		snprintf(s, sizeof s, "write %s examples from %s rows", kept, rows);
	else
		snprintf(s, sizeof s, "write the examples from %s rows", rows);
	draw_field(m, p, y, FIELD_WRITE, "", s);
}

/* The first kept rows of the sample as they will stand in the file. */
static void draw_first_lines(struct model *m, const struct pane *p)
{
	struct preview *v = &m->preview;
	int y = 1;
	put_rule(p, 0, 0, p->w, "first lines");
	for (size_t i = 0; v->pipeline && i < v->n && i < 200 && y < p->h; i++) {
		struct example ex;
		uint64_t number;
		struct verdict verdict =
		        pipeline_row(v->pipeline, sample_view_row(v->view, i, &number), &ex);
		if (verdict.kind == VERDICT_KEPT)
			put_fit(p, 2, y++, p->w - 3, ST(FG_DIM), ex.line);
	}
	if (y == 1)
		put_str(p, 2, 2, ST(FG_DIM),
		        v->err.code   ? v->err.text
		        : v->pipeline ? "The recipe keeps no row of the sample."
		                      : "No sample at hand.");
}

static void draw_form(struct model *m, const struct pane *p)
{
	struct write *w = &m->write;
	draw_field(m, p, 2, FIELD_PATH, "file", w->path ? w->path : "");
	draw_field(m, p, 3, FIELD_RECIPE, "recipe", w->recipe ? w->recipe : "none found");
	if (m->run->chosen) {
		put_str(p, 2, 4, ST(FG_DIM), "format");
		put_fmt(p, VALUE_AT, 4, ST(FG_TEXT), "%s, one JSON object a line",
		        recipe_format(m->run->chosen));
	}
	draw_button(m, p, 6);
	put_str(p, VALUE_AT, 7, ST(FG_DIM), "The rows are on disk: writing costs nothing.");
}

static int draw_progress(struct model *m, const struct pane *p, int y)
{
	const struct job_progress *g = &m->write.p;
	char a[FMT_SIZE], b[FMT_SIZE];
	int w = p->w - VALUE_AT - 2;
	put_fill(p, VALUE_AT, y, w, 1, ST(FG_LINE), "─");
	double whole = m->run->p.rows ? (double)m->run->p.rows : 1, part = (double)g->rows;
	put_fill(p, VALUE_AT, y, (int)((part > whole ? whole : part) / whole * w), 1, ST(FG_ACCENT),
	        "━");
	put_fmt(p, VALUE_AT, y + 1, ST(FG_TEXT), "%s rows read, %s written",
	        fmt_thousands(a, (int64_t)g->rows), fmt_thousands(b, (int64_t)g->out_rows));
	return y + 3;
}

static int draw_done(struct model *m, const struct pane *p, int y)
{
	struct write *w = &m->write;
	const struct job_progress *g = &w->p;
	char a[FMT_SIZE], b[FMT_SIZE], s[200];
	put_fmt(p, 2, y, STA(FG_GOOD, AT_BOLD), "✓ written");
	put_fit(p, VALUE_AT, y++, p->w - VALUE_AT - 2, ST(FG_STRONG), slice_str(w->path));
	snprintf(s, sizeof s, "%s of %s", fmt_thousands(a, (int64_t)g->out_rows),
	        fmt_thousands(b, (int64_t)g->rows));
	put_str(p, 2, y, ST(FG_DIM), "rows");
	put_str(p, VALUE_AT, y++, ST(FG_TEXT), s);
	snprintf(s, sizeof s, "%s bytes (%s)", fmt_thousands(a, g->out_bytes),
	        fmt_bytes(b, g->out_bytes));
	put_str(p, 2, y, ST(FG_DIM), "size");
	put_str(p, VALUE_AT, y++, ST(FG_TEXT), s);
	put_str(p, 2, y, ST(FG_DIM), "time");
	put_str(p, VALUE_AT, y++, ST(FG_TEXT), fmt_duration(a, g->elapsed_ms));
	if (w->manifest[0]) {
		put_str(p, 2, y, ST(FG_DIM), "manifest");
		put_fit(p, VALUE_AT, y++, p->w - VALUE_AT - 2, ST(FG_TEXT), slice_str(w->manifest));
	}
	return y + 1;
}

static void draw(struct model *m, const struct pane *p)
{
	struct write *w = &m->write;
	int y = 9;
	put_rule(p, 0, 0, p->w, "write JSONL");
	if (!m->run->spool || m->run->state != RUN_DONE) {
		put_str(p, 2, 2, ST(FG_STRONG), "There are no rows to write yet.");
		put_str(p, 2, 3, ST(FG_DIM),
		        model_running(m) ? "They can be written when the run is done: 3 shows it."
		                         : "Run a query first: 1 shows the list.");
		return;
	}
	draw_form(m, p);
	if (w->state == RUN_LIVE || w->state == RUN_ASKED)
		y = draw_progress(m, p, y);
	else if (w->state == RUN_DONE)
		y = draw_done(m, p, y);
	else if (w->state == RUN_FAILED)
		y += draw_error(p, y, "Not written", &w->err);
	else if (w->state == RUN_CANCELLED)
		put_str(p, 2, y++, ST(FG_WARN), "Cancelled: nothing stands under the final name.");
	struct pane lines = pane_sub(p, 0, y, p->w, p->h - y);
	if (lines.h > 2)
		draw_first_lines(m, &lines);
}

static void next_recipe(struct model *m, int by)
{
	struct write *w = &m->write;
	size_t at = 0;
	if (w->n_recipes == 0 || w->state == RUN_LIVE)
		return;
	for (size_t i = 0; i < w->n_recipes; i++)
		if (w->recipe && strcmp(w->recipes[i], w->recipe) == 0)
			at = i;
	at = (at + w->n_recipes + (size_t)by) % w->n_recipes;
	mem_free(w->recipe);
	w->recipe = mem_strdup(w->recipes[at]);
	run_set_recipe(m, w->recipe);
}

static void enter(struct model *m)
{
	if (m->write.field == FIELD_PATH)
		model_ask_text(m, ACT_WRITE, "write to: ", m->write.path);
	else if (m->write.field == FIELD_RECIPE)
		next_recipe(m, 1);
	else
		write_start(m, false);
}

static bool act(struct model *m, enum action a, int arg)
{
	struct write *w = &m->write;
	if (!m->run->spool || m->run->state != RUN_DONE)
		return a == ACT_ENTER || a == ACT_SELECT;
	switch (a) {
	case ACT_UP: w->field = (w->field + FIELDS - 1) % FIELDS; return true;
	case ACT_DOWN:
	case ACT_NEXT_PANE: w->field = (w->field + 1) % FIELDS; return true;
	case ACT_LEFT:
	case ACT_RIGHT:
		if (w->field == FIELD_RECIPE)
			next_recipe(m, a == ACT_LEFT ? -1 : 1);
		return true;
	case ACT_SELECT:
		if (w->field == arg)
			enter(m);
		w->field = arg;
		return true;
	case ACT_ENTER: enter(m); return true;
	case ACT_WRITE: write_start(m, arg == ARG_YES); return true;
	case ACT_COPY: model_copy(m, slice_str(w->path), "the path"); return true;
	default: return false;
	}
}

/* Whether a key does something now. */
static bool counts(struct model *m, enum action a)
{
	bool rows = run_has_rows(m->run);
	return a == ACT_WRITE ? rows && m->write.state != RUN_LIVE : a != ACT_ENTER || rows;
}

const struct screen_ops screen_export = {.draw = draw, .act = act, .counts = counts};
