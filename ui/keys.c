#include "ui/keys.h"

#include <stdio.h>
#include <string.h>

#include "base/ban.h"

/* Takes one word off the list of keys; false at its end. */
static bool next_key(const char **keys, struct key *k)
{
	char word[24];
	const char *s = *keys + strspn(*keys, " ");
	size_t n = strcspn(s, " ");
	if (n == 0)
		return false;
	snprintf(word, sizeof word, "%.*s", (int)n, s);
	*keys = s + n;
	return key_parse(word, k);
}

enum action keys_find(enum screen_id s, const struct key *k)
{
	struct key want;
	for (const struct action_info *i = keys_table(); i->id != ACT_NONE; i++) {
		const char *keys = i->keys;
		if (!(i->screens & 1u << s))
			continue;
		while (next_key(&keys, &want))
			if (key_same(&want, k))
				return i->id;
	}
	return ACT_NONE;
}

const struct action_info *keys_command(const char *name)
{
	const struct action_info *found = NULL;
	size_t n = strlen(name);
	for (const struct action_info *i = keys_table(); i->id != ACT_NONE; i++)
		if (strcmp(i->name, name) == 0)
			return i;
	for (const struct action_info *i = keys_table(); i->id != ACT_NONE && n; i++) {
		if (strncmp(i->name, name, n) != 0)
			continue;
		if (found && strcmp(found->name, i->name) != 0)
			return NULL;
		found = i;
	}
	return found;
}

void keys_label(const struct action_info *a, enum screen_id s, char out[24])
{
	struct key k;
	const char *keys = a->keys;
	out[0] = '\0';
	if ((a->screens & 1u << s) && next_key(&keys, &k))
		key_label(&k, out);
}
