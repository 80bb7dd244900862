#include "ui/keys.h"

#include <string.h>

#include "base/ban.h"

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
