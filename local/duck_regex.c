/* Trino's REGEXP_* on the project's own engine, so that athena-duck and the local filters agree. */
#include "local/duck_functions.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "recipe/regex.h"

#include <stdio.h>

#include "base/ban.h"

#define BUDGET_MS 1000 /* of one value; then the query fails rather than guess */

/* A pattern that is constant is compiled once, when the statement is bound. */
static void bound_free(void *p)
{
	regex_free(p);
}

static void *bound_copy(void *p)
{
	return regex_ref(p);
}

static void bind_pattern(duckdb_bind_info info)
{
	duckdb_client_context ctx = NULL;
	duckdb_value value = NULL;
	duckdb_expression e = duckdb_scalar_function_bind_get_argument(info, 1);
	if (e && duckdb_expression_is_foldable(e)) {
		duckdb_scalar_function_get_client_context(info, &ctx);
		duckdb_error_data fault = duckdb_expression_fold(ctx, e, &value);
		duckdb_destroy_error_data(&fault);
	}
	if (value && !duckdb_is_null_value(value)) {
		struct err err = ERR_INIT;
		char *text = duckdb_get_varchar(value), why[700];
		struct regex *re = regex_new(slice_str(text), 0, &err);
		duckdb_free(text);
		if (re) {
			duckdb_scalar_function_set_bind_data(info, re, bound_free);
			duckdb_scalar_function_set_bind_data_copy(info, bound_copy);
		} else {
			snprintf(why, sizeof(why), "INVALID_FUNCTION_ARGUMENT: %s", err.text);
			duckdb_scalar_function_bind_set_error(info, why);
		}
	}
	duckdb_destroy_value(&value);
	duckdb_destroy_client_context(&ctx);
	duckdb_destroy_expression(&e);
}

/* One chunk being worked on. */
struct work {
	duckdb_function_info info;
	duckdb_data_chunk in;
	duckdb_vector out;
	const struct regex *bound;
	struct regex *own; /* of a pattern that is no constant */
	struct slice own_text;
	struct regex_scratch *scratch;
	bool failed;
};

static void work_init(
        struct work *w, duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)
{
	*w = (struct work){.info = info, .in = in, .out = out};
	w->bound = duckdb_scalar_function_get_bind_data(info);
	w->scratch = regex_scratch_new(BUDGET_MS);
}

static void work_release(struct work *w)
{
	regex_free(w->own);
	regex_scratch_free(w->scratch);
}

static void fail(struct work *w, const char *why)
{
	char text[800];
	snprintf(text, sizeof(text), "INVALID_FUNCTION_ARGUMENT: %s", why);
	duckdb_scalar_function_set_error(w->info, text);
	w->failed = true;
}

static struct slice argument(const struct work *w, idx_t column, idx_t i)
{
	return duck_string(duckdb_data_chunk_get_vector(w->in, column), i);
}

static const struct regex *pattern(struct work *w, idx_t i)
{
	struct err err = ERR_INIT;
	if (w->bound)
		return w->bound;
	struct slice text = argument(w, 1, i);
	if (w->own && slice_eq(text, w->own_text))
		return w->own;
	regex_free(w->own);
	w->own = regex_new(text, 0, &err);
	w->own_text = text;
	if (!w->own)
		fail(w, err.text);
	return w->own;
}

/* The next match from *at on, moving *at behind it; false at the end or after a failure. */
static bool next_match(
        struct work *w, const struct regex *re, struct slice s, size_t *at, struct regex_match *m)
{
	if (*at > s.len)
		return false;
	enum regex_result r = regex_find(re, w->scratch, s, *at, m);
	if (r == REGEX_GAVE_UP)
		fail(w, "the regular expression takes too long on a value");
	if (r != REGEX_YES)
		return false;
	*at = m->end;
	if (m->end == m->start) { /* an empty match: go on behind the next character */
		size_t n = m->end < s.len ? utf8_decode(slice_of(s.ptr + m->end, s.len - m->end),
		                                    &(uint32_t){0}, NULL)
		                          : 1;
		*at += n;
	}
	return true;
}

static int64_t group_of(struct work *w, const struct regex *re, idx_t column, idx_t i)
{
	if (duckdb_data_chunk_get_column_count(w->in) <= column)
		return 0;
	int64_t g =
	        ((int64_t *)duckdb_vector_get_data(duckdb_data_chunk_get_vector(w->in, column)))[i];
	char want[32];
	snprintf(want, sizeof(want), "$%lld", (long long)g);
	if (g < 0 || g > 9 || (g > 0 && regex_check_replacement(re, slice_str(want), NULL) < 0)) {
		fail(w, "Pattern has no such group");
		return -1;
	}
	return g;
}

static bool group_range(const struct regex_match *m, int64_t g, struct slice s, struct slice *out)
{
	size_t a = g ? m->group[2 * g] : m->start, b = g ? m->group[2 * g + 1] : m->end;
	if (a == (size_t)-1)
		return false;
	*out = slice_of(s.ptr + a, b - a);
	return true;
}

typedef void (*row_fn)(struct work *w, const struct regex *re, struct slice s, idx_t i);

static void each_row(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out, row_fn fn)
{
	struct work w;
	work_init(&w, info, in, out);
	for (idx_t i = 0; i < duckdb_data_chunk_get_size(in) && !w.failed; i++) {
		if (!duck_args_valid(in, i)) {
			duck_set_null(out, i);
			continue;
		}
		const struct regex *re = pattern(&w, i);
		if (re)
			fn(&w, re, argument(&w, 0, i), i);
	}
	work_release(&w);
}

static void like_row(struct work *w, const struct regex *re, struct slice s, idx_t i)
{
	struct regex_match m;
	size_t at = 0;
	((bool *)duckdb_vector_get_data(w->out))[i] = next_match(w, re, s, &at, &m);
}

static void count_row(struct work *w, const struct regex *re, struct slice s, idx_t i)
{
	struct regex_match m;
	size_t at = 0;
	int64_t n = 0;
	while (next_match(w, re, s, &at, &m))
		n++;
	((int64_t *)duckdb_vector_get_data(w->out))[i] = n;
}

static void position_row(struct work *w, const struct regex *re, struct slice s, idx_t i)
{
	struct regex_match m;
	size_t at = 0;
	bool found = next_match(w, re, s, &at, &m);
	((int64_t *)duckdb_vector_get_data(w->out))[i] =
	        found ? (int64_t)utf8_count(slice_of(s.ptr, m.start)) + 1 : -1;
}

static void extract_row(struct work *w, const struct regex *re, struct slice s, idx_t i)
{
	struct regex_match m;
	struct slice part;
	size_t at = 0;
	int64_t g = group_of(w, re, 2, i);
	if (g >= 0 && next_match(w, re, s, &at, &m) && group_range(&m, g, s, &part))
		duckdb_vector_assign_string_element_len(w->out, i, part.ptr, part.len);
	else
		duck_set_null(w->out, i);
}

static void replace_row(struct work *w, const struct regex *re, struct slice s, idx_t i)
{
	bool three = duckdb_data_chunk_get_column_count(w->in) > 2;
	struct slice with = three ? argument(w, 2, i) : slice_of("", 0);
	struct err err = ERR_INIT;
	struct buf out;
	buf_init(&out, (size_t)1 << 30);
	if (regex_check_replacement(re, with, &err) < 0)
		fail(w, err.text);
	else if (regex_replace(re, w->scratch, s, with, &out, NULL, NULL) == REGEX_GAVE_UP)
		fail(w, "the regular expression takes too long on a value");
	else
		duckdb_vector_assign_string_element_len(w->out, i, buf_str(&out), out.len);
	buf_release(&out);
}

static idx_t list_add(struct work *w, struct slice s, bool null)
{
	idx_t n = duckdb_list_vector_get_size(w->out);
	duckdb_list_vector_reserve(w->out, n + 1);
	duckdb_list_vector_set_size(w->out, n + 1);
	duckdb_vector child = duckdb_list_vector_get_child(w->out);
	if (null)
		duck_set_null(child, n);
	else
		duckdb_vector_assign_string_element_len(child, n, s.ptr ? s.ptr : "", s.len);
	return n;
}

static void list_end(struct work *w, idx_t i, idx_t from)
{
	duckdb_list_entry *e = duckdb_vector_get_data(w->out);
	e[i].offset = from;
	e[i].length = duckdb_list_vector_get_size(w->out) - from;
}

static void extract_all_row(struct work *w, const struct regex *re, struct slice s, idx_t i)
{
	struct regex_match m;
	size_t at = 0;
	idx_t from = duckdb_list_vector_get_size(w->out);
	int64_t g = group_of(w, re, 2, i);
	while (g >= 0 && next_match(w, re, s, &at, &m)) {
		struct slice part = slice_of("", 0);
		bool some = group_range(&m, g, s, &part);
		list_add(w, part, !some);
	}
	list_end(w, i, from);
}

static void split_row(struct work *w, const struct regex *re, struct slice s, idx_t i)
{
	struct regex_match m;
	size_t at = 0, last = 0;
	idx_t from = duckdb_list_vector_get_size(w->out);
	while (next_match(w, re, s, &at, &m)) {
		list_add(w, slice_of(s.ptr + last, m.start - last), false);
		last = m.end;
	}
	list_add(w, slice_of(s.ptr + last, s.len - last), false);
	list_end(w, i, from);
}

#define ROWS(NAME)                                                                                 \
	static void NAME(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)       \
	{                                                                                          \
		each_row(info, in, out, NAME##_row);                                               \
	}
ROWS(like)
ROWS(count)
ROWS(position)
ROWS(extract)
ROWS(replace)
ROWS(extract_all)
ROWS(split)

int duck_regex_register(duckdb_connection con, struct err *err)
{
	const duckdb_type text = DUCKDB_TYPE_VARCHAR, big = DUCKDB_TYPE_BIGINT;
	const struct duck_function all[] = {
	        {"trino_regexp_like", {text, text}, DUCKDB_TYPE_BOOLEAN, false, like, bind_pattern},
	        {"trino_regexp_count", {text, text}, big, false, count, bind_pattern},
	        {"trino_regexp_position", {text, text}, big, false, position, bind_pattern},
	        {"trino_regexp_extract", {text, text}, text, false, extract, bind_pattern},
	        {"trino_regexp_extract", {text, text, big}, text, false, extract, bind_pattern},
	        {"trino_regexp_replace", {text, text}, text, false, replace, bind_pattern},
	        {"trino_regexp_replace", {text, text, text}, text, false, replace, bind_pattern},
	        {"trino_regexp_extract_all", {text, text}, text, true, extract_all, bind_pattern},
	        {"trino_regexp_extract_all", {text, text, big}, text, true, extract_all,
	                bind_pattern},
	        {"trino_regexp_split", {text, text}, text, true, split, bind_pattern},
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (duck_register(con, &all[i], err) < 0)
			return -1;
	}
	return 0;
}
