#include "local/duck_errors.h"

#include "base/mem.h"
#include "sql/lexer.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ban.h"

struct cause {
	const struct dialect *d;
	const char *database, *type, *subtype, *name, *message;
	size_t at; /* byte of the source */
	bool placed;
};

static const char *member(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

static int fail(struct err *err, const struct cause *c, const char *name, const char *fmt, ...)
        __attribute__((format(printf, 4, 5)));

static int fail(struct err *err, const struct cause *c, const char *name, const char *fmt, ...)
{
	char text[400];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (c->placed)
		dialect_error(err, ERR_QUERY, c->d->text, c->at, "%s", text);
	else
		err_set(err, ERR_QUERY, "%s", text);
	return err_prefix(err, "%s", name);
}

/* The word at a place of the source, for "mismatched input". */
static struct slice word_at(const struct dialect *d, size_t at)
{
	struct sql_lexer lx;
	sql_lexer_init(&lx, d->text);
	lx.pos = at;
	struct sql_tok t = sql_lexer_next(&lx);
	return t.kind == SQL_END ? slice_str("<EOF>")
	                         : slice_of(d->text.ptr + t.start, t.end - t.start);
}

static int syntax(struct err *err, struct cause *c)
{
	if (!c->d)
		return err_set(err, ERR_SYNTAX, "%s", c->message);
	if (!c->placed || strstr(c->message, "end of input"))
		c->at = dialect_source(c->d, c->d->sql.len);
	struct slice w = word_at(c->d, c->at);
	return dialect_error(err, ERR_SYNTAX, c->d->text, c->at, "mismatched input '%.*s'",
	        (int)(w.len > 100 ? 100 : w.len), w.ptr);
}

static bool says(const struct cause *c, const char *part)
{
	return strstr(c->message, part) != NULL;
}

/* The text between the first pair of quotes of a message. */
static void quoted_part(const struct cause *c, char *out, size_t size)
{
	const char *a = strpbrk(c->message, "'\""), *b = a ? strchr(a + 1, *a) : NULL;
	size_t n = b ? (size_t)(b - a - 1) : 0;
	n = n < size ? n : size - 1;
	memcpy(out, a ? a + 1 : "", n);
	out[n] = '\0';
}

static int no_match(struct err *err, const struct cause *c)
{
	char call[200];
	quoted_part(c, call, sizeof(call));
	bool op = !isalpha((unsigned char)call[0]) && call[0] != '_';
	if (op && strncmp(call, "||", 2) != 0)
		return fail(err, c, "TYPE_MISMATCH", "Cannot apply operator: %s", call);
	return fail(err, c, "FUNCTION_NOT_FOUND", "Unexpected parameters for function %s", call);
}

static int catalog_error(struct err *err, const struct cause *c, const json_t *o)
{
	if (strcasecmp(member(o, "type"), "Table") == 0)
		return fail(err, c, "TABLE_NOT_FOUND",
		        "Table 'awsdatacatalog.%s.%s' does not exist",
		        c->database ? c->database : "default", c->name);
	if (strstr(member(o, "type"), "unction"))
		return fail(err, c, "FUNCTION_NOT_FOUND", "Function '%s' not registered", c->name);
	if (says(c, "Type with name"))
		return fail(err, c, "TYPE_NOT_FOUND", "Unknown type: %s", c->name);
	return fail(err, c, "GENERIC_USER_ERROR", "%s", c->message);
}

static int binder_error(struct err *err, const struct cause *c)
{
	static const struct {
		const char *part, *name;
	} known[] = {
	        {"Ambiguous reference", "AMBIGUOUS_NAME"},
	        {"cannot contain aggregates", "EXPRESSION_NOT_SCALAR"},
	        {"cannot contain window", "EXPRESSION_NOT_SCALAR"},
	        {"must appear in the GROUP BY", "EXPRESSION_NOT_AGGREGATE"},
	        {"ORDER term out of range", "INVALID_COLUMN_REFERENCE"},
	        {"GROUP BY term out of range", "INVALID_COLUMN_REFERENCE"},
	        {"in the SELECT DISTINCT", "EXPRESSION_NOT_IN_DISTINCT"},
	        {"Duplicate CTE name", "DUPLICATE_NAMED_QUERY"},
	        {"Set operations can only apply", "TYPE_MISMATCH"},
	        {"Cannot mix values", "TYPE_MISMATCH"},
	        {"Cannot compare values", "TYPE_MISMATCH"},
	        {"Cannot combine types", "TYPE_MISMATCH"},
	        {"VALUES lists must all be the same length", "TYPE_MISMATCH"},
	        {"Could not convert", "TYPE_MISMATCH"},
	};
	char word[200];
	if (strcmp(c->subtype, "COLUMN_NOT_FOUND") == 0 || says(c, "not found in FROM clause") ||
	        says(c, "because the FROM clause is missing") || says(c, "Referenced table") ||
	        says(c, "does not have a column named")) {
		quoted_part(c, word, sizeof(word));
		return fail(err, c, "COLUMN_NOT_FOUND",
		        "Column '%s' cannot be resolved or requester is not authorized to access "
		        "requested resources",
		        *word ? word : c->name);
	}
	if (strcmp(c->subtype, "NO_MATCHING_FUNCTION") == 0 ||
	        says(c, "does not support the supplied") || says(c, "No function matches"))
		return no_match(err, c);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (says(c, known[i].part))
			return fail(err, c, known[i].name, "%s", c->message);
	}
	return fail(err, c, "TYPE_MISMATCH", "%s", c->message);
}

/* Our own functions raise "CODE_IN_CAPITALS: text". */
static bool has_name(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
	return n > 4 && s[n] == ':' && s[n + 1] == ' ';
}

static int judge(struct err *err, struct cause *c, const json_t *o)
{
	struct cause plain = *c;
	plain.placed = false; /* errors of values have no place in Trino */
	if (strstr(c->type, "Interrupt") || strcasecmp(c->type, "interrupt") == 0)
		return err_set(err, ERR_CANCELLED, "Query cancelled by user");
	if (strcasecmp(c->type, "parser") == 0)
		return syntax(err, c);
	if (has_name(c->message))
		return err_set(err, ERR_QUERY, "%s", c->message);
	if (strcasecmp(c->type, "catalog") == 0)
		return catalog_error(err, c, o);
	if (strcasecmp(c->type, "binder") == 0)
		return binder_error(err, c);
	if (strcasecmp(c->type, "conversion") == 0)
		return fail(err, &plain,
		        says(c, "out of range") ? "NUMERIC_VALUE_OUT_OF_RANGE"
		                                : "INVALID_CAST_ARGUMENT",
		        "%s", c->message);
	if (strcasecmp(c->type, "out of range") == 0)
		return fail(err, &plain, "NUMERIC_VALUE_OUT_OF_RANGE", "%s", c->message);
	if (strcasecmp(c->type, "invalid input") == 0)
		return fail(err, &plain, "INVALID_FUNCTION_ARGUMENT", "%s", c->message);
	if (strcasecmp(c->type, "out of memory") == 0)
		return fail(err, &plain, "EXCEEDED_LOCAL_MEMORY_LIMIT",
		        "Query exhausted the memory of this server; give athena-duck more or read "
		        "less");
	if (strcasecmp(c->type, "permission") == 0)
		return fail(err, &plain, "PERMISSION_DENIED", "Access to files is not allowed");
	if (strcasecmp(c->type, "io") == 0)
		return fail(err, &plain, "HIVE_CANNOT_OPEN_SPLIT",
		        "a file of the table cannot be read");
	return fail(err, &plain, "GENERIC_INTERNAL_ERROR", "%s", c->message);
}

int duck_error_json(struct err *err, const struct dialect *d, const char *database, const json_t *o)
{
	const char *position = member(o, "position"), *message = member(o, "exception_message");
	if (!*message)
		message = member(o, "error_message"); /* json_serialize_sql's spelling */
	const char *type = member(o, "exception_type");
	size_t n = strcspn(message, "\n");
	char *line = mem_strndup(message, n), *own = line;
	while ((own = strstr(own, "trino_")) !=
	        NULL) /* our functions bear Trino's names to the user */
		memmove(own, own + 6, strlen(own + 6) + 1);
	struct cause c = {d, database, *type ? type : member(o, "error_type"),
	        member(o, "error_subtype"),
	        strncmp(member(o, "name"), "trino_", 6) == 0 ? member(o, "name") + 6
	                                                     : member(o, "name"),
	        line, 0, false};
	if (d && *position) {
		c.at = dialect_source(d, (size_t)strtoull(position, NULL, 10));
		c.placed = true;
	}
	judge(err, &c, o);
	mem_free(line);
	return -1;
}

int duck_error(struct err *err, const struct dialect *d, const char *database, const char *message)
{
	json_error_t je;
	const char *brace = strchr(message, '{');
	json_t *o = brace ? json_loads(brace, 0, &je) : NULL;
	if (json_is_object(o) && json_object_get(o, "exception_message")) {
		duck_error_json(err, d, database, o);
	} else if (strncmp(message, "INTERRUPT", 9) == 0) {
		err_set(err, ERR_CANCELLED, "Query cancelled by user");
	} else {
		size_t n = strcspn(message, "\n");
		err_set(err, ERR_QUERY, "GENERIC_INTERNAL_ERROR: %.*s", (int)(n > 400 ? 400 : n),
		        message);
	}
	json_decref(o);
	return -1;
}
