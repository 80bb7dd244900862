/* Beside the tree: what is known of the selected line, and a table's rows or partitions. */
#include "ui/schema.h"

#include "base/fmt.h"
#include "ui/schemasql.h"
#include "ui/wrap.h"

#include <stdio.h>

#include "base/ban.h"

enum { FACT_AT = 12, CELL_MAX = 28 };

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
	int x = 2 + put_fmt(p, 2, 1, ST(FG_ACCENT), "%s ", schema_spinner(m));
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

void schema_draw_answer(struct model *m, const struct pane *p, struct schema_ask *a)
{
	char title[160];
	answer_title(m, a, title, sizeof title);
	schema_title(p, title, m->schema->focus == FOCUS_ANSWER);
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

bool schema_is_partitioned(const struct catalog_node *t)
{
	return t && t->n && t->child[t->n - 1]->partition;
}

static void hints(struct model *m, const struct pane *p, int y, const struct catalog_node *t)
{
	const struct schema_line *l = schema_selected(m);
	bool free = model_is_local(m);
	if (t) {
		y = hint(p, y, "s", free ? "some rows: free" : "some rows: asks, with the price");
		if (schema_is_partitioned(t))
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
	if (spare >= 9 && p->w < SCHEMA_THREE_W) {
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

/* inside: an answer that takes the columns' place where there is no room for both. */
void schema_draw_detail(struct model *m, const struct pane *p, struct schema_ask *inside)
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
	schema_title(
	        p, title, m->schema->focus == FOCUS_DETAIL && (!n || n->kind != CATALOG_TABLE));
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

void schema_draw_no_answer(struct model *m, const struct pane *p)
{
	schema_title(p, "rows and partitions", m->schema->focus == FOCUS_ANSWER);
	if (!schema_table(m)) {
		put_str(p, 2, 2, ST(FG_DIM), "Choose a table to see some of its rows here.");
		return;
	}
	struct pane keys = pane_sub(p, 1, 2, p->w - 2, p->h - 2);
	hints(m, &keys, 0, schema_table(m));
}
