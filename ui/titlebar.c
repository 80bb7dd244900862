/* The top row: where we work, what works now, how long the keys are good, what the session cost. */
#include "ui/parts.h"

#include "base/fmt.h"
#include "base/utf8.h"

#include <stdio.h>

#include "base/ban.h"

/* "credentials 52 min", "credentials expired". "" when there is nothing to say: the local engine,
 * keys that do not end. */
static const char *keys_left(const struct model *m, char *out, size_t size)
{
	const struct engine_credentials *c = &m->cred;
	int64_t left = c->expires_ms - m->wall_ms, min = (left + 59999) / 60000;
	if (model_is_local(m) || c->local || !c->region[0])
		return "";
	if (!c->keys)
		return "no credentials";
	if (!c->expires_ms)
		return c->temporary ? "temporary credentials" : "";
	if (left <= 0)
		return "credentials expired";
	if (min < 120)
		snprintf(out, size, "credentials %d min", (int)min);
	else
		snprintf(out, size, "credentials %d h", (int)(min / 60));
	return out;
}

/* Returns the column where it begins. */
static int draw_right(const struct model *m, const struct pane *p)
{
	char cost[FMT_SIZE], left[64];
	const char *keys = keys_left(m, left, sizeof left),
	           *what = p->w >= 120 ? "this session " : "";
	short_money(cost, sizeof cost, runs_cost(m));
	int at = p->w - 1 - utf8_width(slice_str(cost));
	put_str(p, at, 0, STB(FG_TEXT, BG_BAR), cost);
	at -= utf8_width(slice_str(what));
	put_str(p, at, 0, STB(FG_DIM, BG_BAR), what);
	if (!*keys)
		return at;
	bool bad = strstr(keys, "expired") || strstr(keys, "no ");
	at -= utf8_width(slice_str(keys)) + 3;
	int end = at + put_str(p, at, 0, STB(bad ? FG_BAD : FG_TEXT, BG_BAR), keys);
	put_str(p, end, 0, STB(FG_LINE, BG_BAR), " · ");
	return at;
}

static const char *or_else(const char *s, const char *other)
{
	return s && *s ? s : other;
}

/* Profile, region, workgroup, database, in at most `room` columns. Returns the columns it takes. */
static int draw_context(const struct model *m, const struct pane *p, int room, bool labels)
{
	const struct ui_config *c = m->cfg;
	const struct engine_credentials *k = &m->cred;
	bool local = model_is_local(m);
	const char *part[4][2] = {
	        {"profile ", local ? NULL : or_else(k->profile, or_else(c->profile, "default"))},
	        {"region ", local ? NULL : or_else(k->region, c->region)},
	        {"workgroup ",
	                local ? NULL : or_else(k->workgroup, or_else(c->workgroup, "primary"))},
	        {"database ", m->database},
	};
	struct pane ctx = pane_sub(p, 1, 0, room, p->h);
	int x = local ? put_str(&ctx, 0, 0, STB(FG_STRONG, BG_BAR), "local engine") : 0;
	for (int i = 0; i < 4; i++) {
		if (!part[i][1])
			continue;
		if (x > 0)
			x += put_str(&ctx, x, 0, STB(FG_LINE, BG_BAR), " · ");
		if (labels)
			x += put_str(&ctx, x, 0, STB(FG_DIM, BG_BAR), part[i][0]);
		x += put_str(&ctx, x, 0, STB(FG_TEXT, BG_BAR), part[i][1]);
	}
	return x;
}

/* What works now, in three lengths: with its name, with its state, the time alone. */
static void live_words(struct model *m, const struct run *r, char form[3][192])
{
	char t[FMT_SIZE], more[32] = "";
	int waiting = 0;
	const char *state = r->state == RUN_ASKED ? "starting" : job_phase_name(r->p.phase);
	for (size_t i = 0; i < m->runs.n; i++)
		waiting += run_is_waiting(m->runs.item[i]);
	if (waiting)
		snprintf(more, sizeof more, " +%d", waiting);
	fmt_duration(t, r->p.elapsed_ms);
	snprintf(form[0], sizeof form[0], "● %.60s %s %s%s", r->name, state, t, more);
	snprintf(form[1], sizeof form[1], "● %s %s%s", state, t, more);
	snprintf(form[2], sizeof form[2], "● %s%s", t, more);
}

/* As much as there is room for: labels first give way, then the live run's name and state; the
 * context is cut only when even that does not help. */
void draw_title_bar(struct model *m, const struct pane *p)
{
	const struct run *r = model_live(m);
	struct pane nowhere = pane_sub(p, 0, 0, p->w, 0);
	char form[3][192] = {"", "", ""};
	put_fill(p, 0, 0, p->w, 1, STB(FG_TEXT, BG_BAR), " ");
	int right = draw_right(m, p), room = right - 3;
	if (r)
		live_words(m, r, form);
	for (int k = 0; k < 4; k++) {
		bool labels = k == 0 && p->w >= 120, last = k == 3;
		const char *live = form[k ? k - 1 : 0];
		int w = utf8_width(slice_str(live)), rest = room - (w ? w + 2 : 0);
		if (!last && draw_context(m, &nowhere, room, labels) > rest)
			continue;
		if (draw_context(m, p, rest, labels) > rest)
			put_str(p, rest, 0, STB(FG_DIM, BG_BAR), "…");
		put_str(p, right - 2 - w, 0, STB(FG_ACCENT, BG_BAR), live);
		if (w)
			put_hit(p, right - 2 - w, 0, w, 1, ACT_GO_RUN, 0);
		return;
	}
}
