/* Settings as text: what counts, where it came from, and a file to begin with. */
#include "cli/settingstable.h"

#include "base/file.h"
#include "recipe/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/ban.h"

static void add_seconds(struct buf *out, int64_t ms)
{
	if (ms % 3600000 == 0)
		buf_printf(out, "%" PRId64 "h", ms / 3600000);
	else if (ms % 60000 == 0)
		buf_printf(out, "%" PRId64 "m", ms / 60000);
	else
		buf_printf(out, "%gs", (double)ms / 1000);
}

/* As it may stand in the file; "" when there is none. */
static void add_value(struct buf *out, const struct settings *s, const struct setting_info *k)
{
	const char *at = (const char *)s + k->at;
	switch (k->kind) {
	case SETTING_TEXT: {
		const char *text = *(char *const *)(const void *)at;
		buf_add_str(out, text ? text : "");
		break;
	}
	case SETTING_BOOL: buf_add_str(out, *(const bool *)at ? "true" : "false"); break;
	case SETTING_SECONDS: add_seconds(out, *(const int64_t *)(const void *)at); break;
	case SETTING_DOLLARS: {
		int64_t v = *(const int64_t *)(const void *)at;
		if (v || k->def)
			buf_printf(out, "%.10g", (double)v / 1e6);
		break;
	}
	case SETTING_KEYS:
		for (size_t i = 0; i < s->n_bindings; i++)
			buf_printf(out, "%s%s: %s", i ? ", " : "", s->binding[i].action,
			        s->binding[i].keys);
		break;
	}
}

static const char *from(const struct settings *s, const struct setting_info *k)
{
	const char *f = s->from[k - settings_table];
	return f ? f : k->def ? "built in" : "not set";
}

void settings_print(const struct settings *s, struct buf *out)
{
	buf_printf(out, "# %s%s\n", s->path, file_exists(s->path) ? "" : " (is not there)");
	for (const struct setting_info *k = settings_table; k->name; k++) {
		struct buf v;
		buf_init(&v, BUF_NO_LIMIT);
		add_value(&v, s, k);
		buf_printf(
		        out, "\n%-16s %-28s %s\n", k->name, v.len ? buf_str(&v) : "-", from(s, k));
		buf_printf(out, "%-16s %s\n", "", k->help);
		buf_printf(out, "%-16s default %s%s%s%s%s\n", "", k->def ? k->def : "none",
		        k->env ? "; " : "", k->env ? k->env : "", k->option ? "; " : "",
		        k->option ? k->option : "");
		buf_release(&v);
	}
}

static void add_pair(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, "%s\"%s\":", out->len && out->ptr[out->len - 1] != '{' ? "," : "", name);
	if (value)
		json_write_string(out, slice_str(value));
	else
		buf_add_str(out, "null");
}

void settings_print_json(const struct settings *s, struct buf *out)
{
	for (const struct setting_info *k = settings_table; k->name; k++) {
		struct buf v;
		buf_init(&v, BUF_NO_LIMIT);
		add_value(&v, s, k);
		buf_add_char(out, '{');
		add_pair(out, "name", k->name);
		add_pair(out, "value", v.len ? buf_str(&v) : NULL);
		add_pair(out, "from", from(s, k));
		add_pair(out, "default", k->def);
		add_pair(out, "help", k->help);
		buf_add_str(out, "}\n");
		buf_release(&v);
	}
}

static void add_choices(struct buf *out, const char *choices)
{
	buf_add_str(out, "# One of");
	for (const char *c = choices + 1; *c;) {
		size_t n = strcspn(c, "|");
		buf_printf(out, "%s %.*s", c == choices + 1 ? "" : ",", (int)n, c);
		c += n + 1;
	}
	buf_add_str(out, ".\n");
}

void settings_example(struct buf *out)
{
	buf_add_str(out,
	        "# Settings of athena-jsonl, all of them, with their defaults. Take the '#' "
	        "off to change one.\n"
	        "# Environment and command line go before this file.\n");
	for (const struct setting_info *k = settings_table; k->name; k++) {
		buf_printf(out, "\n# %s\n", k->help);
		if (k->choices)
			add_choices(out, k->choices);
		if (k->env)
			buf_printf(out, "# Environment: %s\n", k->env);
		buf_printf(out, "#%s: %s\n", k->name, k->def ? k->def : k->example);
	}
}
