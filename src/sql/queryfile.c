#include "sql/queryfile.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "sql/literal.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "base/ban.h"

#define MAX_FILE   ((size_t)4 << 20)
#define MAX_PARAMS 100

struct parser {
	struct queryfile *q;
	int line;
	struct err *err;
};

static int bad(struct parser *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static int bad(struct parser *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_vset(p->err, ERR_CONFIG, fmt, ap);
	va_end(ap);
	err_prefix(p->err, "%s:%d", p->q->path ? p->q->path : "query", p->line);
	if (p->err) {
		p->err->line = p->line;
		p->err->col = 1;
	}
	return -1;
}

static char *dup_slice(struct slice s)
{
	return mem_strndup(s.ptr ? s.ptr : "", s.len);
}

static struct slice rest_of(struct slice s, size_t n)
{
	return slice_of(s.ptr + n, s.len - n);
}

/* 'text' with '' for a quote; *rest is what follows. false when it does not end. */
static bool unquote(struct slice s, struct buf *out, struct slice *rest)
{
	size_t i;

	for (i = 1; i < s.len; i++) {
		if (s.ptr[i] == '\'' && (i + 1 == s.len || s.ptr[i + 1] != '\'')) {
			*rest = slice_trim(rest_of(s, i + 1));
			return true;
		}
		i += s.ptr[i] == '\'';
		buf_add_char(out, s.ptr[i]);
	}
	return false;
}

/* Where the help of a bare value begins: at "--" after a blank. */
static size_t help_start(struct slice s)
{
	size_t i;

	for (i = 0; i + 1 < s.len; i++)
		if (s.ptr[i] == '-' && s.ptr[i + 1] == '-' &&
		        (i == 0 || s.ptr[i - 1] == ' ' || s.ptr[i - 1] == '\t'))
			return i;
	return s.len;
}

static void set_help(struct query_param *qp, struct slice s)
{
	mem_free(qp->help);
	qp->help = dup_slice(s.len >= 2 ? slice_trim(rest_of(s, 2)) : s);
}

/* "= value -- help", the part after the type. */
static int parse_default(struct parser *p, struct query_param *qp, struct slice s)
{
	struct slice rest = {0};
	struct buf v;
	size_t n;

	if (!slice_starts(s, "="))
		return s.len == 0 || slice_starts(s, "--")
		               ? (set_help(qp, s), 0)
		               : bad(p,
		                         "after the type of parameter %s comes '= value' or '-- "
		                         "help'",
		                         qp->name);
	s = slice_trim(rest_of(s, 1));
	buf_init(&v, MAX_FILE);
	if (slice_starts(s, "'") && unquote(s, &v, &rest) &&
	        (rest.len == 0 || slice_starts(rest, "--"))) {
		set_help(qp, rest);
	} else if (slice_starts(s, "'") && strcmp(qp->type, "list") != 0) {
		buf_release(&v);
		return bad(p, "the quoted value of parameter %s must end with ' (write '' inside)",
		        qp->name);
	} else {
		n = help_start(s);
		buf_clear(&v);
		buf_add_slice(&v, slice_trim(slice_of(s.ptr, n)));
		set_help(qp, rest_of(s, n));
	}
	qp->value = buf_take(&v);
	return 0;
}

static const struct query_param *find_param(const struct queryfile *q, const char *name)
{
	size_t i;

	for (i = 0; i < q->n_params; i++)
		if (strcmp(q->param[i].name, name) == 0)
			return &q->param[i];
	return NULL;
}

static struct query_param *add_param(struct queryfile *q, struct slice name, struct slice type)
{
	struct query_param *qp;

	q->param = mem_realloc(q->param, q->n_params + 1, sizeof *q->param);
	qp = &q->param[q->n_params++];
	*qp = (struct query_param){.name = dup_slice(name), .type = dup_slice(type)};
	qp->help = mem_strdup("");
	return qp;
}

/* "min_score: integer = 2 -- at least this score" */
static int parse_param(struct parser *p, struct slice s)
{
	struct slice name, type, rest = slice_cut(s, ':', &name);
	struct query_param *qp;
	struct err why = ERR_INIT;
	size_t n = 0;

	name = slice_trim(name);
	rest = slice_trim(rest);
	while (n < rest.len && rest.ptr[n] >= 'a' && rest.ptr[n] <= 'z')
		n++;
	type = slice_of(rest.ptr, n);
	if (!literal_is_name(name))
		return bad(p, "a parameter is written '-- param name: type = value -- help'");
	if (p->q->n_params == MAX_PARAMS)
		return bad(p, "more than %d parameters", MAX_PARAMS);
	qp = add_param(p->q, name, type);
	if (find_param(p->q, qp->name) != qp)
		return bad(p, "parameter %s is declared twice", qp->name);
	if (!literal_is_type(qp->type))
		return bad(p, "parameter %s has the unknown type '%.40s'; one of " LITERAL_TYPES,
		        qp->name, qp->type);
	if (parse_default(p, qp, slice_trim(rest_of(rest, n))) != 0)
		return -1;
	if (qp->value && literal_check(qp->name, qp->type, qp->value, &why) != 0)
		return bad(p, "%s", why.text);
	return 0;
}

static int set_once(struct parser *p, char **field, const char *key, struct slice value)
{
	if (**field)
		return bad(p, "%s is given twice", key);
	mem_free(*field);
	*field = dup_slice(value);
	return 0;
}

/* One comment line; what is no key of ours is just a comment. */
static int parse_comment(struct parser *p, struct slice s)
{
	struct queryfile *q = p->q;
	struct slice key, value = slice_trim(slice_cut(s, ':', &key));

	if (slice_starts(s, "param ") || slice_starts(s, "param\t"))
		return parse_param(p, slice_trim(rest_of(s, 6)));
	if (slice_eq_str(key, "title"))
		return set_once(p, &q->title, "title", value);
	if (slice_eq_str(key, "description"))
		return set_once(p, &q->description, "description", value);
	if (slice_eq_str(key, "recipe"))
		return set_once(p, &q->recipe, "recipe", value);
	if (slice_eq_str(key, "database"))
		return set_once(p, &q->database, "database", value);
	return 0;
}

static int parse_front_matter(struct parser *p, struct slice text)
{
	struct slice line;

	while (text.len) {
		text = slice_cut(text, '\n', &line);
		line = slice_trim(line);
		p->line++;
		if (line.len == 0)
			continue;
		if (!slice_starts(line, "--"))
			break;
		while (slice_starts(line, "-"))
			line = rest_of(line, 1);
		if (parse_comment(p, slice_trim(line)) != 0)
			return -1;
	}
	return 0;
}

static char *name_of(const char *path)
{
	struct slice s = slice_str(path ? file_base(path) : "");

	if (slice_ends(s, ".sql"))
		s.len -= 4;
	return dup_slice(s);
}

static void fill(struct queryfile *q, struct slice text, const char *path)
{
	if (slice_starts(text, "\xef\xbb\xbf"))
		text = rest_of(text, 3);
	q->path = mem_strdup(path);
	q->name = name_of(path);
	q->title = mem_strdup("");
	q->description = mem_strdup("");
	q->recipe = mem_strdup("");
	q->database = mem_strdup("");
	q->text = dup_slice(text);
}

struct queryfile *queryfile_parse(struct slice text, const char *path, struct err *err)
{
	struct queryfile *q = MEM_NEW(struct queryfile);
	struct parser p = {q, 0, err};

	fill(q, text, path);
	if (parse_front_matter(&p, slice_str(q->text)) == 0)
		return q;
	queryfile_free(q);
	return NULL;
}

struct queryfile *queryfile_load(const char *path, struct err *err)
{
	struct queryfile *q = NULL;
	struct buf text;

	buf_init(&text, MAX_FILE);
	if (file_read(path, &text, err) == 0)
		q = queryfile_parse(buf_slice(&text), path, err);
	buf_release(&text);
	return q;
}

void queryfile_free(struct queryfile *q)
{
	size_t i;

	if (!q)
		return;
	for (i = 0; i < q->n_params; i++) {
		mem_free(q->param[i].name);
		mem_free(q->param[i].type);
		mem_free(q->param[i].value);
		mem_free(q->param[i].help);
	}
	mem_free(q->param);
	mem_free(q->path);
	mem_free(q->name);
	mem_free(q->title);
	mem_free(q->description);
	mem_free(q->recipe);
	mem_free(q->database);
	mem_free(q->text);
	mem_free(q->fault);
	mem_free(q);
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct queryfile *const *)a)->name, (*(struct queryfile *const *)b)->name);
}

/* What a bad file can be shown as, so that it is seen and mended. */
static struct queryfile *faulty(const char *path, const struct err *why)
{
	struct queryfile *q = MEM_NEW(struct queryfile);
	struct buf text;

	buf_init(&text, MAX_FILE);
	(void)file_read(path, &text, NULL);
	fill(q, buf_slice(&text), path);
	q->fault = mem_strdup(why->text);
	buf_release(&text);
	return q;
}

static void load_into(struct queryfile ***list, size_t *n, const char *dir, const char *name)
{
	char *path = file_join(dir, name);
	struct err err = ERR_INIT;
	struct queryfile *q = queryfile_load(path, &err);

	if (!q) {
		log_error("queries", "%s; this query cannot be used", err.text);
		q = faulty(path, &err);
	}
	mem_free(path);
	*list = mem_realloc(*list, *n + 1, sizeof **list);
	(*list)[(*n)++] = q;
}

size_t queryfile_list(const char *dir, struct queryfile ***out, struct err *err)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	size_t n = 0;

	*out = NULL;
	if (!d) {
		err_set_errno(err, ERR_IO, errno, "cannot list the query folder %s", dir);
		return 0;
	}
	while ((e = readdir(d)))
		if (e->d_name[0] != '.' && slice_ends(slice_str(e->d_name), ".sql"))
			load_into(out, &n, dir, e->d_name);
	closedir(d);
	if (n)
		qsort(*out, n, sizeof **out, by_name);
	return n;
}
