#define PCRE2_CODE_UNIT_WIDTH 8
#include "recipe/regex.h"

#include "base/clock.h"
#include "base/mem.h"

#include <pcre2.h>
#include <stdatomic.h>
#include <stdint.h>

#include "base/ban.h"

#define MAX_PATTERN   (64u << 10)
#define MAX_GROUPS    10
#define HEAP_KIB      (16u << 10)
#define DEPTH_LIMIT   20000u
#define JIT_STACK_MAX (512u << 10)
#define DEFAULT_MS    100

/*
 * PCRE2 counts matching steps for each start position anew, and one step may scan the whole
 * subject: its match limit alone is no bound in time. So a subject is searched in windows of start
 * positions (the offset limit), each with a small match limit; between them the clock is looked at.
 */
#define FIRST_LIMIT  10000u
#define LAST_LIMIT   10000000u
#define FIRST_WINDOW 512u
#define LAST_WINDOW  (1u << 20)

struct regex {
	atomic_int refs;
	pcre2_code *code;
	uint32_t groups;
	bool jit;
};

struct regex_scratch {
	int64_t budget_us;
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

static int compile_failed(struct slice pattern, int code, size_t at, struct err *err)
{
	PCRE2_UCHAR why[160];
	int shown = pattern.len > 120 ? 120 : (int)pattern.len;

	pcre2_get_error_message(code, why, sizeof why);
	return err_set(err, ERR_RECIPE, "regular expression '%.*s': %s (at character %zu)", shown,
	        pattern.ptr ? pattern.ptr : "", (const char *)why, at + 1);
}

struct regex *regex_new(struct slice pattern, unsigned flags, struct err *err)
{
	uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT;
	pcre2_compile_context *cc = pcre2_compile_context_create(NULL);
	struct regex *re;
	pcre2_code *code;
	PCRE2_SIZE at = 0;
	int why = 0;

	if (!cc) {
		err_set(err, ERR_MEMORY, "no memory for a regular expression");
		return NULL;
	}
	pcre2_set_max_pattern_length(cc, MAX_PATTERN);
	pcre2_set_newline(cc, PCRE2_NEWLINE_LF);
	if (flags & REGEX_CASELESS)
		options |= PCRE2_CASELESS;
	if (flags & REGEX_UNICODE)
		options |= PCRE2_UCP;
	code = pcre2_compile(
	        (PCRE2_SPTR)(pattern.ptr ? pattern.ptr : ""), pattern.len, options, &why, &at, cc);
	pcre2_compile_context_free(cc);
	if (!code) {
		compile_failed(pattern, why, at, err);
		return NULL;
	}
	re = MEM_NEW(struct regex);
	atomic_init(&re->refs, 1);
	re->code = code;
	pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &re->groups);
	re->jit =
	        pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0; /* else the interpreter runs it */
	return re;
}

struct regex *regex_ref(const struct regex *re)
{
	struct regex *r = (struct regex *)(uintptr_t)re;

	atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
	return r;
}

void regex_free(struct regex *re)
{
	if (!re || atomic_fetch_sub_explicit(&re->refs, 1, memory_order_acq_rel) != 1)
		return;
	pcre2_code_free(re->code);
	mem_free(re);
}

struct regex_scratch *regex_scratch_new(int budget_ms)
{
	struct regex_scratch *s = MEM_NEW(struct regex_scratch);

	s->budget_us = (budget_ms > 0 ? budget_ms : DEFAULT_MS) * (int64_t)1000;
	s->data = pcre2_match_data_create(MAX_GROUPS, NULL);
	s->context = pcre2_match_context_create(NULL);
	s->stack = pcre2_jit_stack_create(32u << 10, JIT_STACK_MAX, NULL);
	if (s->context) {
		pcre2_set_heap_limit(s->context, HEAP_KIB);
		pcre2_set_depth_limit(s->context, DEPTH_LIMIT);
		if (s->stack)
			pcre2_jit_stack_assign(s->context, NULL, s->stack);
	}
	return s;
}

void regex_scratch_free(struct regex_scratch *s)
{
	if (!s)
		return;
	pcre2_match_data_free(s->data);
	pcre2_match_context_free(s->context);
	pcre2_jit_stack_free(s->stack);
	mem_free(s);
}

/* One search over one subject: how far it may go before the clock is looked at. */
struct search {
	const struct regex *re;
	struct regex_scratch *s;
	struct slice subject;
	int64_t started; /* us */
	int64_t lap;     /* us; when the running window began */
	uint32_t limit;
	size_t window;
};

static void search_init(
        struct search *q, const struct regex *re, struct regex_scratch *s, struct slice subject)
{
	int64_t now = clock_mono_us();

	*q = (struct search){re, s, subject, now, now, FIRST_LIMIT, FIRST_WINDOW};
	if (!subject.ptr)
		q->subject.ptr = "";
	if (s->context)
		pcre2_set_match_limit(s->context, FIRST_LIMIT);
}

static int match_once(struct search *q, size_t pos, size_t last_start)
{
	PCRE2_SPTR text = (PCRE2_SPTR)q->subject.ptr;

	pcre2_set_offset_limit(q->s->context, last_start);
	if (q->re->jit)
		return pcre2_jit_match(q->re->code, text, q->subject.len, pos, PCRE2_NO_UTF_CHECK,
		        q->s->data, q->s->context);
	return pcre2_match(q->re->code, text, q->subject.len, pos, PCRE2_NO_UTF_CHECK, q->s->data,
	        q->s->context);
}

/* A window of starts is done without a match: size the next one by the time this one took. */
static bool next_window(struct search *q)
{
	int64_t now = clock_mono_us(), took = now - q->lap;

	q->lap = now;
	if (took < 1000 && q->window < LAST_WINDOW)
		q->window *= 2;
	else if (took > 5000 && q->window > 1)
		q->window = (size_t)((double)q->window * 5000 / (double)took) + 1;
	return now - q->started < q->s->budget_us;
}

/*
 * The match limit was reached: try the same window again with more, unless the time that this would
 * take, judged by the last try, is not left.
 */
static bool raise_limit(struct search *q)
{
	int64_t now = clock_mono_us(), left = q->s->budget_us - (now - q->started);

	if (q->limit >= LAST_LIMIT || left <= (now - q->lap) * 8)
		return false;
	q->lap = now;
	q->limit *= 8;
	q->window = 1;
	pcre2_set_match_limit(q->s->context, q->limit);
	return true;
}

static size_t next_start(struct slice s, size_t pos)
{
	pos++;
	while (pos < s.len && ((unsigned char)s.ptr[pos] & 0xC0) == 0x80)
		pos++;
	return pos;
}

static enum regex_result search_from(struct search *q, size_t pos)
{
	if (!q->s->data || !q->s->context)
		return REGEX_GAVE_UP;
	for (;;) {
		size_t left = q->subject.len - pos;
		size_t last = left <= q->window ? q->subject.len : pos + q->window;
		int rc = match_once(q, pos, last);

		if (rc >= 0)
			return REGEX_YES;
		if (rc == PCRE2_ERROR_NOMATCH) {
			if (last >= q->subject.len)
				return REGEX_NO;
			pos = next_start(q->subject, last);
			if (!next_window(q))
				return REGEX_GAVE_UP;
		} else if (rc != PCRE2_ERROR_MATCHLIMIT || !raise_limit(q)) {
			return REGEX_GAVE_UP; /* limit, heap, depth or JIT stack */
		}
	}
}

/* PCRE2 leaves pairs beyond the pattern's own groups as they were. */
static void fill_match(const struct search *q, struct regex_match *m)
{
	const PCRE2_SIZE *v = pcre2_get_ovector_pointer(q->s->data);

	m->start = v[0];
	m->end = v[1] < v[0] ? v[0] : v[1];
	for (size_t i = 0; i < MAX_GROUPS; i++) {
		bool own = i <= q->re->groups;

		m->group[2 * i] = own ? v[2 * i] : PCRE2_UNSET;
		m->group[2 * i + 1] = own ? v[2 * i + 1] : PCRE2_UNSET;
	}
}

enum regex_result regex_find(const struct regex *re, struct regex_scratch *s, struct slice subject,
        size_t from, struct regex_match *m)
{
	struct search q;
	enum regex_result r;

	if (from > subject.len)
		return REGEX_NO;
	search_init(&q, re, s, subject);
	r = search_from(&q, from);
	if (r == REGEX_YES && m)
		fill_match(&q, m);
	return r;
}

/* One piece of a replacement: literal bytes, or a group (>= 0). Returns the rest. */
struct piece {
	struct slice literal;
	int group; /* -1: literal; -2: malformed */
};

static struct slice rest_of(struct slice s, size_t n)
{
	return slice_of(s.ptr + n, s.len - n);
}

static struct slice named_piece(const struct regex *re, struct slice with, struct piece *p)
{
	const char *close = memchr(with.ptr + 2, '}', with.len - 2);
	char name[64];
	size_t n;

	p->group = -2;
	if (!close)
		return slice_of(NULL, 0);
	n = (size_t)(close - with.ptr) - 2;
	if (n == 0 || n >= sizeof name)
		return slice_of(NULL, 0);
	memcpy(name, with.ptr + 2, n);
	name[n] = '\0';
	p->group = pcre2_substring_number_from_name(re->code, (PCRE2_SPTR)name);
	if (p->group < 0 || p->group >= MAX_GROUPS)
		p->group = -2;
	return rest_of(with, n + 3);
}

static struct slice next_piece(const struct regex *re, struct slice with, struct piece *p)
{
	size_t n = 0;

	p->group = -1;
	if (with.ptr[0] == '\\') {
		p->group = with.len > 1 ? -1 : -2;
		p->literal = slice_of(with.ptr + 1, with.len > 1);
		return rest_of(with, with.len > 1 ? 2 : 1);
	}
	if (with.ptr[0] == '$') {
		if (with.len > 2 && with.ptr[1] == '{')
			return named_piece(re, with, p);
		p->group = -2;
		if (with.len > 1 && with.ptr[1] >= '0' && with.ptr[1] <= '9')
			p->group = with.ptr[1] - '0';
		return rest_of(with, with.len > 1 ? 2 : 1);
	}
	while (n < with.len && with.ptr[n] != '\\' && with.ptr[n] != '$')
		n++;
	p->literal = slice_of(with.ptr, n);
	return rest_of(with, n);
}

int regex_check_replacement(const struct regex *re, struct slice with, struct err *err)
{
	while (with.len) {
		struct slice at = with;
		struct piece p;

		with = next_piece(re, with, &p);
		if (p.group == -2 || (p.group > 0 && (uint32_t)p.group > re->groups))
			return err_set(err, ERR_RECIPE,
			        "replacement '%.*s': no such group; $1..$9 and ${name} stand for "
			        "groups of "
			        "the pattern (it has %u), \\$ for a dollar sign",
			        at.len > 60 ? 60 : (int)at.len, at.ptr, (unsigned)re->groups);
	}
	return 0;
}

static void add_replacement(const struct regex *re, struct slice subject,
        const struct regex_match *m, struct slice with, struct buf *out)
{
	while (with.len) {
		struct piece p;

		with = next_piece(re, with, &p);
		if (p.group == -1) {
			buf_add_slice(out, p.literal);
		} else if (p.group >= 0 && m->group[2 * p.group] != (size_t)-1) {
			size_t start = m->group[2 * p.group], end = m->group[2 * p.group + 1];

			if (end > start && end <= subject.len)
				buf_add(out, subject.ptr + start, end - start);
		}
	}
}

/* Many quick finds over one subject share its budget: the clock is read at every 64th. */
static bool out_of_time(struct search *q, unsigned n)
{
	int64_t now;

	if (n % 64)
		return false;
	now = clock_mono_us();
	q->lap = now;
	return now - q->started >= q->s->budget_us;
}

enum regex_result regex_replace(const struct regex *re, struct regex_scratch *s,
        struct slice subject, struct slice with, struct buf *out, regex_edit_fn on_edit, void *arg)
{
	enum regex_result any = REGEX_NO, r;
	size_t pos = 0, copied = 0;
	struct search q;
	unsigned n = 0;

	search_init(&q, re, s, subject);
	while (pos <= subject.len && (r = search_from(&q, pos)) != REGEX_NO) {
		struct regex_match m;
		size_t out_start;

		if (r == REGEX_GAVE_UP || out_of_time(&q, n++))
			return REGEX_GAVE_UP;
		fill_match(&q, &m);
		any = REGEX_YES;
		if (m.start > copied)
			buf_add(out, subject.ptr + copied, m.start - copied);
		out_start = out->len;
		add_replacement(re, subject, &m, with, out);
		if (on_edit)
			on_edit(arg, m.start, m.end, out_start, out->len);
		copied = m.end;
		pos = m.end > m.start ? m.end : next_start(subject, m.end);
	}
	if (subject.len > copied)
		buf_add(out, subject.ptr + copied, subject.len - copied);
	return any;
}
