/* Examples marked good or bad while looking at them. */
#include "ui/preview.h"

#include "base/file.h"
#include "base/mem.h"
#include "job/result.h"
#include "ui/parts.h"

#include <stdio.h>

#include "base/ban.h"

/* The query's execution. The spool of an old run, opened again, is named after it. */
static void query_of(const struct run *r, char *out, size_t size)
{
	const char *file = r->spool ? r->spool : r->from_csv;
	snprintf(out, size, "%s", r->p.athena.id);
	if (!*out && r->adopt_id)
		snprintf(out, size, "%s", r->adopt_id);
	if (!*out && file)
		snprintf(out, size, "%.*s", (int)strcspn(file_base(file), "."), file_base(file));
}

struct marks *preview_marks(struct model *m)
{
	struct preview *p = &m->preview;
	char query[200];
	struct err err = ERR_INIT;
	query_of(m->run, query, sizeof query);
	if (p->marks && p->marks_query && strcmp(p->marks_query, query) == 0)
		return p->marks;
	marks_free(p->marks);
	mem_free(p->marks_query);
	p->marks = marks_open(m->cfg->state_dir, query, &err);
	p->marks_query = mem_strdup(query);
	if (err.code)
		model_toast(m, FG_WARN, "Earlier marks cannot be read: %s", err.text);
	return p->marks;
}

void preview_mark(struct model *m, enum mark mark)
{
	struct shown *s = preview_row_shown(m);
	struct marks *marks = preview_marks(m);
	struct err err = ERR_INIT;
	if (!s)
		return;
	if (marks_get(marks, s->number) == mark)
		mark = MARK_NONE;
	int rc = marks_set(marks, (struct marked){s->number, mark, m->wall_ms},
	        m->preview.recipe ? recipe_name(m->preview.recipe) : NULL, &err);
	if (rc != 0)
		model_toast(m, FG_WARN, "The mark is kept in this session only: %s", err.text);
	else
		model_toast(m, FG_TEXT, "Marked %s: %zu good, %zu bad; M exports them",
		        mark_name(mark), marks_count(marks, MARK_GOOD),
		        marks_count(marks, MARK_BAD));
}

/* The cells of a row of the result: of the sample, or from disk. NULL: not at hand. */
static const struct cell *row_at(struct model *m, uint64_t row)
{
	const struct cell *cells;
	struct sample_view *v = m->preview.view;
	size_t low = 0, high = v ? sample_view_count(v) : 0;
	while (low < high) {
		size_t mid = (low + high) / 2;
		uint64_t number;
		cells = sample_view_row(v, mid, &number);
		if (number == row)
			return cells;
		if (number < row)
			low = mid + 1;
		else
			high = mid;
	}
	if (!run_result(m) || result_row(m->run->result, row, &cells, NULL) != 0)
		return NULL;
	return cells;
}

static void add_line(struct model *m, struct pipeline *pl, const struct marked *mark,
        const struct cell *cells, struct buf *out)
{
	const struct recipe *r = m->preview.recipe;
	struct example ex;
	struct verdict v = pipeline_row(pl, cells, &ex);
	int id = pipeline_column(pl, "id");
	if (id < 0)
		id = columns_find(sample_view_columns(m->preview.view), "id");
	struct mark_line line = {.mark = *mark,
	        .id = id >= 0 ? cell_slice(cells[id]) : (struct slice){NULL, 0},
	        .state = v.kind == VERDICT_KEPT ? "kept"
	                 : v.step >= 0          ? recipe_step(r, (size_t)v.step)->name
	                                        : "not judged",
	        .text = ex.cleaned,
	        .line = ex.line,
	        .recipe = recipe_name(r),
	        .recipe_text = recipe_text(r),
	        .query_id = m->preview.marks_query};
	mark_line_write(&line, out);
	buf_add_char(out, '\n');
}

static void write_marks(struct model *m, const char *path)
{
	struct marks *marks = preview_marks(m);
	struct err err = ERR_INIT;
	struct pipeline *pl =
	        pipeline_new(m->preview.recipe, sample_view_columns(m->preview.view), &err);
	const struct marked *mark;
	size_t n = 0, missing = 0;
	struct buf out;
	buf_init(&out, BUF_NO_LIMIT);
	for (size_t i = 0; pl && (mark = marks_at(marks, i)) != NULL; i++) {
		const struct cell *cells = row_at(m, mark->row);
		if (cells)
			add_line(m, pl, mark, cells, &out);
		n += cells != NULL;
		missing += !cells;
	}
	if (!pl || file_write(path, buf_slice(&out), 0644, &err) != 0)
		model_toast(m, FG_BAD, "%s", err.text);
	else if (missing)
		model_toast(
		        m, FG_WARN, "%zu marks in %s; %zu rows are not at hand", n, path, missing);
	else
		model_toast(m, FG_GOOD, "%zu mark%s in %s", n, n == 1 ? "" : "s", path);
	buf_release(&out);
	pipeline_free(pl);
}

void preview_export_marks(struct model *m, const char *path, bool overwrite)
{
	struct preview *p = &m->preview;
	if (!p->pipeline) {
		model_toast(m, FG_WARN,
		        "Choose a recipe first (:recipe NAME): marks are exported "
		        "with the cleaned text");
		return;
	}
	if (!marks_at(preview_marks(m), 0)) {
		model_toast(m, FG_DIM, "Nothing is marked: + marks a row as good, - as bad");
		return;
	}
	char *copy = mem_strdup(path); /* it may be the one that is kept */
	mem_free(p->marks_path);
	p->marks_path = copy;
	if (!overwrite && file_exists(copy))
		model_ask_yes(m, ACT_MARKS, "%s exists. Overwrite it?", copy);
	else
		write_marks(m, copy);
}
