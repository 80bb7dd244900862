/* The finished line of a row that is kept. */
#include "recipe/judge.h"

#include "recipe/json.h"

#include "base/ban.h"

static bool write_integer(struct pipeline *p, const struct part *x, struct cell c)
{
	char digits[24], *end = digits + sizeof digits, *at = end;
	int64_t number;
	uint64_t n;

	if (cell_is_null(c) && x->when_null == NULL_AS_NULL) {
		buf_add(&p->line, "null", 4);
		return true;
	}
	if (!number_parse(cell_slice(c), &number))
		return false;
	n = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	do
		*--at = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	if (number < 0)
		*--at = '-';
	buf_add(&p->line, at, (size_t)(end - at));
	return true;
}

static bool write_column(struct pipeline *p, const struct part *x, const struct cell *cells)
{
	struct cell c = pipeline_cell(p, cells, x->col);

	if (x->kind == PART_INTEGER)
		return write_integer(p, x, c);
	if (cell_is_null(c) && x->when_null == NULL_IS_BAD)
		return false;
	if (cell_is_null(c) && x->when_null == NULL_AS_NULL)
		buf_add(&p->line, "null", 4);
	else
		json_write_string(&p->line, cell_slice(c));
	return true;
}

/* Which of the ready-made instructions; -1 when the score that decides is no number. */
static int pick_instruction(struct pipeline *p, const struct cell *cells)
{
	const struct instruction *ins = &p->recipe->plan->ins;
	struct slice subreddit = {"", 0};
	int64_t score = INT64_MIN;

	if (ins->col >= 0)
		subreddit = cell_slice(pipeline_cell(p, cells, ins->col));
	if (ins->n_steps && p->index[ins->score_col] >= 0 &&
	        !number_parse(cell_slice(pipeline_cell(p, cells, ins->score_col)), &score))
		return -1;
	return instruction_pick(ins, subreddit, score);
}

static bool write_parts(struct pipeline *p, const struct cell *cells, struct slice original,
        const struct example *out, int ins, const char **note)
{
	const struct plan *plan = p->recipe->plan;

	buf_clear(&p->line);
	for (size_t i = 0; i < plan->n_parts; i++) {
		const struct part *x = &plan->part[i];

		switch (x->kind) {
		case PART_LITERAL: buf_add_slice(&p->line, buf_slice(&x->text)); break;
		case PART_INSTRUCTION:
			buf_add_slice(&p->line, buf_slice(&plan->ins.json[ins]));
			break;
		case PART_TEXT: json_write_valid(&p->line, out->cleaned); break;
		case PART_ORIGINAL: json_write_valid(&p->line, original); break;
		case PART_STRING:
		case PART_INTEGER:
			if (!write_column(p, x, cells)) {
				*note = x->note;
				return false;
			}
			break;
		}
	}
	return true;
}

struct verdict write_example(
        struct pipeline *p, const struct cell *cells, struct slice original, struct example *out)
{
	const struct instruction *ins = &p->recipe->plan->ins;
	const char *note = "the line is too long";
	int pick = 0;

	if (ins->given) {
		pick = pick_instruction(p, cells);
		if (pick < 0)
			return (struct verdict){
			        VERDICT_BAD, -1, "the score is not a whole number", 0};
		out->instruction = buf_slice(&ins->made[pick]);
	}
	if (!write_parts(p, cells, original, out, pick, &note) || p->line.failed)
		return (struct verdict){VERDICT_BAD, -1, note, 0};
	out->line = buf_slice(&p->line);
	return (struct verdict){VERDICT_KEPT, -1, NULL, 0};
}
