/* Raw text against cleaned, rule by rule, and the finished line; one row at a time. */
#include "ui/preview.h"

#include "base/fmt.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/parts.h"
#include "ui/tableview.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/ban.h"

#define RULES_W   34
#define CELL_SEEN 65536 /* bytes of a value that are laid out without a recipe */

/* ---- the head ---- */

static const char *verdict_word(
        const struct verdict *v, const struct recipe *r, char *out, size_t size)
{
	const char *why = v->step >= 0 ? recipe_step(r, (size_t)v->step)->title : "";
	switch (v->kind) {
	case VERDICT_KEPT: return "✓ kept";
	case VERDICT_REJECTED: snprintf(out, size, "✗ dropped: %s", why); break;
	case VERDICT_GAVE_UP: snprintf(out, size, "✗ the pattern of \"%s\" gave up", why); break;
	default: snprintf(out, size, "✗ cannot be judged: %s", v->note ? v->note : why);
	}
	return out;
}

/* " · only dropped: too few words (12)", " · only changed: URLs (163)" */
static void only_words(struct model *m, char *out, size_t size)
{
	struct preview *v = &m->preview;
	static const char *const words[] = {"", "changed", "dropped", "dropped: ", "marked"};
	const struct recipe_step *s = NULL;
	char n[FMT_SIZE];
	out[0] = '\0';
	if (v->only == ONLY_REASON)
		s = recipe_step(v->recipe, (size_t)v->reason);
	if (v->only != ONLY_ALL)
		snprintf(out, size, " · only %s%s (%s)",
		        s && s->kind == STEP_CLEAN ? "changed: " : words[v->only],
		        s ? s->title : "", fmt_thousands(n, (int64_t)preview_count(m)));
}

static void draw_head(struct model *m, const struct pane *p, const struct shown *s)
{
	struct preview *v = &m->preview;
	char head[300], only[120], a[FMT_SIZE], b[FMT_SIZE], c[FMT_SIZE];
	const char *tuned = v->draft ? " · as tuned, not accepted" : "";
	only_words(m, only, sizeof only);
	fmt_thousands(c, (int64_t)s->number + 1);
	if (s->is_far)
		snprintf(head, sizeof head, "result row %s of %s · not in the sample%s", c,
		        fmt_thousands(b, (int64_t)m->run->p.rows), tuned);
	else
		snprintf(head, sizeof head, "sample row %s of %s · result row %s%s%s",
		        fmt_thousands(a, (int64_t)v->at + 1), fmt_thousands(b, (int64_t)v->n), c,
		        tuned, only);
	put_rule(p, 0, 0, p->w, head);
}

/* "1,897 kept · 103 dropped · 1,316 changed · marked +3 −1"; where there is no room, less. */
static void draw_counts(struct model *m, const struct pane *p, int from)
{
	struct preview *v = &m->preview;
	char s[3][200], a[FMT_SIZE], b[FMT_SIZE], c[FMT_SIZE], marked[64] = "";
	size_t good = marks_count(preview_marks(m), MARK_GOOD);
	size_t bad = marks_count(preview_marks(m), MARK_BAD);
	fmt_thousands(a, (int64_t)(v->judged < v->n ? v->judged : v->n_kept));
	fmt_thousands(b, (int64_t)v->n);
	if (good || bad)
		snprintf(marked, sizeof marked, " · marked +%zu −%zu", good, bad);
	snprintf(s[2], sizeof s[2], "%s of %s kept", a, b);
	snprintf(s[1], sizeof s[1], "%s kept%s", a, marked);
	fmt_thousands(b, (int64_t)v->n_rejected);
	snprintf(s[0], sizeof s[0], "%s kept · %s dropped · %s changed%s", a, b,
	        fmt_thousands(c, (int64_t)v->n_changed), marked);
	if (v->judged < v->n)
		for (int i = 0; i < 3; i++)
			snprintf(s[i], sizeof s[i], "judging %s of %s", a,
			        fmt_thousands(b, (int64_t)v->n));
	for (int i = 0; i < 3; i++)
		if (from + utf8_width(slice_str(s[i])) < p->w) {
			put_right(p, p->w - 1, 1, ST(FG_DIM), s[i]);
			return;
		}
}

static void draw_verdict(struct model *m, const struct pane *p, const struct shown *s)
{
	struct preview *v = &m->preview;
	enum mark mark = marks_get(preview_marks(m), s->number);
	bool kept = s->verdict.kind == VERDICT_KEPT;
	char why[300];
	int x = 1;
	if (mark != MARK_NONE)
		x += put_str(p, x, 1, STA(mark == MARK_GOOD ? FG_GOOD : FG_BAD, AT_REVERSE),
		             mark == MARK_GOOD ? " + good " : " − bad ") +
		     1;
	x += put_str(p, x, 1, STA(kept ? FG_GOOD : FG_WARN, AT_BOLD),
	        verdict_word(&s->verdict, v->recipe, why, sizeof why));
	draw_counts(m, p, x + 2);
}

/* The other columns of the row: "subreddit LocalLLaMA · score 12". */
static void draw_columns(struct model *m, const struct pane *p, int y, const struct shown *s)
{
	const struct columns *c = sample_view_columns(m->preview.view);
	int x = 1, text = pipeline_column(s->pipeline, "text");
	for (size_t i = 0; i < c->n && x < p->w - 8; i++) {
		const struct cell *cell = &s->cells[i];
		if ((int)i == text || (!cell_is_null(*cell) && cell->len > 40))
			continue;
		/* A name without its value says nothing. */
		int name = utf8_width(slice_str(c->col[i].name)),
		    value = cell_is_null(*cell) ? 4 : utf8_width(cell_slice(*cell));
		if (x + name + 1 + (value < 8 ? value : 8) >= p->w)
			break;
		x += put_str(p, x, y, ST(FG_DIM), c->col[i].name) + 1;
		if (cell_is_null(*cell))
			x += put_str(p, x, y, ST(FG_DIM), "NULL") + 3;
		else
			x += put_fit(p, x, y, p->w - x - 1, ST(FG_TEXT), cell_slice(*cell)) + 3;
	}
}

/* ---- the body ---- */

/* Without a recipe: the row as it came, a column per line. */
static void draw_raw_row(struct model *m, const struct pane *p, const struct shown *s)
{
	const struct columns *c = sample_view_columns(m->preview.view);
	int y = 0, head = 3;
	if (m->preview.err.code)
		head = 2 + draw_error(p, 1, recipe_name(m->preview.recipe), &m->preview.err);
	else
		put_str(p, 1, 1, ST(FG_DIM),
		        "No recipe: rows as they came. :recipe NAME chooses one.");
	struct pane body = pane_sub(p, 0, head, p->w, p->h - head);
	for (size_t i = 0; i < c->n; i++) {
		int at = y - m->preview.scroll.top;
		struct slice text = cell_slice(s->cells[i]);
		struct pane v =
		        pane_sub(&body, 20, at > 0 ? at : 0, p->w - 21, body.h - (at > 0 ? at : 0));
		text.len = text.len > CELL_SEEN ? CELL_SEEN : text.len;
		if (at >= 0)
			put_fit(&body, 1, at, 18, ST(FG_DIM), slice_str(c->col[i].name));
		if (at >= 0 && s->cells[i].len == 0) /* NULL and "", as in the table */
			put_cell(&v, 0, 0, v.w, ST(FG_TEXT), s->cells[i], false);
		int n = put_wrapped(&v, ST(FG_TEXT), text, at < 0 ? -at : 0);
		y += n > 1 ? n : 1;
	}
	scroll_fit(&m->preview.scroll, y, body.h);
}

static void draw_nothing(struct model *m, const struct pane *p)
{
	bool comes = run_is_live(m->run), over = run_is_over(m->run),
	     none = m->run->state == RUN_DONE;
	put_rule(p, 0, 0, p->w, over ? "no rows" : "no rows yet");
	put_str(p, 2, 2, ST(FG_STRONG),
	        comes  ? "Rows appear here as soon as the first arrive."
	        : none ? "The result has no rows."
	               : "There are no rows to look at.");
	put_str(p, 2, 3, ST(FG_DIM),
	        comes  ? "Esc goes back to the run."
	        : none ? "e edits the SQL, r runs it again."
	        : over ? "The run gave none: 3 says what happened, r runs it again."
	               : "Run a query first: 1 shows the list.");
}

static void draw_body(struct model *m, const struct pane *p, struct shown *s)
{
	struct preview *v = &m->preview;
	int below = 0;
	if (s->ex.instruction.len && !v->line)
		below = wrap_count(s->ex.instruction, p->w - 2) > 1 ? 3 : 2;
	struct pane body = pane_sub(p, 0, 0, p->w, p->h - below);
	if (v->line)
		preview_draw_line(m, &body, s);
	else
		preview_draw_texts(m, &body, s);
	if (below) {
		struct pane text = pane_sub(p, 1, p->h - below + 1, p->w - 2, below - 1);
		put_rule(p, 0, p->h - below, p->w, "instruction");
		put_wrapped(&text, ST(FG_TEXT), s->ex.instruction, 0);
	}
}

static void draw(struct model *m, const struct pane *p)
{
	struct preview *v = &m->preview;
	struct shown *s = preview_row_shown(m);
	if (!s) {
		draw_nothing(m, p);
		return;
	}
	if (!s->pipeline) {
		draw_raw_row(m, p, s);
		draw_head(m, p, s);
		return;
	}
	draw_head(m, p, s);
	draw_verdict(m, p, s);
	draw_columns(m, p, 2, s);
	preview_draw_legend(m, p, 3, s);
	int w = v->rules ? p->w - RULES_W - 1 : p->w;
	struct pane body = pane_sub(p, 0, 4, w, p->h - 4);
	draw_body(m, &body, s);
	if (v->rules) {
		struct pane rules = pane_sub(p, w + 1, 4, RULES_W, p->h - 4);
		put_vrule(p, w, 4, p->h - 4);
		preview_draw_rules(m, &rules, s);
	}
}

/* ---- keys ---- */

static void copy(struct model *m)
{
	struct shown *s = preview_row_shown(m);
	if (!s || !s->pipeline)
		return;
	if (m->preview.line && s->ex.line.len == 0)
		model_toast(m, FG_DIM, "This row is dropped: it has no line");
	else if (m->preview.line)
		model_copy(m, s->ex.line, "the JSON line");
	else
		model_copy(m, s->ex.cleaned, "the cleaned text");
}

/* Tab goes through the edits, and once through none. */
static void step_edit(struct model *m, int by)
{
	struct preview *v = &m->preview;
	struct shown *s = preview_row_shown(m);
	size_t n = s ? s->ex.n_edits + 1 : 1;
	v->edit = (v->edit + (by > 0 ? 1 : n - 1)) % n;
	if (v->edit == 0)
		return;
	v->seek = true;
	v->seek_clean = false;
	v->seek_at = s->ex.edits[v->edit - 1].start;
}

static void toggle(struct model *m, int arg)
{
	struct preview *v = &m->preview;
	struct shown *s = preview_row_shown(m);
	if (!s || !s->pipeline)
		return;
	if (arg > 0) {
		v->rule_list.at = arg - 1;
		preview_switch(m, (size_t)arg - 1);
	} else if (v->rules)
		preview_switch(m, (size_t)v->rule_list.at);
	else if (v->edit && v->edit <= s->ex.n_edits)
		preview_switch(m, (size_t)s->ex.edits[v->edit - 1].step);
	else
		model_toast(
		        m, FG_DIM, "Tab points at an edit, u lists the rules; Space switches one");
}

/* The list begins at a rule that struck here. */
static void open_rules(struct model *m)
{
	struct preview *v = &m->preview;
	struct shown *s = preview_row_shown(m);
	v->rules = !v->rules && v->pipeline;
	if (v->rules && s && s->verdict.step >= 0)
		v->rule_list.at = s->verdict.step;
	else if (v->rules && s && s->ex.n_edits)
		v->rule_list.at = s->ex.edits[v->edit ? v->edit - 1 : 0].step;
}

static void ask_marks(struct model *m, int arg)
{
	struct preview *v = &m->preview;
	if (arg == ARG_YES && v->marks_path) {
		preview_export_marks(m, v->marks_path, true);
		return;
	}
	char *path = run_file(m->run, "-marks.jsonl");
	model_ask_text(m, ACT_MARKS, "export marks to ", path);
	mem_free(path);
}

static void to_end(struct model *m, enum action a)
{
	struct preview *v = &m->preview;
	v->is_far = false;
	v->at = a == ACT_TOP || v->n == 0 ? v->n - 1 : 0;
	preview_step(m, a == ACT_TOP ? 1 : -1);
}

static bool choose(struct model *m, enum action a)
{
	switch (a) {
	case ACT_NEXT: preview_step(m, 1); return true;
	case ACT_PREV: preview_step(m, -1); return true;
	case ACT_RANDOM: preview_random(m); return true;
	case ACT_TOP:
	case ACT_BOTTOM: to_end(m, a); return true;
	case ACT_ONLY_CHANGED: preview_only(m, ONLY_CHANGED); return true;
	case ACT_ONLY_REJECTED: preview_only(m, ONLY_REJECTED); return true;
	case ACT_ONLY_MARKED: preview_only(m, ONLY_MARKED); return true;
	case ACT_ONLY_REASON: preview_next_reason(m); return true;
	case ACT_ALL_ROWS:
		m->preview.only = ONLY_ALL;
		m->preview.is_far = false;
		return true;
	default: return false;
	}
}

/* Without a recipe there is nothing to switch or to tell apart. */
static bool needs_recipe(enum action a)
{
	return a == ACT_ONLY_CHANGED || a == ACT_ONLY_REJECTED || a == ACT_ONLY_REASON ||
	       a == ACT_LINE || a == ACT_RULES || a == ACT_TOGGLE || a == ACT_NEXT_PANE ||
	       a == ACT_PREV_PANE;
}

static bool act(struct model *m, enum action a, int arg)
{
	struct preview *v = &m->preview;
	if (!v->pipeline && needs_recipe(a))
		return false;
	if (v->n && choose(m, a))
		return true;
	if (v->rules && v->recipe && table_act(&v->rule_list, (int)recipe_steps(v->recipe), a))
		return true;
	if (scroll_act(&v->scroll, a))
		return true;
	switch (a) {
	case ACT_NEXT_PANE: step_edit(m, 1); return true;
	case ACT_PREV_PANE: step_edit(m, -1); return true;
	case ACT_TOGGLE: toggle(m, arg); return true;
	case ACT_RULES: open_rules(m); return true;
	case ACT_BACK:
		if (!v->rules || model_search_word(m))
			return false;
		v->rules = false;
		return true;
	case ACT_LINE:
		v->line = !v->line;
		v->scroll.top = 0;
		return true;
	case ACT_MARK_GOOD: preview_mark(m, MARK_GOOD); return true;
	case ACT_MARK_BAD: preview_mark(m, MARK_BAD); return true;
	case ACT_MARKS: ask_marks(m, arg); return true;
	case ACT_EDIT: return screen_run.act(m, ACT_EDIT, 0);
	case ACT_COPY: copy(m); return true;
	default: return false;
	}
}

static bool command(struct model *m, enum action a, const char *arg)
{
	if (a == ACT_MARKS && *arg)
		preview_export_marks(m, arg, false);
	else if (a == ACT_GOTO) {
		char *end;
		long long n = strtoll(arg, &end, 10);
		if (n < 1 || *end)
			model_toast(m, FG_WARN, "\"%s\" is not a row's number", arg);
		else
			preview_goto(m, (uint64_t)n - 1);
	} else
		return false;
	return true;
}

static bool counts(struct model *m, enum action a)
{
	const struct preview *v = &m->preview;
	switch (a) {
	case ACT_NEXT:
	case ACT_PREV:
	case ACT_RANDOM: return v->n > 0;
	case ACT_LINE:
	case ACT_RULES:
	case ACT_MARK_GOOD:
	case ACT_MARK_BAD:
	case ACT_ONLY_CHANGED:
	case ACT_ONLY_REJECTED: return v->n > 0 && v->pipeline;
	default: return true;
	}
}

const struct screen_ops screen_preview = {.draw = draw,
        .act = act,
        .command = command,
        .enter = preview_enter,
        .find = preview_find,
        .counts = counts};
