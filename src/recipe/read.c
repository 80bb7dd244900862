/* From YAML to a plan: helpers, the top level and the columns. docs/recipes.md is the manual. */
#include "recipe/read.h"

#include "base/mem.h"
#include "base/suggest.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/ban.h"

__attribute__((format(printf, 4, 0))) static int fail_at(
        struct reader *r, int line, int col, const char *fmt, va_list ap)
{
	err_vset(r->err, ERR_RECIPE, fmt, ap);
	err_prefix(r->err, "%s:%d:%d", r->name, line, col);
	if (r->err) {
		r->err->line = line;
		r->err->col = col;
	}
	return -1;
}

int read_fail(struct reader *r, const struct yaml *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fail_at(r, yaml_line(at), yaml_col(at), fmt, ap);
	va_end(ap);
	return -1;
}

static size_t offset_of(struct slice text, int line, int col)
{
	size_t at = 0;

	while (line > 1 && at < text.len)
		line -= text.ptr[at++] == '\n';
	at += (size_t)(col > 0 ? col - 1 : 0);
	return at < text.len ? at : text.len;
}

/* The tree knows where a value stands; its key is the nearest "key:" before. */
static void key_place(
        struct reader *r, const struct yaml *value, const char *key, int *line, int *col)
{
	size_t at = offset_of(r->text, yaml_line(value), yaml_col(value)), n = strlen(key);

	*line = yaml_line(value);
	*col = yaml_col(value);
	for (at = at > n ? at - n : 0;; at--) {
		const char *p = r->text.ptr + at;
		size_t end = at + n;

		if (end < r->text.len && memcmp(p, key, n) == 0 && strchr(":\"' ", p[n]) &&
		        (at == 0 || strchr("\n \"'{,-\t", p[-1]))) {
			*line = *col = 1;
			for (size_t i = 0; i < at; i++) {
				*col = r->text.ptr[i] == '\n' ? 1 : *col + 1;
				*line += r->text.ptr[i] == '\n';
			}
			return;
		}
		if (at == 0)
			return;
	}
}

__attribute__((format(printf, 4, 5))) static int fail_key(
        struct reader *r, const struct yaml *value, const char *key, const char *fmt, ...)
{
	int line, col;
	va_list ap;

	key_place(r, value, key, &line, &col);
	va_start(ap, fmt);
	fail_at(r, line, col, fmt, ap);
	va_end(ap);
	return -1;
}

static void list_names(const char *const *names, struct buf *out)
{
	for (size_t i = 0; names[i]; i++) {
		if (i)
			buf_add_str(out, ", ");
		buf_add_str(out, names[i]);
	}
}

/* "unknown WHAT 'word'": did you mean the nearest, or all that there are. */
static void unknown_text(
        struct buf *out, const char *what, const char *word, const char *const *known)
{
	const char *near = suggest_word(word, known);

	buf_init(out, 4096);
	buf_printf(out, "unknown %s '%.60s'", what, word);
	if (near) {
		buf_printf(out, "; did you mean '%s'?", near);
	} else {
		buf_add_str(out, "; there are: ");
		list_names(known, out);
	}
}

int read_unknown(struct reader *r, const struct yaml *n, const char *what, const char *word,
        const char *const *known)
{
	struct buf text;

	unknown_text(&text, what, word, known);
	read_fail(r, n, "%s", buf_str(&text));
	buf_release(&text);
	return -1;
}

static bool among(const char *word, const char *const *known)
{
	for (; *known; known++)
		if (strcmp(word, *known) == 0)
			return true;
	return false;
}

int read_keys(struct reader *r, const struct yaml *n, const char *what, const char *const *known)
{
	if (yaml_kind(n) != YAML_MAP)
		return read_fail(r, n, "%s must be a map of 'key: value' lines", what);
	for (size_t i = 0; i < yaml_count(n); i++) {
		struct buf text, place;

		if (among(yaml_key(n, i), known))
			continue;
		buf_init(&place, 200);
		buf_printf(&place, "key in %s", what);
		unknown_text(&text, buf_str(&place), yaml_key(n, i), known);
		fail_key(r, yaml_item(n, i), yaml_key(n, i), "%s", buf_str(&text));
		buf_release(&place);
		buf_release(&text);
		return -1;
	}
	return 0;
}

const char *read_text(struct reader *r, const struct yaml *n, const char *key)
{
	if (yaml_kind(n) == YAML_STRING)
		return yaml_str(n);
	read_fail(r, n, "'%s' must be text%s", key,
	        yaml_kind(n) == YAML_LIST || yaml_kind(n) == YAML_MAP ? "" : " (put it in quotes)");
	return NULL;
}

int read_number(struct reader *r, const struct yaml *n, const char *key, int64_t *out)
{
	if (yaml_kind(n) != YAML_INT)
		return read_fail(r, n, "'%s' must be a whole number", key);
	*out = yaml_int(n);
	return 0;
}

int read_bool(struct reader *r, const struct yaml *n, const char *key, bool *out)
{
	if (yaml_kind(n) != YAML_BOOL)
		return read_fail(r, n, "'%s' must be true or false", key);
	*out = yaml_bool(n);
	return 0;
}

int read_list(struct reader *r, const struct yaml *n, const char *key)
{
	if (yaml_kind(n) != YAML_LIST)
		return read_fail(r, n, "'%s' must be a list", key);
	return 0;
}

int read_optional(struct reader *r, const struct yaml *in, const char *key, char **out)
{
	const struct yaml *n = yaml_get(in, key);
	const char *s;

	*out = NULL;
	if (!n)
		return 0;
	s = read_text(r, n, key);
	if (!s)
		return -1;
	*out = mem_strdup(s);
	return 0;
}

int read_column(struct reader *r, const struct yaml *n, const char *key, int *out)
{
	const char *name = read_text(r, n, key);

	if (!name)
		return -1;
	if (!name[0])
		return read_fail(r, n, "'%s' must name a column", key);
	*out = plan_add_column(r->plan, name, yaml_line(n), yaml_col(n));
	return 0;
}

int read_role(struct reader *r, const struct yaml *at, enum role role, const char *what)
{
	if (r->plan->col[role].name)
		return 0;
	return read_fail(r, at,
	        "%s needs the %s: say in 'columns:' which column of the result it is", what,
	        role_names[role]);
}

static int read_columns(struct reader *r, const struct yaml *doc)
{
	const struct yaml *n = yaml_get(doc, "columns");

	if (!n)
		return read_fail(
		        r, doc, "'columns:' is missing: it says at least which column is the text");
	if (read_keys(r, n, "columns", role_names))
		return -1;
	for (int i = 0; i < ROLE_COUNT; i++) {
		const struct yaml *v = yaml_get(n, role_names[i]);
		struct colref *c = &r->plan->col[i];

		if (!v)
			continue;
		if (read_optional(r, n, role_names[i], &c->name))
			return -1;
		if (!c->name[0])
			return read_fail(r, v, "'%s' must name a column", role_names[i]);
		c->line = yaml_line(v);
		c->col = yaml_col(v);
	}
	return read_role(r, n, ROLE_TEXT, "a recipe");
}

static int read_optional_columns(struct reader *r, const struct yaml *doc)
{
	const struct yaml *n = yaml_get(doc, "optional");

	if (!n)
		return 0;
	if (read_list(r, n, "optional"))
		return -1;
	for (size_t i = 0; i < yaml_count(n); i++) {
		const char *s = read_text(r, yaml_item(n, i), "optional");
		int role = 0;

		if (!s)
			return -1;
		while (role < ROLE_COUNT && strcmp(role_names[role], s) != 0)
			role++;
		if (role == ROLE_COUNT)
			return read_unknown(r, yaml_item(n, i), "column", s, role_names);
		if (role == ROLE_TEXT)
			return read_fail(r, yaml_item(n, i), "the text cannot be optional");
		if (read_role(r, yaml_item(n, i), (enum role)role, "'optional'"))
			return -1;
		r->plan->col[role].optional = true;
	}
	return 0;
}

static int read_passes(struct reader *r, const struct yaml *doc)
{
	static const char *const known[] = {"until-stable", "once", NULL};
	const struct yaml *n = yaml_get(doc, "clean_passes");
	const char *s;

	if (!n)
		return 0;
	s = read_text(r, n, "clean_passes");
	if (!s)
		return -1;
	if (!among(s, known))
		return read_unknown(r, n, "clean_passes", s, known);
	r->plan->once = strcmp(s, "once") == 0;
	return 0;
}

/* `off:` lists steps that are switched off: the screens write it. */
static int read_off(struct reader *r, const struct yaml *doc)
{
	const struct yaml *n = yaml_get(doc, "off");
	const char *names[RECIPE_MAX_STEPS + 1] = {NULL};

	if (!n)
		return 0;
	if (read_list(r, n, "off"))
		return -1;
	for (size_t i = 0; i < r->plan->n_steps; i++)
		names[i] = r->plan->step[i].name;
	for (size_t i = 0; i < yaml_count(n); i++) {
		const char *s = read_text(r, yaml_item(n, i), "off");
		size_t k = 0;

		if (!s)
			return -1;
		while (names[k] && strcmp(names[k], s) != 0)
			k++;
		if (!names[k])
			return read_unknown(r, yaml_item(n, i), "step", s, names);
		r->active[k] = false;
	}
	return 0;
}

static char *default_name(const char *file)
{
	const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
	const char *dot = strrchr(base, '.');

	return mem_strndup(base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
}

static int read_document(struct reader *r, const struct yaml *doc)
{
	static const char *const known[] = {"name", "description", "query", "columns", "optional",
	        "drop", "clean", "clean_passes", "keep", "instruction", "output", "off", NULL};
	struct plan *p = r->plan;

	if (read_keys(r, doc, "the recipe", known) || read_optional(r, doc, "name", &p->name) ||
	        read_optional(r, doc, "description", &p->description) ||
	        read_optional(r, doc, "query", &p->query))
		return -1;
	if (!p->name)
		p->name = default_name(r->name);
	if (!p->description)
		p->description = mem_strdup("");
	if (read_columns(r, doc) || read_optional_columns(r, doc) || read_passes(r, doc) ||
	        read_steps(r, doc) || read_instruction(r, doc) || read_output(r, doc) ||
	        read_off(r, doc))
		return -1;
	plan_lay_out(p);
	return 0;
}

struct plan *plan_parse(struct slice yaml, const char *name, bool *active, struct err *err)
{
	struct yaml *doc = yaml_parse(yaml, name, err);
	struct reader r = {yaml, name, NULL, active, err};
	int failed;

	if (!doc) {
		if (err && err->code == ERR_CONFIG)
			err->code = ERR_RECIPE;
		return NULL;
	}
	r.plan = MEM_NEW(struct plan);
	atomic_init(&r.plan->refs, 1);
	r.plan->n_cols = ROLE_COUNT;
	r.plan->col = mem_calloc(ROLE_COUNT, sizeof *r.plan->col);
	for (size_t i = 0; i < RECIPE_MAX_STEPS; i++)
		active[i] = true;
	failed = read_document(&r, doc);
	yaml_free(doc);
	if (!failed)
		return r.plan;
	plan_free(r.plan);
	return NULL;
}
