/*
 * A recipe with one thing changed: its canonical text is written with the change and read again.
 * One reader judges what a person wrote and what a screen turned, and what is saved is what ran.
 */
#include "recipe/plan.h"

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
