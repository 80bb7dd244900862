/* Above the ':' line: the commands that fit what is typed, with what they do. */
#include "ui/parts.h"

#include "base/suggest.h"
#include "base/utf8.h"
#include "ui/prompt.h"

#include <stdio.h>

#include "base/ban.h"

#define ROWS_MAX  9
#define NAMES_MAX 256

struct hint {
	const struct action_info *a;
	bool here; /* the screen has it */
};

static bool on_screen(const struct action_info *a, enum screen_id s)
{
	return (a->screens & 1u << s) != 0;
}

/* One row a name: the one of this screen, else the first. */
static size_t collect(const struct model *m, struct hint *out, size_t max, const char *prefix)
{
	size_t n = 0;
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++) {
		size_t i = 0;
		if (strncmp(a->name, prefix, strlen(prefix)) != 0)
			continue;
		while (i < n && strcmp(out[i].a->name, a->name) != 0)
			i++;
		if (i < n && (out[i].here || !on_screen(a, m->screen)))
			continue;
		if (i < max)
			out[i] = (struct hint){a, on_screen(a, m->screen)};
		n += i == n && n < max;
	}
	return n;
}

/* What the screen has first; else the table's order, which is the footer's. */
static void sort_hints(struct hint *h, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct hint one = h[i];
		size_t at = i;
		while (one.here && at > 0 && !h[at - 1].here) {
			h[at] = h[at - 1];
			at--;
		}
		h[at] = one;
	}
}

static void draw_hint(const struct model *m, const struct pane *p, int y, const struct hint *h)
{
	char command[64], key[24];
	struct style name = STB(h->here ? FG_ACCENT : FG_DIM, BG_BAR);
	snprintf(command, sizeof command, ":%s%s%s", h->a->name, h->a->arg ? " " : "",
	        h->a->arg ? h->a->arg : "");
	put_fill(p, 0, y, p->w, 1, STB(FG_TEXT, BG_BAR), " ");
	put_fit(p, 1, y, 26, name, slice_str(command));
	keymap_label(m->keymap, h->a, m->screen, key);
	int right = p->w - 2 - utf8_width(slice_str(key));
	put_fit(p, 28, y, right - 29, STB(h->here ? FG_TEXT : FG_DIM, BG_BAR),
	        slice_str(h->a->help));
	put_str(p, right, y, STB(FG_ACCENT, BG_BAR), key);
}

static void draw_none(const struct pane *p, int y, const char *word)
{
	const char *near = command_near(word);
	put_fill(p, 0, y, p->w, 1, STB(FG_TEXT, BG_BAR), " ");
	put_fmt(p, 1, y, STB(FG_WARN, BG_BAR), "no command begins so%s%s%s",
	        near ? "; did you mean :" : "", near ? near : "", near ? "?" : "");
}

const char *command_near(const char *word)
{
	const char *names[NAMES_MAX + 1];
	size_t n = 0;
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE && n < NAMES_MAX; a++)
		names[n++] = a->name;
	names[n] = NULL;
	return suggest_word(word, names);
}

void command_hints(const struct model *m, const struct pane *p, int y)
{
	struct hint h[NAMES_MAX];
	char word[64];
	const char *line = prompt_text();
	line += strspn(line, " :");
	size_t len = strcspn(line, " ");
	bool argument = line[len] == ' ';
	snprintf(word, sizeof word, "%.*s", (int)len, line);
	const struct action_info *exact = argument ? keys_command(word) : NULL;
	if (argument && !exact)
		return;
	size_t n = collect(m, h, NAMES_MAX, exact ? exact->name : word);
	size_t rows = exact ? 1 : n < ROWS_MAX ? n : ROWS_MAX;
	sort_hints(h, n);
	if (n == 0) {
		draw_none(p, y, word);
		return;
	}
	if (n > rows && !exact) {
		put_fill(p, 0, y, p->w, 1, STB(FG_TEXT, BG_BAR), " ");
		put_fmt(p, 1, y--, STB(FG_DIM, BG_BAR), "and %zu more; Tab completes", n - rows);
	}
	for (size_t i = rows; i-- > 0 && y >= 2;)
		draw_hint(m, p, y--, &h[i]);
}
