#include "data/grammar.h"

#include "base/mem.h"

#include <stdlib.h>

#include "base/ban.h"

#define MAX_DEPTH   8
#define MAX_SYMBOLS 40

struct symbol {
	struct slice name;
	struct slice *alt;
	uint32_t n;
};

struct vocabulary {
	struct symbol symbol[MAX_SYMBOLS];
	size_t n;
};

struct grammar {
	struct vocabulary common, scripts, topic[TOPIC_COUNT];
};

static void add_symbol(struct vocabulary *v, struct slice line)
{
	struct symbol *s;
	struct slice alts;

	if (v->n == MAX_SYMBOLS)
		abort();
	s = &v->symbol[v->n++];
	alts = slice_cut(line, '=', &s->name);
	while (alts.len) {
		s->alt = mem_realloc(s->alt, s->n + 1, sizeof *s->alt);
		alts = slice_cut(alts, '|', &s->alt[s->n++]);
	}
}

static void parse(struct vocabulary *v, const char *text)
{
	struct slice rest = slice_str(text), line;

	while (rest.len) {
		rest = slice_cut(rest, '\n', &line);
		if (line.len)
			add_symbol(v, line);
	}
}

struct grammar *grammar_new(void)
{
	struct grammar *g = MEM_NEW(struct grammar);
	int i;

	parse(&g->common, words_common);
	parse(&g->scripts, words_scripts);
	for (i = 0; i < TOPIC_COUNT; i++)
		parse(&g->topic[i], words_topic[i]);
	return g;
}

static void release(struct vocabulary *v)
{
	size_t i;

	for (i = 0; i < v->n; i++)
		mem_free(v->symbol[i].alt);
}

void grammar_free(struct grammar *g)
{
	int i;

	if (!g)
		return;
	release(&g->common);
	release(&g->scripts);
	for (i = 0; i < TOPIC_COUNT; i++)
		release(&g->topic[i]);
	mem_free(g);
}

static const struct symbol *find_in(const struct vocabulary *v, struct slice name)
{
	size_t i;

	for (i = 0; i < v->n; i++)
		if (slice_eq(v->symbol[i].name, name))
			return &v->symbol[i];
	return NULL;
}

static const struct symbol *find(const struct voice *v, struct slice name)
{
	const struct symbol *s = find_in(&v->g->topic[v->topic], name);

	if (!s)
		s = find_in(&v->g->common, name);
	if (!s)
		s = find_in(&v->g->scripts, name);
	if (!s)
		abort(); /* the vocabulary names a symbol that nobody defines */
	return s;
}

static void fill(const struct voice *v, struct slice text, struct buf *out, int depth);

static void add_choice(const struct voice *v, struct slice name, struct buf *out, int depth)
{
	const struct symbol *s = find(v, name);

	fill(v, s->alt[rng_below(v->rng, s->n)], out, depth + 1);
}

/* {#2-9} */
static void add_number(const struct voice *v, struct slice range, struct buf *out)
{
	uint32_t low = (uint32_t)strtoul(range.ptr, NULL, 10);
	const char *dash = memchr(range.ptr, '-', range.len);
	uint32_t high = dash ? (uint32_t)strtoul(dash + 1, NULL, 10) : low;

	buf_printf(out, "%u", rng_range(v->rng, low, high));
}

static void add_slot(const struct voice *v, struct slice slot, struct buf *out, int depth)
{
	size_t start = out->len;
	bool capital = slice_starts(slot, "^");

	if (slice_starts(slot, "#")) {
		add_number(v, slice_of(slot.ptr + 1, slot.len - 1), out);
	} else if (slice_eq_str(slot, "board")) {
		buf_add_str(out, v->board);
	} else {
		add_choice(v, slice_of(slot.ptr + capital, slot.len - capital), out, depth);
		if (capital && out->len > start && out->ptr[start] >= 'a' && out->ptr[start] <= 'z')
			out->ptr[start] = (char)(out->ptr[start] - 'a' + 'A');
	}
}

static void fill(const struct voice *v, struct slice text, struct buf *out, int depth)
{
	if (depth > MAX_DEPTH)
		abort();
	while (text.len) {
		const char *open = memchr(text.ptr, '{', text.len), *close;
		size_t n = open ? (size_t)(open - text.ptr) : text.len;

		buf_add(out, text.ptr, n);
		text = slice_of(text.ptr + n, text.len - n);
		if (!open)
			break;
		close = memchr(text.ptr, '}', text.len);
		n = close ? (size_t)(close - text.ptr) : text.len;
		if (slice_starts(text, "{(") || slice_starts(text, "{)"))
			buf_add_char(out, text.ptr[1] == '(' ? '{' : '}');
		else
			add_slot(v, slice_of(text.ptr + 1, n - 1), out, depth);
		text = slice_cut(text, '}', &(struct slice){0});
	}
}

void grammar_add(const struct voice *v, const char *symbol, struct buf *out)
{
	add_choice(v, slice_str(symbol), out, 0);
}

void grammar_fill(const struct voice *v, const char *text, struct buf *out)
{
	fill(v, slice_str(text), out, 0);
}
