#include "ui/keymap.h"

#include "base/mem.h"
#include "base/suggest.h"
#include "ui/ui.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/ban.h"

#define MAX_NAMES 300

struct binding {
	const struct action_info *row;
	enum key_code code;
	uint32_t ch;
	unsigned mods;
	bool own; /* the user's */
};
struct keymap {
	struct binding *on[SCREEN_COUNT]; /* in the table's order */
	size_t n[SCREEN_COUNT];
};

/* Takes one word off a list of keys; false at its end. */
static bool next_word(const char **keys, char word[24])
{
	const char *s = *keys + strspn(*keys, " ");
	size_t n = strcspn(s, " ");
	snprintf(word, 24, "%.*s", (int)n, s);
	*keys = s + n;
	return n > 0;
}

static bool is_text(enum screen_id s, const struct key *k)
{
	return s == SCREEN_EDITOR && k->code == K_CHAR && !(k->mods & (MOD_ALT | MOD_CTRL));
}

static bool same(const struct binding *b, const struct key *k)
{
	return b->code == k->code && b->mods == k->mods &&
	       ((k->code != K_CHAR && k->code != K_F) || b->ch == k->ch);
}

static void add(struct keymap *m, enum screen_id s, const struct action_info *row, const char *keys,
        bool own)
{
	char word[24];
	struct key k;
	while (next_word(&keys, word)) {
		if (!key_parse(word, &k) || is_text(s, &k))
			continue;
		m->on[s] = mem_realloc(m->on[s], m->n[s] + 1, sizeof *m->on[s]);
		m->on[s][m->n[s]++] = (struct binding){row, k.code, k.ch, k.mods, own};
	}
}

static void lower(char *out, size_t size, const char *s)
{
	size_t i = 0;
	for (; s[i] && i + 1 < size; i++)
		out[i] = (char)tolower((unsigned char)s[i]);
	out[i] = '\0';
}

/* The screen before the dot; SCREEN_COUNT: all. False: no such screen. */
static bool parse_screen(const char *name, size_t n, enum screen_id *out)
{
	char one[24];
	for (int s = 0; s < SCREEN_COUNT; s++) {
		lower(one, sizeof one, screen_name((enum screen_id)s));
		*out = (enum screen_id)s;
		if (strlen(one) == n && strncmp(one, name, n) == 0)
			return true;
	}
	return false;
}

/* ---- what the user wrote ---- */

static int unknown_screen(const struct ui_key *c, struct err *err)
{
	char name[SCREEN_COUNT][24];
	const char *words[SCREEN_COUNT + 1] = {NULL};
	for (int s = 0; s < SCREEN_COUNT; s++) {
		lower(name[s], sizeof name[s], screen_name((enum screen_id)s));
		words[s] = name[s];
	}
	char *word = mem_strndup(c->action, strcspn(c->action, "."));
	const char *near = suggest_word(word, words);
	mem_free(word);
	return err_set(err, ERR_CONFIG, "%s: keys.%.60s names no screen%s%s%s", c->where, c->action,
	        near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static int unknown_action(const struct ui_key *c, const char *name, struct err *err)
{
	const char *words[MAX_NAMES + 1];
	size_t n = 0;
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE && n < MAX_NAMES; a++)
		words[n++] = a->name;
	words[n] = NULL;
	const char *near = suggest_word(name, words);
	return err_set(err, ERR_CONFIG, "%s: keys.%.60s names no action%s%s%s", c->where, c->action,
	        near ? "; did you mean " : "; :keys lists them", near ? near : "", near ? "?" : "");
}

static int check_keys(const struct ui_key *c, struct err *err)
{
	const char *keys = c->keys;
	char word[24];
	struct key k;
	while (next_word(&keys, word))
		if (!key_parse(word, &k))
			return err_set(err, ERR_CONFIG,
			        "%s: keys.%.60s: '%.24s' is no key; write F5, C-r, M-x, S-Up, "
			        "Enter, Space, q",
			        c->where, c->action, word);
	return 0;
}

/* Splits "preview.next"; the rows that it means have that name. */
static int parse_change(
        const struct ui_key *c, enum screen_id *screen, const char **name, struct err *err)
{
	const char *dot = strchr(c->action, '.');
	*screen = SCREEN_COUNT;
	*name = dot ? dot + 1 : c->action;
	if (dot && !parse_screen(c->action, (size_t)(dot - c->action), screen))
		return unknown_screen(c, err);
	unsigned on = 0;
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++)
		if (strcmp(a->name, *name) == 0)
			on |= a->screens;
	if (on == 0)
		return unknown_action(c, *name, err);
	if (*screen != SCREEN_COUNT && !(on & 1u << *screen))
		return err_set(err, ERR_CONFIG, "%s: keys.%.60s: the screen %s has no action %s",
		        c->where, c->action, screen_name(*screen), *name);
	return check_keys(c, err);
}

struct change {
	enum screen_id on; /* SCREEN_COUNT: all */
	const char *name, *keys;
};

/* The last change that names the row on that screen; one for that screen goes before all. */
static const struct change *change_of(
        const struct change *change, size_t n, const struct action_info *row, enum screen_id s)
{
	const struct change *found = NULL;
	for (size_t i = 0; i < n; i++) {
		const struct change *c = &change[i];
		bool here = c->on == s || (c->on == SCREEN_COUNT && !(found && found->on == s));
		if (here && strcmp(c->name, row->name) == 0)
			found = c;
	}
	return found;
}

/* Characters alone would leave the action without a key where they are text. */
static bool leaves_a_key(enum screen_id s, const char *keys)
{
	char word[24];
	struct key k;
	bool any = false;
	while (next_word(&keys, word)) {
		any = true;
		if (key_parse(word, &k) && !is_text(s, &k))
			return true;
	}
	return !any;
}

static bool row_before(const struct action_info *row, enum screen_id s)
{
	for (const struct action_info *a = keys_table(); a != row; a++)
		if (a->id == row->id && (a->screens & 1u << s))
			return true;
	return false;
}

static void fill_screen(struct keymap *m, enum screen_id s, const struct change *change, size_t n)
{
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++) {
		if (!(a->screens & 1u << s))
			continue;
		const struct change *c = change_of(change, n, a, s);
		if (!c || !leaves_a_key(s, c->keys))
			add(m, s, a, a->keys, false);
		else if (!row_before(a, s)) /* an action's second row has no keys of its own then */
			add(m, s, a, c->keys, true);
	}
}

static void note_loss(
        enum screen_id s, const struct binding *lost, const struct binding *by, struct buf *notes)
{
	char label[24];
	const struct key k = {.code = lost->code, .ch = lost->ch, .mods = lost->mods};
	key_label(&k, label);
	if (notes)
		buf_printf(notes, "%s on %s is %s now, not %s\n", label, screen_name(s),
		        by->row->name, lost->row->name);
}

/* One key, one action: the user's own goes first, then the table's order. */
static void settle(struct keymap *m, enum screen_id s, struct buf *notes)
{
	struct binding *b = m->on[s];
	size_t kept = 0;
	for (size_t i = 0; i < m->n[s]; i++) {
		const struct key k = {.code = b[i].code, .ch = b[i].ch, .mods = b[i].mods};
		const struct binding *winner = NULL;
		for (size_t j = 0; j < m->n[s] && !winner; j++)
			if (j != i && same(&b[j], &k) && b[j].row->id != b[i].row->id &&
			        (b[j].own > b[i].own || (b[j].own == b[i].own && j < i)))
				winner = &b[j];
		if (winner)
			note_loss(s, &b[i], winner, notes);
		b[i].code = winner ? K_NONE : b[i].code;
	}
	for (size_t i = 0; i < m->n[s]; i++)
		if (b[i].code != K_NONE)
			b[kept++] = b[i];
	m->n[s] = kept;
}

struct keymap *keymap_new(const struct ui_key *change, size_t n, struct buf *notes, struct err *err)
{
	struct change *c = mem_calloc(n + 1, sizeof *c);
	struct keymap *m = MEM_NEW(struct keymap);
	bool ok = true;
	for (size_t i = 0; i < n && ok; i++) {
		c[i].keys = change[i].keys;
		ok = parse_change(&change[i], &c[i].on, &c[i].name, err) == 0;
	}
	for (int s = 0; s < SCREEN_COUNT && ok; s++) {
		fill_screen(m, (enum screen_id)s, c, n);
		settle(m, (enum screen_id)s, notes);
	}
	mem_free(c);
	if (ok)
		return m;
	keymap_free(m);
	return NULL;
}

int ui_check_keys(const struct ui_key *change, size_t n, struct err *err)
{
	struct keymap *m = keymap_new(change, n, NULL, err);
	keymap_free(m);
	return m ? 0 : -1;
}

void keymap_free(struct keymap *m)
{
	for (int s = 0; m && s < SCREEN_COUNT; s++)
		mem_free(m->on[s]);
	mem_free(m);
}

/* ---- looking up ---- */

enum action keymap_find(const struct keymap *m, enum screen_id s, const struct key *k)
{
	for (size_t i = 0; i < m->n[s]; i++)
		if (same(&m->on[s][i], k))
			return m->on[s][i].row->id;
	return ACT_NONE;
}

bool keymap_key(const struct keymap *m, const struct action_info *a, enum screen_id s, size_t i,
        struct key *out)
{
	for (size_t j = 0; j < m->n[s]; j++) {
		const struct binding *b = &m->on[s][j];
		if (b->row != a || i-- > 0)
			continue;
		*out = (struct key){.code = b->code, .ch = b->ch, .mods = b->mods};
		return true;
	}
	return false;
}

bool keymap_is_own(const struct keymap *m, const struct action_info *a, enum screen_id s)
{
	for (size_t i = 0; i < m->n[s]; i++)
		if (m->on[s][i].row == a && m->on[s][i].own)
			return true;
	return false;
}

void keymap_label(
        const struct keymap *m, const struct action_info *a, enum screen_id s, char out[24])
{
	struct key k;
	out[0] = '\0';
	if (keymap_key(m, a, s, 0, &k))
		key_label(&k, out);
}

void keymap_labels(const struct keymap *m, const struct action_info *a, enum screen_id s, char *out,
        size_t size)
{
	struct key k;
	size_t used = 0;
	out[0] = '\0';
	for (size_t i = 0; keymap_key(m, a, s, i, &k); i++) {
		char label[24];
		key_label(&k, label);
		int len = snprintf(out + used, size - used, "%s%s", used ? "  " : "", label);
		if (len < 0 || used + (size_t)len >= size) {
			out[used] = '\0';
			return;
		}
		used += (size_t)len;
	}
}
