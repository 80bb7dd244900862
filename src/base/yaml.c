#include "base/yaml.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/ban.h"

#define MAX_DEPTH 32
#define MAX_NODES 100000
#define CORE_TAG  "tag:yaml.org,2002:"

struct yaml {
	enum yaml_kind kind;
	int line, col;
	char *text; /* scalars */
	bool truth;
	int64_t integer;
	double number;
	struct yaml **item; /* lists and maps */
	char **key;         /* maps */
	size_t n, cap;
};

struct reader {
	yaml_parser_t parser;
	const char *name;
	struct err *err;
	locale_t c_locale; /* numbers are written with a point whatever the user's locale */
	size_t nodes;
};

static int fail(struct reader *r, size_t line, size_t col, const char *fmt, ...)
        __attribute__((format(printf, 4, 5)));

/* line and col as libyaml counts them, from 0. */
static int fail(struct reader *r, size_t line, size_t col, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_vset(r->err, ERR_CONFIG, fmt, ap);
	va_end(ap);
	err_prefix(r->err, "%s:%zu:%zu", r->name, line + 1, col + 1);
	if (r->err) {
		r->err->line = (int)line + 1;
		r->err->col = (int)col + 1;
	}
	return -1;
}

static int fail_at(struct reader *r, const yaml_event_t *e, const char *what)
{
	return fail(r, e->start_mark.line, e->start_mark.column, "%s", what);
}

static int next_event(struct reader *r, yaml_event_t *e)
{
	const yaml_parser_t *p = &r->parser;

	if (yaml_parser_parse(&r->parser, e))
		return 0;
	if (p->error == YAML_READER_ERROR)
		return fail(r, p->mark.line, p->mark.column, "not UTF-8 text (%s, at byte %zu)",
		        p->problem ? p->problem : "unreadable", p->problem_offset);
	if (p->problem && strstr(p->problem, "cannot start any token"))
		return fail(r, p->problem_mark.line, p->problem_mark.column,
		        "a tab cannot indent, and text cannot begin with @ ` or %%: use spaces, or "
		        "quote it");
	return fail(r, p->problem_mark.line, p->problem_mark.column, "%s%s%s",
	        p->context ? p->context : "", p->context ? ": " : "",
	        p->problem ? p->problem : "not YAML");
}

static bool one_of(const char *s, const char *a, const char *b, const char *c)
{
	return strcmp(s, a) == 0 || strcmp(s, b) == 0 || strcmp(s, c) == 0;
}

static size_t digits(const char *s)
{
	return strspn(s, "0123456789");
}

/* [-+]? ( "." [0-9]+ | [0-9]+ ( "." [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool looks_float(const char *s)
{
	size_t whole, part = 0;

	s += *s == '-' || *s == '+';
	whole = digits(s);
	s += whole;
	if (*s == '.') {
		part = digits(s + 1);
		s += 1 + part;
	}
	if (whole + part == 0)
		return false;
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '-' || *s == '+';
		if (digits(s) == 0)
			return false;
		s += digits(s);
	}
	return *s == '\0';
}

static bool looks_int(const char *s, int *base)
{
	const char *d = s + (*s == '-' || *s == '+');

	*base = 10;
	if (strncmp(s, "0x", 2) == 0 && s[2] && s[2 + strspn(s + 2, "0123456789abcdefABCDEF")] == 0)
		*base = 16;
	else if (strncmp(s, "0o", 2) == 0 && s[2] && s[2 + strspn(s + 2, "01234567")] == 0)
		*base = 8;
	else
		return *d && d[digits(d)] == '\0';
	return true;
}

/* The core schema (YAML 1.2.2, section 10.3.2). -1: an integer that no int64 holds. */
static int resolve(struct reader *r, struct yaml *n)
{
	const char *s = n->text, *unsigned_s = s + (*s == '-' || *s == '+');
	int base;

	n->kind = YAML_STRING;
	if (*s == '\0' || strcmp(s, "~") == 0 || one_of(s, "null", "Null", "NULL")) {
		n->kind = YAML_NULL;
	} else if (one_of(s, "true", "True", "TRUE") || one_of(s, "false", "False", "FALSE")) {
		n->kind = YAML_BOOL;
		n->truth = *s == 't' || *s == 'T';
	} else if (looks_int(s, &base)) {
		errno = 0;
		n->kind = YAML_INT;
		n->integer = strtoll(base == 8 ? s + 2 : s, NULL, base);
		n->number = (double)n->integer;
		return errno == ERANGE ? -1 : 0;
	} else if (looks_float(s)) {
		n->kind = YAML_FLOAT;
		n->number = strtod_l(s, NULL, r->c_locale);
	} else if (one_of(unsigned_s, ".inf", ".Inf", ".INF")) {
		n->kind = YAML_FLOAT;
		n->number = *s == '-' ? -HUGE_VAL : HUGE_VAL;
	} else if (one_of(s, ".nan", ".NaN", ".NAN")) {
		n->kind = YAML_FLOAT;
		n->number = NAN;
	}
	return 0;
}

/* The kind that a core tag asks for; -1 for any other tag. */
static int tag_kind(const char *tag)
{
	static const struct {
		const char *tag;
		enum yaml_kind kind;
	} core[] = {{"null", YAML_NULL}, {"bool", YAML_BOOL}, {"int", YAML_INT},
	        {"float", YAML_FLOAT}, {"str", YAML_STRING}, {"seq", YAML_LIST}, {"map", YAML_MAP}};

	if (strcmp(tag, "!") == 0)
		return YAML_STRING;
	if (strncmp(tag, CORE_TAG, sizeof CORE_TAG - 1) != 0)
		return -1;
	for (size_t i = 0; i < sizeof core / sizeof *core; i++)
		if (strcmp(tag + sizeof CORE_TAG - 1, core[i].tag) == 0)
			return (int)core[i].kind;
	return -1;
}

static int scalar(struct reader *r, const yaml_event_t *e, struct yaml *n)
{
	const char *tag = (const char *)e->data.scalar.tag;
	size_t len = e->data.scalar.length;
	int kind = YAML_STRING;

	n->text = mem_strndup((const char *)e->data.scalar.value, len);
	if (memchr(n->text, '\0', len))
		return fail_at(r, e, "text with a NUL character is not supported");
	n->kind = YAML_STRING;
	if (tag && (kind = tag_kind(tag)) < 0)
		return fail_at(r, e,
		        "unknown tag: only !!str, !!int, !!float, !!bool and !!null are known");
	if (kind == YAML_STRING && (tag || e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE))
		return 0;
	if (resolve(r, n) < 0)
		return fail_at(r, e, "the number does not fit 64 bits; quote it if it is text");
	if (tag && (int)n->kind == YAML_INT && kind == YAML_FLOAT)
		n->kind = YAML_FLOAT;
	if (tag && (int)n->kind != kind)
		return fail_at(r, e, "the value is not of the kind that its tag says");
	return 0;
}

static void add(struct yaml *n, char *key, struct yaml *item)
{
	if (n->n == n->cap) {
		n->cap = n->cap ? 2 * n->cap : 8;
		n->item = mem_realloc(n->item, n->cap, sizeof *n->item);
		if (n->kind == YAML_MAP)
			n->key = mem_realloc(n->key, n->cap, sizeof *n->key);
	}
	if (key)
		n->key[n->n] = key;
	n->item[n->n++] = item;
}

static struct yaml *node(struct reader *r, const yaml_event_t *e, int depth);

static int list_items(struct reader *r, struct yaml *n, int depth)
{
	for (;;) {
		yaml_event_t e;
		struct yaml *item;

		if (next_event(r, &e) < 0)
			return -1;
		if (e.type == YAML_SEQUENCE_END_EVENT) {
			yaml_event_delete(&e);
			return 0;
		}
		item = node(r, &e, depth + 1);
		yaml_event_delete(&e);
		if (!item)
			return -1;
		add(n, NULL, item);
	}
}

struct named {
	const char *key;
	const struct yaml *item;
};

static int named_order(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int c = strcmp(x->key, y->key);

	if (c)
		return c;
	c = (x->item->line > y->item->line) - (x->item->line < y->item->line);
	return c ? c : (x->item->col > y->item->col) - (x->item->col < y->item->col);
}

/* By sorting: a map of 50,000 keys must not take a second. */
static int refuse_duplicates(struct reader *r, const struct yaml *n)
{
	struct named *all;
	int rc = 0;

	if (n->n < 2)
		return 0;
	all = mem_calloc(n->n, sizeof *all);
	for (size_t i = 0; i < n->n; i++)
		all[i] = (struct named){n->key[i], n->item[i]};
	qsort(all, n->n, sizeof *all, named_order);
	for (size_t i = 1; i < n->n && rc == 0; i++) {
		struct buf shown;

		if (strcmp(all[i].key, all[i - 1].key) != 0)
			continue;
		buf_init(&shown, 200);
		utf8_sanitize(&shown, slice_str(all[i].key));
		rc = fail(r, (size_t)all[i].item->line - 1, (size_t)all[i].item->col - 1,
		        "the key \"%s\" is there twice (first in line %d)", buf_str(&shown),
		        all[i - 1].item->line);
		buf_release(&shown);
	}
	mem_free(all);
	return rc;
}

/* *key is the caller's; NULL at the end of the map. */
static int map_key(struct reader *r, char **key)
{
	yaml_event_t e;
	int rc = 0;

	*key = NULL;
	if (next_event(r, &e) < 0)
		return -1;
	if (e.type == YAML_ALIAS_EVENT)
		rc = fail_at(r, &e, "aliases (*name) are not supported: write the value out");
	else if (e.type == YAML_SCALAR_EVENT && e.data.scalar.anchor)
		rc = fail_at(r, &e, "anchors (&name) are not supported");
	else if (e.type == YAML_SCALAR_EVENT &&
	         memchr(e.data.scalar.value, '\0', e.data.scalar.length))
		rc = fail_at(r, &e, "text with a NUL character is not supported");
	else if (e.type == YAML_SCALAR_EVENT)
		*key = mem_strndup((const char *)e.data.scalar.value, e.data.scalar.length);
	else if (e.type != YAML_MAPPING_END_EVENT)
		rc = fail_at(r, &e, "a key must be plain text");
	yaml_event_delete(&e);
	return rc;
}

static int map_items(struct reader *r, struct yaml *n, int depth)
{
	for (;;) {
		yaml_event_t e;
		struct yaml *item;
		char *key;

		if (map_key(r, &key) < 0)
			return -1;
		if (!key)
			return refuse_duplicates(r, n);
		if (next_event(r, &e) < 0) {
			mem_free(key);
			return -1;
		}
		item = node(r, &e, depth + 1);
		yaml_event_delete(&e);
		if (!item) {
			mem_free(key);
			return -1;
		}
		add(n, key, item);
	}
}

static int collection(struct reader *r, const yaml_event_t *e, struct yaml *n, int depth)
{
	bool map = e->type == YAML_MAPPING_START_EVENT;
	const char *tag =
	        (const char *)(map ? e->data.mapping_start.tag : e->data.sequence_start.tag);

	n->kind = map ? YAML_MAP : YAML_LIST;
	if (depth >= MAX_DEPTH)
		return fail_at(r, e, "nested more than 32 deep");
	if (tag && tag_kind(tag) != (int)n->kind)
		return fail_at(r, e, "unknown tag: only !!seq and !!map are known here");
	return map ? map_items(r, n, depth) : list_items(r, n, depth);
}

static bool has_anchor(const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT: return e->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT: return e->data.sequence_start.anchor;
	case YAML_MAPPING_START_EVENT: return e->data.mapping_start.anchor;
	default: return false;
	}
}

/* The node that e begins; reads on to its end. */
static struct yaml *node(struct reader *r, const yaml_event_t *e, int depth)
{
	struct yaml *n = MEM_NEW(struct yaml);
	int rc;

	n->line = (int)e->start_mark.line + 1;
	n->col = (int)e->start_mark.column + 1;
	if (++r->nodes > MAX_NODES)
		rc = fail_at(r, e, "more than 100000 values");
	else if (e->type == YAML_ALIAS_EVENT)
		rc = fail_at(r, e, "aliases (*name) are not supported: write the value out");
	else if (has_anchor(e))
		rc = fail_at(r, e, "anchors (&name) are not supported");
	else if (e->type == YAML_SCALAR_EVENT)
		rc = scalar(r, e, n);
	else
		rc = collection(r, e, n, depth);
	if (rc == 0)
		return n;
	yaml_free(n);
	return NULL;
}

/* Stream start, document start, node, document end, stream end. */
static struct yaml *document(struct reader *r)
{
	struct yaml *root = NULL;
	yaml_event_t e;
	bool end = false;

	while (!end) {
		bool ok = true;

		if (next_event(r, &e) < 0) {
			yaml_free(root);
			return NULL;
		}
		end = e.type == YAML_STREAM_END_EVENT;
		if (e.type == YAML_DOCUMENT_START_EVENT && root) {
			fail_at(r, &e, "only one document is allowed in a file");
			ok = false;
		} else if (e.type == YAML_SCALAR_EVENT || e.type == YAML_SEQUENCE_START_EVENT ||
		           e.type == YAML_MAPPING_START_EVENT || e.type == YAML_ALIAS_EVENT) {
			root = node(r, &e, 0);
			ok = root;
		}
		yaml_event_delete(&e);
		if (!ok) {
			yaml_free(root);
			return NULL;
		}
	}
	if (!root) { /* an empty file, or comments only */
		root = MEM_NEW(struct yaml);
		root->text = mem_strdup("");
		root->line = root->col = 1;
	}
	return root;
}

struct yaml *yaml_parse(struct slice text, const char *name, struct err *err)
{
	struct reader r = {.name = name, .err = err};
	struct yaml *doc;

	if (!yaml_parser_initialize(&r.parser)) {
		err_set(err, ERR_MEMORY, "Not enough memory to read %s", name);
		return NULL;
	}
	r.c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
	        &r.parser, (const unsigned char *)(text.len ? text.ptr : ""), text.len);
	doc = document(&r);
	freelocale(r.c_locale);
	yaml_parser_delete(&r.parser);
	return doc;
}

void yaml_free(struct yaml *doc)
{
	if (!doc)
		return;
	for (size_t i = 0; i < doc->n; i++) {
		yaml_free(doc->item[i]);
		if (doc->key)
			mem_free(doc->key[i]);
	}
	mem_free(doc->item);
	mem_free(doc->key);
	mem_free(doc->text);
	mem_free(doc);
}

enum yaml_kind yaml_kind(const struct yaml *n)
{
	return n->kind;
}

int yaml_line(const struct yaml *n)
{
	return n->line;
}

int yaml_col(const struct yaml *n)
{
	return n->col;
}

const char *yaml_str(const struct yaml *n)
{
	return n->text;
}

bool yaml_bool(const struct yaml *n)
{
	return n->truth;
}

int64_t yaml_int(const struct yaml *n)
{
	return n->integer;
}

double yaml_float(const struct yaml *n)
{
	return n->number;
}

size_t yaml_count(const struct yaml *n)
{
	return n->n;
}

const struct yaml *yaml_item(const struct yaml *n, size_t i)
{
	return i < n->n ? n->item[i] : NULL;
}

const char *yaml_key(const struct yaml *n, size_t i)
{
	return n->key && i < n->n ? n->key[i] : NULL;
}

const struct yaml *yaml_get(const struct yaml *n, const char *key)
{
	for (size_t i = 0; n->kind == YAML_MAP && i < n->n; i++)
		if (strcmp(n->key[i], key) == 0)
			return n->item[i];
	return NULL;
}
