/* Shapes of a line (docs/recipes.md says which consumer reads which), and a plan's end. */
#include "recipe/plan.h"

#include "base/mem.h"
#include "recipe/json.h"

#include "base/ban.h"

const char *const format_names[] = {
        "messages", "prompt-completion", "alpaca", "sharegpt", "text", "custom", NULL};

const char *const format_titles[] = {
        "chat messages: user and assistant, for chat fine-tuning",
        "a prompt and its completion",
        "instruction, input and output",
        "conversations between human and gpt",
        "the cleaned text alone, for continued pre-training",
        "the fields that the recipe lists",
};

bool format_takes_system(const char *name)
{
	return strcmp(name, "messages") == 0 || strcmp(name, "sharegpt") == 0 ||
	       strcmp(name, "alpaca") == 0;
}

bool format_known(const char *name)
{
	for (size_t i = 0; format_names[i]; i++)
		if (strcmp(name, format_names[i]) == 0)
			return true;
	return false;
}

int plan_add_column(struct plan *p, const char *name, int line, int col)
{
	for (int i = 0; i < ROLE_COUNT; i++)
		if (p->col[i].name && strcmp(role_names[i], name) == 0)
			return i;
	for (size_t i = 0; i < p->n_cols; i++)
		if (p->col[i].name && strcmp(p->col[i].name, name) == 0)
			return (int)i;
	p->col = mem_realloc(p->col, p->n_cols + 1, sizeof *p->col);
	p->col[p->n_cols] = (struct colref){mem_strdup(name), false, line, col};
	return (int)p->n_cols++;
}

static struct part *add_part(struct plan *p, enum part_kind kind)
{
	struct part *x;

	p->part = mem_realloc(p->part, p->n_parts + 1, sizeof *p->part);
	x = &p->part[p->n_parts++];
	memset(x, 0, sizeof *x);
	x->kind = kind;
	x->col = -1;
	buf_init(&x->text, BUF_NO_LIMIT);
	return x;
}

/* Literals that follow each other become one. */
static struct buf *literal(struct plan *p)
{
	if (p->n_parts && p->part[p->n_parts - 1].kind == PART_LITERAL)
		return &p->part[p->n_parts - 1].text;
	return &add_part(p, PART_LITERAL)->text;
}

static void add_json(struct plan *p, const char *json)
{
	buf_add_str(literal(p), json);
}

static void add_string(struct plan *p, const char *s)
{
	json_write_string(literal(p), slice_str(s));
}

static void lay_out_messages(struct plan *p)
{
	add_json(p, "{\"messages\":[");
	if (p->system) {
		add_json(p, "{\"role\":\"system\",\"content\":");
		add_string(p, p->system);
		add_json(p, "},");
	}
	add_json(p, "{\"role\":\"user\",\"content\":");
	add_part(p, PART_INSTRUCTION);
	add_json(p, "},{\"role\":\"assistant\",\"content\":");
	add_part(p, PART_TEXT);
	add_json(p, "}]}");
}

static void lay_out_sharegpt(struct plan *p)
{
	add_json(p, "{\"conversations\":[{\"from\":\"human\",\"value\":");
	add_part(p, PART_INSTRUCTION);
	add_json(p, "},{\"from\":\"gpt\",\"value\":");
	add_part(p, PART_TEXT);
	add_json(p, "}]");
	if (p->system) {
		add_json(p, ",\"system\":");
		add_string(p, p->system);
	}
	add_json(p, "}");
}

static void lay_out_pair(struct plan *p, const char *first, const char *second)
{
	add_json(p, first);
	add_part(p, PART_INSTRUCTION);
	add_json(p, second);
	add_part(p, PART_TEXT);
	if (p->system) {
		add_json(p, ",\"system\":");
		add_string(p, p->system);
	}
	add_json(p, "}");
}

static void lay_out_column(struct plan *p, const struct field *f)
{
	struct part *x = add_part(p, f->integer ? PART_INTEGER : PART_STRING);

	x->col = plan_add_column(p, f->value + 7, 0, 0);
	x->when_null = f->when_null;
	x->note = f->integer ? mem_printf("%s is not a whole number", p->col[x->col].name)
	                     : mem_printf("%s is NULL", p->col[x->col].name);
}

static void lay_out_custom(struct plan *p)
{
	for (size_t i = 0; i < p->n_fields; i++) {
		const struct field *f = &p->field[i];

		add_json(p, i ? "," : "{");
		add_string(p, f->name);
		add_json(p, ":");
		if (strcmp(f->value, "instruction") == 0)
			add_part(p, PART_INSTRUCTION);
		else if (strcmp(f->value, "text") == 0)
			add_part(p, PART_TEXT);
		else if (strcmp(f->value, "original") == 0)
			add_part(p, PART_ORIGINAL);
		else
			lay_out_column(p, f);
	}
	add_json(p, "}");
}

void plan_lay_out(struct plan *p)
{
	if (strcmp(p->format, "messages") == 0) {
		lay_out_messages(p);
	} else if (strcmp(p->format, "sharegpt") == 0) {
		lay_out_sharegpt(p);
	} else if (strcmp(p->format, "prompt-completion") == 0) {
		lay_out_pair(p, "{\"prompt\":", ",\"completion\":");
	} else if (strcmp(p->format, "alpaca") == 0) {
		lay_out_pair(p, "{\"instruction\":", ",\"input\":\"\",\"output\":");
	} else if (strcmp(p->format, "text") == 0) {
		add_json(p, "{\"text\":");
		add_part(p, PART_TEXT);
		add_json(p, "}");
	} else {
		lay_out_custom(p);
	}
}

static void step_release(struct step *s)
{
	mem_free(s->name);
	mem_free(s->text);
	mem_free(s->pattern);
	for (size_t i = 0; i < 6; i++) {
		regex_free(s->re[i].re);
		mem_free(s->re[i].with);
	}
}

void plan_free(struct plan *p)
{
	if (atomic_fetch_sub_explicit(&p->refs, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < p->n_steps; i++)
		step_release(&p->step[i]);
	for (size_t i = 0; i < p->n_cols; i++)
		mem_free(p->col[i].name);
	for (size_t i = 0; i < p->n_fields; i++) {
		mem_free(p->field[i].name);
		mem_free(p->field[i].value);
	}
	for (size_t i = 0; i < p->n_parts; i++) {
		buf_release(&p->part[i].text);
		mem_free(p->part[i].note);
	}
	instruction_release(&p->ins);
	mem_free(p->col);
	mem_free(p->field);
	mem_free(p->part);
	mem_free(p->name);
	mem_free(p->description);
	mem_free(p->query);
	mem_free(p->format);
	mem_free(p->system);
	mem_free(p);
}
