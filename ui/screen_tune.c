/* The tune screen: the recipe's rules with what each takes, turned over the rows at hand. */
#include "ui/tuner.h"

#include "ui/parts.h"
#include "ui/prompt.h"
#include "ui/wrap.h"

#include <stdio.h>
#include <strings.h>

#include "base/ban.h"

/* ---- nothing to tune ---- */

static void draw_nothing(struct model *m, const struct pane *p)
{
	const char *what = "There are no rows to tune on yet.", *next;
	put_rule(p, 0, 0, p->w, "tune");
	if (m->run->state == RUN_NONE)
		next = "Run a query first: 1 shows the list, Enter runs one.";
	else if (model_running(m))
		next = "They appear here as soon as the first arrive; 3 shows the run.";
	else if (m->run->state == RUN_DONE) {
		what = "The result has no rows.";
		next = "e edits the SQL, r runs it again.";
	} else
		next = "The run gave none: 3 says what happened, r runs it again.";
	if (m->run->sample && !m->run->chosen) {
		what = "No recipe: rows stay as they came.";
		next = ":recipe NAME chooses one; Tab completes its name.";
	}
	put_str(p, 2, 2, ST(FG_STRONG), what);
	put_str(p, 2, 3, ST(FG_DIM), next);
	struct pane about = pane_sub(p, 2, 5, p->w - 4, p->h - 5);
	put_wrapped(&about, ST(FG_DIM),
	        slice_str("Here every rule of a recipe shows how many rows it takes. Switch rules "
	                  "and "
	                  "turn bounds; which rows change sides is counted at once."),
	        0);
}

static void draw(struct model *m, const struct pane *p)
{
	struct tune *t = m->tune;
	tuner_sync(m);
	if (!t->d || !t->view || !t->now || t->now->n == 0) {
		draw_nothing(m, p);
		return;
	}
	if (t->now->err.code) {
		tune_draw_head(m, p, false);
		draw_error(p, 2, recipe_name(tuner_recipe(t)), &t->now->err);
		return;
	}
	int w = p->w >= 180 ? 92 : p->w >= 110 ? 68 : 46;
	struct pane list = pane_sub(p, 0, 3, w, p->h - 3);
	struct pane side = pane_sub(p, w + 1, 3, p->w - w - 1, p->h - 3);
	int h = side.h / 2 < 8 ? 8 : side.h / 2 > 16 ? 16 : side.h / 2;
	struct pane spread = pane_sub(&side, 0, 0, side.w, h);
	struct pane rows = pane_sub(&side, 0, h, side.w, side.h - h);
	int columns = side.w - 3 > TUNE_BINS ? TUNE_BINS : side.w - 3;
	if (columns != t->columns) {
		t->columns = columns;
		t->stale = true;
	}
	if (t->stale)
		tuner_work(m, t->counts->rows ? 0 : TUNE_AT_ONCE);
	tune_draw_head(m, p, true);
	put_rule(p, 0, 2, p->w, NULL);
	put_str(p, w, 2, ST(FG_LINE), "┬");
	put_vrule(p, w, 3, p->h - 3);
	tune_draw_list(t, &list);
	tune_draw_spread(m, &spread);
	tune_draw_rows(m, &rows);
}

/* ---- keys ---- */

static void toggle(struct model *m, int arg)
{
	struct tune *t = m->tune;
	const struct recipe *r = tuner_recipe(t);
	if (arg > 0)
		tuner_at(t, (size_t)arg - 1);
	size_t i = tuner_step(t);
	t->turned = 0;
	tuner_change(m, recipe_with_step(r, i, !recipe_step(r, i)->active), NULL, false);
}

static void ask_value(struct model *m)
{
	struct tune *t = m->tune;
	const struct recipe_step *s = recipe_step(tuner_recipe(t), tuner_step(t));
	char label[80], value[32];
	static const char *const what[] = {"", "pattern ", "", "becomes "};
	snprintf(label, sizeof label, "%s: %s", s->title, what[s->takes]);
	snprintf(value, sizeof value, "%lld", (long long)s->value);
	if (s->measure != MEASURE_NONE)
		model_ask_text(m, ACT_VALUE, label, value);
	else if (s->takes != TAKES_NOTHING)
		model_ask_text(m, ACT_VALUE, label, s->text);
	else
		model_toast(m, FG_DIM, "This rule has no value: Space switches it");
}

static void move_in_time(struct model *m, int by)
{
	struct tune *t = m->tune;
	if (!tune_past_step(&t->d->past, by))
		model_toast(m, FG_DIM, by < 0 ? "Nothing to undo" : "Nothing to redo");
	t->turned = 0;
	tuner_moved(m);
}

static void to_original(struct model *m)
{
	struct tune *t = m->tune;
	t->turned = 0;
	tuner_change(m, recipe_ref(t->d->original), NULL, false);
	model_toast(m, FG_TEXT, "The recipe as it came; u undoes this");
}

static void open_row(struct model *m)
{
	struct tune *t = m->tune;
	int step = t->counts->n_sides ? -1 : (int)tuner_step(t);
	if ((size_t)t->sides.at < tuner_n_rows(t))
		preview_visit(
		        m, tuner_row(t, (size_t)t->sides.at), t->whole.on, step, tuner_recipe(t));
}

static void select_line(struct model *m, int arg)
{
	struct tune *t = m->tune;
	t->on_sides = arg >= TUNE_ROW_ARG;
	if (t->on_sides)
		t->sides.at = arg - TUNE_ROW_ARG;
	else
		tuner_at(t, (size_t)arg);
	t->stale = true;
	if (t->on_sides && m->press.count == 2)
		open_row(m);
}

static bool move(struct tune *t, enum action a)
{
	if (t->on_sides)
		return table_act(&t->sides, (int)tuner_n_rows(t), a);
	int before = t->list.at;
	bool taken = table_act(&t->list, (int)recipe_steps(tuner_recipe(t)), a);
	if (t->list.at != before) {
		tuner_at(t, tuner_step(t));
		t->stale = true;
		t->turned = 0;
		if (!t->counts->n_sides)
			t->sides.at = t->sides.top = 0;
	}
	return taken;
}

static void enter_here(struct model *m)
{
	struct tune *t = m->tune;
	const struct recipe_step *s = recipe_step(tuner_recipe(t), tuner_step(t));
	if (t->on_sides)
		open_row(m);
	else if (s->measure != MEASURE_NONE || s->text)
		ask_value(m);
	else
		toggle(m, 0);
}

static bool change(struct model *m, enum action a, int arg)
{
	struct tune *t = m->tune;
	switch (a) {
	case ACT_TOGGLE: toggle(m, arg); return true;
	case ACT_LESS: tuner_turn(m, -1); return true;
	case ACT_MORE: tuner_turn(m, 1); return true;
	case ACT_MUCH_LESS: tuner_turn(m, -2); return true;
	case ACT_MUCH_MORE: tuner_turn(m, 2); return true;
	case ACT_VALUE:
		if (arg > 0)
			tuner_set_value(m, tune_axis_value(&t->axis, arg - 1));
		else
			ask_value(m);
		return true;
	case ACT_WHOLE: tuner_switch(m); return true;
	case ACT_ADD_RULE: model_ask_text(m, a, "add rule (Tab lists them) ", NULL); return true;
	case ACT_ACCEPT: tuner_accept(m); return true;
	case ACT_ORIGINAL: to_original(m); return true;
	case ACT_UNDO: move_in_time(m, -1); return true;
	case ACT_REDO: move_in_time(m, 1); return true;
	case ACT_SAVE_RECIPE:
		if (arg == ARG_YES && t->saving)
			tuner_save(m, t->saving, true);
		else
			model_ask_text(m, a, "save as ", tuner_new_name(m));
		return true;
	case ACT_COPY:
		model_copy(m, slice_str(recipe_text(tuner_recipe(t))), "the recipe as YAML");
		return true;
	default: return false;
	}
}

static bool act(struct model *m, enum action a, int arg)
{
	struct tune *t = m->tune;
	tuner_sync(m);
	if (!t->d || !t->now || t->now->err.code)
		return false;
	if (move(t, a))
		return true;
	switch (a) {
	case ACT_NEXT_PANE:
	case ACT_PREV_PANE: t->on_sides = !t->on_sides; return true;
	case ACT_SELECT: select_line(m, arg); return true;
	case ACT_ENTER: enter_here(m); return true;
	default: return change(m, a, arg);
	}
}

static bool command(struct model *m, enum action a, const char *arg)
{
	tuner_sync(m);
	if (!m->tune->d)
		return false;
	switch (a) {
	case ACT_VALUE: tuner_set_text(m, arg); return true;
	case ACT_ADD_RULE: tuner_add(m, arg); return true;
	case ACT_SAVE_RECIPE: tuner_save(m, arg, false); return true;
	default: return false;
	}
}

static void words(struct model *m, enum action a, const char *before, const char *word,
        struct prompt_words *out)
{
	const struct recipe *r = tuner_recipe(m->tune);
	struct recipe_step s;
	if (a != ACT_ADD_RULE || !r || strchr(before, ' '))
		return;
	for (size_t i = 0; recipe_rule(i, &s); i++)
		if (recipe_find(r, s.name) < 0)
			prompt_words_offer(out, s.name, word);
}

static bool find(struct model *m, const char *word, int direction)
{
	struct tune *t = m->tune;
	const struct recipe *r = tuner_recipe(t);
	size_t n = r ? recipe_steps(r) : 0, i = tuner_step(t);
	for (size_t k = 0; k < n; k++) {
		if (k > 0 || direction)
			i = direction < 0 ? (i + n - 1) % n : (i + 1) % n;
		const struct recipe_step *s = recipe_step(r, i);
		if (strcasestr(s->title, word) || strcasestr(s->name, word)) {
			tuner_at(t, i);
			t->stale = true;
			return true;
		}
	}
	return false;
}

static bool is_about_recipe(enum action a)
{
	return a == ACT_TOGGLE || a == ACT_LESS || a == ACT_MORE || a == ACT_VALUE ||
	       a == ACT_ADD_RULE || a == ACT_ACCEPT || a == ACT_UNDO || a == ACT_ORIGINAL ||
	       a == ACT_SAVE_RECIPE || a == ACT_WHOLE;
}

static bool counts(struct model *m, enum action a)
{
	struct tune *t = m->tune;
	const struct recipe *r = tuner_recipe(t);
	if (!r || !t->now || t->now->err.code)
		return !is_about_recipe(a);
	const struct recipe_step *s = recipe_step(r, tuner_step(t));
	switch (a) {
	case ACT_LESS:
	case ACT_MORE: return s->measure != MEASURE_NONE || s->takes == TAKES_CHOICE;
	case ACT_VALUE: return s->measure != MEASURE_NONE || s->takes != TAKES_NOTHING;
	case ACT_ACCEPT: return tuner_changed(t);
	case ACT_WHOLE: return t->whole.on || m->run->p.rows > t->now->n;
	case ACT_UNDO: return t->d->past.at > 0;
	case ACT_ORIGINAL: return strcmp(recipe_text(r), recipe_text(t->d->original)) != 0;
	default: return true;
	}
}

/* The cut line of the histogram: a press in one of its columns, and then over them. */
static void drag(struct model *m, const struct hit *from, int x, int y, bool done)
{
	struct tune *t = m->tune;
	(void)y;
	if (from->action != ACT_VALUE || !t->d)
		return;
	int column = from->arg - 1 + x;
	if (column >= 0 && column < t->axis.columns)
		tuner_set_value(m, tune_axis_value(&t->axis, column));
	if (done)
		t->turned = 0;
}

static bool work(struct model *m)
{
	tuner_sync(m);
	return tuner_work(m, 64);
}

const struct screen_ops screen_tune = {.draw = draw,
        .act = act,
        .command = command,
        .words = words,
        .find = find,
        .counts = counts,
        .drag = drag,
        .work = work};
