/* The instruction: every text that a recipe can give is made once, a row only picks one. */
#include "recipe/plan.h"

#include "base/mem.h"
#include "recipe/json.h"

#include <stdlib.h>

#include "base/ban.h"

static int by_name(const void *a, const void *b)
{
	return strcmp(
	        ((const struct kind_of *)a)->subreddit, ((const struct kind_of *)b)->subreddit);
}

static void lower(char *s)
{
	for (; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s + ('a' - 'A'));
}

void instruction_make(struct instruction *ins)
{
	size_t row = (size_t)ins->n_steps + 1, n = (size_t)ins->n_kinds * row;

	if (ins->ignore_case)
		for (size_t i = 0; i < ins->n_subs; i++)
			lower(ins->sub[i].subreddit);
	if (ins->n_subs)
		qsort(ins->sub, ins->n_subs, sizeof *ins->sub, by_name);
	ins->made = mem_calloc(n, sizeof *ins->made);
	ins->json = mem_calloc(n, sizeof *ins->json);
	for (size_t i = 0; i < n; i++) {
		buf_init(&ins->made[i], BUF_NO_LIMIT);
		buf_init(&ins->json[i], BUF_NO_LIMIT);
		buf_add_str(&ins->made[i], ins->text[i / row]);
		if (i % row)
			buf_add_str(&ins->made[i], ins->add[i % row - 1]);
		buf_add_str(&ins->made[i], ins->end);
		json_write_string(&ins->json[i], buf_slice(&ins->made[i]));
	}
}

static int compare(struct slice a, const char *b, bool ignore_case)
{
	for (size_t i = 0; i < a.len; i++) {
		unsigned char x = (unsigned char)a.ptr[i], y = (unsigned char)b[i];

		if (ignore_case && x >= 'A' && x <= 'Z')
			x = (unsigned char)(x + ('a' - 'A'));
		if (x != y)
			return x < y ? -1 : 1; /* the end of b compares as 0 */
		if (!y)
			return 1;
	}
	return b[a.len] ? -1 : 0;
}

static int kind_of(const struct instruction *ins, struct slice subreddit)
{
	size_t low = 0, high = ins->n_subs;

	while (low < high) {
		size_t mid = (low + high) / 2;
		int c = compare(subreddit, ins->sub[mid].subreddit, ins->ignore_case);

		if (c == 0)
			return ins->sub[mid].kind;
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return ins->fallback;
}

int instruction_pick(const struct instruction *ins, struct slice subreddit, int64_t score)
{
	int reached = 0;

	while (reached < ins->n_steps && score >= ins->from[reached])
		reached++;
	return kind_of(ins, subreddit) * (ins->n_steps + 1) + reached;
}

void instruction_release(struct instruction *ins)
{
	int n = ins->n_kinds * (ins->n_steps + 1);

	for (int i = 0; i < n && ins->made; i++) {
		buf_release(&ins->made[i]);
		buf_release(&ins->json[i]);
	}
	for (int i = 0; i < ins->n_kinds; i++) {
		mem_free(ins->kind[i]);
		mem_free(ins->text[i]);
	}
	for (size_t i = 0; i < ins->n_subs; i++)
		mem_free(ins->sub[i].subreddit);
	for (int i = 0; i < ins->n_steps; i++)
		mem_free(ins->add[i]);
	mem_free(ins->made);
	mem_free(ins->json);
	mem_free(ins->kind);
	mem_free(ins->text);
	mem_free(ins->sub);
	mem_free(ins->from);
	mem_free(ins->add);
	mem_free(ins->end);
}
