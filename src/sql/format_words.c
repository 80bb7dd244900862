/* What the formatter knows about words: keywords by their neighbours, blanks, clauses. */
#include "sql/format_int.h"

#include "base/ban.h"

static bool any_of(const struct flist *f, size_t i, const char *words)
{
	struct slice rest = slice_str(words), word;
	enum sql_token kind;

	if (i >= f->n)
		return slice_eq_str(slice_of(words, words[0] == '$' ? 1 : 0), "$");
	kind = f->t[i].kind;
	while (rest.len) {
		char name[32] = "";

		rest = slice_cut(rest, ' ', &word);
		if ((word.ptr[0] == '#' && (kind == SQL_NUMBER || kind == SQL_PARAM)) ||
		        (word.ptr[0] == '\'' && kind == SQL_STRING) ||
		        (word.ptr[0] == '@' && (kind == SQL_IDENT || kind == SQL_QUOTED)))
			return true;
		memcpy(name, word.ptr, word.len < sizeof name ? word.len : sizeof name - 1);
		if (ftok_is(f, i, name))
			return true;
	}
	return false;
}

/*
 * Words of the grammar that may also name a column are keywords only beside certain others: # is a
 * number, ' a string, @ a name, ^ the statement's start; NULL asks nothing.
 */
static const struct {
	const char *word, *before, *after;
} by_place[] = {
        {"ALL", "UNION EXCEPT INTERSECT SELECT LIMIT", NULL},
        {"ALL", "= <> != < > <= >=", "("},
        {"ANALYZE", "EXPLAIN", NULL},
        {"ANY", "= <> != < > <= >=", "("},
        {"ASC", "@ # ) ]", "$ , ) ; NULLS ROWS RANGE LIMIT OFFSET FETCH UNION FROM"},
        {"AT", NULL, "TIME"},
        {"BERNOULLI", "TABLESAMPLE", NULL},
        {"COLUMNS", "SHOW", NULL},
        {"CURRENT", NULL, "ROW"},
        {"DATE", NULL, "'"},
        {"DAY", "' (", "$ ) , + - * FROM TO AND OR THEN"},
        {"DESC", "@ # ) ]", "$ , ) ; NULLS ROWS RANGE LIMIT OFFSET FETCH UNION FROM"},
        {"EXPLAIN", "^", NULL},
        {"FETCH", NULL, "FIRST NEXT"},
        {"FILTER", ")", "("},
        {"FIRST", "NULLS FETCH", NULL},
        {"FOLLOWING", "UNBOUNDED # )", NULL},
        {"GROUPS", NULL, "BETWEEN UNBOUNDED CURRENT"},
        {"HOUR", "' (", "$ ) , + - * FROM TO AND OR THEN"},
        {"IF", "TABLE VIEW SCHEMA COLUMN", "EXISTS NOT"},
        {"IGNORE", NULL, "NULLS"},
        {"INTERVAL", NULL, "'"},
        {"LAST", "NULLS", NULL},
        {"LATERAL", NULL, "("},
        {"LIMIT", NULL, "# ALL"},
        {"MATCHED", "WHEN NOT", NULL},
        {"MERGE", "^", "INTO"},
        {"MINUTE", "' (", "$ ) , + - * FROM TO AND OR THEN"},
        {"MONTH", "' (", "$ ) , + - * FROM TO AND OR THEN"},
        {"NEXT", "FETCH", NULL},
        {"NULLS", "IGNORE RESPECT", NULL},
        {"NULLS", NULL, "FIRST LAST"},
        {"OFFSET", NULL, "#"},
        {"ONLY", "ROW ROWS", NULL},
        {"ORDINALITY", "WITH", NULL},
        {"OVER", ") NULLS", NULL},
        {"PARTITION", NULL, "BY"},
        {"PARTITIONS", "SHOW", NULL},
        {"PRECEDING", "UNBOUNDED # )", NULL},
        {"RANGE", NULL, "BETWEEN UNBOUNDED CURRENT"},
        {"REPLACE", "OR", NULL},
        {"RESPECT", NULL, "NULLS"},
        {"ROW", "CURRENT #", NULL},
        {"ROWS", "#", NULL},
        {"ROWS", NULL, "BETWEEN UNBOUNDED CURRENT #"},
        {"SCHEMA", "CREATE DROP", NULL},
        {"SCHEMAS", "SHOW", NULL},
        {"SECOND", "' (", "$ ) , + - * FROM TO AND OR THEN"},
        {"SET", NULL, NULL},
        {"SETS", "GROUPING", NULL},
        {"SHOW", "^", NULL},
        {"SOME", "= <> != < > <= >=", "("},
        {"SYSTEM", "TABLESAMPLE", NULL},
        {"TABLES", "SHOW", NULL},
        {"TABLESAMPLE", NULL, "BERNOULLI SYSTEM"},
        {"TIES", "WITH", NULL},
        {"TIME", "AT", "ZONE"},
        {"TIME", NULL, "'"},
        {"TIMESTAMP", NULL, "'"},
        {"UNBOUNDED", NULL, "PRECEDING FOLLOWING"},
        {"UPDATE", "^ THEN", NULL},
        {"VIEW", "CREATE REPLACE DROP SHOW", NULL},
        {"WINDOW", NULL, "@"},
        {"WITHIN", ")", "GROUP"},
        {"YEAR", "' (", "$ ) , + - * FROM TO AND OR THEN"},
        {"ZONE", "TIME", NULL},
};

bool format_upper(const struct flist *f, size_t i)
{
	size_t before = ftok_prev(f, i), after = ftok_next(f, i);
	bool first = f->t[i].statement == i;

	if (ftok_is(f, before, ".") || ftok_is(f, after, "."))
		return false;
	if (sql_is_reserved(ftok_text(f, i)))
		return true;
	if (ftok_is(f, before, "AS"))
		return false; /* a new name: its case may show in the result */
	for (size_t k = 0; k < sizeof by_place / sizeof *by_place; k++)
		if (ftok_is(f, i, by_place[k].word) &&
		        (!by_place[k].before || (first ? by_place[k].before[0] == '^'
		                                       : any_of(f, before, by_place[k].before))) &&
		        (!by_place[k].after || any_of(f, after, by_place[k].after)))
			return strcmp(by_place[k].word, "SET") != 0 ||
			       ftok_is(f, f->t[i].statement, "UPDATE");
	return false;
}

static bool is_call(const struct flist *f, size_t i) /* a reserved word that is called */
{
	return any_of(f, i,
	        "CAST EXTRACT NORMALIZE TRIM UNNEST CUBE ROLLUP GROUPING JSON_ARRAY JSON_EXISTS "
	        "JSON_OBJECT JSON_QUERY JSON_TABLE JSON_VALUE LISTAGG");
}

/* Is the + or - at i a sign? */
static bool is_sign(const struct flist *f, size_t i)
{
	size_t p = ftok_prev(f, i);

	if (!any_of(f, i, "+ -"))
		return false;
	if (p == NO_MATCH || f->t[p].kind == SQL_OPERATOR || any_of(f, p, "( [ , ;"))
		return true;
	return f->t[p].kind == SQL_KEYWORD && sql_is_reserved(ftok_text(f, p)) &&
	       !any_of(f, p,
	               "END NULL TRUE FALSE CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP "
	               "CURRENT_USER LOCALTIME LOCALTIMESTAMP");
}

static bool is_name(const struct flist *f, size_t i)
{
	char c = f->text.ptr[f->t[i].start];
	enum sql_token k = f->t[i].kind;

	return (k == SQL_IDENT || k == SQL_QUOTED || k == SQL_KEYWORD || k == SQL_FUNCTION) &&
	       !(c >= '0' && c <= '9');
}

static bool gap_at_bracket(const struct flist *f, size_t p, size_t i)
{
	enum sql_token k = f->t[p].kind;

	if (f->text.ptr[f->t[i].start] == '[')
		return k == SQL_OPERATOR || k == SQL_PARAM || any_of(f, p, ",") ||
		       (k == SQL_KEYWORD && sql_is_reserved(ftok_text(f, p)));
	if (k == SQL_FUNCTION || is_call(f, p))
		return false;
	if (ftok_is(f, p, "FILTER")) /* the array function, or an aggregate's clause */
		return ftok_is(f, ftok_prev(f, p), ")") || f->t[i].spaced;
	return k == SQL_IDENT || k == SQL_QUOTED ? f->t[i].spaced : true;
}

bool format_gap(const struct flist *f, size_t i)
{
	size_t p = i - 1;
	const struct ftok *a = &f->t[p], *b = &f->t[i];
	bool ddl = any_of(f, b->statement, "CREATE ALTER");

	if (a->kind == SQL_COMMENT || b->kind == SQL_COMMENT)
		return !any_of(f, i, ", ; )");
	if (any_of(f, i, ", ; ) ]") || any_of(f, p, "( ["))
		return false;
	if (b->raw || any_of(f, p, "{ } ^ $ {- -} : ::") || any_of(f, i, "{ } ^ $ {- -} : ::"))
		return b->spaced;
	if (ddl && (any_of(f, p, "< >") || any_of(f, i, "< >") || a->kind == SQL_PARAM ||
	                   b->kind == SQL_PARAM))
		return b->spaced;
	if (ftok_is(f, i, "."))
		return is_name(f, p) || any_of(f, p, ") ]") ? false : b->spaced;
	if (ftok_is(f, p, "."))
		return is_name(f, i) || ftok_is(f, i, "*") ? false : b->spaced;
	if (any_of(f, i, "( ["))
		return gap_at_bracket(f, p, i);
	if (is_sign(f, p))
		return b->kind == SQL_OPERATOR;
	return true;
}

static enum fclause join_clause(const struct flist *f, size_t i)
{
	size_t prev = ftok_prev(f, i), next = ftok_next(f, i);

	if (ftok_is(f, i, "JOIN"))
		return any_of(f, prev, "INNER LEFT RIGHT FULL CROSS OUTER NATURAL") ? CLAUSE_NONE
		                                                                    : CLAUSE_COND;
	if (ftok_is(f, prev, "NATURAL") || !any_of(f, i, "INNER LEFT RIGHT FULL CROSS NATURAL"))
		return CLAUSE_NONE;
	return any_of(f, next, "JOIN OUTER INNER LEFT RIGHT FULL") ? CLAUSE_COND : CLAUSE_NONE;
}

static bool is_with(const struct flist *f, size_t i)
{
	size_t name = ftok_next(f, i), after;

	if (!ftok_is(f, i, "WITH") || name == NO_MATCH || ftok_is(f, name, "ORDINALITY"))
		return false;
	after = ftok_next(f, name);
	return ftok_is(f, name, "RECURSIVE") ||
	       (is_name(f, name) && (ftok_is(f, after, "AS") || ftok_is(f, after, "(")));
}

static enum fclause ddl_clause(const struct flist *f, size_t i)
{
	size_t next = ftok_next(f, i);

	if (ftok_is(f, i, "ROW"))
		return ftok_is(f, next, "FORMAT") ? CLAUSE_FLOW : CLAUSE_NONE;
	return any_of(f, i, "PARTITIONED CLUSTERED STORED LOCATION TBLPROPERTIES") ? CLAUSE_FLOW
	                                                                           : CLAUSE_NONE;
}

static enum fclause query_clause(const struct flist *f, size_t i, size_t *head)
{
	size_t prev = ftok_prev(f, i), next = ftok_next(f, i);

	if (ftok_is(f, i, "SELECT")) {
		*head += next == i + 1 && any_of(f, next, "DISTINCT ALL");
		return CLAUSE_LIST;
	}
	if (any_of(f, i, "UNION EXCEPT INTERSECT")) {
		*head += next == i + 1 && any_of(f, next, "DISTINCT ALL");
		return CLAUSE_FLOW;
	}
	if (is_with(f, i))
		return CLAUSE_WITH;
	if (ftok_is(f, i, "FROM"))
		return any_of(f, prev, "DELETE DISTINCT") ? CLAUSE_NONE : CLAUSE_FLOW;
	if (any_of(f, i, "WHERE HAVING"))
		return CLAUSE_COND;
	if (ftok_is(f, i, "GROUP") && ftok_is(f, next, "BY")) {
		*head += next == i + 1;
		return CLAUSE_LIST;
	}
	if (ftok_is(f, i, "VALUES"))
		return CLAUSE_LIST;
	if ((ftok_is(f, i, "WINDOW") || ftok_is(f, i, "LIMIT") || ftok_is(f, i, "OFFSET") ||
	            ftok_is(f, i, "FETCH")) &&
	        f->t[i].upper)
		return CLAUSE_FLOW;
	if (ftok_is(f, i, "SET") && ftok_is(f, f->t[i].statement, "UPDATE"))
		return CLAUSE_LIST;
	if (ftok_is(f, i, "WHEN") && any_of(f, next, "MATCHED NOT"))
		return CLAUSE_FLOW;
	return join_clause(f, i);
}

enum fclause format_clause(const struct flist *f, size_t i, bool query, size_t *head)
{
	size_t next = ftok_next(f, i);
	enum sql_token kind = f->t[i].kind;

	*head = 1;
	if (kind != SQL_KEYWORD && kind != SQL_IDENT)
		return CLAUSE_NONE;
	if (any_of(f, f->t[i].statement, "CREATE") && ddl_clause(f, i) != CLAUSE_NONE)
		return CLAUSE_FLOW;
	if (kind != SQL_KEYWORD || any_of(f, f->t[i].statement, "SHOW DESCRIBE USE") ||
	        ftok_is(f, ftok_prev(f, i), "."))
		return CLAUSE_NONE;
	if (any_of(f, i, "ORDER PARTITION") && ftok_is(f, next, "BY")) {
		*head += next == i + 1;
		return CLAUSE_LIST;
	}
	if (query)
		return query_clause(f, i, head);
	return any_of(f, i, "ROWS RANGE GROUPS") && f->t[i].upper ? CLAUSE_FLOW : CLAUSE_NONE;
}
