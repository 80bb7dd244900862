#include "base/mem.h"
#include "sql/lexer.h"
#include "sql/literal.h"
#include "sql/queryfile.h"

#include "base/ban.h"

/* Rendered SQL grows piece by piece; a caller that maps places back watches the pieces. */
struct renderer {
	const struct queryfile *q;
	const char *const *values;
	struct buf *out;
	bool mapping;
	size_t wanted;  /* offset in the rendered text ... */
	size_t file_at; /* ... and where it comes from in the file */
};

static const char *value_given(const char *const *values, const char *name)
{
	const char *found = NULL;
	size_t n = strlen(name);

	for (; values && *values; values++)
		if (strncmp(*values, name, n) == 0 && (*values)[n] == '=')
			found = *values + n + 1;
	return found;
}

static const struct query_param *declared(const struct queryfile *q, struct slice name)
{
	size_t i;

	for (i = 0; i < q->n_params; i++)
		if (slice_eq_str(name, q->param[i].name))
			return &q->param[i];
	return NULL;
}

static void list_names(const struct queryfile *q, struct buf *out)
{
	size_t i;

	for (i = 0; i < q->n_params; i++)
		buf_printf(out, "%s%s", i ? ", " : "it has ", q->param[i].name);
	if (q->n_params == 0)
		buf_add_str(out, "it has none");
}

/* Every "name=value" must speak of a declared parameter. */
static int check_values(const struct queryfile *q, const char *const *values, struct err *err)
{
	for (; values && *values; values++) {
		struct slice name;
		struct buf names;

		slice_cut(slice_str(*values), '=', &name);
		if (name.len < strlen(*values) && declared(q, name))
			continue;
		if (name.len == strlen(*values))
			return err_set(err, ERR_USAGE, "'%.80s' is not a parameter as name=value",
			        *values);
		buf_init(&names, 400);
		list_names(q, &names);
		err_set(err, ERR_USAGE, "the query has no parameter '%.*s'; %s",
		        (int)(name.len < 80 ? name.len : 80), name.ptr, buf_str(&names));
		buf_release(&names);
		return -1;
	}
	return 0;
}

static void emit(struct renderer *r, struct slice text, size_t file_at, bool literal)
{
	size_t start = r->out->len;

	buf_add_slice(r->out, text);
	if (r->mapping && r->wanted >= start)
		r->file_at = literal ? file_at : file_at + (r->wanted - start);
}

/* Would c, right beside a literal, become one token with it? */
static bool needs_gap(const char *safe, char c)
{
	return !strchr(safe, c);
}

static int emit_param(struct renderer *r, struct sql_tok t, struct err *err)
{
	struct slice text = slice_str(r->q->text);
	struct slice name = slice_of(text.ptr + t.start + 1, t.end - t.start - 1);
	const struct query_param *p = declared(r->q, name);
	const char *value;
	struct buf lit;
	int rc;

	if (!p) {
		err_set(err, ERR_CONFIG,
		        "parameter :%.*s is not declared; add a line '-- param %.*s: string = ...' "
		        "on top",
		        (int)name.len, name.ptr, (int)name.len, name.ptr);
		if (err)
			sql_line_col(text, t.start, &err->line, &err->col);
		return -1;
	}
	value = value_given(r->values, p->name);
	if (!value && !(value = p->value))
		return err_set(err, ERR_USAGE,
		        "parameter %s has no default; give it a value: %s=...", p->name, p->name);
	buf_init(&lit, BUF_NO_LIMIT);
	if (t.start && needs_gap(" \t\r\n(,[=<>+*/%", text.ptr[t.start - 1]))
		buf_add_char(&lit, ' ');
	rc = literal_add(&lit, p->name, p->type, value, err);
	if (t.end < text.len && needs_gap(" \t\r\n),];=<>+*/%", text.ptr[t.end]))
		buf_add_char(&lit, ' ');
	if (rc == 0)
		emit(r, buf_slice(&lit), t.start, true);
	buf_release(&lit);
	return rc;
}

/* Behind the last token that is neither blank, comment nor ';'. */
static size_t content_end(struct slice text)
{
	struct sql_lexer lx;
	struct sql_tok t;
	size_t end = 0;

	sql_lexer_init(&lx, text);
	while ((t = sql_lexer_next(&lx)).kind != SQL_END)
		if (t.kind != SQL_SPACE && t.kind != SQL_COMMENT &&
		        !(t.kind == SQL_PUNCT && text.ptr[t.start] == ';'))
			end = t.end;
	return end;
}

static int render(struct renderer *r, struct err *err)
{
	struct slice text = slice_str(r->q->text);
	struct sql_lexer lx;
	struct sql_tok t;

	text.len = content_end(text);
	if (text.len == 0)
		return err_set(err, ERR_USAGE, "%s holds no SQL: write a SELECT",
		        r->q->path ? r->q->path : "the query");
	if (check_values(r->q, r->values, err) != 0)
		return -1;
	sql_lexer_init(&lx, text);
	while ((t = sql_lexer_next(&lx)).kind != SQL_END) {
		if (t.kind == SQL_PARAM && text.ptr[t.start] == ':') {
			if (emit_param(r, t, err) != 0)
				return -1;
			continue;
		}
		emit(r, slice_of(text.ptr + t.start, t.end - t.start), t.start, false);
	}
	if (r->out->failed)
		return err_set(err, ERR_USAGE, "the query is longer than %zu bytes; shorten it",
		        r->out->max);
	return 0;
}

int queryfile_render(
        const struct queryfile *q, const char *const *values, struct buf *out, struct err *err)
{
	struct renderer r = {.q = q, .values = values, .out = out};

	if (q->fault) {
		err_set(err, ERR_CONFIG, "%s", q->fault);
		return -1;
	}
	return render(&r, err);
}

void queryfile_map(const struct queryfile *q, const char *const *values, int line, int col,
        int *file_line, int *file_col)
{
	struct buf sql, again;
	struct renderer r = {.q = q, .values = values, .out = &sql};

	*file_line = line;
	*file_col = col;
	buf_init(&sql, BUF_NO_LIMIT);
	buf_init(&again, BUF_NO_LIMIT);
	if (render(&r, NULL) == 0) {
		r.wanted = sql_offset(buf_slice(&sql), line, col);
		r.mapping = true;
		r.out = &again;
		render(&r, NULL);
		sql_line_col(slice_str(q->text), r.file_at, file_line, file_col);
	}
	buf_release(&sql);
	buf_release(&again);
}
