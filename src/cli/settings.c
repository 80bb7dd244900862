#include "cli/settings.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/yaml.h"
#include "cli/settingstable.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

#define MAX_BINDINGS 1000

int settings_seconds(const char *text, int64_t *ms, struct err *err)
{
	char *end;
	errno = 0;
	double v = strtod(text, &end);
	int64_t unit = *end == '\0' || strcmp(end, "s") == 0 ? 1000
	               : strcmp(end, "m") == 0               ? 60000
	               : strcmp(end, "h") == 0               ? 3600000
	                                                     : 0;
	if (end == text || errno || unit == 0 || !(v > 0) || v * (double)unit > 604800000.0)
		return err_set(err, ERR_USAGE,
		        "'%.60s' is no time: give seconds, or 90s, 5m, 1h (at most a week)", text);
	*ms = (int64_t)(v * (double)unit + 0.5);
	return 0;
}

int settings_dollars(const char *text, int64_t *micro_usd, struct err *err)
{
	char *end;
	errno = 0;
	if (*text == '$')
		text++;
	double v = strtod(text, &end);
	if (end == text || *end || errno || !(v >= 0) || v > 1e9)
		return err_set(
		        err, ERR_USAGE, "'%.60s' is no amount of dollars: give 0.5, or 2", text);
	*micro_usd = (int64_t)(v * 1e6 + 0.5);
	return 0;
}

static void replace(char **field, const char *value)
{
	char *copy = value ? mem_strdup(value) : NULL;
	mem_free(*field);
	*field = copy;
}

/* `called`: what the user calls it. */
static int choice(
        const struct setting_info *k, const char *called, const char *value, struct err *err)
{
	char *with = mem_printf("|%s|", value);
	bool ok = k->choices == NULL || (strstr(k->choices, with) != NULL && *value);
	mem_free(with);
	return ok ? 0
	          : err_set(err, ERR_CONFIG, "%s is one of %.*s, not '%.40s'", called,
	                    (int)strlen(k->choices) - 2, k->choices + 1, value);
}

static int put(struct settings *s, const struct setting_info *k, const char *called,
        const char *value, struct err *err)
{
	char *base = (char *)s;
	switch (k->kind) {
	case SETTING_TEXT:
		if (choice(k, called, value, err) != 0)
			return -1;
		replace((char **)(void *)(base + k->at), value);
		return 0;
	case SETTING_BOOL:
		if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
			return err_set(
			        err, ERR_CONFIG, "%s is true or false, not '%.40s'", called, value);
		*(bool *)(base + k->at) = value[0] == 't';
		return 0;
	case SETTING_SECONDS:
		return settings_seconds(value, (int64_t *)(void *)(base + k->at), err);
	case SETTING_DOLLARS:
		return settings_dollars(value, (int64_t *)(void *)(base + k->at), err);
	case SETTING_KEYS:
		return err_set(
		        err, ERR_CONFIG, "keys wants a map of actions to keys, as %s", k->example);
	}
	return 0;
}

static int put_from(struct settings *s, const struct setting_info *k, const char *value,
        const char *from, struct err *err)
{
	if (put(s, k, k->name, value, err) != 0)
		return -1;
	replace(&s->from[k - settings_table], from);
	return 0;
}

static const struct setting_info *find(const char *name)
{
	for (const struct setting_info *k = settings_table; k->name; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

int settings_override(struct settings *s, const char *name, const char *value, const char *option,
        struct err *err)
{
	const struct setting_info *k = find(name);
	if (value == NULL)
		return 0;
	if (put(s, k, option, value, err) != 0) {
		if (err)
			err->code = ERR_USAGE;
		return k->kind == SETTING_TEXT ? -1 : err_prefix(err, "%s", option);
	}
	replace(&s->from[k - settings_table], option);
	return 0;
}

/* ---- the file ---- */

static int unknown_key(const char *name, struct err *err)
{
	const char *names[SETTINGS_MAX + 1] = {NULL};
	for (size_t i = 0; settings_table[i].name && i < SETTINGS_MAX; i++)
		names[i] = settings_table[i].name;
	const char *near = suggest_word(name, names);
	return err_set(err, ERR_CONFIG, "unknown key '%.60s'%s%s%s", name,
	        near ? "; did you mean " : "; 'athena-jsonl settings' has all keys",
	        near ? near : "", near ? "?" : "");
}

/* "F5 C-r", or [F5, C-r]. */
static int keys_text(const struct yaml *v, struct buf *out, const char *action, struct err *err)
{
	const char *one = yaml_str(v);
	if (one)
		buf_add_str(out, one);
	else if (yaml_kind(v) == YAML_MAP)
		return err_set(err, ERR_CONFIG, "keys.%.40s wants keys, not a map", action);
	for (size_t i = 0; !one && i < yaml_count(v); i++) {
		const char *key = yaml_str(yaml_item(v, i));
		if (!key)
			return err_set(err, ERR_CONFIG, "keys.%.40s wants a list of keys", action);
		buf_printf(out, "%s%s", i ? " " : "", key);
	}
	return 0;
}

static int take_binding(struct settings *s, const char *action, const struct yaml *v,
        const char *path, struct err *err)
{
	struct buf keys;
	buf_init(&keys, 4096);
	int rc = s->n_bindings >= MAX_BINDINGS
	                 ? err_set(err, ERR_CONFIG, "more than %d keys", MAX_BINDINGS)
	                 : keys_text(v, &keys, action, err);
	if (rc != 0) {
		if (err) {
			err->line = yaml_line(v);
			err->col = yaml_col(v);
		}
	} else {
		s->binding = mem_realloc(s->binding, s->n_bindings + 1, sizeof *s->binding);
		s->binding[s->n_bindings++] = (struct settings_binding){mem_strdup(action),
		        mem_strdup(buf_str(&keys)), mem_printf("%s:%d", path, yaml_line(v))};
	}
	buf_release(&keys);
	return rc;
}

static int take_keys(struct settings *s, const struct setting_info *k, const struct yaml *map,
        const char *path, struct err *err)
{
	char from[32];
	if (yaml_kind(map) != YAML_MAP)
		return put(s, k, k->name, "", err);
	for (size_t i = 0; i < yaml_count(map); i++)
		if (take_binding(s, yaml_key(map, i), yaml_item(map, i), path, err) != 0)
			return -1;
	snprintf(from, sizeof from, "line %d", yaml_line(map));
	replace(&s->from[k - settings_table], from);
	return 0;
}

static int take_entry(struct settings *s, const char *name, const struct yaml *v, const char *path,
        struct err *err)
{
	const struct setting_info *k = find(name);
	const char *text = yaml_str(v);
	char from[32];
	if (k == NULL)
		return unknown_key(name, err);
	if (yaml_kind(v) == YAML_NULL)
		return 0; /* "key:" without a value leaves the default */
	if (k->kind == SETTING_KEYS)
		return take_keys(s, k, v, path, err);
	if (text == NULL)
		return err_set(err, ERR_CONFIG, "%s wants one value, not a list or a map", k->name);
	snprintf(from, sizeof from, "line %d", yaml_line(v));
	return put_from(s, k, text, from, err);
}

static int take_map(struct settings *s, const struct yaml *map, const char *path, struct err *err)
{
	for (size_t i = 0; i < yaml_count(map); i++) {
		const struct yaml *v = yaml_item(map, i);
		struct err local = ERR_INIT;
		struct err *e = err ? err : &local;
		e->line = 0;
		if (take_entry(s, yaml_key(map, i), v, path, e) == 0)
			continue;
		e->code = ERR_CONFIG;
		if (e->line == 0) {
			e->line = yaml_line(v);
			e->col = yaml_col(v);
		}
		return err_prefix(e, "%s:%d", path, e->line);
	}
	return 0;
}

static int take_text(struct settings *s, struct slice text, const char *path, struct err *err)
{
	int rc = 0;
	if (slice_trim(text).len == 0)
		return 0;
	struct yaml *doc = yaml_parse(text, path, err);
	if (doc == NULL)
		rc = -1;
	else if (yaml_kind(doc) == YAML_MAP)
		rc = take_map(s, doc, path, err);
	else if (yaml_kind(doc) != YAML_NULL)
		rc = err_set(err, ERR_CONFIG, "%s: settings are lines of 'key: value'", path);
	yaml_free(doc);
	return rc;
}

static int load_file(struct settings *s, const char *path, struct err *err)
{
	struct buf text;
	buf_init(&text, (size_t)1 << 20);
	int rc = file_read(path, &text, err);
	if (rc == 0)
		rc = take_text(s, buf_slice(&text), path, err);
	buf_release(&text);
	return rc;
}

static int load_env(struct settings *s, struct err *err)
{
	for (const struct setting_info *k = settings_table; k->name; k++) {
		const char *v = k->env ? getenv(k->env) : NULL;
		if (v == NULL || *v == '\0')
			continue;
		if (put_from(s, k, v, k->env, err) != 0) {
			if (err)
				err->code = ERR_CONFIG;
			return err_prefix(err, "environment variable %s", k->env);
		}
	}
	return 0;
}

static char *default_path(struct err *err)
{
	char *dir = file_config_dir(err);
	char *path = dir ? file_join(dir, "settings.yaml") : NULL;
	mem_free(dir);
	return path;
}

static struct settings *built_in(void)
{
	struct settings *s = MEM_NEW(struct settings);
	s->from = mem_calloc(SETTINGS_MAX, sizeof *s->from);
	for (const struct setting_info *k = settings_table; k->name; k++)
		if (k->def)
			put(s, k, k->name, k->def, NULL);
	return s;
}

struct settings *settings_parse(struct slice text, const char *name, struct err *err)
{
	struct settings *s = built_in();
	s->path = mem_strdup(name);
	if (take_text(s, text, name, err) == 0)
		return s;
	settings_free(s);
	return NULL;
}

struct settings *settings_load(const char *config_path, struct err *err)
{
	struct settings *s = built_in();
	s->path = config_path ? mem_strdup(config_path) : default_path(err);
	int rc = !s->path                              ? -1
	         : config_path || file_exists(s->path) ? load_file(s, s->path, err)
	                                               : 0;
	if (rc != 0 || load_env(s, err) != 0) {
		settings_free(s);
		return NULL;
	}
	return s;
}

void settings_free(struct settings *s)
{
	if (s == NULL)
		return;
	for (const struct setting_info *k = settings_table; k->name; k++) {
		if (k->kind == SETTING_TEXT)
			mem_free(*(char **)(void *)((char *)s + k->at));
		mem_free(s->from[k - settings_table]);
	}
	for (size_t i = 0; i < s->n_bindings; i++) {
		mem_free(s->binding[i].action);
		mem_free(s->binding[i].keys);
		mem_free(s->binding[i].where);
	}
	mem_free(s->binding);
	mem_free(s->from);
	mem_free(s->path);
	mem_free(s);
}
