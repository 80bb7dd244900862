/* The schema screen: a tree of what the account has, and what is known of the selected table:
 * layout and keys. */
#include "ui/schema.h"

#include "ui/schemasql.h"

#include "base/ban.h"

static struct schema_ask *current_answer(struct model *m)
{
	const struct catalog_node *t = schema_table(m);
	return t ? schema_answer(m->schema, m->schema->shown, t->id) : NULL;
}

static void draw(struct model *m, const struct pane *p)
{
	schema_update(m);
	struct schema_ask *a = current_answer(m);
	int tree = p->w >= 110 ? p->w * 3 / 10 : 32;
	if (p->w >= SCHEMA_THREE_W)
		tree = p->w / 4;
	struct pane left = pane_sub(p, 0, 0, tree, p->h);
	struct pane right = pane_sub(p, tree + 1, 0, p->w - tree - 1, p->h);
	schema_draw_tree(m, &left);
	put_vrule(p, tree, 0, p->h);
	if (p->w >= SCHEMA_THREE_W) {
		int mid = right.w * 2 / 5;
		struct pane middle = pane_sub(&right, 0, 0, mid, right.h);
		struct pane last = pane_sub(&right, mid + 1, 0, right.w - mid - 1, right.h);
		schema_draw_detail(m, &middle, NULL);
		if (a)
			schema_draw_answer(m, &last, a);
		else
			schema_draw_no_answer(m, &last);
		put_vrule(&right, mid, 0, right.h);
	} else if (a && p->h >= SCHEMA_STACKED_H) {
		struct pane top = pane_sub(&right, 0, 0, right.w, right.h / 2);
		struct pane bottom =
		        pane_sub(&right, 0, right.h / 2, right.w, right.h - right.h / 2);
		schema_draw_detail(m, &top, NULL);
		schema_draw_answer(m, &bottom, a);
	} else
		schema_draw_detail(m, &right, a);
}

static void expand(struct model *m)
{
	struct schema *s = m->schema;
	const struct schema_line *l = schema_selected(m);
	if (!l || l->note != NOTE_NONE || l->node->kind == CATALOG_COLUMN)
		return;
	if (schema_is_open(s, l->node->id))
		s->table.at++;
	else
		schema_set_open(m, l->node, true);
}

static void collapse(struct model *m)
{
	struct schema *s = m->schema;
	const struct schema_line *l = schema_selected(m);
	if (!l)
		return;
	if (l->note == NOTE_NONE && schema_is_open(s, l->node->id) &&
	        l->node->kind != CATALOG_COLUMN) {
		schema_set_open(m, l->node, false);
		return;
	}
	int depth = l->depth;
	while (s->table.at > 0 && s->line[s->table.at].depth >= depth)
		s->table.at--;
}

static void enter_line(struct model *m)
{
	const struct schema_line *l = schema_selected(m);
	if (!l)
		return;
	if (l->note == NOTE_FAILED)
		catalog_reload(m->catalog, l->node);
	else if (l->note == NOTE_NONE && l->node->kind == CATALOG_COLUMN)
		schema_insert(m, false);
	else if (l->note == NOTE_NONE)
		schema_set_open(m, l->node, !schema_is_open(m->schema, l->node->id));
}

static void reload(struct model *m)
{
	const struct schema_line *l = schema_selected(m);
	const struct schema_ask *answer = current_answer(m);
	if (answer && answer->state == RUN_FAILED) {
		schema_ask(m, m->schema->shown, false);
		return;
	}
	const struct catalog_node *n = l ? l->node : catalog_root(m->catalog);
	if (n->state == CATALOG_UNKNOWN && n->parent)
		n = n->parent;
	catalog_reload(m->catalog, n);
	model_toast(m, FG_TEXT, "Asking for %s again",
	        n->kind == CATALOG_ROOT ? "the catalogs"
	        : n->kind >= CATALOG_TABLE
	                ? n->kind == CATALOG_TABLE ? n->parent->name : n->parent->parent->name
	                : n->name);
}

static void use_database(struct model *m)
{
	const struct schema_line *l = schema_selected(m);
	const struct catalog_node *n = l ? l->node : NULL;
	while (n && n->kind > CATALOG_DATABASE)
		n = n->parent;
	if (n && n->kind == CATALOG_DATABASE)
		model_argument(m, ACT_DATABASE, n->name);
	else
		model_toast(m, FG_DIM, "Choose a database first");
}

static void copy_name(struct model *m)
{
	const struct schema_line *l = schema_selected(m);
	struct buf name;
	if (!l || l->node->kind == CATALOG_ROOT)
		return;
	buf_init(&name, 4096);
	schema_name(&name, l->node, NULL);
	model_copy(m, buf_slice(&name), "the name");
	buf_release(&name);
}

static void next_pane(struct model *m, int by)
{
	struct schema *s = m->schema;
	bool answer = current_answer(m) && (m->w >= SCHEMA_THREE_W || m->h - 4 >= SCHEMA_STACKED_H);
	int n = answer ? 3 : 2;
	s->focus = (enum schema_focus)(((int)s->focus + by + n) % n);
}

static bool cancel(struct model *m)
{
	struct schema *s = m->schema;
	for (int i = 0; i < ASK_KINDS; i++)
		if (s->ask[i].state == RUN_LIVE) {
			m->wants.cancel = true;
			m->wants.cancel_job = s->ask[i].job;
			model_toast(m, FG_WARN, "Cancelling %s ...", s->ask[i].name);
			return true;
		}
	return false;
}

/* Movement in the pane that has the focus; false: not a movement. */
static bool move(struct model *m, enum action a)
{
	struct schema *s = m->schema;
	struct schema_ask *answer = current_answer(m);
	bool inside = answer && !(m->w >= SCHEMA_THREE_W || m->h - 4 >= SCHEMA_STACKED_H);
	bool in_answer =
	        answer && (s->focus == FOCUS_ANSWER || (s->focus == FOCUS_DETAIL && inside));
	if (in_answer &&
	        (a == ACT_COLLAPSE || a == ACT_EXPAND || a == ACT_LEFT || a == ACT_RIGHT)) {
		int by = a == ACT_EXPAND || a == ACT_RIGHT ? 1 : -1;
		int last = answer->view ? (int)sample_view_columns(answer->view)->n - 1 : 0;
		answer->left += by;
		answer->left = answer->left > last ? last : answer->left;
		answer->left = answer->left < 0 ? 0 : answer->left;
		return true;
	}
	if (in_answer)
		return scroll_act(&answer->scroll, a);
	if (s->focus == FOCUS_DETAIL)
		return scroll_act(&s->detail, a);
	return table_act(&s->table, (int)s->n, a);
}

static bool back(struct model *m)
{
	struct schema *s = m->schema;
	struct schema_ask *answer = current_answer(m);
	if (s->focus != FOCUS_TREE)
		s->focus = FOCUS_TREE;
	else if (s->word && !model_search_word(m))
		schema_set_word(m, NULL);
	else if (answer && answer->state >= RUN_DONE && !model_search_word(m))
		answer->table = 0; /* put away: the columns are back */
	else
		return false;
	return true;
}

static void select_line(struct model *m, int at)
{
	struct schema *s = m->schema;
	s->focus = FOCUS_TREE;
	if (at == s->table.at)
		enter_line(m);
	s->table.at = at;
}

static bool act_on(struct model *m, enum action a, int arg)
{
	switch (a) {
	case ACT_SELECT: select_line(m, arg); return true;
	case ACT_ENTER: enter_line(m); return true;
	case ACT_EXPAND: expand(m); return true;
	case ACT_COLLAPSE: collapse(m); return true;
	case ACT_INSERT: schema_insert(m, false); return true;
	case ACT_INSERT_SELECT: schema_insert(m, true); return true;
	case ACT_ROWS: schema_ask(m, ASK_ROWS, arg == ARG_YES); return true;
	case ACT_PARTITIONS: schema_ask(m, ASK_PARTITIONS, false); return true;
	case ACT_USE_DATABASE: use_database(m); return true;
	case ACT_RELOAD: reload(m); return true;
	case ACT_FILTER: model_ask_text(m, ACT_FILTER, "filter: ", m->schema->word); return true;
	case ACT_COPY: copy_name(m); return true;
	case ACT_NEXT_PANE: next_pane(m, 1); return true;
	case ACT_PREV_PANE: next_pane(m, -1); return true;
	case ACT_CANCEL: return cancel(m);
	case ACT_BACK: return back(m);
	default: return false;
	}
}

static bool act(struct model *m, enum action a, int arg)
{
	struct schema *s = m->schema;
	schema_update(m);
	int before = s->table.at;
	bool done = move(m, a) || act_on(m, a, arg);
	if (s->table.at != before) {
		s->detail.top = 0;
		s->selected = (size_t)s->table.at < s->n ? s->line[s->table.at].node->id : 0;
	}
	schema_update(m); /* a branch that was opened asks for what is in it */
	return done;
}

static bool command(struct model *m, enum action a, const char *arg)
{
	if (a != ACT_FILTER)
		return false;
	schema_set_word(m, arg);
	return true;
}

static bool counts(struct model *m, enum action a)
{
	const struct schema_line *l = schema_selected(m);
	const struct catalog_node *t = schema_table(m);
	bool node = l && l->note == NOTE_NONE;
	switch (a) {
	case ACT_EXPAND:
	case ACT_ENTER: return node || (l && l->note == NOTE_FAILED);
	case ACT_INSERT: return node;
	case ACT_INSERT_SELECT:
	case ACT_ROWS: return t != NULL;
	case ACT_PARTITIONS: return schema_is_partitioned(t);
	case ACT_USE_DATABASE: return l && l->node->kind >= CATALOG_DATABASE;
	case ACT_CANCEL: return schema_asks(m->schema);
	default: return true;
	}
}

/* What came in may be the way to what is wanted next. */
static int tick(struct model *m)
{
	schema_update(m);
	return catalog_busy(m->catalog) || schema_asks(m->schema) ? 150 : -1;
}

const struct screen_ops screen_schema = {
        .draw = draw,
        .act = act,
        .command = command,
        .find = schema_find,
        .counts = counts,
        .enter = schema_update,
        .tick = tick,
};
