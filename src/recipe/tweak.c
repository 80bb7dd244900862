/*
 * A recipe with one thing changed: its canonical text is written with the change and read again.
 * One reader judges what a person wrote and what a screen turned, and what is saved is what ran.
 */
#include "recipe/plan.h"

#include "base/mem.h"
#include "base/suggest.h"

#include "base/ban.h"

static struct recipe *made_anew(const struct recipe *r, const struct tweak *t, struct err *err)
{
	struct recipe *made;
	struct buf text;

	buf_init(&text, BUF_NO_LIMIT);
	plan_write(r->plan, r->step, t, &text);
	made = recipe_parse(buf_slice(&text), r->plan->name, err);
	buf_release(&text);
	return made;
}

size_t recipe_format_count(void)
{
	size_t n = 0;

	while (format_names[n])
		n++;
	return n;
}

const char *recipe_format_name(size_t i)
{
	return i < recipe_format_count() ? format_names[i] : NULL;
}

const char *recipe_format_title(size_t i)
{
	return i < recipe_format_count() ? format_titles[i] : NULL;
}

static int unknown_format(const char *format, struct err *err)
{
	const char *near = suggest_word(format, format_names);

	return err_set(err, ERR_RECIPE, "unknown format '%.60s'; %s%s%s", format,
	        near ? "did you mean '" : "there are messages, prompt-completion, alpaca, ",
	        near ? near : "sharegpt, text, custom", near ? "'?" : "");
}

/* The text format holds the text alone: it leaves a system text and an instruction out. */
static int format_fits(const struct plan *p, const char *format, struct err *err)
{
	if (!format_known(format))
		return unknown_format(format, err);
	if (strcmp(format, "custom") == 0 && !p->n_fields)
		return err_set(err, ERR_RECIPE,
		        "format custom writes the fields that a recipe lists, and recipe %s lists "
		        "none: "
		        "add 'fields:' to its file",
		        p->name);
	if (format_writes_instruction(p, format) && !p->ins.given)
		return err_set(err, ERR_RECIPE,
		        "format %s writes an instruction, and recipe %s has none: add "
		        "'instruction:' to its file, or choose format text",
		        format, p->name);
	if (p->system && !format_takes_system(format) && strcmp(format, "text") != 0)
		return err_set(err, ERR_RECIPE,
		        "format %s has no place for the system text of recipe %s: choose messages, "
		        "sharegpt or alpaca",
		        format, p->name);
	return 0;
}

struct recipe *recipe_with_format(const struct recipe *r, const char *format, struct err *err)
{
	struct tweak t = TWEAK_NONE;

	if (format_fits(r->plan, format, err))
		return NULL;
	t.format = format;
	return made_anew(r, &t, err);
}

struct recipe *recipe_with_name(const struct recipe *r, const char *name, struct err *err)
{
	struct tweak t = TWEAK_NONE;

	t.name = name;
	return made_anew(r, &t, err);
}

static bool fits_bound(const char *name, enum measure m, int64_t value, struct err *err)
{
	if (m == MEASURE_SCORE || value >= 0)
		return true;
	err_set(err, ERR_RECIPE, "'%s' must not be negative", name);
	return false;
}

struct recipe *recipe_with_value(const struct recipe *r, size_t i, int64_t value, struct err *err)
{
	const struct recipe_step *s = recipe_step(r, i);
	struct tweak t = TWEAK_NONE;

	if (!s || s->measure == MEASURE_NONE) {
		err_set(err, ERR_RECIPE, "'%s' has no number to change", s ? s->name : "");
		return NULL;
	}
	if (!fits_bound(s->name, s->measure, value, err))
		return NULL;
	t.step = i;
	t.number = value;
	return made_anew(r, &t, err);
}

static int check_pattern(const struct step *s, const char *pattern, struct err *err)
{
	struct regex *re = regex_new(slice_str(pattern), s->flags, err);
	int bad = re ? 0 : -1;

	if (re && s->op == OP_REPLACE)
		bad = regex_check_replacement(re, slice_str(s->text), err);
	regex_free(re);
	return bad;
}

/* Code that is kept and white space that joins all lines do not go together (read_steps.c). */
static int check_choice(
        const struct recipe *r, const struct step *s, const char *text, struct err *err)
{
	size_t i = 0;

	while (s->rule->choices[i] && strcmp(s->rule->choices[i], text) != 0)
		i++;
	if (!s->rule->choices[i])
		return err_set(err, ERR_RECIPE, "unknown choice '%.60s'; there are: %s, %s", text,
		        s->rule->choices[0], s->rule->choices[1]);
	if (s->op == OP_CODE && i == 1 && recipe_find(r, "whitespace") >= 0)
		return err_set(err, ERR_RECIPE,
		        "'whitespace' joins all lines, and 'code: keep' wants code kept whole: a "
		        "recipe has one of them");
	return 0;
}

static int check_text(const struct recipe *r, size_t i, const char *text, struct err *err)
{
	const struct step *s = &r->plan->step[i];

	switch (r->step[i].takes) {
	case TAKES_PATTERN: return check_pattern(s, text, err);
	case TAKES_CHOICE: return check_choice(r, s, text, err);
	case TAKES_TEXT: return 0;
	default: return err_set(err, ERR_RECIPE, "'%s' has no text to change", s->name);
	}
}

struct recipe *recipe_with_text(const struct recipe *r, size_t i, const char *text, struct err *err)
{
	struct tweak t = TWEAK_NONE;
	struct recipe *made;

	if (i >= r->plan->n_steps) {
		err_set(err, ERR_RECIPE, "there is no step %zu", i);
		return NULL;
	}
	if (check_text(r, i, text, err))
		return NULL;
	t.step = i;
	t.text = mem_strdup(text);
	made = made_anew(r, &t, err);
	mem_free(t.text);
	return made;
}

static const struct rule *any_rule(const char *name, struct err *err)
{
	const char *names[64];
	const char *near;
	size_t n = 0;

	for (; n < n_rules && n < 63; n++) {
		if (strcmp(rules[n].name, name) == 0)
			return &rules[n];
		names[n] = rules[n].name;
	}
	names[n] = NULL;
	near = suggest_word(name, names);
	err_set(err, ERR_RECIPE, "unknown rule '%.60s'%s%s%s", name,
	        near ? "; did you mean '" : "; docs/recipes.md lists them", near ? near : "",
	        near ? "'?" : "");
	return NULL;
}

static int need_score(const struct plan *p, const struct rule *rule, struct err *err)
{
	if (op_measure(rule->op) != MEASURE_SCORE || p->col[ROLE_SCORE].name)
		return 0;
	return err_set(err, ERR_RECIPE,
	        "'%s' needs the score: say in 'columns:' of recipe %s which column of the result "
	        "it is",
	        rule->name, p->name);
}

struct recipe *recipe_with_rule(
        const struct recipe *r, const char *name, int64_t value, struct err *err)
{
	const struct rule *rule = any_rule(name, err);
	ptrdiff_t at = recipe_find(r, name);
	struct tweak t = TWEAK_NONE;

	if (!rule || need_score(r->plan, rule, err) ||
	        !fits_bound(name, op_measure(rule->op), value, err))
		return NULL;
	t.number = value;
	if (at >= 0) {
		t.step = (size_t)at;
		t.on = true;
	} else {
		t.add = rule;
	}
	return made_anew(r, &t, err);
}
