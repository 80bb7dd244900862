/*
 * The seed's own rules, byte for byte as Python's re has them, by hand because every row passes
 * them; and code blocks.
 */
#include "recipe/clean.h"

#include "base/ban.h"

static const struct slice nothing = {NULL, 0};

static const char *find(struct slice s, size_t from, const char *what, size_t n)
{
	return from < s.len ? memmem(s.ptr + from, s.len - from, what, n) : NULL;
}

/* https?://\S at or after p: where it begins and where the \S is. */
static bool next_http(struct slice s, size_t p, size_t *start, size_t *rest)
{
	const char *at;

	for (size_t i = p; (at = find(s, i, "://", 3)) != NULL; i = (size_t)(at - s.ptr) + 1) {
		size_t colon = (size_t)(at - s.ptr), begin;

		if (colon >= p + 4 && memcmp(at - 4, "http", 4) == 0)
			begin = colon - 4;
		else if (colon >= p + 5 && memcmp(at - 5, "https", 5) == 0)
			begin = colon - 5;
		else
			continue;
		if (colon + 3 == s.len || space_at(s, colon + 3))
			continue;
		*start = begin;
		*rest = colon + 3;
		return true;
	}
	return false;
}

/* www\.\S at or after p. */
static bool next_www(struct slice s, size_t p, size_t *start, size_t *rest)
{
	const char *at;

	for (size_t i = p; (at = find(s, i, "www.", 4)) != NULL; i = (size_t)(at - s.ptr) + 1) {
		size_t begin = (size_t)(at - s.ptr);

		if (begin + 4 == s.len || space_at(s, begin + 4))
			continue;
		*start = begin;
		*rest = begin + 4;
		return true;
	}
	return false;
}

/* https?://\S+|www\.\S+ */
void clean_seed_urls(struct rewrite *w)
{
	struct slice s = w->in;
	size_t p = 0, http = 0, http_rest = 0, www = 0, www_rest = 0;
	bool any_http = next_http(s, 0, &http, &http_rest);
	bool any_www = next_www(s, 0, &www, &www_rest);

	while (any_http || any_www) {
		bool take_http = any_http && (!any_www || http < www);
		size_t start = take_http ? http : www, end = take_http ? http_rest : www_rest;

		while (end < s.len && !space_at(s, end))
			end++;
		rewrite_range(w, start, end, nothing);
		p = end;
		if (any_http && http < p)
			any_http = next_http(s, p, &http, &http_rest);
		if (any_www && www < p)
			any_www = next_www(s, p, &www, &www_rest);
	}
}

static bool name_byte(unsigned char c, bool dash)
{
	return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
	       (dash && c == '-');
}

/* /?\bu/[A-Za-z0-9_-]+ or /?\br/[A-Za-z0-9_]+: looked for by the slash, which is rare in text. */
void clean_seed_mentions(struct rewrite *w, char letter, bool dash)
{
	struct slice s = w->in;
	size_t p = 0;
	const char *at;

	while (p < s.len && (at = memchr(s.ptr + p, '/', s.len - p)) != NULL) {
		size_t slash = (size_t)(at - s.ptr), start = slash - 1, end = slash + 1;

		p = end;
		if (slash < 1 || start < w->copied || s.ptr[start] != letter ||
		        word_before(s, start))
			continue;
		while (end < s.len && name_byte((unsigned char)s.ptr[end], dash))
			end++;
		if (end == slash + 1)
			continue;
		if (start > w->copied && s.ptr[start - 1] == '/')
			start--;
		rewrite_range(w, start, end, nothing);
		p = end;
	}
}

/* One line: [start, end) without its LF, next begins the line after. */
struct line {
	size_t start, end, next;
};

static struct line line_at(struct slice s, size_t p)
{
	const char *lf = p < s.len ? memchr(s.ptr + p, '\n', s.len - p) : NULL;
	size_t end = lf ? (size_t)(lf - s.ptr) : s.len;

	return (struct line){p, end, lf ? end + 1 : s.len};
}

static bool is_blank(struct slice s, struct line l)
{
	for (size_t i = l.start; i < l.end; i++)
		if (s.ptr[i] != ' ' && s.ptr[i] != '\t')
			return false;
	return true;
}

/* "```" or "~~~" after at most three spaces; *mark is its character. */
static bool is_fence(struct slice s, struct line l, char *mark)
{
	size_t i = l.start;

	while (i < l.end && i < l.start + 3 && s.ptr[i] == ' ')
		i++;
	if (l.end - i < 3 || (s.ptr[i] != '`' && s.ptr[i] != '~'))
		return false;
	*mark = s.ptr[i];
	return s.ptr[i + 1] == *mark && s.ptr[i + 2] == *mark;
}

static bool is_indented(struct slice s, struct line l)
{
	if (is_blank(s, l))
		return false;
	return s.ptr[l.start] == '\t' ||
	       (l.end - l.start >= 4 && memcmp(s.ptr + l.start, "    ", 4) == 0);
}

/* End of the fenced block that `open` begins: behind its closing line. p when it never closes. */
static size_t fenced_end(struct slice s, struct line open, char mark)
{
	struct line l = open;
	char other;

	while (l.next < s.len) {
		l = line_at(s, l.next);
		if (is_fence(s, l, &other) && other == mark)
			return l.next;
	}
	return open.start;
}

/* Indented lines, with blank lines between them. */
static size_t indented_end(struct slice s, struct line first)
{
	size_t end = first.next;
	struct line l = first;

	while (l.next < s.len) {
		l = line_at(s, l.next);
		if (is_indented(s, l))
			end = l.next;
		else if (!is_blank(s, l))
			break;
	}
	return end;
}

size_t code_block(struct slice s, size_t from, size_t *start)
{
	bool after_blank = true; /* an indented block cannot interrupt a paragraph */
	char mark;

	for (struct line l = line_at(s, from); l.start < s.len; l = line_at(s, l.next)) {
		size_t end = l.start;

		if (is_fence(s, l, &mark))
			end = fenced_end(s, l, mark);
		else if (after_blank && is_indented(s, l))
			end = indented_end(s, l);
		if (end > l.start) {
			*start = l.start;
			return end;
		}
		after_blank = is_blank(s, l);
	}
	return 0;
}

void clean_code(struct rewrite *w)
{
	size_t p = 0, start, end;

	while ((end = code_block(w->in, p, &start)) != 0) {
		rewrite_range(w, start, end, nothing);
		p = end;
	}
}
