/* The lists drop:, clean: and keep: of a recipe. */
#include "recipe/read.h"

#include "base/mem.h"

#include <stdio.h>

#include "base/ban.h"

static const char *const section_names[] = {
        [STEP_DROP] = "drop", [STEP_CLEAN] = "clean", [STEP_KEEP] = "keep"};

enum step_kind step_kind_of(const struct step *s)
{
	if (s->rule)
		return s->rule->kind;
	return s->op == OP_REPLACE ? STEP_CLEAN : STEP_DROP;
}

static struct step *new_step(struct reader *r, const struct yaml *at, const char *name)
{
	struct plan *p = r->plan;
	struct step *s;

	for (size_t i = 0; i < p->n_steps; i++)
		if (strcmp(p->step[i].name, name) == 0) {
			read_fail(r, at,
			        "two steps are named '%s': a name stands for one step in "
			        "counts and reasons; give one of them another name",
			        name);
			return NULL;
		}
	if (p->n_steps == RECIPE_MAX_STEPS) {
		read_fail(r, at, "more than %d steps", RECIPE_MAX_STEPS);
		return NULL;
	}
	s = &p->step[p->n_steps++];
	s->name = mem_strdup(name);
	s->col = -1;
	return s;
}

static int add_regex(struct reader *r, const struct yaml *at, struct step *s, const char *pattern,
        unsigned flags, const char *with, const char *need)
{
	struct err why = ERR_INIT;
	struct step_regex *x = &s->re[s->n_re];

	x->re = regex_new(slice_str(pattern), flags, &why);
	if (!x->re)
		return read_fail(r, at, "%s", why.text);
	s->n_re++;
	x->with = mem_strdup(with ? with : "");
	x->need = need;
	if (regex_check_replacement(x->re, slice_str(x->with), &why))
		return read_fail(r, at, "%s", why.text);
	return 0;
}

static int number_arg(struct reader *r, const struct yaml *v, struct step *s)
{
	if (!v || yaml_kind(v) == YAML_NULL)
		return read_fail(r, v, "'%s' needs a number: '%s: 10'", s->name, s->name);
	if (read_number(r, v, s->name, &s->number))
		return -1;
	if (s->number < 0 && s->op != OP_MIN_SCORE && s->op != OP_MAX_SCORE)
		return read_fail(r, v, "'%s' must not be negative", s->name);
	return 0;
}

static int choice_arg(struct reader *r, const struct yaml *v, struct step *s)
{
	const char *word = v ? read_text(r, v, s->name) : s->rule->choices[0];

	if (!word)
		return -1;
	while (s->rule->choices[s->choice] && strcmp(s->rule->choices[s->choice], word) != 0)
		s->choice++;
	if (!s->rule->choices[s->choice])
		return read_unknown(r, v, "choice", word, s->rule->choices);
	s->text = mem_strdup(word);
	return 0;
}

static int text_arg(struct reader *r, const struct yaml *v, struct step *s)
{
	const char *word = v ? read_text(r, v, s->name) : s->rule->text;

	if (!word)
		return -1;
	s->text = mem_strdup(word);
	return 0;
}

static int pattern_arg(struct reader *r, const struct yaml *v, struct step *s)
{
	const char *pattern = v ? read_text(r, v, s->name) : NULL;

	if (!v)
		return 0;
	if (!pattern)
		return -1;
	s->text = mem_strdup(pattern);
	return add_regex(r, v, s, pattern, 0, NULL, NULL);
}

static int rule_args(struct reader *r, const struct yaml *at, const struct yaml *v, struct step *s)
{
	const struct rule *rule = s->rule;
	int bad = 0;

	if (rule->arg == ARG_NUMBER)
		bad = number_arg(r, v ? v : at, s);
	else if (rule->arg == ARG_CHOICE)
		bad = choice_arg(r, v, s);
	else if (rule->arg == ARG_TEXT)
		bad = text_arg(r, v, s);
	else if (rule->arg == ARG_NONE && v)
		bad = read_fail(r, v, "'%s' takes no value", rule->name);
	for (size_t i = 0; i < 6 && rule->re[i].pattern && !bad; i++)
		bad = add_regex(r, at, s, rule->re[i].pattern, rule->re[i].flags,
		        rule->re[i].with ? rule->re[i].with : "", rule->re[i].need);
	if (rule->arg == ARG_PATTERN && !bad)
		bad = pattern_arg(r, v, s);
	if (rule->arg == ARG_TEXT && !bad) { /* literal text, not a replacement with groups */
		struct buf b;

		buf_init(&b, BUF_NO_LIMIT);
		for (const char *t = s->text; *t; t++) {
			if (*t == '$' || *t == '\\')
				buf_add_char(&b, '\\');
			buf_add_char(&b, *t);
		}
		for (size_t i = 0; i < s->n_re; i++) {
			mem_free(s->re[i].with);
			s->re[i].with = mem_strdup(buf_str(&b));
		}
		buf_release(&b);
	}
	return bad;
}

/* Columns that a built-in needs must be mapped; those that it merely uses need not be. */
static int rule_columns(struct reader *r, const struct yaml *at, const struct step *s)
{
	const struct plan *p = r->plan;

	switch (s->op) {
	case OP_MIN_SCORE:
	case OP_MAX_SCORE: return read_role(r, at, ROLE_SCORE, s->name);
	case OP_OVER_18: return read_role(r, at, ROLE_OVER_18, s->name);
	case OP_MODERATOR:
		if (p->col[ROLE_STICKIED].name)
			return 0;
		return read_role(r, at, ROLE_DISTINGUISHED, s->name);
	default: return 0;
	}
}

/* White space rules join lines, which would tear code that is to be kept whole. */
static int rule_fits(struct reader *r, const struct yaml *at, const struct step *s)
{
	const struct plan *p = r->plan;

	for (size_t i = 0; i < p->n_steps && s->op == OP_WHITESPACE; i++)
		if (p->step[i].op == OP_CODE && p->step[i].choice)
			return read_fail(r, at,
			        "'whitespace' joins all lines, and 'code: keep' wants code "
			        "kept whole: use 'trim', or 'code: drop'");
	return 0;
}

static int builtin_step(struct reader *r, const struct yaml *at, const struct yaml *v,
        const char *name, enum step_kind kind)
{
	const struct rule *rule = rule_find(kind, name);
	const char *known[64];
	size_t n = 0;
	struct step *s;

	for (size_t i = 0; i < n_rules && n < 63; i++)
		if (rules[i].kind == kind)
			known[n++] = rules[i].name;
	known[n] = NULL;
	if (!rule) {
		char what[40];

		snprintf(what, sizeof what, "rule in %s", section_names[kind]);
		return read_unknown(r, at, what, name, known);
	}
	s = new_step(r, at, name);
	if (!s)
		return -1;
	s->rule = rule;
	s->op = rule->op;
	return rule_args(r, at, v, s) || rule_columns(r, at, s) || rule_fits(r, at, s) ? -1 : 0;
}

static int own_flags(struct reader *r, const struct yaml *n, struct step *s)
{
	bool nocase = false, unicode = false;
	const struct yaml *a = yaml_get(n, "ignore_case"), *b = yaml_get(n, "unicode");

	if ((a && read_bool(r, a, "ignore_case", &nocase)) ||
	        (b && read_bool(r, b, "unicode", &unicode)))
		return -1;
	s->flags = (nocase ? REGEX_CASELESS : 0u) | (unicode ? REGEX_UNICODE : 0u);
	return 0;
}

static struct step *own_step(struct reader *r, const struct yaml *n)
{
	const char *name = read_text(r, yaml_get(n, "name"), "name");

	if (name && !name[0])
		read_fail(r, yaml_get(n, "name"), "a step's name must not be empty");
	return name && name[0] ? new_step(r, yaml_get(n, "name"), name) : NULL;
}

/* {name, column, match | not_match, ignore_case, unicode} */
static int own_drop(struct reader *r, const struct yaml *n)
{
	static const char *const known[] = {
	        "name", "column", "match", "not_match", "ignore_case", "unicode", NULL};
	const struct yaml *yes = yaml_get(n, "match"), *no = yaml_get(n, "not_match");
	struct step *s;

	if (read_keys(r, n, "a drop rule", known))
		return -1;
	if (!yes == !no)
		return read_fail(
		        r, n, "a drop rule of its own needs either 'match' or 'not_match'");
	s = own_step(r, n);
	if (!s || own_flags(r, n, s) ||
	        read_optional(r, n, yes ? "match" : "not_match", &s->pattern))
		return -1;
	s->op = yes ? OP_MATCH : OP_NOT_MATCH;
	s->col = ROLE_TEXT;
	if (yaml_get(n, "column") && read_column(r, yaml_get(n, "column"), "column", &s->col))
		return -1;
	return add_regex(r, yes ? yes : no, s, s->pattern, s->flags, NULL, NULL);
}

/* {name, replace, with, ignore_case, unicode} */
static int own_clean(struct reader *r, const struct yaml *n)
{
	static const char *const known[] = {
	        "name", "replace", "with", "ignore_case", "unicode", NULL};
	const struct yaml *at = yaml_get(n, "replace");
	struct step *s;

	if (read_keys(r, n, "a clean rule", known))
		return -1;
	if (!at)
		return read_fail(
		        r, n, "a clean rule of its own needs 'replace' (a regular expression)");
	s = own_step(r, n);
	if (!s || own_flags(r, n, s) || read_optional(r, n, "replace", &s->pattern) ||
	        read_optional(r, n, "with", &s->text))
		return -1;
	s->op = OP_REPLACE;
	if (!s->text)
		s->text = mem_strdup("");
	return add_regex(r, at, s, s->pattern, s->flags, s->text, NULL);
}

/* One list entry: a name, `name: value`, or a rule of the recipe's own (a map with name:). */
static int read_step(struct reader *r, const struct yaml *n, enum step_kind kind)
{
	if (yaml_kind(n) == YAML_STRING)
		return builtin_step(r, n, NULL, yaml_str(n), kind);
	if (yaml_kind(n) == YAML_MAP && yaml_get(n, "name") && kind == STEP_DROP)
		return own_drop(r, n);
	if (yaml_kind(n) == YAML_MAP && yaml_get(n, "name") && kind == STEP_CLEAN)
		return own_clean(r, n);
	if (yaml_kind(n) == YAML_MAP && yaml_count(n) == 1)
		return builtin_step(r, n, yaml_item(n, 0), yaml_key(n, 0), kind);
	return read_fail(r, n, "a rule in %s is a name, 'name: value'%s", section_names[kind],
	        kind == STEP_KEEP ? "" : ", or a map with 'name:'");
}

static int read_section(struct reader *r, const struct yaml *doc, enum step_kind kind)
{
	const struct yaml *n = yaml_get(doc, section_names[kind]);

	if (!n)
		return 0;
	if (kind == STEP_KEEP && yaml_kind(n) == YAML_MAP) { /* bounds read well as a map, too */
		for (size_t i = 0; i < yaml_count(n); i++)
			if (builtin_step(r, yaml_item(n, i), yaml_item(n, i), yaml_key(n, i), kind))
				return -1;
		return 0;
	}
	if (read_list(r, n, section_names[kind]))
		return -1;
	for (size_t i = 0; i < yaml_count(n); i++)
		if (read_step(r, yaml_item(n, i), kind))
			return -1;
	return 0;
}

int read_steps(struct reader *r, const struct yaml *doc)
{
	struct plan *p = r->plan;

	for (int k = STEP_DROP; k <= STEP_KEEP; k++)
		if (read_section(r, doc, (enum step_kind)k))
			return -1;
	for (size_t i = 0; i < p->n_steps; i++)
		if (p->step[i].op == OP_NOT_EMPTY)
			return 0;
	/* an example without text is of no use to anyone: always judged, last */
	return builtin_step(r, doc, NULL, "not_empty", STEP_KEEP);
}
