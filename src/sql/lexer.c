#include "sql/lexer.h"

#include "base/utf8.h"

#include "base/ban.h"

void sql_lexer_init(struct sql_lexer *lx, struct slice text)
{
	lx->text = text;
	lx->pos = 0;
	lx->inside = SQL_INSIDE_NOTHING;
}

void sql_lexer_resume(struct sql_lexer *lx, struct slice text, size_t pos, enum sql_inside inside)
{
	lx->text = text;
	lx->pos = pos;
	lx->inside = inside;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool sql_is_word(char c)
{
	return is_letter(c) || is_digit(c);
}

/* The byte at i, or NUL past the end: a NUL in the text starts no token either. */
static char at(struct slice s, size_t i)
{
	return i < s.len ? s.ptr[i] : '\0';
}

static size_t skip_words(struct slice s, size_t i)
{
	while (sql_is_word(at(s, i)))
		i++;
	return i;
}

static size_t skip_digits(struct slice s, size_t i)
{
	while (is_digit(at(s, i)) || (at(s, i) == '_' && is_digit(at(s, i + 1))))
		i++;
	return i;
}

/* i is behind the opening quote; false when the text ends inside. A doubled quote stays inside. */
static bool skip_quoted(struct slice s, size_t *i, char quote, bool doubling)
{
	for (;;) {
		const char *q = *i < s.len ? memchr(s.ptr + *i, quote, s.len - *i) : NULL;

		if (!q) {
			*i = s.len;
			return false;
		}
		*i = (size_t)(q - s.ptr) + 1;
		if (!doubling || at(s, *i) != quote)
			return true;
		++*i;
	}
}

static enum sql_token quoted(
        struct slice s, size_t *i, char quote, bool doubling, enum sql_token kind)
{
	return skip_quoted(s, i, quote, doubling) ? kind : SQL_BAD;
}

static enum sql_token block_comment(struct slice s, size_t *i)
{
	ptrdiff_t n = slice_find(slice_of(s.ptr + *i, s.len - *i), slice_of("*/", 2));

	*i = n < 0 ? s.len : *i + (size_t)n + 2;
	return n < 0 ? SQL_BAD : SQL_COMMENT;
}

static enum sql_token line_comment(struct slice s, size_t *i)
{
	while (*i < s.len && s.ptr[*i] != '\n' && s.ptr[*i] != '\r')
		++*i;
	return SQL_COMMENT;
}

static bool in_set(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool prefixed_number(struct slice s, size_t *i)
{
	char kind = at(s, *i + 1);
	const char *digits = in_set(kind, "xX")   ? "0123456789abcdefABCDEF"
	                     : in_set(kind, "oO") ? "01234567"
	                                          : "01";
	size_t end = *i + 2;

	if (at(s, *i) != '0' || !in_set(kind, "xXoObB"))
		return false;
	while (in_set(at(s, end), digits) || (at(s, end) == '_' && in_set(at(s, end + 1), digits)))
		end++;
	if (end == *i + 2 || sql_is_word(at(s, end)))
		return false;
	*i = end;
	return true;
}

/* 12, 1_000, 1.5, 1., .5, 1e5, 0xFF; 1abc is an identifier of Trino's. */
static enum sql_token number(struct slice s, size_t *i)
{
	size_t start = *i, exp;

	if (prefixed_number(s, i))
		return SQL_NUMBER;
	*i = skip_digits(s, *i);
	if (at(s, *i) == '.')
		*i = skip_digits(s, *i + 1);
	if (in_set(at(s, *i), "eE")) {
		exp = *i + 1;
		exp += in_set(at(s, exp), "+-");
		if (is_digit(at(s, exp)))
			*i = skip_digits(s, exp);
	}
	if (!sql_is_word(at(s, *i)) || memchr(s.ptr + start, '.', *i - start))
		return SQL_NUMBER;
	*i = skip_words(s, *i);
	return SQL_IDENT;
}

/* Non-reserved words that stand before '(' without being called. */
static bool is_clause_word(struct slice w)
{
	static const char *const words[] = {"over", "filter", "all", "any", "some", "sets",
	        "lateral", "bernoulli", "system", "match_recognize", "pattern", "permute",
	        "include", "view", "set"};
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (slice_eq_nocase(w, slice_str(words[i])))
			return true;
	return false;
}

static enum sql_token word(struct slice s, size_t *i)
{
	struct slice w = slice_of(s.ptr + *i, skip_words(s, *i) - *i);
	bool call;

	*i += w.len;
	call = at(s, *i) == '(';
	if (sql_is_reserved(w))
		return SQL_KEYWORD;
	if (sql_is_keyword(w) && (!call || is_clause_word(w)))
		return SQL_KEYWORD;
	return call ? SQL_FUNCTION : SQL_IDENT;
}

static enum sql_token operator_or_bad(struct slice s, size_t *i)
{
	static const char two[][3] = {"<>", "!=", "<=", ">=", "||", "->", "=>", "::", "{-", "-}"};
	size_t k, n;

	for (k = 0; k < sizeof two / sizeof *two; k++)
		if (at(s, *i) == two[k][0] && at(s, *i + 1) == two[k][1]) {
			*i += 2;
			return SQL_OPERATOR;
		}
	if (in_set(at(s, *i), "=<>+-*/%|^$:{}")) {
		++*i;
		return SQL_OPERATOR;
	}
	n = utf8_decode(slice_of(s.ptr + *i, s.len - *i), &(uint32_t){0}, NULL);
	*i += n ? n : 1;
	return SQL_BAD;
}

static enum sql_token scan(struct slice s, size_t *i)
{
	char c = at(s, *i), next = at(s, *i + 1);

	if (is_space(c)) {
		while (is_space(at(s, *i)))
			++*i;
		return SQL_SPACE;
	}
	if (c == '-' && next == '-')
		return line_comment(s, i);
	if (c == '/' && next == '*')
		return *i += 2, block_comment(s, i);
	if (c == '\'' || c == '"' || c == '`')
		return ++*i, quoted(s, i, c, true, c == '\'' ? SQL_STRING : SQL_QUOTED);
	if ((c == 'x' || c == 'X') && next == '\'')
		return *i += 2, quoted(s, i, '\'', false, SQL_STRING);
	if ((c == 'u' || c == 'U') && next == '&' && at(s, *i + 2) == '\'')
		return *i += 3, quoted(s, i, '\'', true, SQL_STRING);
	if (is_digit(c) || (c == '.' && is_digit(next)))
		return number(s, i);
	if (is_letter(c))
		return word(s, i);
	if (c == '?' || (c == ':' && is_letter(next)))
		return *i = skip_words(s, *i + 1), SQL_PARAM;
	if (in_set(c, "()[],;."))
		return ++*i, SQL_PUNCT;
	return operator_or_bad(s, i);
}

static enum sql_token rest_of(struct sql_lexer *lx)
{
	enum sql_inside inside = lx->inside;

	lx->inside = SQL_INSIDE_NOTHING;
	switch (inside) {
	case SQL_INSIDE_COMMENT: return block_comment(lx->text, &lx->pos);
	case SQL_INSIDE_STRING: return quoted(lx->text, &lx->pos, '\'', true, SQL_STRING);
	case SQL_INSIDE_QUOTED: return quoted(lx->text, &lx->pos, '"', true, SQL_QUOTED);
	default: return quoted(lx->text, &lx->pos, '`', true, SQL_QUOTED);
	}
}

struct sql_tok sql_lexer_next(struct sql_lexer *lx)
{
	struct sql_tok t = {SQL_END, lx->pos, lx->pos};

	if (lx->pos >= lx->text.len)
		return t;
	t.kind = lx->inside ? rest_of(lx) : scan(lx->text, &lx->pos);
	t.end = lx->pos;
	return t;
}

void sql_line_col(struct slice text, size_t offset, int *line, int *col)
{
	const char *p = text.ptr, *end, *nl;

	if (offset > text.len)
		offset = text.len;
	end = p + offset;
	*line = 1;
	while (p < end && (nl = memchr(p, '\n', (size_t)(end - p)))) {
		p = nl + 1;
		++*line;
	}
	*col = 1 + (int)utf8_count(slice_of(p, (size_t)(end - p)));
}

size_t sql_offset(struct slice text, int line, int col)
{
	const char *p = text.ptr, *end = p + text.len, *nl;
	size_t n;

	for (; line > 1 && p < end && (nl = memchr(p, '\n', (size_t)(end - p))); line--)
		p = nl + 1;
	if (line > 1)
		return text.len;
	for (; col > 1 && p < end && *p != '\n'; col--) {
		n = utf8_decode(slice_of(p, (size_t)(end - p)), &(uint32_t){0}, NULL);
		p += n ? n : 1;
	}
	return p ? (size_t)(p - text.ptr) : 0;
}
