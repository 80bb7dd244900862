/* The tree of the schema screen. */
#include "ui/schema.h"

#include "base/fmt.h"

#include <stdio.h>

#include "base/ban.h"

const char *schema_spinner(const struct model *m)
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
		x += put_fmt(p, x, y, ST(FG_ACCENT), "%s ", schema_spinner(m));
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

void schema_title(const struct pane *p, const char *title, bool focus)
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

void schema_draw_tree(struct model *m, const struct pane *p)
{
	struct schema *s = m->schema;
	char title[80];
	tree_title(m, title, sizeof title);
	schema_title(p, title, s->focus == FOCUS_TREE);
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
