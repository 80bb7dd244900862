/* The Export screen: a form, what it will make, the first lines; then progress and what was made.
 */
#include "ui/export.h"

#include "base/fmt.h"
#include "ui/parts.h"

#include <stdio.h>

#include "base/ban.h"

enum { WIDE = 150, FORM_W = 104, TALL = 28, FILES_H = 8 };

/* ---- drawing ---- */

static void draw_key(const struct pane *p, int y, const char *key, const char *text)
{
	put_str(p, 4, y, ST(FG_ACCENT), key);
	put_fit(p, 8, y, p->w - 9, ST(FG_TEXT), slice_str(text));
}

static void draw_empty(struct model *m, const struct pane *p)
{
	const struct run *r = m->run;
	bool live = run_is_live(r);
	put_str(p, 2, 2, STA(FG_STRONG, AT_BOLD),
	        live                   ? "The run is not done yet."
	        : r->state == RUN_NONE ? "There are no rows to write yet."
	                               : "This run ended without rows to write.");
	put_fit(p, 2, 3, p->w - 3, ST(FG_DIM),
	        slice_str("Export writes the rows of a run as JSONL: shape, shards, split, "
	                  "compression."));
	if (live)
		draw_key(p, 5, "3", "shows how far it is; its rows can be written when it is done");
	else if (r->state != RUN_NONE)
		draw_key(p, 5, "3", "shows why");
	else
		draw_key(p, 5, "1", "choose a query and run it with Enter");
	draw_key(p, 6, "8", "open the rows of an earlier run; nothing is billed");
}

static void draw_run(struct model *m, const struct pane *p)
{
	char s[200], n[FMT_SIZE];
	snprintf(s, sizeof s, " %.60s · %s rows on disk ", m->run->name,
	        fmt_thousands(n, (int64_t)m->run->p.rows));
	put_right(p, p->w - 3, 0, ST(FG_DIM), s);
}

static void draw_head(struct model *m, const struct pane *p)
{
	put_rule(p, 0, 0, p->w, "export");
	if (run_has_rows(m->run))
		draw_run(m, p);
}

static void draw_below(struct model *m, const struct pane *p, int y)
{
	struct pane end = pane_sub(p, 0, y, p->w, p->h - y);
	int used = export_draw_end(m, &end);
	struct pane lines = pane_sub(&end, 0, used, end.w, end.h - used);
	if (lines.h >= 3)
		export_draw_lines(m, &lines);
}

static void draw(struct model *m, const struct pane *p)
{
	int y = 1 + FIELD_WRITE;
	draw_head(m, p);
	if (!run_has_rows(m->run) || !m->write.path) {
		draw_empty(m, p);
		return;
	}
	struct pane form = *p;
	if (p->w >= WIDE) {
		struct pane files = pane_sub(p, FORM_W, 0, p->w - FORM_W, y + 2);
		form.w = FORM_W - 1;
		put_vrule(p, FORM_W - 1, 1, y + 1);
		export_draw_files(m, &files);
		draw_run(m, p);
	}
	export_draw_form(m, &form, 1);
	y += export_draw_summary(m, &form, y);
	if (p->w < WIDE && p->h >= TALL && m->write.state == RUN_NONE) {
		struct pane files = pane_sub(p, 0, y, p->w, FILES_H);
		y += export_draw_files(m, &files);
	}
	draw_below(m, p, y);
	put_joints(p);
}

/* ---- keys ---- */

static bool writing(const struct model *m)
{
	return m->write.state == RUN_LIVE || m->write.state == RUN_ASKED;
}

static void move_field(struct model *m, int by)
{
	struct write *w = &m->write;
	w->field = (w->field + FIELDS + by) % FIELDS;
}

/* From line to line, or through a record that is longer than the pane. */
static bool act_lines(struct model *m, enum action a)
{
	struct write *w = &m->write;
	int before = w->at.at;
	if (w->pretty && (a == ACT_PAGE_DOWN || a == ACT_PAGE_UP || a == ACT_WHEEL_DOWN ||
	                         a == ACT_WHEEL_UP))
		return scroll_act(&w->scroll, a);
	bool moved = table_act(&w->at, w->lines ? (int)w->lines->n : 0, a);
	if (w->at.at != before)
		w->scroll.top = 0;
	return moved;
}

/* To the next pane that there is. */
static void next_pane(struct model *m, int by)
{
	struct write *w = &m->write;
	do
		w->pane = (enum export_pane)(((int)w->pane + 3 + by) % 3);
	while (w->pane == EXPORT_FILES && w->n_files == 0);
}

static void select_line(struct write *w, int i)
{
	bool again = w->pane == EXPORT_LINES && w->at.at == i;
	w->pane = EXPORT_LINES;
	w->at.at = i;
	w->scroll.top = 0;
	w->pretty = again ? !w->pretty : w->pretty;
}

static void select_place(struct model *m, int arg)
{
	struct write *w = &m->write;
	if (arg >= ARG_FILE) {
		w->pane = EXPORT_FILES;
		w->list.at = arg - ARG_FILE;
	} else if (arg >= ARG_LINE) {
		select_line(w, arg - ARG_LINE);
	} else {
		bool again = w->pane == EXPORT_FORM && w->field == arg;
		w->pane = EXPORT_FORM;
		w->field = arg;
		if (again && !writing(m))
			export_ask(m, (enum export_field)arg);
	}
}

static void enter_key(struct model *m)
{
	struct write *w = &m->write;
	if (w->pane == EXPORT_LINES)
		w->pretty = !w->pretty;
	else if (w->pane == EXPORT_FORM && !writing(m))
		export_ask(m, (enum export_field)w->field);
}

static void copy(struct model *m)
{
	struct write *w = &m->write;
	const struct firstlines *l = w->lines;
	if (w->pane == EXPORT_LINES && l && w->at.at < (int)l->n)
		model_copy(m, slice_of(l->line[w->at.at].text, l->line[w->at.at].len), "the line");
	else if (w->pane == EXPORT_FILES && w->list.at < (int)w->n_files)
		model_copy(m, slice_str(w->files[w->list.at].path), "the file's path");
	else if (w->manifest[0])
		model_copy(m, slice_str(w->manifest), "the manifest's path");
	else
		model_copy(m, slice_str(w->path), "the path");
}

/* Esc goes back inside of the screen first. */
static bool back(struct model *m)
{
	struct write *w = &m->write;
	if (w->pane == EXPORT_FORM && !w->pretty)
		return false;
	w->pane = EXPORT_FORM;
	w->pretty = false;
	return true;
}

static bool act_form(struct model *m, enum action a)
{
	struct write *w = &m->write;
	switch (a) {
	case ACT_UP: move_field(m, -1); return true;
	case ACT_DOWN: move_field(m, 1); return true;
	case ACT_TOP: w->field = 0; return true;
	case ACT_BOTTOM: w->field = FIELD_WRITE; return true;
	case ACT_LEFT: export_step(m, (enum export_field)w->field, -1); return true;
	case ACT_RIGHT: export_step(m, (enum export_field)w->field, 1); return true;
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
	case ACT_WHEEL_UP:
	case ACT_WHEEL_DOWN: return act_lines(m, a);
	default: return false;
	}
}

static bool act(struct model *m, enum action a, int arg)
{
	struct write *w = &m->write;
	if (!run_has_rows(m->run) || !w->path)
		return a == ACT_ENTER || a == ACT_SELECT;
	switch (a) {
	case ACT_NEXT_PANE: next_pane(m, 1); return true;
	case ACT_PREV_PANE: next_pane(m, -1); return true;
	case ACT_SELECT: select_place(m, arg); return true;
	case ACT_ENTER: enter_key(m); return true;
	case ACT_LINE: w->pretty = !w->pretty; return true;
	case ACT_WRITE: write_start(m, arg == ARG_YES); return true;
	case ACT_COPY: copy(m); return true;
	case ACT_BACK: return back(m);
	default:
		return w->pane == EXPORT_FORM    ? act_form(m, a)
		       : w->pane == EXPORT_LINES ? act_lines(m, a)
		                                 : table_act(&w->list, (int)w->n_files, a);
	}
}

static bool command(struct model *m, enum action a, const char *arg)
{
	switch (a) {
	case ACT_WRITE:
	case ACT_GO_EXPORT:
	case ACT_FORMAT:
	case ACT_COMPRESS:
	case ACT_SHARDS:
	case ACT_SPLIT:
	case ACT_SEED:
	case ACT_REJECTS: return export_command(m, a, arg);
	case ACT_RECIPE:
		if (writing(m))
			return export_command(m, a, arg);
		run_set_recipe(m, arg);
		export_sync(m);
		return true;
	default: return false;
	}
}

static bool find(struct model *m, const char *word, int direction)
{
	struct write *w = &m->write;
	int n = w->lines ? (int)w->lines->n : 0, at = w->at.at;
	for (int k = direction == 0 ? 0 : 1; k <= n; k++) {
		int i = n ? (at + (direction < 0 ? n - k % n : k)) % n : 0;
		if (i < n && export_find_in(&w->lines->line[i], word) >= 0) {
			w->at.at = i;
			w->scroll.top = 0;
			w->pane = EXPORT_LINES;
			return true;
		}
	}
	return false;
}

static bool counts(struct model *m, enum action a)
{
	if (!run_has_rows(m->run))
		return a != ACT_ENTER && a != ACT_LINE && a != ACT_FIND && a != ACT_WRITE &&
		       a != ACT_NEXT_PANE;
	return !writing(m) || (a != ACT_WRITE && a != ACT_ENTER);
}

static void enter(struct model *m)
{
	export_sync(m);
	lines_work(m, 64);
}

static bool work(struct model *m)
{
	export_sync(m);
	bool more = lines_work(m, 64);
	if (!more)
		export_count_rows(m);
	return more;
}

const struct screen_ops screen_export = {.draw = draw,
        .act = act,
        .command = command,
        .words = export_words,
        .find = find,
        .counts = counts,
        .enter = enter,
        .work = work};
