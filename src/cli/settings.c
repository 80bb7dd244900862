#include "cli/settings.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/yaml.h"
#include "base/suggest.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

#define AT(f) offsetof(struct settings, f)

/* What may stand in settings.yaml, and which variable overrides it. */
static const struct key {
	const char *name;
	enum { TEXT, BOOL, SECONDS, DOLLARS } kind;
	size_t at;
	const char *env;
	const char *choices; /* "|auto|always|never|", or NULL: any */
} keys[] = {
        {"database", TEXT, AT(database), "ATHENA_DATABASE", NULL},
        {"region", TEXT, AT(region), NULL, NULL}, /* AWS_REGION: net/aws.h */
        {"profile", TEXT, AT(profile), NULL, NULL},
        {"endpoint_url", TEXT, AT(endpoint), NULL, NULL},
        {"workgroup", TEXT, AT(workgroup), "ATHENA_WORKGROUP", NULL},
        {"output_location", TEXT, AT(output_location), "ATHENA_OUTPUT_LOCATION", NULL},
        {"queries_dir", TEXT, AT(queries_dir), NULL, NULL},
        {"recipes_dir", TEXT, AT(recipes_dir), NULL, NULL},
        {"data_dir", TEXT, AT(data_dir), NULL, NULL},
        {"color", TEXT, AT(color), NULL, "|auto|always|never|"},
        {"theme", TEXT, AT(theme), NULL, "|dark|light|mono|"},
        {"mouse", BOOL, AT(mouse), NULL, NULL},
        {"local", BOOL, AT(local), NULL, NULL},
        {"timeout", SECONDS, AT(timeout_ms), "ATHENA_TIMEOUT", NULL},
        {"price_per_tb", DOLLARS, AT(price_per_tb), NULL, NULL},
        {"max_cost", DOLLARS, AT(max_cost), "ATHENA_MAX_COST", NULL},
};
enum { N_KEYS = sizeof keys / sizeof *keys };

void settings_set(char **field, const char *value)
{
	char *copy = mem_strdup(value);
	mem_free(*field);
	*field = copy;
}

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

static int choice(const struct key *k, const char *value, struct err *err)
{
	char *with = mem_printf("|%s|", value);
	bool ok = k->choices == NULL || strstr(k->choices, with) != NULL;
	mem_free(with);
	return ok ? 0
	          : err_set(err, ERR_CONFIG, "%s is one of %.*s, not '%.40s'", k->name,
	                    (int)strlen(k->choices) - 2, k->choices + 1, value);
}

static int set(struct settings *s, const struct key *k, const char *value, struct err *err)
{
	char *base = (char *)s;
	switch (k->kind) {
	case TEXT:
		if (choice(k, value, err) != 0)
			return -1;
		settings_set((char **)(void *)(base + k->at), value);
		return 0;
	case BOOL:
		if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
			return err_set(err, ERR_CONFIG, "%s is true or false, not '%.40s'", k->name,
			        value);
		*(bool *)(base + k->at) = value[0] == 't';
		return 0;
	case SECONDS: return settings_seconds(value, (int64_t *)(void *)(base + k->at), err);
	case DOLLARS: return settings_dollars(value, (int64_t *)(void *)(base + k->at), err);
	}
	return 0;
}

static const struct key *find(const char *name)
{
	for (size_t i = 0; i < N_KEYS; i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

static int unknown_key(const char *name, struct err *err)
{
	const char *names[N_KEYS + 1] = {NULL};
	for (size_t i = 0; i < N_KEYS; i++)
		names[i] = keys[i].name;
	const char *near = suggest_word(name, names);
	return err_set(err, ERR_CONFIG, "unknown key '%.60s'%s%s%s", name,
	        near ? "; did you mean " : "; docs/settings.md has all keys", near ? near : "",
	        near ? "?" : "");
}

static int take_map(struct settings *s, const struct yaml *map, const char *path, struct err *err)
{
	for (size_t i = 0; i < yaml_count(map); i++) {
		const struct yaml *v = yaml_item(map, i);
		const struct key *k = find(yaml_key(map, i));
		const char *text = yaml_str(v);
		int rc;
		if (k == NULL)
			rc = unknown_key(yaml_key(map, i), err);
		else if (yaml_kind(v) == YAML_NULL)
			rc = 0; /* "key:" without a value leaves the default */
		else if (text == NULL)
			rc = err_set(err, ERR_CONFIG, "%s wants one value, not a list or a map",
			        k->name);
		else
			rc = set(s, k, text, err);
		if (rc == 0)
			continue;
		if (err) {
			err->code = ERR_CONFIG;
			err->line = yaml_line(v);
			err->col = yaml_col(v);
		}
		return err_prefix(err, "%s:%d", path, yaml_line(v));
	}
	return 0;
}

static int load_file(struct settings *s, const char *path, struct err *err)
{
	struct buf text;
	buf_init(&text, (size_t)1 << 20);
	int rc = file_read(path, &text, err);
	if (rc == 0 && slice_trim(buf_slice(&text)).len > 0) {
		struct yaml *doc = yaml_parse(buf_slice(&text), path, err);
		if (doc == NULL)
			rc = -1;
		else if (yaml_kind(doc) == YAML_MAP)
			rc = take_map(s, doc, path, err);
		else if (yaml_kind(doc) != YAML_NULL)
			rc = err_set(
			        err, ERR_CONFIG, "%s: settings are lines of 'key: value'", path);
		yaml_free(doc);
	}
	buf_release(&text);
	return rc;
}

static int load_env(struct settings *s, struct err *err)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		const char *v = keys[i].env ? getenv(keys[i].env) : NULL;
		if (v == NULL || *v == '\0')
			continue;
		if (set(s, &keys[i], v, err) != 0) {
			if (err)
				err->code = ERR_CONFIG;
			return err_prefix(err, "environment variable %s", keys[i].env);
		}
	}
	return 0;
}

static int load_default(struct settings *s, struct err *err)
{
	char *dir = file_config_dir(err);
	if (dir == NULL)
		return -1;
	char *path = file_join(dir, "settings.yaml");
	int rc = file_exists(path) ? load_file(s, path, err) : 0;
	mem_free(path);
	mem_free(dir);
	return rc;
}

struct settings *settings_load(const char *config_path, struct err *err)
{
	struct settings *s = MEM_NEW(struct settings);
	settings_set(&s->database, "reddit");
	settings_set(&s->color, "auto");
	settings_set(&s->theme, "dark");
	s->mouse = true;
	s->timeout_ms = 300000;
	s->price_per_tb = 5000000;
	int rc = config_path ? load_file(s, config_path, err) : load_default(s, err);
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
	for (size_t i = 0; i < N_KEYS; i++)
		if (keys[i].kind == TEXT)
			mem_free(*(char **)(void *)((char *)s + keys[i].at));
	mem_free(s);
}
