/* Keys and commands, made from the action table: nothing here is written twice. */
#include "ui/parts.h"

#include <stdio.h>

#include "base/ban.h"

/* All keys of an action on a screen, as people read them. */
static void all_keys(const struct action_info *a, char *out, size_t size)
{
	const char *s = a->keys;
	size_t used = 0;
	out[0] = '\0';
	while (*(s += strspn(s, " "))) {
		char word[24], label[24];
		struct key k;
		size_t n = strcspn(s, " ");
		snprintf(word, sizeof word, "%.*s", (int)n, s);
		s += n;
		if (!key_parse(word, &k))
			continue;
		key_label(&k, label);
		int len = snprintf(out + used, size - used, "%s%s", used ? "  " : "", label);
		used += len > 0 && used + (size_t)len < size ? (size_t)len : 0;
	}
}

static bool shown_on(const struct action_info *a, enum screen_id s)
{
	return (a->screens & 1u << s) && (*a->keys || a->arg);
}

static int draw_entry(const struct pane *p, int y, const struct action_info *a)
{
	char keys[128], command[64];
	all_keys(a, keys, sizeof keys);
	snprintf(command, sizeof command, ":%s %s", a->name, a->arg ? a->arg : "");
	put_fit(p, 2, y, 16, ST(FG_ACCENT), slice_str(keys));
	put_fit(p, 19, y, 20, ST(FG_DIM), slice_str(command));
	put_fit(p, 40, y, p->w - 42, ST(FG_TEXT), slice_str(a->help));
	return y + 1;
}

/* What the screen has of its own first, then what holds everywhere. */
static bool is_special(const struct action_info *a)
{
	int bits = 0;
	for (unsigned s = a->screens; s; s >>= 1)
		bits += s & 1;
	return bits <= 4;
}

static int draw_part(const struct pane *p, int y, enum screen_id s, bool special, const char *title)
{
	put_str(p, 1, y++, ST(FG_STRONG), title);
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++)
		if (shown_on(a, s) && is_special(a) == special && a->id != ACT_WHEEL_UP &&
		        a->id != ACT_WHEEL_DOWN)
			y = draw_entry(p, y, a);
	return y + 1;
}

static void draw(struct model *m, const struct pane *p)
{
	char title[64];
	struct pane body = pane_sub(p, 0, 1, p->w, p->h - 1);
	snprintf(title, sizeof title, "On the %s screen", screen_name(m->from));
	put_rule(p, 0, 0, p->w, "Help");
	for (int pass = 0; pass < 2; pass++) { /* the first learns the height */
		put_fill(&body, 0, 0, body.w, body.h, ST(FG_TEXT), " ");
		int y = draw_part(&body, -m->help.top, m->from, true, title);
		y = draw_part(&body, y, m->from, false, "Everywhere");
		put_str(&body, 2, y++, ST(FG_DIM),
		        "Mouse: click selects, a second click opens; the wheel scrolls; Shift "
		        "selects text.");
		int n = y + m->help.top, top = m->help.top;
		scroll_fit(&m->help, n, body.h);
		table_scrollbar(&body, m->help.top, n);
		if (top == m->help.top)
			break;
	}
}

static bool act(struct model *m, enum action a, int arg)
{
	(void)arg;
	return scroll_act(&m->help, a);
}

const struct screen_ops screen_help = {.draw = draw, .act = act};
