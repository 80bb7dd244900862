/* The keys instruction: and output: of a recipe. */
#include "recipe/read.h"

#include "base/mem.h"

#include "base/ban.h"

static int find_kind(const struct instruction *ins, const char *name)
{
	for (int i = 0; i < ins->n_kinds; i++)
		if (strcmp(ins->kind[i], name) == 0)
			return i;
	return -1;
}

static bool same_name(const char *a, const char *b, bool ignore_case)
{
	return ignore_case ? slice_eq_nocase(slice_str(a), slice_str(b)) : strcmp(a, b) == 0;
}

static int add_sub(struct reader *r, const struct yaml *n, int kind)
{
	struct instruction *ins = &r->plan->ins;
	const char *s = read_text(r, n, "kinds");

	if (!s)
		return -1;
	for (size_t i = 0; i < ins->n_subs; i++)
		if (same_name(ins->sub[i].subreddit, s, ins->ignore_case))
			return read_fail(r, n, "'%s' is in two kinds, or twice in one", s);
	ins->sub = mem_realloc(ins->sub, ins->n_subs + 1, sizeof *ins->sub);
	ins->sub[ins->n_subs++] = (struct kind_of){mem_strdup(s), kind};
	return 0;
}

/* kinds: {name: [subreddit, ...]}; only kinds that `text:` has. */
static int read_kinds(struct reader *r, const struct yaml *n)
{
	struct instruction *ins = &r->plan->ins;

	if (!n)
		return 0;
	if (yaml_kind(n) != YAML_MAP)
		return read_fail(r, n, "'kinds' must be a map: 'kind: [subreddit, ...]'");
	for (size_t i = 0; i < yaml_count(n); i++) {
		const struct yaml *list = yaml_item(n, i);
		int kind = find_kind(ins, yaml_key(n, i));

		if (kind < 0)
			return read_fail(r, list, "kind '%s' has no text: add it to 'text:'",
			        yaml_key(n, i));
		if (read_list(r, list, yaml_key(n, i)))
			return -1;
		for (size_t k = 0; k < yaml_count(list); k++)
			if (add_sub(r, yaml_item(list, k), kind))
				return -1;
	}
	return 0;
}

static int add_kind(struct reader *r, const struct yaml *n, const char *name)
{
	struct instruction *ins = &r->plan->ins;
	const char *text = read_text(r, n, name);

	if (!text)
		return -1;
	ins->kind = mem_realloc(ins->kind, (size_t)ins->n_kinds + 1, sizeof *ins->kind);
	ins->text = mem_realloc(ins->text, (size_t)ins->n_kinds + 1, sizeof *ins->text);
	ins->kind[ins->n_kinds] = mem_strdup(name);
	ins->text[ins->n_kinds++] = mem_strdup(text);
	return 0;
}

static int read_texts(struct reader *r, const struct yaml *n, const struct yaml *at)
{
	if (!n)
		return read_fail(
		        r, at, "'instruction' needs 'text:', a text or a map of kinds to texts");
	if (yaml_kind(n) == YAML_STRING)
		return add_kind(r, n, "default");
	if (yaml_kind(n) != YAML_MAP || yaml_count(n) == 0)
		return read_fail(r, n, "'text' must be a text, or a map of kinds to texts");
	for (size_t i = 0; i < yaml_count(n); i++)
		if (add_kind(r, yaml_item(n, i), yaml_key(n, i)))
			return -1;
	return 0;
}

static int read_default(struct reader *r, const struct yaml *n, const struct yaml *at)
{
	struct instruction *ins = &r->plan->ins;
	const char *name;

	if (!n && ins->n_kinds == 1)
		return 0;
	if (!n)
		return read_fail(
		        r, at, "'instruction' needs 'default:', the kind of all other rows");
	name = read_text(r, n, "default");
	if (!name)
		return -1;
	ins->fallback = find_kind(ins, name);
	if (ins->fallback < 0)
		return read_fail(r, n, "kind '%s' has no text: add it to 'text:'", name);
	return 0;
}

/* score: [{from: 50, add: "..."}], rising */
static int read_score_step(struct reader *r, const struct yaml *n)
{
	static const char *const known[] = {"from", "add", NULL};
	struct instruction *ins = &r->plan->ins;
	size_t k = (size_t)ins->n_steps;
	const char *add;
	int64_t from;

	if (read_keys(r, n, "a score step", known))
		return -1;
	if (!yaml_get(n, "from") || !yaml_get(n, "add"))
		return read_fail(r, n, "a score step needs 'from' and 'add'");
	add = read_text(r, yaml_get(n, "add"), "add");
	if (!add || read_number(r, yaml_get(n, "from"), "from", &from))
		return -1;
	if (k && from <= ins->from[k - 1])
		return read_fail(r, n, "score steps must rise");
	ins->from = mem_realloc(ins->from, k + 1, sizeof *ins->from);
	ins->add = mem_realloc(ins->add, k + 1, sizeof *ins->add);
	ins->from[k] = from;
	ins->add[k] = mem_strdup(add);
	ins->n_steps++;
	return 0;
}

static int read_score(struct reader *r, const struct yaml *n)
{
	if (!n)
		return 0;
	if (read_list(r, n, "score") || read_role(r, n, ROLE_SCORE, "'score'"))
		return -1;
	r->plan->ins.score_col = ROLE_SCORE;
	for (size_t i = 0; i < yaml_count(n); i++)
		if (read_score_step(r, yaml_item(n, i)))
			return -1;
	return 0;
}

static int read_by(struct reader *r, const struct yaml *n)
{
	struct instruction *ins = &r->plan->ins;

	ins->col = ROLE_SUBREDDIT;
	if (yaml_get(n, "by"))
		return read_column(r, yaml_get(n, "by"), "by", &ins->col);
	if (!yaml_get(n, "kinds")) {
		ins->col = -1;
		return 0;
	}
	return read_role(r, n, ROLE_SUBREDDIT, "'kinds'");
}

int read_instruction(struct reader *r, const struct yaml *doc)
{
	static const char *const known[] = {
	        "by", "ignore_case", "text", "default", "kinds", "score", "end", NULL};
	const struct yaml *n = yaml_get(doc, "instruction");
	struct instruction *ins = &r->plan->ins;

	ins->col = ins->score_col = -1;
	if (!n)
		return 0;
	if (yaml_kind(n) == YAML_STRING) {
		if (add_kind(r, n, "default"))
			return -1;
	} else {
		const struct yaml *nocase;

		if (read_keys(r, n, "instruction", known))
			return -1;
		nocase = yaml_get(n, "ignore_case");
		if ((nocase && read_bool(r, nocase, "ignore_case", &ins->ignore_case)) ||
		        read_by(r, n) || read_texts(r, yaml_get(n, "text"), n) ||
		        read_default(r, yaml_get(n, "default"), n) ||
		        read_kinds(r, yaml_get(n, "kinds")) ||
		        read_score(r, yaml_get(n, "score")) ||
		        read_optional(r, n, "end", &ins->end))
			return -1;
	}
	if (!ins->end)
		ins->end = mem_strdup("");
	instruction_make(ins);
	ins->given = true;
	return 0;
}

static int read_type(struct reader *r, const struct yaml *n, struct field *f)
{
	static const char *const known[] = {"string", "integer", NULL};
	const struct yaml *t = yaml_get(n, "type");
	const char *s = t ? read_text(r, t, "type") : "string";

	if (!s)
		return -1;
	f->integer = strcmp(s, "integer") == 0;
	if (!f->integer && strcmp(s, "string") != 0)
		return read_unknown(r, t, "type", s, known);
	if (f->integer && strncmp(f->value, "column:", 7) != 0)
		return read_fail(r, t, "only a column can be an integer");
	return 0;
}

static int read_null(struct reader *r, const struct yaml *n, struct field *f)
{
	static const char *const known[] = {"null", "empty", "bad", NULL};
	const struct yaml *t = yaml_get(n, "when_null");
	const char *s;

	f->when_null = f->integer ? NULL_IS_BAD : NULL_AS_NULL;
	if (!t)
		return 0;
	s = yaml_kind(t) == YAML_NULL ? "null" : read_text(r, t, "when_null");
	if (!s)
		return -1;
	for (int i = 0; known[i]; i++)
		if (strcmp(s, known[i]) == 0) {
			f->when_null = (enum when_null)i;
			if (f->integer && f->when_null == NULL_AS_EMPTY)
				return read_fail(r, t, "an integer cannot be empty text");
			return 0;
		}
	return read_unknown(r, t, "when_null", s, known);
}

static int read_value(struct reader *r, const struct yaml *n, struct field *f)
{
	static const char *const known[] = {"instruction", "text", "original", "column:NAME", NULL};
	const struct yaml *v = yaml_get(n, "value");

	if (!v)
		return read_fail(r, n, "a field needs 'value'");
	if (read_optional(r, n, "value", &f->value))
		return -1;
	if (strncmp(f->value, "column:", 7) == 0) {
		if (!f->value[7])
			return read_fail(r, v, "'column:' must name a column");
		plan_add_column(r->plan, f->value + 7, yaml_line(v), yaml_col(v));
		return 0;
	}
	for (int i = 0; i < 3; i++)
		if (strcmp(f->value, known[i]) == 0)
			return 0;
	return read_unknown(r, v, "value", f->value, known);
}

static int read_field(struct reader *r, const struct yaml *n)
{
	static const char *const known[] = {"name", "value", "type", "when_null", NULL};
	struct plan *p = r->plan;
	struct field *f;

	if (read_keys(r, n, "a field", known))
		return -1;
	if (!yaml_get(n, "name"))
		return read_fail(r, n, "a field needs 'name'");
	p->field = mem_realloc(p->field, p->n_fields + 1, sizeof *p->field);
	f = &p->field[p->n_fields++];
	memset(f, 0, sizeof *f);
	if (read_optional(r, n, "name", &f->name))
		return -1;
	for (size_t i = 0; i + 1 < p->n_fields; i++)
		if (strcmp(p->field[i].name, f->name) == 0)
			return read_fail(r, n, "two fields are named '%s'", f->name);
	return read_value(r, n, f) || read_type(r, n, f) || read_null(r, n, f) ? -1 : 0;
}

static int read_fields(struct reader *r, const struct yaml *n)
{
	const struct yaml *list = yaml_get(n, "fields");
	bool custom = strcmp(r->plan->format, "custom") == 0;

	if (!custom)
		return list ? read_fail(r, list, "'fields' belongs to 'format: custom'") : 0;
	if (!list)
		return read_fail(
		        r, n, "format custom needs 'fields', a list of {name, value, type}");
	if (read_list(r, list, "fields"))
		return -1;
	for (size_t i = 0; i < yaml_count(list); i++)
		if (read_field(r, yaml_item(list, i)))
			return -1;
	return r->plan->n_fields ? 0 : read_fail(r, list, "'fields' is empty");
}

bool format_writes_instruction(const struct plan *p, const char *format)
{
	if (strcmp(format, "text") == 0)
		return false;
	if (strcmp(format, "custom") != 0)
		return true;
	for (size_t i = 0; i < p->n_fields; i++)
		if (strcmp(p->field[i].value, "instruction") == 0)
			return true;
	return false;
}

int read_output(struct reader *r, const struct yaml *doc)
{
	static const char *const known[] = {"format", "system", "fields", NULL};
	const struct yaml *n = yaml_get(doc, "output");
	struct plan *p = r->plan;

	if (!n)
		return read_fail(r, doc, "'output:' is missing: say at least 'format: messages'");
	if (read_keys(r, n, "output", known))
		return -1;
	if (!yaml_get(n, "format"))
		return read_fail(r, n, "'output' needs 'format'");
	if (read_optional(r, n, "format", &p->format) || read_optional(r, n, "system", &p->system))
		return -1;
	if (!format_known(p->format))
		return read_unknown(r, yaml_get(n, "format"), "format", p->format, format_names);
	if (p->system && !format_takes_system(p->format))
		return read_fail(
		        r, yaml_get(n, "system"), "format %s has no place for 'system'", p->format);
	if (read_fields(r, n))
		return -1;
	if (format_writes_instruction(p, p->format) && !p->ins.given)
		return read_fail(r, n,
		        "format %s writes an instruction, and the recipe has none: add "
		        "'instruction:'",
		        p->format);
	return 0;
}
