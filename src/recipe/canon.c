/* The recipe as YAML again: one fixed form, so that equal recipes have equal text and hash. */
#include "recipe/plan.h"

#include "recipe/json.h"

#include <inttypes.h>

#include "base/ban.h"

/* JSON's strings are YAML's double-quoted scalars. */
static void quoted(struct buf *out, const char *s)
{
	json_write_string(out, slice_str(s));
}

static void key_text(struct buf *out, const char *key, const char *s)
{
	buf_add_str(out, key);
	buf_add_str(out, ": ");
	quoted(out, s);
	buf_add_char(out, '\n');
}

static void write_columns(const struct plan *p, struct buf *out)
{
	bool any = false;

	buf_add_str(out, "columns:\n");
	for (int i = 0; i < ROLE_COUNT; i++)
		if (p->col[i].name) {
			buf_add_str(out, "  ");
			key_text(out, role_names[i], p->col[i].name);
			any |= p->col[i].optional;
		}
	if (!any)
		return;
	buf_add_str(out, "optional:\n");
	for (int i = 0; i < ROLE_COUNT; i++)
		if (p->col[i].optional)
			buf_printf(out, "  - %s\n", role_names[i]);
}

/* Columns are named by their part where they have one. */
static const char *column_name(const struct plan *p, int col)
{
	return col < ROLE_COUNT ? role_names[col] : p->col[col].name;
}

static void write_own(const struct plan *p, const struct step *s, struct buf *out)
{
	buf_add_str(out, "  - name: ");
	quoted(out, s->name);
	buf_add_char(out, '\n');
	if (s->op == OP_REPLACE) {
		key_text(out, "    replace", s->pattern);
		key_text(out, "    with", s->text);
	} else {
		key_text(out, "    column", column_name(p, s->col));
		key_text(out, s->op == OP_MATCH ? "    match" : "    not_match", s->pattern);
	}
	if (s->flags & REGEX_CASELESS)
		buf_add_str(out, "    ignore_case: true\n");
	if (s->flags & REGEX_UNICODE)
		buf_add_str(out, "    unicode: true\n");
}

static void write_step(const struct plan *p, const struct step *s, struct buf *out)
{
	if (!s->rule) {
		write_own(p, s, out);
		return;
	}
	buf_printf(out, "  - %s", s->name);
	if (s->rule->arg == ARG_NUMBER) {
		buf_printf(out, ": %" PRId64, s->number);
	} else if (s->text && (s->rule->arg != ARG_PATTERN || s->text[0])) {
		buf_add_str(out, ": ");
		quoted(out, s->text);
	}
	buf_add_char(out, '\n');
}

static void write_added(const struct tweak *t, struct buf *out)
{
	buf_printf(out, "  - %s", t->add->name);
	if (t->add->arg == ARG_NUMBER)
		buf_printf(out, ": %" PRId64, t->number);
	buf_add_char(out, '\n');
}

/* A step as the tweak has it. */
static struct step tweaked(const struct plan *p, size_t i, const struct tweak *t)
{
	struct step s = p->step[i];

	if (t->blur)
		s.number = 0;
	if (t->step != i)
		return s;
	s.number = t->number;
	if (t->text)
		*(s.rule ? &s.text : &s.pattern) = t->text;
	return s;
}

static void write_steps(const struct plan *p, const char *key, enum step_kind kind,
        const struct tweak *t, struct buf *out)
{
	bool add = t->add && t->add->kind == kind, any = false;

	for (size_t i = 0; i < p->n_steps; i++) {
		struct step s = tweaked(p, i, t);

		if (step_kind_of(&s) != kind)
			continue;
		if (!any)
			buf_printf(out, "%s:\n", key);
		any = true;
		/* a new rule takes its place in the order of the table */
		if (add && s.rule && s.rule > t->add) {
			write_added(t, out);
			add = false;
		}
		write_step(p, &s, out);
	}
	if (!add)
		return;
	if (!any)
		buf_printf(out, "%s:\n", key);
	write_added(t, out);
}

static void write_kinds(const struct instruction *ins, struct buf *out)
{
	buf_add_str(out, "  text:\n");
	for (int i = 0; i < ins->n_kinds; i++) {
		buf_add_str(out, "    ");
		quoted(out, ins->kind[i]);
		key_text(out, "", ins->text[i]);
	}
	key_text(out, "  default", ins->kind[ins->fallback]);
	if (ins->n_subs)
		buf_add_str(out, "  kinds:\n");
	for (int i = 0; i < ins->n_kinds; i++) {
		bool any = false;

		for (size_t k = 0; k < ins->n_subs; k++) {
			if (ins->sub[k].kind != i)
				continue;
			buf_add_str(out, any ? ", " : "    ");
			if (!any) {
				quoted(out, ins->kind[i]);
				buf_add_str(out, ": [");
			}
			any = true;
			quoted(out, ins->sub[k].subreddit);
		}
		if (any)
			buf_add_str(out, "]\n");
	}
}

static void write_instruction(const struct plan *p, struct buf *out)
{
	const struct instruction *ins = &p->ins;

	if (!ins->given)
		return;
	buf_add_str(out, "instruction:\n");
	if (ins->col >= 0)
		key_text(out, "  by", column_name(p, ins->col));
	if (ins->ignore_case)
		buf_add_str(out, "  ignore_case: true\n");
	write_kinds(ins, out);
	if (ins->n_steps)
		buf_add_str(out, "  score:\n");
	for (int i = 0; i < ins->n_steps; i++) {
		buf_printf(out, "    - {from: %" PRId64 ", add: ", ins->from[i]);
		quoted(out, ins->add[i]);
		buf_add_str(out, "}\n");
	}
	key_text(out, "  end", ins->end);
}

static void write_output(const struct plan *p, const char *format, struct buf *out)
{
	static const char *const when_null[] = {"null", "empty", "bad"};

	buf_add_str(out, "output:\n");
	buf_printf(out, "  format: %s\n", format);
	if (p->system && format_takes_system(format))
		key_text(out, "  system", p->system);
	if (strcmp(format, "custom") != 0)
		return;
	buf_add_str(out, "  fields:\n");
	for (size_t i = 0; i < p->n_fields; i++) {
		const struct field *f = &p->field[i];

		buf_add_str(out, "    - {name: ");
		quoted(out, f->name);
		buf_add_str(out, ", value: ");
		quoted(out, f->value);
		buf_printf(out, ", type: %s, when_null: \"%s\"}\n",
		        f->integer ? "integer" : "string", when_null[f->when_null]);
	}
}

void plan_write(const struct plan *p, const struct recipe_step *steps, const struct tweak *t,
        struct buf *out)
{
	bool any = false;

	key_text(out, "name", t->name ? t->name : p->name);
	key_text(out, "description", p->description);
	if (p->query)
		key_text(out, "query", p->query);
	write_columns(p, out);
	write_steps(p, "drop", STEP_DROP, t, out);
	write_steps(p, "clean", STEP_CLEAN, t, out);
	buf_printf(out, "clean_passes: %s\n", p->once ? "once" : "until-stable");
	write_steps(p, "keep", STEP_KEEP, t, out);
	write_instruction(p, out);
	write_output(p, t->format ? t->format : p->format, out);
	for (size_t i = 0; i < p->n_steps; i++) {
		if (steps[i].active || (t->step == i && t->on) ||
		        (t->blur && steps[i].measure != MEASURE_NONE))
			continue;
		if (!any)
			buf_add_str(out, "off:\n");
		any = true;
		buf_add_str(out, "  - ");
		quoted(out, steps[i].name);
		buf_add_char(out, '\n');
	}
}
