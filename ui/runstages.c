/* The engine's stages as a tree: rows, bytes and time of each, and the operators inside. */
#include "ui/runboard.h"

#include "base/fmt.h"
#include "job/stagetree.h"

#include <stdio.h>

#include "base/ban.h"

/* "1,234 rows · 1.2 MB"; "" when nothing is known. */
static void amount(char *out, size_t size, int64_t rows, int64_t bytes)
{
	char a[FMT_SIZE], b[FMT_SIZE];
	const char *dot = rows >= 0 && bytes >= 0 ? " · " : "";
	snprintf(out, size, "%s%s%s%s", rows >= 0 ? fmt_thousands(a, rows) : "",
	        rows >= 0 ? " rows" : "", dot, bytes >= 0 ? fmt_bytes(b, bytes) : "");
}

static void draw_stage(const struct pane *p, int y, const struct stage *s, int64_t longest)
{
	char in[96], out[96], t[FMT_SIZE];
	int x = 1 + s->depth * 2;
	x += put_fmt(p, x, y, ST(FG_STRONG), "stage %d", (int)s->id) + 1;
	x += put_str(p, x, y, ST(FG_DIM), s->state) + 2;
	amount(in, sizeof in, s->input_rows, s->input_bytes);
	amount(out, sizeof out, s->output_rows, s->output_bytes);
	int room = p->w - 24 - x;
	if (room > 12) {
		char words[256];
		snprintf(words, sizeof words, "%s%s%s", in, *in && *out ? " → " : "", out);
		put_fit(p, x, y, room, ST(FG_TEXT), slice_str(words));
	}
	if (s->execution_ms < 0)
		return;
	put_bar(p, p->w - 22, y, 11, ST(FG_ACCENT), (double)s->execution_ms, (double)longest);
	put_right(p, p->w - 1, y, ST(FG_TEXT), fmt_duration(t, s->execution_ms));
}

static void draw_node(const struct pane *p, int y, int depth, const struct stage_plan_node *n)
{
	int x = 3 + (depth + n->depth) * 2;
	put_str(p, x - 2, y, ST(FG_LINE), "└");
	x += put_str(p, x, y, ST(FG_FUNCTION), n->name) + 1;
	x += put_fit(p, x, y, p->w - x - 1, ST(FG_DIM), slice_str(n->identifier)) + 1;
	if (n->sources[0])
		put_fmt(p, x, y, ST(FG_TEXT), "← stage %s", n->sources);
}

static int64_t longest_stage(const struct stagetree *t)
{
	int64_t most = 1;
	for (size_t i = 0; i < t->n; i++)
		most = t->stage[i].execution_ms > most ? t->stage[i].execution_ms : most;
	return most;
}

static int draw_whole(const struct pane *p, int y, const struct stagetree *t)
{
	char in[96], out[96];
	amount(in, sizeof in, t->input_rows, t->input_bytes);
	amount(out, sizeof out, t->output_rows, t->output_bytes);
	if (*in)
		put_fmt(p, 1, y, ST(FG_TEXT), "read %s", in);
	if (*out)
		put_right(p, p->w - 1, y, ST(FG_TEXT), out);
	return y + 1;
}

int board_stages(const struct run *r, const struct pane *p, int skip)
{
	const struct stagetree *t = r->stages;
	int y = -skip;
	if (!t) {
		put_str(p, 1, 0, ST(FG_DIM),
		        run_is_live(r)         ? "Known when the query has ended."
		        : r->stages_note[0]    ? r->stages_note
		        : r->state == RUN_DONE ? "The engine has not told them yet."
		                               : "The engine told nothing.");
		return 1;
	}
	y = draw_whole(p, y, t);
	int64_t longest = longest_stage(t);
	for (size_t i = 0; i < t->n; i++) {
		const struct stage *s = &t->stage[i];
		draw_stage(p, y++, s, longest);
		for (size_t k = 0; k < s->n_plan; k++)
			draw_node(p, y++, s->depth, &s->plan[k]);
	}
	if (t->cut)
		put_str(p, 1, y++, ST(FG_DIM), "There is more than can be shown.");
	return y + skip;
}
