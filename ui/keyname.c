/* Names of keys, for the action table and for people. */
#include "ui/input.h"

#include "base/utf8.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ban.h"

static const struct {
	const char *name, *label;
	enum key_code code;
} names[] = {
        {"Enter", "Enter", K_ENTER},
        {"Tab", "Tab", K_TAB},
        {"Esc", "Esc", K_ESC},
        {"Backspace", "Backspace", K_BACKSPACE},
        {"Delete", "Del", K_DELETE},
        {"Insert", "Ins", K_INSERT},
        {"Up", "↑", K_UP},
        {"Down", "↓", K_DOWN},
        {"Left", "←", K_LEFT},
        {"Right", "→", K_RIGHT},
        {"Home", "Home", K_HOME},
        {"End", "End", K_END},
        {"PageUp", "PgUp", K_PAGE_UP},
        {"PageDown", "PgDn", K_PAGE_DOWN},
        {"WheelUp", "wheel up", K_WHEEL_UP},
        {"WheelDown", "wheel down", K_WHEEL_DOWN},
        {"WheelLeft", "wheel left", K_WHEEL_LEFT},
        {"WheelRight", "wheel right", K_WHEEL_RIGHT},
};
#define N_NAMES (sizeof names / sizeof *names)

bool key_parse(const char *name, struct key *out)
{
	memset(out, 0, sizeof *out);
	while (name[0] && name[1] == '-' && name[2]) {
		unsigned m = name[0] == 'C'   ? MOD_CTRL
		             : name[0] == 'M' ? MOD_ALT
		             : name[0] == 'S' ? MOD_SHIFT
		                              : 0;
		if (!m)
			return false;
		out->mods |= m;
		name += 2;
	}
	for (size_t i = 0; i < N_NAMES; i++)
		if (strcmp(name, names[i].name) == 0) {
			out->code = names[i].code;
			return true;
		}
	if (name[0] == 'F' && isdigit((unsigned char)name[1])) {
		out->code = K_F;
		out->ch = (uint32_t)strtoul(name + 1, NULL, 10);
		return out->ch >= 1 && out->ch <= 12;
	}
	if (strcmp(name, "Space") == 0)
		name = " ";
	size_t used = utf8_decode(slice_str(name), &out->ch, NULL);
	out->code = K_CHAR;
	return used > 0 && name[used] == '\0';
}

void key_label(const struct key *k, char out[24])
{
	char base[16] = "";
	bool ctrl = k->mods & MOD_CTRL;
	for (size_t i = 0; i < N_NAMES; i++)
		if (names[i].code == k->code)
			snprintf(base, sizeof base, "%s", names[i].label);
	if (k->code == K_F)
		snprintf(base, sizeof base, "F%u", (unsigned)k->ch);
	else if (k->code == K_CHAR && k->ch == ' ')
		snprintf(base, sizeof base, "Space");
	else if (k->code == K_CHAR) {
		uint32_t ch = ctrl && k->ch < 128 ? (uint32_t)toupper((int)k->ch) : k->ch;
		base[utf8_encode(ch, base)] = '\0';
	}
	snprintf(out, 24, "%s%s%s%s", (k->mods & MOD_ALT) ? "Alt-" : "",
	        (k->mods & MOD_SHIFT) ? "Shift-" : "",
	        ctrl ? (k->code == K_CHAR ? "^" : "Ctrl-") : "", base);
}

bool key_same(const struct key *a, const struct key *b)
{
	return a->code == b->code && a->mods == b->mods &&
	       ((a->code != K_CHAR && a->code != K_F) || a->ch == b->ch);
}
