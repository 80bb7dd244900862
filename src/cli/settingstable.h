/* One row a setting: name, kind, default, texts. */
#ifndef CLI_SETTINGSTABLE_H
#define CLI_SETTINGSTABLE_H

#include "cli/settings.h"

#include <stddef.h>

enum setting_kind { SETTING_TEXT, SETTING_BOOL, SETTING_SECONDS, SETTING_DOLLARS, SETTING_KEYS };
struct setting_info {
	const char *name;
	enum setting_kind kind;
	size_t at;           /* offset in struct settings */
	const char *def;     /* NULL: none */
	const char *env;     /* variable that overrides it, or NULL */
	const char *option;  /* "--theme", or NULL */
	const char *choices; /* "|auto|always|never|", or NULL: any */
	const char *help;
	const char *example; /* value in the example file when there is no default */
};
/* Ends with name NULL. */
extern const struct setting_info settings_table[];
enum { SETTINGS_MAX = 40 };

#endif
