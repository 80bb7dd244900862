/* Keys and commands, made from the action table: nothing here is written twice. */
#include "ui/parts.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/wrap.h"

#include <stdio.h>
#include <strings.h>

#include "base/ban.h"

enum group { GROUP_HERE, GROUP_MOVING, GROUP_SCREENS, GROUP_PROGRAM, GROUP_COMMANDS, GROUP_OTHER };
static const char *const titles[] = {"", "Moving and finding", "Screens", "The program",
        "Commands without a key", "On other screens"};

static const struct {
	const char *what, *text;
} mouse[] = {
        {"click",
                "chooses; a second click opens. Tabs and the words of the footer are clicked, too"},
        {"double click", "editor: the word; three clicks: the line"},
        {"drag", "editor: selects; table: a column's width; between panes: their sizes"},
        {"wheel", "scrolls; with Shift to the side"},
        {"Shift", "with a click or drag: the terminal's own selection"},
};
#define N_MOUSE (sizeof mouse / sizeof *mouse)

/* One line of the text: a heading, or a part of an entry. */
struct line {
	const char *heading;
	const char *note; /* up to a line end */
	const struct action_info *a;
	enum screen_id on; /* whose keys are shown */
	const char *what, *text;
	int part;
};
struct text {
	struct line *line;
	int n, cap, found;
};
/* Of one column: its width, and where the words begin beside keys and beside commands. */
struct sizes {
	int w, keys, command;
};

static struct sizes sizes_of(int w)
{
	return (struct sizes){w, 19, 26};
}

static void add(struct text *t, struct line l)
{
	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 256;
		t->line = mem_realloc(t->line, (size_t)t->cap, sizeof *t->line);
	}
	t->line[t->n++] = l;
}

static void command_of(const struct action_info *a, char *out, size_t size)
{
	snprintf(out, size, ":%s%s%s", a->name, a->arg ? " " : "", a->arg ? a->arg : "");
}

/* What stands in the first column: keys, or the command where there is no key. */
static int first_of(const struct model *m, const struct line *l, char *out, size_t size)
{
	out[0] = '\0';
	if (l->a)
		keymap_labels(m->keymap, l->a, l->on, out, size);
	else
		snprintf(out, size, "%s", l->what);
	if (*out || !l->a)
		return 0;
	command_of(l->a, out, size);
	return 1;
}

/* The words, with "Preview: " before what belongs to another screen, and behind them the command
 * (unless it is the first column): its offset, or the length. */
static size_t text_of(const struct model *m, const struct line *l, char *out, size_t size)
{
	char first[128], command[64];
	int n;
	if (!l->a) {
		n = snprintf(out, size, "%s", l->text);
		return n > 0 ? (size_t)n : 0;
	}
	bool elsewhere = !(l->a->screens & 1u << m->from);
	n = snprintf(out, size, "%s%s%s", elsewhere ? screen_name(l->on) : "",
	        elsewhere ? ": " : "", l->a->help);
	size_t at = n > 0 ? (size_t)n : 0;
	if (at + sizeof command < size && !first_of(m, l, first, sizeof first)) {
		command_of(l->a, command, sizeof command);
		snprintf(out + at, size - at, "  %s", command);
	}
	return at;
}

static bool has(const char *text, const char *word)
{
	return strcasestr(text, word) != NULL;
}

static bool line_has(const struct model *m, const struct line *l, const char *word)
{
	char first[128], text[256];
	if (l->heading)
		return has(l->heading, word);
	if (l->note)
		return search_has(slice_of(l->note, strcspn(l->note, "\n")), word);
	first_of(m, l, first, sizeof first);
	text_of(m, l, text, sizeof text);
	return l->part == 0 && (has(text, word) || has(first, word));
}

static void add_entry(const struct model *m, struct text *t, struct line l, const struct sizes *k)
{
	char text[256], first[128];
	text_of(m, &l, text, sizeof text);
	int x = first_of(m, &l, first, sizeof first) ? k->command : k->keys;
	int n = wrap_count(slice_str(text), k->w - x - 1);
	t->found++;
	for (l.part = 0; l.part < n; l.part++)
		add(t, l);
}

static enum group group_of(const struct action_info *a, enum screen_id here)
{
	int screens = 0;
	for (unsigned s = a->screens; s; s >>= 1)
		screens += s & 1;
	if (!(a->screens & 1u << here))
		return GROUP_OTHER;
	if (a->id >= ACT_GO_QUERIES && a->id <= ACT_GO_SCHEMA && !*a->label)
		return GROUP_SCREENS;
	if (a->id == ACT_COMMAND || a->id == ACT_HELP || a->id == ACT_BACK)
		return GROUP_PROGRAM;
	if (screens <= 4)
		return GROUP_HERE;
	if ((a->id >= ACT_FIND && a->id <= ACT_FIND_PREV) || (a->id >= ACT_UP && a->id <= ACT_GOTO))
		return GROUP_MOVING;
	if (!*a->keys)
		return GROUP_COMMANDS;
	return a->id == ACT_LOG || a->id == ACT_RUN_PREV || a->id == ACT_RUN_NEXT ? GROUP_SCREENS
	                                                                          : GROUP_PROGRAM;
}

static enum screen_id first_screen(const struct action_info *a, enum screen_id here)
{
	int s = 0;
	if (a->screens & 1u << here)
		return here;
	while (s < SCREEN_COUNT - 1 && !(a->screens & 1u << s))
		s++;
	return (enum screen_id)s;
}

static void add_group(
        const struct model *m, struct text *t, enum group g, const char *title, struct sizes *k)
{
	int before = t->n;
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++) {
		struct line l = {.a = a, .on = first_screen(a, m->from)};
		bool wheel = a->id >= ACT_WHEEL_UP && a->id <= ACT_WHEEL_RIGHT;
		if (wheel || group_of(a, m->from) != g ||
		        (m->help_word && !line_has(m, &l, m->help_word)))
			continue;
		if (t->n == before)
			add(t, (struct line){.heading = title});
		add_entry(m, t, l, k);
	}
	if (t->n > before)
		add(t, (struct line){.heading = ""});
}

/* Rows whose keys the user chose, on the first screen where that is so; what they cost others. */
static void add_own(const struct model *m, struct text *t, const struct sizes *k)
{
	int before = t->n;
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++)
		for (int s = 0; s < SCREEN_COUNT && m->cfg->n_keys; s++) {
			struct line l = {.a = a, .on = (enum screen_id)s};
			if (!keymap_is_own(m->keymap, a, l.on) ||
			        (m->help_word && !line_has(m, &l, m->help_word)))
				continue;
			if (t->n == before)
				add(t, (struct line){.heading = "Your own keys"});
			add_entry(m, t, l, k);
			break;
		}
	for (const char *s = m->key_notes; t->n > before && *s; s += strcspn(s, "\n") + 1)
		add(t, (struct line){.note = s});
	if (t->n > before)
		add(t, (struct line){.heading = ""});
}

static void make_text(const struct model *m, struct text *t, struct sizes k)
{
	static const char *const here[] = {"On the Queries screen", "On the Editor screen",
	        "On the Run screen", "On the Tune screen", "On the Preview screen",
	        "On the Table screen", "On the Export screen", "On the Runs screen",
	        "On the Schema screen", "On the Parameters screen", "On the Log screen",
	        "On the Help screen"};
	bool any = false;
	add_own(m, t, &k);
	for (int g = GROUP_HERE; g <= (m->help_word ? GROUP_OTHER : GROUP_COMMANDS); g++)
		add_group(m, t, (enum group)g, g == GROUP_HERE ? here[m->from] : titles[g], &k);
	for (size_t i = 0; i < N_MOUSE; i++) {
		struct line l = {.what = mouse[i].what, .text = mouse[i].text, .on = m->from};
		if ((m->help_word && !line_has(m, &l, m->help_word)))
			continue;
		if (!any)
			add(t, (struct line){.heading = "Mouse"});
		any = true;
		add_entry(m, t, l, &k);
	}
	while (t->n > 0 && t->line[t->n - 1].heading && !*t->line[t->n - 1].heading)
		t->n--;
}

/* ---- drawing ---- */

/* A style_fn: the command behind the words is dim. */
static struct style words_style(void *arg, size_t offset)
{
	return offset < *(size_t *)arg ? ST(FG_TEXT) : ST(FG_DIM);
}

static void draw_line(const struct model *m, const struct pane *p, int y, const struct line *l,
        const struct sizes *k)
{
	char first[128], text[256];
	struct wrap wrap;
	size_t start, end, command_at;
	if (l->heading) {
		put_fit(p, 1, y, p->w - 2, ST(FG_STRONG), slice_str(l->heading));
		return;
	}
	if (l->note) {
		put_fit(p, 2, y, p->w - 3, ST(FG_WARN), slice_of(l->note, strcspn(l->note, "\n")));
		return;
	}
	int x = first_of(m, l, first, sizeof first) ? k->command : k->keys, part = l->part;
	if (part == 0)
		put_fit(p, 2, y, x - 3, ST(FG_ACCENT), slice_str(first));
	command_at = text_of(m, l, text, sizeof text);
	wrap_init(&wrap, slice_str(text), k->w - x - 1);
	while (wrap_next(&wrap, &start, &end))
		if (part-- == 0)
			put_range(p, x, y, slice_str(text), start, end, words_style, &command_at);
}

/* Columns of equal height; when all does not fit, they scroll together like pages. */
static void draw_columns(
        struct model *m, const struct pane *p, const struct text *t, struct sizes k, int columns)
{
	int per = (t->n + columns - 1) / columns;
	per = per > p->h ? p->h : per;
	scroll_fit(&m->help, t->n, per * columns);
	for (int c = 0; c < columns; c++) {
		struct pane col = pane_sub(p, c * (k.w + 1), 0, k.w, p->h);
		for (int y = 0; y < per; y++) {
			int i = m->help.top + c * per + y;
			if (i < t->n)
				draw_line(m, &col, y, &t->line[i], &k);
		}
		if (c > 0)
			put_vrule(p, c * (k.w + 1) - 1, 0, per);
	}
	if (t->n > per * columns)
		table_scrollbar(p, m->help.top, t->n);
}

static int columns_of(int w)
{
	return w >= 190 ? 3 : w >= 116 ? 2 : 1;
}

static void draw(struct model *m, const struct pane *p)
{
	struct text t = {0};
	char title[160];
	int columns = columns_of(p->w);
	struct sizes k = sizes_of((p->w - 1 - (columns - 1)) / columns);
	struct pane body = pane_sub(p, 0, 1, p->w, p->h - 1);
	make_text(m, &t, k);
	if (m->help_word)
		snprintf(title, sizeof title, "Help: what has \"%.60s\" in it · Esc shows all",
		        m->help_word);
	else
		snprintf(title, sizeof title,
		        "Help for the %s screen · / finds, :help WORD filters",
		        screen_name(m->from));
	put_rule(p, 0, 0, p->w, title);
	if (t.found == 0) {
		put_fmt(&body, 2, 1, ST(FG_STRONG), "Nothing here has \"%.60s\" in it.",
		        m->help_word);
		put_str(&body, 2, 2, ST(FG_DIM),
		        "Esc shows everything; :help WORD tries another word.");
	}
	draw_columns(m, &body, &t, k, columns);
	mem_free(t.line);
}

static bool act(struct model *m, enum action a, int arg)
{
	(void)arg;
	if (a == ACT_BACK && m->help_word) {
		mem_free(m->help_word);
		m->help_word = NULL;
		m->help.top = 0;
		return true;
	}
	return scroll_act(&m->help, a);
}

static bool find(struct model *m, const char *word, int direction)
{
	struct text t = {0};
	int columns = columns_of(m->w), step = direction < 0 ? -1 : 1;
	bool found = false;
	make_text(m, &t, sizes_of((m->w - columns) / columns));
	for (int i = 0, at = m->help.at + (direction ? step : 0); i < t.n && !found;
	        i++, at += step) {
		at = ((at % t.n) + t.n) % t.n;
		found = line_has(m, &t.line[at], word);
		if (found) {
			m->help.at = at;
			if (at < m->help.top || at >= m->help.top + m->help.page)
				m->help.top = at > 2 ? at - 2 : 0;
		}
	}
	mem_free(t.line);
	return found;
}

const struct screen_ops screen_help = {.draw = draw, .act = act, .find = find};
