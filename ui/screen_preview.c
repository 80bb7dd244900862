/* Raw text against cleaned, rule by rule, and the finished line; one row of the sample at a time.
 */
#include "ui/parts.h"

#include "base/fmt.h"
#include "base/mem.h"
#include "ui/wrap.h"

#include <stdio.h>

#include "base/ban.h"

/* Where each byte of a text stands in the edits: the style by rule; the rule's number after it. */
struct marks {
	const struct edit *edit;
	size_t n;
	bool cleaned; /* ranges of the cleaned text instead of the original */
	size_t here;  /* the edit that is pointed at, from 1; 0 none */
};

static void range_of(const struct marks *k, size_t i, size_t *start, size_t *end)
{
	*start = k->cleaned ? k->edit[i].out_start : k->edit[i].start;
	*end = k->cleaned ? k->edit[i].out_end : k->edit[i].end;
}

static struct style mark_style(void *arg, size_t at)
{
	const struct marks *k = arg;
	for (size_t i = 0; i < k->n; i++) {
		size_t s, e;
		range_of(k, i, &s, &e);
		if (at >= s && at < e)
			return STA((uint8_t)(FG_RULE0 + k->edit[i].step % 6),
			        i + 1 == k->here ? AT_REVERSE : 0);
	}
	return ST(FG_TEXT);
}

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

static void draw_head(struct model *m, const struct pane *p, uint64_t number)
{
	struct preview *v = &m->preview;
	char head[160], a[FMT_SIZE], b[FMT_SIZE], c[FMT_SIZE];
	const char *only = v->only == ONLY_CHANGED    ? " · only changed"
	                   : v->only == ONLY_REJECTED ? " · only dropped"
	                                              : "";
	snprintf(head, sizeof head, "sample row %s of %s · result row %s%s",
	        fmt_thousands(a, (int64_t)v->at + 1), fmt_thousands(b, (int64_t)v->n),
	        fmt_thousands(c, (int64_t)number + 1), only);
	put_rule(p, 0, 0, p->w, head);
}

/* One edit in words: "edit 2 of 5 · URLs · https://x.y → nothing". */
static void draw_edit(const struct pane *p, int y, struct preview *v, const struct example *ex)
{
	const struct edit *e = &ex->edits[v->edit - 1];
	struct style st = ST((uint8_t)(FG_RULE0 + e->step % 6));
	int x = 1 + put_fmt(p, 1, y, ST(FG_DIM), "edit %zu of %zu · ", v->edit, ex->n_edits);
	x += put_str(p, x, y, st, recipe_step(v->recipe, (size_t)e->step)->title);
	x += put_str(p, x, y, ST(FG_DIM), " · ");
	x += put_fit(p, x, y, (p->w - x) * 2 / 3, ST(FG_TEXT),
	        slice_of(ex->original.ptr + e->start, e->end - e->start));
	x += put_str(p, x, y, ST(FG_DIM), " → ");
	if (e->out_end > e->out_start)
		put_fit(p, x, y, p->w - x - 1, ST(FG_TEXT),
		        slice_of(ex->cleaned.ptr + e->out_start, e->out_end - e->out_start));
	else
		put_str(p, x, y, ST(FG_DIM), "nothing");
}

/* "URLs ×2   mentions ×1": each in its rule's colour, with how often it struck here. */
static int draw_legend(const struct pane *p, int y, struct preview *v, const struct example *ex)
{
	const struct recipe *r = v->recipe;
	int x = 1;
	if (v->edit > ex->n_edits)
		v->edit = 0;
	if (v->edit)
		draw_edit(p, y, v, ex);
	else if (ex->n_edits == 0)
		put_str(p, 1, y, ST(FG_DIM), "Cleaning changes nothing here.");
	for (size_t i = 0; i < recipe_steps(r) && !v->edit; i++) {
		size_t n = 0;
		for (size_t k = 0; k < ex->n_edits; k++)
			n += ex->edits[k].step == (int)i;
		if (n && x + 20 > p->w) {
			put_str(p, x, y, ST(FG_DIM), "…");
			break;
		}
		if (n == 0)
			continue;
		x += put_str(p, x, y, ST((uint8_t)(FG_RULE0 + i % 6)), recipe_step(r, i)->title) +
		     1;
		x += put_fmt(p, x, y, ST(FG_DIM), "×%zu", n) + 2;
	}
	return y + 1;
}

/* The other columns of the row: "subreddit LocalLLaMA · score 12". */
static void draw_columns(
        struct model *m, const struct pane *p, int y, const struct cell *cells, struct slice text)
{
	const struct columns *c = sample_view_columns(m->preview.view);
	int x = 1;
	for (size_t i = 0; i < c->n && x < p->w - 8; i++) {
		if (!cell_is_null(cells[i]) && cells[i].len > 40)
			continue;
		if (text.ptr && slice_eq(cell_slice(cells[i]), text))
			continue;
		x += put_str(p, x, y, ST(FG_DIM), c->col[i].name) + 1;
		if (cell_is_null(cells[i]))
			x += put_str(p, x, y, ST(FG_DIM), "NULL") + 3;
		else
			x += put_fit(p, x, y, p->w - x - 1, ST(FG_TEXT), cell_slice(cells[i])) + 3;
	}
}

static void text_title(char *out, size_t size, const char *what, struct slice s)
{
	char n[FMT_SIZE];
	snprintf(out, size, "%s · %s bytes", what, fmt_thousands(n, (int64_t)s.len));
}

static void draw_side(
        struct preview *v, const struct pane *p, struct slice text, struct marks *k, int *lines)
{
	int n = wrap_count(text, p->w - 3);
	struct pane body = pane_sub(p, 1, 1, p->w - 3, p->h - 1);
	struct pane bar = pane_sub(p, 0, 1, p->w, p->h - 1);
	put_wrapped_as(&body, text, v->scroll.top, mark_style, k);
	table_scrollbar(&bar, v->scroll.top, n);
	*lines = n > *lines ? n : *lines;
}

static void draw_texts(struct preview *v, const struct pane *p, const struct example *ex, bool kept)
{
	struct marks raw = {ex->edits, ex->n_edits, false, v->edit};
	struct marks clean = {ex->edits, ex->n_edits, true, v->edit};
	bool side = p->w >= 100;
	int w = side ? (p->w - 1) / 2 : p->w, h = side ? p->h : p->h / 2, lines = 0;
	struct pane a = pane_sub(p, 0, 0, w, h);
	struct pane b =
	        side ? pane_sub(p, w + 1, 0, p->w - w - 1, p->h) : pane_sub(p, 0, h, w, p->h - h);
	char title[80];
	int na = wrap_count(ex->original, a.w - 3), nb = wrap_count(ex->cleaned, b.w - 3);
	scroll_fit(&v->scroll, na > nb ? na : nb, (a.h < b.h ? a.h : b.h) - 1);
	text_title(title, sizeof title, "raw", ex->original);
	put_rule(&a, 0, 0, a.w, title);
	draw_side(v, &a, ex->original, &raw, &lines);
	text_title(title, sizeof title, kept ? "cleaned" : "cleaned, until it was dropped",
	        ex->cleaned);
	put_rule(&b, 0, 0, b.w, title);
	draw_side(v, &b, ex->cleaned, &clean, &lines);
	if (side) {
		put_vrule(p, w, 0, p->h);
	}
}

static enum style_fg json_colour(struct slice s, size_t i, bool *quoted, bool *key)
{
	char c = s.ptr[i];
	if (c == '"' && !(i > 0 && s.ptr[i - 1] == '\\')) {
		*quoted = !*quoted;
		if (*quoted) { /* a key is followed by ": " */
			size_t e = i + 1;
			while (e < s.len && s.ptr[e] != '"')
				e += s.ptr[e] == '\\' ? 2 : 1;
			*key = e + 1 < s.len && s.ptr[e + 1] == ':';
		}
		return *key ? FG_KEYWORD : FG_STRING;
	}
	return *quoted ? (*key ? FG_KEYWORD : FG_STRING) : FG_DIM;
}

static void draw_line(struct preview *v, const struct pane *p, const struct example *ex)
{
	struct buf b;
	bool quoted = false, key = false;
	put_rule(p, 0, 0, p->w, "the line that will be written, laid out for reading");
	struct pane body = pane_sub(p, 1, 1, p->w - 3, p->h - 1);
	if (ex->line.len == 0) {
		put_str(&body, 1, 1, ST(FG_DIM), "This row is dropped: no line is written.");
		return;
	}
	buf_init(&b, BUF_NO_LIMIT);
	preview_pretty(ex->line, &b);
	struct slice s = buf_slice(&b);
	unsigned char *colours = mem_alloc(s.len + 1);
	for (size_t i = 0; i < s.len; i++)
		colours[i] = (unsigned char)json_colour(s, i, &quoted, &key);
	int n = wrap_count(s, body.w);
	scroll_fit(&v->scroll, n, body.h);
	put_wrapped_as(&body, s, v->scroll.top, sql_style, colours);
	table_scrollbar(&body, v->scroll.top, n);
	mem_free(colours);
	buf_release(&b);
}

/* Without a recipe: the row as it came, a column per line. */
static void draw_raw_row(struct model *m, const struct pane *p, const struct cell *cells)
{
	const struct columns *c = sample_view_columns(m->preview.view);
	int y = 2 - m->preview.scroll.top;
	if (m->preview.err.code)
		put_fit(p, 1, 1, p->w - 2, ST(FG_BAD), slice_str(m->preview.err.text));
	else
		put_str(p, 1, 1, ST(FG_DIM),
		        "No recipe: rows as they came. :recipe NAME chooses one.");
	for (size_t i = 0; i < c->n; i++) {
		struct pane v = pane_sub(p, 20, y, p->w - 21, p->h - y);
		put_fit(p, 1, y, 18, ST(FG_DIM), slice_str(c->col[i].name));
		if (cell_is_null(cells[i]))
			put_str(&v, 0, 0, ST(FG_DIM), "NULL");
		int n = cell_is_null(cells[i])
		                ? 1
		                : put_wrapped(&v, ST(FG_TEXT), cell_slice(cells[i]), 0);
		y += n > 1 ? n : 1;
	}
}

static void draw_counts(struct model *m, const struct pane *p, int y)
{
	struct preview *v = &m->preview;
	char s[200], a[FMT_SIZE], b[FMT_SIZE], c[FMT_SIZE];
	if (v->judged < v->n)
		snprintf(s, sizeof s, "judging %s of %s", fmt_thousands(a, (int64_t)v->judged),
		        fmt_thousands(b, (int64_t)v->n));
	else
		snprintf(s, sizeof s, "sample: %s kept · %s dropped · %s changed",
		        fmt_thousands(a, (int64_t)v->n_kept),
		        fmt_thousands(b, (int64_t)v->n_rejected),
		        fmt_thousands(c, (int64_t)v->n_changed));
	put_right(p, p->w - 1, y, ST(FG_DIM), s);
}

static void draw_nothing(struct model *m, const struct pane *p)
{
	put_rule(p, 0, 0, p->w, "no rows yet");
	put_str(p, 2, 2, ST(FG_STRONG),
	        model_running(m) ? "Rows appear here as soon as the first arrive."
	                         : "There are no rows to look at.");
	put_str(p, 2, 3, ST(FG_DIM),
	        model_running(m) ? "Esc goes back to the run."
	                         : "Run a query first: 1 shows the list.");
}

static void draw(struct model *m, const struct pane *p)
{
	struct preview *v = &m->preview;
	struct example ex;
	uint64_t number;
	char why[300];
	if (!v->view || v->n == 0) {
		draw_nothing(m, p);
		return;
	}
	const struct cell *cells = sample_view_row(v->view, v->at, &number);
	draw_head(m, p, number);
	if (!v->pipeline) {
		draw_raw_row(m, p, cells);
		draw_head(m, p, number);
		return;
	}
	struct verdict verdict = pipeline_row(v->pipeline, cells, &ex);
	bool kept = verdict.kind == VERDICT_KEPT;
	put_str(p, 1, 1, STA(kept ? FG_GOOD : FG_WARN, AT_BOLD),
	        verdict_word(&verdict, v->recipe, why, sizeof why));
	draw_counts(m, p, 1);
	draw_columns(m, p, 2, cells, ex.original);
	int y = draw_legend(p, 3, v, &ex), below = 0;
	if (ex.instruction.len && !v->line) {
		int n = wrap_count(ex.instruction, p->w - 2);
		below = n > 1 ? 3 : 2;
	}
	struct pane body = pane_sub(p, 0, y, p->w, p->h - y - below);
	if (v->line)
		draw_line(v, &body, &ex);
	else
		draw_texts(v, &body, &ex, kept);
	if (below) {
		struct pane text = pane_sub(p, 1, p->h - below + 1, p->w - 2, below - 1);
		put_rule(p, 0, p->h - below, p->w, "instruction");
		put_wrapped(&text, ST(FG_TEXT), ex.instruction, 0);
	}
}

static void copy(struct model *m)
{
	struct preview *v = &m->preview;
	struct example ex;
	uint64_t number;
	if (!v->pipeline || v->n == 0)
		return;
	pipeline_row(v->pipeline, sample_view_row(v->view, v->at, &number), &ex);
	if (v->line)
		model_copy(m, ex.line, "the JSON line");
	else
		model_copy(m, ex.cleaned, "the cleaned text");
}

static bool act(struct model *m, enum action a, int arg)
{
	struct preview *v = &m->preview;
	(void)arg;
	if (a == ACT_TOP || a == ACT_BOTTOM) { /* the sample's ends */
		v->at = a == ACT_TOP || v->n == 0 ? v->n - 1 : 0;
		preview_step(v, a == ACT_TOP ? 1 : -1);
		return true;
	}
	if (scroll_act(&v->scroll, a))
		return true;
	switch (a) {
	case ACT_NEXT_PANE: v->edit++; return true; /* past the last: none, at the next drawing */
	case ACT_NEXT: preview_step(v, 1); return true;
	case ACT_PREV: preview_step(v, -1); return true;
	case ACT_RANDOM: preview_random(v); return true;
	case ACT_ONLY_CHANGED: preview_only(m, ONLY_CHANGED); return true;
	case ACT_ONLY_REJECTED: preview_only(m, ONLY_REJECTED); return true;
	case ACT_ALL_ROWS: v->only = ONLY_ALL; return true;
	case ACT_LINE:
		v->line = !v->line;
		v->scroll.top = 0;
		return true;
	case ACT_EDIT: return screen_run.act(m, ACT_EDIT, 0);
	case ACT_COPY: copy(m); return true;
	default: return false;
	}
}

static bool counts(struct model *m, enum action a)
{
	return m->preview.n > 0 ||
	       (a != ACT_NEXT && a != ACT_PREV && a != ACT_RANDOM && a != ACT_LINE &&
	               a != ACT_ONLY_CHANGED && a != ACT_ONLY_REJECTED);
}

const struct screen_ops screen_preview = {
        .draw = draw, .act = act, .enter = preview_enter, .counts = counts};
