/* The preview's texts with their edits, the legend of rules, the list of rules, the JSON line. */
#include "ui/preview.h"

#include "base/fmt.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/parts.h"

#include <stdio.h>

#include "base/ban.h"

static struct style rule_style(int step, unsigned attr)
{
	return STA((uint8_t)(FG_RULE0 + step % 6), (uint8_t)attr);
}

/* ---- texts ---- */

/* The rule of each byte that is in view: 0 none, else its step + 1; the edit pointed at: HERE. */
#define HERE 128
struct marked_bytes {
	unsigned char *step;
	size_t from;
};

static struct style style_at(void *arg, size_t at)
{
	const struct marked_bytes *k = arg;
	unsigned char s = k->step[at - k->from];
	if (!s)
		return ST(FG_TEXT);
	return rule_style((s & ~HERE) - 1, s & HERE ? AT_REVERSE : 0);
}

static void mark_edit(const struct edit *e, bool clean, size_t from, size_t to, unsigned char here,
        unsigned char *out)
{
	size_t a = clean ? e->out_start : e->start, b = clean ? e->out_end : e->end;
	a = a < from ? from : a;
	b = b > to ? to : b;
	if (a < b)
		memset(out + (a - from), (e->step + 1) | here, b - a);
}

/* Of two edits at one place the earlier shows: it is what was there first. */
static void draw_text(struct preview *v, const struct pane *p, struct lines *l,
        const struct example *ex, bool clean)
{
	struct marked_bytes k;
	size_t top = (size_t)v->scroll.top, to;
	lines_span(l, top, p->h, &k.from, &to);
	k.step = mem_calloc(to - k.from + 1, 1);
	for (size_t i = ex->n_edits; i-- > 0;)
		mark_edit(&ex->edits[i], clean, k.from, to, 0, k.step);
	if (v->edit && v->edit <= ex->n_edits)
		mark_edit(&ex->edits[v->edit - 1], clean, k.from, to, HERE, k.step);
	lines_draw(p, l, top, style_at, &k);
	mem_free(k.step);
}

static void text_title(char *out, size_t size, const char *what, struct slice s)
{
	char n[FMT_SIZE];
	snprintf(out, size, "%s · %s bytes", what, fmt_thousands(n, (int64_t)s.len));
}

/* Scrolls to what was asked for; never beyond the longer text. */
static void settle_scroll(struct preview *v, struct shown *s, int h)
{
	if (v->seek) {
		struct lines *l = v->seek_clean ? &s->clean : &s->raw;
		int line = (int)lines_at(l, v->seek_at);
		if (line < v->scroll.top || line >= v->scroll.top + h)
			v->scroll.top = line > 2 ? line - 2 : 0;
		v->seek = false;
	}
	size_t want = (size_t)v->scroll.top + (size_t)h + 1;
	size_t a = lines_up_to(&s->raw, want), b = lines_up_to(&s->clean, want);
	scroll_fit(&v->scroll, (int)(a > b ? a : b), h);
}

static void draw_side(struct preview *v, const struct pane *p, struct lines *l,
        const struct example *ex, bool clean, const char *title)
{
	char words[96];
	struct pane body = pane_sub(p, 1, 1, p->w - 3, p->h - 1);
	struct pane bar = pane_sub(p, 0, 1, p->w, p->h - 1);
	text_title(words, sizeof words, title, clean ? ex->cleaned : ex->original);
	put_rule(p, 0, 0, p->w, words);
	draw_text(v, &body, l, ex, clean);
	table_scrollbar(&bar, v->scroll.top, (int)l->n);
}

void preview_draw_texts(struct model *m, const struct pane *p, struct shown *s)
{
	struct preview *v = &m->preview;
	bool side = p->w >= 100 || (v->rules && p->w >= 84);
	int w = side ? (p->w - 1) / 2 : p->w, h = side ? p->h : p->h / 2;
	struct pane a = pane_sub(p, 0, 0, w, h);
	struct pane b =
	        side ? pane_sub(p, w + 1, 0, p->w - w - 1, p->h) : pane_sub(p, 0, h, w, p->h - h);
	lines_set(&s->raw, s->ex.original, a.w - 3);
	lines_set(&s->clean, s->ex.cleaned, b.w - 3);
	settle_scroll(v, s, (a.h < b.h ? a.h : b.h) - 1);
	draw_side(v, &a, &s->raw, &s->ex, false, "raw");
	draw_side(v, &b, &s->clean, &s->ex, true,
	        s->verdict.kind == VERDICT_KEPT ? "cleaned" : "cleaned, until it was dropped");
	if (side)
		put_vrule(p, w, 0, p->h);
}

/* ---- the finished line ---- */

void preview_draw_line(struct model *m, const struct pane *p, struct shown *s)
{
	struct table *t = &m->preview.scroll;
	struct pane body = pane_sub(p, 1, 1, p->w - 3, p->h - 1);
	put_rule(p, 0, 0, p->w, "the line that will be written, laid out for reading");
	if (s->ex.line.len == 0) {
		put_str(&body, 1, 1, ST(FG_DIM), "This row is dropped: no line is written.");
		return;
	}
	shown_lay_out(s, body.w);
	scroll_fit(t, (int)lines_up_to(&s->pretty, (size_t)t->top + (size_t)body.h + 1), body.h);
	lines_draw(&body, &s->pretty, (size_t)t->top, sql_style, s->colour);
	table_scrollbar(&body, t->top, (int)s->pretty.n);
}

/* ---- the legend ---- */

/* White space as signs where there is nothing else to see; line ends always. */
static int put_visible(const struct pane *p, int x, int y, int w, struct slice s)
{
	struct buf b;
	bool blank = slice_trim(s).len == 0;
	buf_init(&b, 4096);
	for (size_t i = 0; i < s.len && i < 1000; i++)
		if (s.ptr[i] == '\n')
			buf_add_str(&b, "⏎");
		else if (blank && s.ptr[i] == ' ')
			buf_add_str(&b, "␣");
		else if (blank && s.ptr[i] == '\t')
			buf_add_str(&b, "⇥");
		else
			buf_add_char(&b, s.ptr[i]);
	int taken = put_fit(p, x, y, w, ST(FG_TEXT), buf_slice(&b));
	buf_release(&b);
	return taken;
}

/* One edit in words: "edit 2 of 5 · URLs · https://x.y → nothing". */
static void draw_edit(const struct pane *p, int y, struct preview *v, const struct example *ex)
{
	const struct edit *e = &ex->edits[v->edit - 1];
	const struct recipe_step *s = recipe_step(v->recipe, (size_t)e->step);
	int x = 1 + put_fmt(p, 1, y, ST(FG_DIM), "edit %zu of %zu · ", v->edit, ex->n_edits);
	put_hit(p, x, y, utf8_width(slice_str(s->title)), 1, ACT_TOGGLE, e->step + 1);
	x += put_str(p, x, y, rule_style(e->step, 0), s->title);
	x += put_str(p, x, y, ST(FG_DIM), " · ");
	x += put_visible(p, x, y, (p->w - x) * 2 / 3,
	        slice_of(ex->original.ptr + e->start, e->end - e->start));
	x += put_str(p, x, y, ST(FG_DIM), " → ");
	if (e->out_end > e->out_start)
		x += put_visible(p, x, y, p->w - x - 1,
		        slice_of(ex->cleaned.ptr + e->out_start, e->out_end - e->out_start));
	else
		x += put_str(p, x, y, ST(FG_DIM), "nothing");
	if (x + 26 < p->w)
		put_right(p, p->w - 1, y, ST(FG_DIM), "Space switches its rule");
}

static void count_edits(const struct example *ex, size_t n[RECIPE_MAX_STEPS])
{
	memset(n, 0, RECIPE_MAX_STEPS * sizeof *n);
	for (size_t k = 0; k < ex->n_edits; k++)
		n[ex->edits[k].step]++;
}

/* One entry, a button: "● URLs ×2", "○ URLs". Returns where the next may begin; 0: no room. */
static int draw_entry(
        const struct pane *p, int x, int y, const struct recipe *r, size_t i, size_t edits)
{
	const struct recipe_step *s = recipe_step(r, i);
	char n[32] = "";
	int start = x;
	if (edits)
		snprintf(n, sizeof n, " ×%zu", edits);
	int w = 2 + utf8_width(slice_str(s->title)) + utf8_width(slice_str(n));
	if (x + w + 3 > p->w)
		return 0;
	x += put_str(p, x, y, ST(FG_DIM), s->active ? "● " : "○ ");
	x += put_str(p, x, y, s->active ? rule_style((int)i, 0) : ST(FG_DIM), s->title);
	x += put_str(p, x, y, ST(FG_DIM), n);
	put_hit(p, start, y, x - start, 1, ACT_TOGGLE, (int)i + 1);
	return x + 2;
}

/* Rules that struck here, in their colours; then those that are off. */
void preview_draw_legend(struct model *m, const struct pane *p, int y, const struct shown *s)
{
	struct preview *v = &m->preview;
	size_t n[RECIPE_MAX_STEPS];
	int x = 1;
	if (v->edit > s->ex.n_edits)
		v->edit = 0;
	if (v->edit) {
		draw_edit(p, y, v, &s->ex);
		return;
	}
	count_edits(&s->ex, n);
	if (s->ex.n_edits == 0)
		x += put_str(p, 1, y, ST(FG_DIM), "Cleaning changes nothing here.") + 2;
	for (int off = 0; off < 2; off++)
		for (size_t i = 0; i < recipe_steps(v->recipe); i++) {
			const struct recipe_step *st = recipe_step(v->recipe, i);
			if (st->kind != STEP_CLEAN || (off ? st->active : n[i] == 0))
				continue;
			int next = draw_entry(p, x, y, v->recipe, i, n[i]);
			if (!next) {
				put_str(p, x, y, ST(FG_DIM), "…");
				return;
			}
			x = next;
		}
}

/* ---- the list of rules ---- */

static void draw_rule(struct preview *v, const struct pane *p, int y, size_t i, size_t edits,
        const struct verdict *verdict)
{
	const struct recipe_step *s = recipe_step(v->recipe, i);
	bool stopped = verdict->step == (int)i && verdict->kind != VERDICT_KEPT;
	char n[32] = "";
	struct style st = !s->active              ? ST(FG_DIM)
	                  : s->kind == STEP_CLEAN ? rule_style((int)i, 0)
	                                          : ST(FG_TEXT);
	if (edits)
		snprintf(n, sizeof n, "×%zu", edits);
	put_str(p, 1, y, ST(s->active ? FG_GOOD : FG_DIM), s->active ? "●" : "○");
	put_fit(p, 3, y, p->w - 8, st, slice_str(s->title));
	put_right(p, p->w - 1, y, ST(stopped ? FG_WARN : FG_DIM), stopped ? "✗" : n);
	put_hit(p, 0, y, p->w, 1, ACT_TOGGLE, (int)i + 1);
	if ((int)i == v->rule_list.at) {
		put_bg(p, 0, y, p->w, 1, BG_SELECT);
		put_fill(p, 0, y, 1, 1, STB(FG_ACCENT, BG_SELECT), "▌");
	}
}

void preview_draw_rules(struct model *m, const struct pane *p, const struct shown *s)
{
	struct preview *v = &m->preview;
	size_t n[RECIPE_MAX_STEPS], steps = recipe_steps(v->recipe);
	struct pane in = pane_sub(p, 0, 1, p->w, p->h - 1);
	count_edits(&s->ex, n);
	put_rule(p, 0, 0, p->w, "rules · Space switches");
	table_fit(&v->rule_list, (int)steps, in.h);
	for (int y = 0; y < in.h && (size_t)(v->rule_list.top + y) < steps; y++) {
		size_t i = (size_t)(v->rule_list.top + y);
		draw_rule(v, &in, y, i, n[i], &s->verdict);
	}
	table_scrollbar(&in, v->rule_list.top, (int)steps);
}
