/* The schema screen: a tree of what the account has, and what is known of the selected table. */
#include "ui/schema.h"

#include "base/fmt.h"
#include "ui/schemasql.h"
#include "ui/wrap.h"

#include <stdio.h>

#include "base/ban.h"

enum { FACT_AT = 12, CELL_MAX = 28, THREE_PANES = 150, STACKED_H = 30 };

/* ---- the tree ---- */

static const char *spinner(const struct model *m)
{
	static const char *const frame[] = {"|", "/", "-", "\\"};
	return frame[(m->now_ms / 150) % 4];
}

static void draw_note(
        struct model *m, const struct pane *p, int y, int x, const struct schema_line *l)
{
	const struct catalog_node *n = l->node;
	char t[FMT_SIZE];
	static const char *const none[] = {
	        "no catalogs here", "no databases here", "no tables here", "no columns known"};
	switch (l->note) {
	case NOTE_LOADING:
		x += put_fmt(p, x, y, ST(FG_ACCENT), "%s ", spinner(m));
		put_fmt(p, x, y, ST(FG_DIM), "loading %s",
		        fmt_duration(t, m->now_ms - m->schema->loading_since));
		break;
	case NOTE_FAILED:
		x += put_fmt(p, x, y, ST(FG_BAD), "✗ ");
		put_fit(p, x, y, p->w - x - 2, ST(FG_BAD), slice_str(err_headline(n->err->code)));
		break;
	case NOTE_EMPTY:
		put_str(p, x, y, ST(FG_DIM),
		        none[n->kind <= CATALOG_TABLE ? n->kind : CATALOG_TABLE]);
		break;
	default: put_fmt(p, x, y, ST(FG_WARN), "… more than the %zu kept here", n->n);
	}
}

/* What stands at the right of a line: a type, a format, how many. */
static void aside(const struct catalog_node *n, char *out, size_t size)
{
	char count[FMT_SIZE];
	out[0] = '\0';
	if (n->kind == CATALOG_COLUMN)
		snprintf(out, size, "%s", n->type);
	else if (n->kind == CATALOG_TABLE)
		snprintf(out, size, "%s", n->err ? "✗ unreadable" : n->view ? "view" : n->format);
	else if (n->state == CATALOG_HERE)
		snprintf(out, size, "%s", fmt_thousands(count, (int64_t)n->n));
}

static const char *marker(const struct schema *s, const struct catalog_node *n)
{
	if (n->kind == CATALOG_COLUMN)
		return n->partition ? "◆" : "·";
	return schema_is_open(s, n->id) ? "▾" : "▸";
}

static void draw_node(
        struct model *m, const struct pane *p, int y, int x, const struct schema_line *l)
{
	const struct catalog_node *n = l->node;
	bool current = n->kind == CATALOG_DATABASE && m->database &&
	               slice_eq_nocase(slice_str(n->name), slice_str(m->database));
	char right[256];
	enum style_fg fg = n->kind == CATALOG_COLUMN ? FG_TEXT : FG_STRONG;
	aside(n, right, sizeof right);
	put_str(p, x, y, ST(n->partition ? FG_WARN : FG_DIM), marker(m->schema, n));
	int room = p->w - x - 4;
	int used = put_fit(p, x + 2, y, room, ST(n->err ? FG_BAD : fg), slice_str(n->name));
	if (current)
		used += put_str(p, x + 2 + used, y, ST(FG_ACCENT), " ●");
	int left = room - used - 1, want = (int)strlen(right);
	if (left >= 4 && want) {
		int w = want < left ? want : left;
		put_fit(p, p->w - 2 - w, y, w, ST(FG_DIM), slice_str(right));
	}
}

static void put_title(const struct pane *p, const char *title, bool focus)
{
	put_rule(p, 0, 0, p->w, title);
	if (focus)
		put_str(p, 3, 0, STA(FG_FOCUS, AT_BOLD), title);
}

static void tree_title(struct model *m, char *out, size_t size)
{
	const struct schema *s = m->schema;
	if (s->word)
		snprintf(out, size, "names with \"%.40s\"", s->word);
	else
		snprintf(out, size, "catalog");
}

static void draw_no_tree(struct model *m, const struct pane *p)
{
	const struct catalog_node *root = catalog_root(m->catalog);
	if (m->schema->word) {
		put_fmt(p, 2, 1, ST(FG_STRONG), "Nothing here is called \"%.40s\".",
		        m->schema->word);
		put_str(p, 2, 2, ST(FG_DIM), "Esc shows all; only what is");
		put_str(p, 2, 3, ST(FG_DIM), "loaded is looked through.");
	} else if (root->err)
		draw_error(p, 1, "", root->err);
}

static void draw_tree(struct model *m, const struct pane *p)
{
	struct schema *s = m->schema;
	char title[80];
	tree_title(m, title, sizeof title);
	put_title(p, title, s->focus == FOCUS_TREE);
	struct pane rows = pane_sub(p, 0, 1, p->w, p->h - 1);
	table_fit(&s->table, (int)s->n, rows.h);
	/* One line of what comes below: a branch that opens there is seen. */
	if (s->table.at + 1 == s->table.top + s->table.page && (size_t)s->table.at + 1 < s->n)
		s->table.top++;
	bool only_failed = s->n == 1 && s->line[0].note == NOTE_FAILED;
	if (s->n == 0 || only_failed) {
		draw_no_tree(m, &rows);
		return;
	}
	for (int i = 0; i < s->table.page && (size_t)(s->table.top + i) < s->n; i++) {
		const struct schema_line *l = &s->line[s->table.top + i];
		int x = 2 + 2 * l->depth;
		if (l->note == NOTE_NONE)
			draw_node(m, &rows, i, x, l);
		else
			draw_note(m, &rows, i, x + 2, l);
		if (s->table.top + i == s->table.at) {
			enum style_fg mark = s->focus == FOCUS_TREE ? FG_ACCENT : FG_DIM;
			put_bg(&rows, 0, i, rows.w, 1, BG_SELECT);
			put_fill(&rows, 0, i, 1, 1, STB(mark, BG_SELECT), "▌");
		}
		put_hit(&rows, 0, i, rows.w, 1, ACT_SELECT, s->table.top + i);
	}
	table_scrollbar(&rows, s->table.top, (int)s->n);
}

/* ---- what is known ---- */

static int fact(const struct pane *p, int y, const char *label, const char *value)
{
	if (*value && y < p->h)
		draw_fact(p, y, FACT_AT, label, ST(FG_TEXT), value);
	return *value ? y + 1 : y;
}

static void partition_words(const struct catalog_node *t, char *out, size_t size)
{
	size_t n = 0;
	out[0] = '\0';
	for (size_t i = 0; i < t->n && n + 1 < size; i++)
		if (t->child[i]->partition)
			n += (size_t)snprintf(
			        out + n, size - n, "%s%s", n ? ", " : "", t->child[i]->name);
}

static int draw_table_facts(const struct pane *p, int y, const struct catalog_node *t)
{
	char keys[200], kind[160];
	partition_words(t, keys, sizeof keys);
	snprintf(kind, sizeof kind, "%.60s%s%.60s",
	        *t->format ? t->format
	        : t->view  ? "view"
	                   : "",
	        *t->type ? "\t· " : "", t->type);
	y = fact(p, y, "format", kind);
	y = fact(p, y, "location", t->location);
	y = fact(p, y, "comment", t->comment);
	return fact(p, y, "partitions", keys);
}

static void draw_columns(const struct schema *s, const struct pane *p, const struct catalog_node *t)
{
	int name_w = 8, type_w = p->w >= 60 ? 22 : 16;
	for (size_t i = 0; i < t->n; i++)
		if ((int)strlen(t->child[i]->name) > name_w)
			name_w = (int)strlen(t->child[i]->name);
	if (name_w > p->w / 2 - 4)
		name_w = p->w / 2 - 4;
	for (int i = 0; i < p->h && (size_t)(s->detail.top + i) < t->n; i++) {
		const struct catalog_node *c = t->child[s->detail.top + i];
		int x = 3 + name_w + 2, rest = p->w - x - 2;
		put_str(p, 1, i, ST(c->partition ? FG_WARN : FG_DIM), c->partition ? "◆" : "·");
		put_fit(p, 3, i, name_w, ST(FG_TEXT), slice_str(c->name));
		put_fit(p, x, i, *c->comment && rest > type_w + 8 ? type_w : rest, ST(FG_KEYWORD),
		        slice_str(c->type));
		if (*c->comment && rest > type_w + 8)
			put_fit(p, x + type_w + 2, i, rest - type_w - 2, ST(FG_DIM),
			        slice_str(c->comment));
	}
}

/* "columns" and what was asked beyond; the one on display stands out. */
static int draw_view_names(const struct schema *s, const struct pane *p, int y,
        const struct catalog_node *t, const struct schema_ask *shown)
{
	char head[64];
	snprintf(head, sizeof head, "%zu column%s%s", t->n, t->n == 1 ? "" : "s",
	        t->cut ? " of more" : "");
	put_rule(p, 0, y, p->w, shown ? shown->name : head);
	if (s->focus == FOCUS_DETAIL)
		put_str(p, 3, y, STA(FG_FOCUS, AT_BOLD), shown ? shown->name : head);
	return y + 1;
}

/* ---- rows and partitions of a table ---- */

static int column_width(const struct sample_view *v, size_t c)
{
	const struct columns *cols = sample_view_columns(v);
	int w = (int)strlen(cols->col[c].name);
	for (size_t i = 0; i < sample_view_count(v) && i < SCHEMA_ROWS; i++) {
		uint32_t len = sample_view_row(v, i, NULL)[c].len;
		if ((int)len > w)
			w = len > CELL_MAX ? CELL_MAX : (int)len;
	}
	return w > CELL_MAX ? CELL_MAX : w < 4 ? 4 : w;
}

static void draw_cells(const struct pane *p, const struct schema_ask *a)
{
	const struct sample_view *v = a->view;
	const struct columns *cols = sample_view_columns(v);
	int x = 1;
	put_fill(p, 0, 0, p->w, 1, STB(FG_TEXT, BG_HEADER), " ");
	for (size_t c = (size_t)a->left; c < cols->n && x < p->w - 3; c++) {
		int w = column_width(v, c);
		if (x + w > p->w - 1)
			w = p->w - 1 - x;
		put_fit(p, x, 0, w, STB(FG_STRONG, BG_HEADER), slice_str(cols->col[c].name));
		for (int i = 1; i < p->h; i++) {
			size_t row = (size_t)(a->scroll.top + i - 1);
			if (row >= sample_view_count(v))
				break;
			struct cell cell = sample_view_row(v, row, NULL)[c];
			bool null = cell_is_null(cell);
			put_fit(p, x, i, w, ST(null ? FG_DIM : FG_TEXT),
			        null ? slice_str("NULL") : cell_slice(cell));
		}
		x += w + 2;
	}
}

static void draw_wait(struct model *m, const struct pane *p, const struct schema_ask *a)
{
	char t[FMT_SIZE];
	int x = 2 + put_fmt(p, 2, 1, ST(FG_ACCENT), "%s ", spinner(m));
	put_fmt(p, x, 1, ST(FG_TEXT), "%s: %s", a->name, fmt_duration(t, m->now_ms - a->since_ms));
	const struct run *before = model_live(m);
	if (before)
		put_fmt(p, 2, 2, ST(FG_DIM), "It waits for %.40s; x cancels it.", before->name);
	else
		put_str(p, 2, 2, ST(FG_DIM), "x cancels it.");
	struct pane sql = pane_sub(p, 2, 4, p->w - 4, p->h - 4);
	draw_sql(&sql, slice_str(a->sql), 0);
}

static void draw_answer(struct model *m, const struct pane *p, struct schema_ask *a)
{
	if (a->state == RUN_ASKED || a->state == RUN_LIVE) {
		draw_wait(m, p, a);
		return;
	}
	if (a->state == RUN_FAILED) {
		draw_error(p, 1, "", &a->err);
		return;
	}
	if (a->state == RUN_CANCELLED) {
		put_str(p, 2, 1, ST(FG_STRONG), "Cancelled.");
		put_str(p, 2, 2, ST(FG_DIM), "s asks for rows again, P for partitions.");
		return;
	}
	size_t n = a->view ? sample_view_count(a->view) : 0;
	if (n == 0) {
		put_fmt(p, 2, 1, ST(FG_STRONG), "There are no %s.", a->name);
		return;
	}
	scroll_fit(&a->scroll, (int)n, p->h - 1);
	draw_cells(p, a);
	struct pane rows = pane_sub(p, 0, 1, p->w, p->h - 1);
	table_scrollbar(&rows, a->scroll.top, (int)n);
}

static void answer_title(struct model *m, const struct schema_ask *a, char *out, size_t size)
{
	char cost[FMT_SIZE];
	size_t n = a->view ? sample_view_count(a->view) : 0;
	short_money(cost, sizeof cost, a->cost);
	const char *paid = model_is_local(m) ? "free" : cost;
	if (a->state != RUN_DONE)
		snprintf(out, size, "%.80s", a->name);
	else
		snprintf(out, size, "%zu %.80s · %s", n, a->name, paid);
}

static void draw_answer_pane(struct model *m, const struct pane *p, struct schema_ask *a)
{
	char title[160];
	answer_title(m, a, title, sizeof title);
	put_title(p, title, m->schema->focus == FOCUS_ANSWER);
	struct pane body = pane_sub(p, 0, 1, p->w, p->h - 1);
	draw_answer(m, &body, a);
}

/* ---- the pane of the selected line ---- */

static int hint(const struct pane *p, int y, const char *key, const char *what)
{
	int x = 1 + put_str(p, 1, y, ST(FG_ACCENT), key);
	put_str(p, x + 1, y, ST(FG_DIM), what);
	return y + 1;
}

static bool partitioned(const struct catalog_node *t)
{
	return t && t->n && t->child[t->n - 1]->partition;
}

static void hints(struct model *m, const struct pane *p, int y, const struct catalog_node *t)
{
	const struct schema_line *l = schema_selected(m);
	bool free = model_is_local(m);
	if (t) {
		y = hint(p, y, "s", free ? "some rows: free" : "some rows: asks, with the price");
		if (partitioned(t))
			y = hint(p, y, "P", "its partitions: free");
		y = hint(p, y, "I", "a SELECT of all columns into the editor");
	}
	y = hint(p, y, "i", "this name into the editor");
	if (l && l->node->kind >= CATALOG_DATABASE)
		y = hint(p, y, "d", "its database for the next run");
	hint(p, y, "y", "copy the name");
}

static void draw_table(struct model *m, const struct pane *p, const struct catalog_node *t,
        struct schema_ask *inside)
{
	struct schema *s = m->schema;
	int y = draw_table_facts(p, 1, t);
	if (t->err) {
		draw_error(p, y, t->name, t->err);
		return;
	}
	if (y > 1 && p->h > 16)
		y++;
	y = draw_view_names(s, p, y, t, inside);
	struct pane list = pane_sub(p, 0, y, p->w, p->h - y);
	if (inside) {
		draw_answer(m, &list, inside);
		return;
	}
	int spare = list.h - (int)t->n;
	scroll_fit(&s->detail, (int)t->n, list.h);
	draw_columns(s, &list, t);
	table_scrollbar(&list, s->detail.top, (int)t->n);
	if (spare >= 9 && p->w < THREE_PANES) {
		struct pane keys = pane_sub(&list, 0, (int)t->n + 2, list.w, 6);
		hints(m, &keys, 0, t);
	}
}

static void draw_column(struct model *m, const struct pane *p, const struct catalog_node *c)
{
	int y = fact(p, 1, "column", c->name);
	put_str(p, 1, y, ST(FG_DIM), "type");
	struct pane type = pane_sub(p, FACT_AT, y, p->w - FACT_AT - 1, p->h - y);
	y += put_wrapped(&type, ST(FG_KEYWORD), slice_str(c->type), 0);
	y = fact(p, y, "comment", c->comment);
	y = fact(p, y, "of table", c->parent->name);
	y = fact(p, y, "partition", c->partition ? "a key\t· a condition on it reads less" : "");
	hints(m, p, y + 1, NULL);
}

static void draw_place(struct model *m, const struct pane *p, const struct catalog_node *n)
{
	char count[FMT_SIZE], line[64];
	static const char *const what[] = {"catalogs", "databases", "tables"};
	int y = fact(p, 1, n->kind == CATALOG_DATABASE ? "database" : "catalog", n->name);
	y = fact(p, y, "kind", n->type);
	y = fact(p, y, "comment", n->comment);
	if (n->state == CATALOG_HERE || n->n) {
		snprintf(line, sizeof line, "%s%s", fmt_thousands(count, (int64_t)n->n),
		        n->state == CATALOG_LOADING ? " so far" : "");
		y = fact(p, y, what[n->kind], line);
	}
	if (n->err) {
		draw_error(p, y + 1, n->name, n->err);
		return;
	}
	if (n->state == CATALOG_UNKNOWN)
		y = hint(p, y + 1, "Enter", "opens it");
	hints(m, p, y + 1, NULL);
}

static struct schema_ask *current_answer(struct model *m)
{
	const struct catalog_node *t = schema_table(m);
	return t ? schema_answer(m->schema, m->schema->shown, t->id) : NULL;
}

/* inside: an answer that takes the columns' place where there is no room for both. */
static void draw_detail(struct model *m, const struct pane *p, struct schema_ask *inside)
{
	const struct schema_line *l = schema_selected(m);
	const struct catalog_node *n = l ? l->node : NULL;
	char title[300] = "";
	struct buf name;
	if (n && n->kind != CATALOG_ROOT) {
		buf_init(&name, 256);
		schema_name(&name, n->kind == CATALOG_COLUMN ? n->parent : n, NULL);
		snprintf(title, sizeof title, "%s", buf_str(&name));
		buf_release(&name);
	}
	put_title(p, title, m->schema->focus == FOCUS_DETAIL && (!n || n->kind != CATALOG_TABLE));
	if (n && n->kind == CATALOG_ROOT && n->state == CATALOG_LOADING) {
		put_str(p, 2, 1, ST(FG_STRONG), "Asking for the catalogs.");
		put_str(p, 2, 2, ST(FG_DIM), "The other screens work meanwhile.");
	}
	if (!n || n->kind == CATALOG_ROOT)
		return;
	if (n->kind == CATALOG_TABLE || inside)
		draw_table(m, p, schema_table(m), inside);
	else if (n->kind == CATALOG_COLUMN)
		draw_column(m, p, n);
	else
		draw_place(m, p, n);
}

static void draw_no_answer(struct model *m, const struct pane *p)
{
	put_title(p, "rows and partitions", m->schema->focus == FOCUS_ANSWER);
	if (!schema_table(m)) {
		put_str(p, 2, 2, ST(FG_DIM), "Choose a table to see some of its rows here.");
		return;
	}
	struct pane keys = pane_sub(p, 1, 2, p->w - 2, p->h - 2);
	hints(m, &keys, 0, schema_table(m));
}

static void draw(struct model *m, const struct pane *p)
{
	schema_update(m);
	struct schema_ask *a = current_answer(m);
	int tree = p->w >= 110 ? p->w * 3 / 10 : 32;
	if (p->w >= THREE_PANES)
		tree = p->w / 4;
	struct pane left = pane_sub(p, 0, 0, tree, p->h);
	struct pane right = pane_sub(p, tree + 1, 0, p->w - tree - 1, p->h);
	draw_tree(m, &left);
	put_vrule(p, tree, 0, p->h);
	if (p->w >= THREE_PANES) {
		int mid = right.w * 2 / 5;
		struct pane middle = pane_sub(&right, 0, 0, mid, right.h);
		struct pane last = pane_sub(&right, mid + 1, 0, right.w - mid - 1, right.h);
		draw_detail(m, &middle, NULL);
		if (a)
			draw_answer_pane(m, &last, a);
		else
			draw_no_answer(m, &last);
		put_vrule(&right, mid, 0, right.h);
	} else if (a && p->h >= STACKED_H) {
		struct pane top = pane_sub(&right, 0, 0, right.w, right.h / 2);
		struct pane bottom =
		        pane_sub(&right, 0, right.h / 2, right.w, right.h - right.h / 2);
		draw_detail(m, &top, NULL);
		draw_answer_pane(m, &bottom, a);
	} else
		draw_detail(m, &right, a);
}

/* ---- keys ---- */

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
	bool answer = current_answer(m) && (m->w >= THREE_PANES || m->h - 4 >= STACKED_H);
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
	bool inside = answer && !(m->w >= THREE_PANES || m->h - 4 >= STACKED_H);
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
	case ACT_PARTITIONS: return partitioned(t);
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
