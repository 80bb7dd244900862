/* Drop rules before cleaning, bounds after it. */
#include "recipe/judge.h"

#include "recipe/clean.h"

#include "base/ban.h"

/* What one rule says of a row. */
enum said { PASS, STOP, UNSURE, NOT_A_NUMBER };

struct row {
	struct pipeline *p;
	const struct cell *cells;
	struct cell raw;
	struct slice text; /* valid */
};

static bool mapped(const struct row *row, enum role role)
{
	return row->p->index[role] >= 0;
}

static struct slice value(const struct row *row, int col)
{
	if (col == ROLE_TEXT)
		return row->text;
	return pipeline_valid(row->p, cell_slice(pipeline_cell(row->p, row->cells, col)), BUF_CELL);
}

static struct slice trimmed(struct slice s)
{
	size_t n;

	while ((n = space_at(s, 0)) != 0)
		s = slice_of(s.ptr + n, s.len - n);
	for (;;) { /* the last character, up to three bytes back */
		for (n = 1; n <= 3 && n <= s.len; n++)
			if (space_at(s, s.len - n) == n)
				break;
		if (n > 3 || n > s.len)
			return s;
		s.len -= n;
	}
}

static bool is_one_of(struct slice s, const char *const *words)
{
	for (; *words; words++)
		if (slice_eq_nocase(s, slice_str(*words)))
			return true;
	return false;
}

static enum said said_if(bool stop)
{
	return stop ? STOP : PASS;
}

static enum said judge_deleted(const struct row *row)
{
	if (slice_eq_str(trimmed(row->text), "[deleted]"))
		return STOP;
	return said_if(
	        mapped(row, ROLE_AUTHOR) && slice_eq_str(value(row, ROLE_AUTHOR), "[deleted]"));
}

static enum said judge_removed(const struct row *row)
{
	static const char *const marks[] = {
	        "[removed]", "[ Removed by Reddit ]", "[UNICODE ENCODE ERROR]", NULL};

	return said_if(is_one_of(trimmed(row->text), marks));
}

static enum said judge_bots(const struct row *row, const struct step *s)
{
	for (size_t i = 0; i < s->n_re; i++) {
		bool of_text =
		        i == 1; /* 0: author's name, 1: the text, 2: the recipe's own on the name */
		enum regex_result r;

		if (!of_text && !mapped(row, ROLE_AUTHOR))
			continue;
		r = regex_find(s->re[i].re, row->p->scratch,
		        of_text ? row->text : value(row, ROLE_AUTHOR), 0, NULL);
		if (r != REGEX_NO)
			return r == REGEX_YES ? STOP : UNSURE;
	}
	return PASS;
}

static bool is_true(struct slice s)
{
	static const char *const yes[] = {"true", "1", "t", NULL};

	return is_one_of(s, yes);
}

static enum said judge_moderator(const struct row *row)
{
	static const char *const who[] = {"moderator", "admin", NULL};

	if (mapped(row, ROLE_DISTINGUISHED) && is_one_of(value(row, ROLE_DISTINGUISHED), who))
		return STOP;
	return said_if(mapped(row, ROLE_STICKIED) && is_true(value(row, ROLE_STICKIED)));
}

static enum said judge_score(const struct row *row, const struct step *s)
{
	int64_t score;

	if (!mapped(row, ROLE_SCORE))
		return PASS;
	if (!number_parse(value(row, ROLE_SCORE), &score))
		return NOT_A_NUMBER;
	return said_if(s->op == OP_MIN_SCORE ? score < s->number : score > s->number);
}

static enum said judge_match(const struct row *row, const struct step *s)
{
	enum regex_result r = regex_find(s->re[0].re, row->p->scratch, value(row, s->col), 0, NULL);

	if (r == REGEX_GAVE_UP)
		return UNSURE;
	return said_if((r == REGEX_YES) == (s->op == OP_MATCH));
}

/* More characters than a bound allows? */
static bool longer(struct slice s, int64_t bound)
{
	return bound < INT64_MAX && chars_at_least(s, bound + 1);
}

static enum said judge_step(const struct row *row, const struct step *s)
{
	switch (s->op) {
	case OP_EMPTY: return said_if(trimmed(row->text).len == 0);
	case OP_DELETED: return judge_deleted(row);
	case OP_REMOVED: return judge_removed(row);
	case OP_BOTS: return judge_bots(row, s);
	case OP_MODERATOR: return judge_moderator(row);
	case OP_OVER_18:
		return said_if(mapped(row, ROLE_OVER_18) && is_true(value(row, ROLE_OVER_18)));
	case OP_MIN_SCORE:
	case OP_MAX_SCORE: return judge_score(row, s);
	case OP_RAW_MIN_CHARS: return said_if(!chars_at_least(row->text, s->number));
	case OP_RAW_MAX_CHARS: return said_if(longer(row->text, s->number));
	case OP_MATCH:
	case OP_NOT_MATCH: return judge_match(row, s);
	default: return PASS;
	}
}

static bool counts(const struct pipeline *p, size_t i)
{
	const struct recipe_step *s = &p->recipe->step[i];

	return s->active && !(p->unbound && s->measure != MEASURE_NONE);
}

struct verdict judge_drop(
        struct pipeline *p, const struct cell *cells, struct cell raw, struct slice text)
{
	const struct plan *plan = p->recipe->plan;
	struct row row = {p, cells, raw, text};

	for (size_t i = 0; i < plan->n_steps; i++) {
		enum said said;

		if (step_kind_of(&plan->step[i]) != STEP_DROP)
			break; /* drop rules come first */
		if (!counts(p, i))
			continue;
		said = judge_step(&row, &plan->step[i]);
		if (said == STOP)
			return (struct verdict){VERDICT_REJECTED, (int)i, NULL, 0};
		if (said == UNSURE)
			return (struct verdict){VERDICT_GAVE_UP, (int)i, NULL, 0};
		if (said == NOT_A_NUMBER)
			return (struct verdict){
			        VERDICT_BAD, (int)i, "the score is not a whole number", 0};
	}
	return (struct verdict){VERDICT_KEPT, -1, NULL, 0};
}

static bool stops_after(const struct step *s, struct slice cleaned)
{
	switch (s->op) {
	case OP_MIN_CHARS: return !chars_at_least(cleaned, s->number);
	case OP_MAX_CHARS: return longer(cleaned, s->number);
	case OP_MIN_WORDS: return words_count(cleaned, s->number) < s->number;
	case OP_MAX_WORDS: return words_count(cleaned, INT64_MAX) > s->number;
	case OP_NOT_EMPTY: return cleaned.len == 0;
	default: return false;
	}
}

struct verdict judge_keep(struct pipeline *p, struct slice cleaned)
{
	const struct plan *plan = p->recipe->plan;

	for (size_t i = 0; i < plan->n_steps; i++)
		if (counts(p, i) && stops_after(&plan->step[i], cleaned))
			return (struct verdict){VERDICT_REJECTED, (int)i, NULL, 0};
	return (struct verdict){VERDICT_KEPT, -1, NULL, 0};
}
