/*
 * An engine for tests of the server alone (local/duck.h without DuckDB). Its SQL:
 *   SELECT rows N      N rows of id bigint, text varchar: "", NULL and a text of two lines in turn
 *   SELECT slow        runs until it is stopped; scanned bytes grow
 *   SELECT fail        fails as a table that is not there
 *   SHOW x, EXPLAIN x  two columns of text; a plan of three lines
 *   anything with "syntax" is refused at once
 */
#include "local/duck.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ban.h"

struct duck {
	int unused;
};

struct duck *duck_open(const struct duck_config *cfg, struct err *err)
{
	(void)cfg;
	(void)err;
	return MEM_NEW(struct duck);
}

void duck_close(struct duck *d)
{
	mem_free(d);
}

static bool has(struct slice sql, const char *word)
{
	return slice_find(sql, slice_str(word)) >= 0;
}

int duck_check(struct duck *d, struct slice sql, struct duck_statement *out, struct err *err)
{
	(void)d;
	*out = (struct duck_statement){.kind = DUCK_SELECT};
	snprintf(out->statement_type, sizeof(out->statement_type), "DML");
	snprintf(out->substatement_type, sizeof(out->substatement_type), "SELECT");
	if (has(sql, "syntax") || slice_trim(sql).len == 0) {
		err_set(err, ERR_SYNTAX, "line 1:8: mismatched input 'syntax'");
		return -1;
	}
	if (slice_starts(sql, "SHOW")) {
		out->kind = DUCK_SHOW;
		snprintf(out->statement_type, sizeof(out->statement_type), "UTILITY");
		snprintf(out->substatement_type, sizeof(out->substatement_type), "SHOW_TABLES");
	} else if (slice_starts(sql, "EXPLAIN")) {
		out->kind = DUCK_EXPLAIN;
		snprintf(out->substatement_type, sizeof(out->substatement_type), "EXPLAIN");
	}
	return 0;
}

void duck_live_init(struct duck_live *l)
{
	memset(l, 0, sizeof(*l));
}

void duck_stop(struct duck_live *l)
{
	atomic_store(&l->stop, true);
}

static struct cell text(const char *s)
{
	return (struct cell){s, s ? (uint32_t)strlen(s) : 0};
}

static int run_rows(long n, const struct duck_sink *sink, struct duck_live *live, struct err *err)
{
	static const char *const texts[] = {"", NULL, "say \"hi\"\nand, go"};
	for (long i = 0; i < n; i++) {
		char id[24];
		snprintf(id, sizeof(id), "%ld", i);
		struct cell cells[2] = {text(id), text(texts[i % 3])};
		if (atomic_load(&live->stop))
			return err_set(err, ERR_CANCELLED, "stopped");
		if (sink->row(sink->arg, cells, err) < 0)
			return -1;
		atomic_fetch_add(&live->output_rows, 1);
	}
	return 0;
}

static int run_slow(struct duck_live *live, struct err *err)
{
	for (int i = 0; i < 60000 && !atomic_load(&live->stop); i++) {
		atomic_fetch_add(&live->scanned_bytes, 1000);
		clock_sleep_ms(1);
	}
	return err_set(err, ERR_CANCELLED, "stopped");
}

int duck_run(struct duck *d, struct slice sql, const char *database, const struct duck_sink *sink,
        struct duck_live *live, struct err *err)
{
	struct columns c;
	int rc;
	(void)d;
	(void)database;
	if (has(sql, "fail"))
		return err_set(err, ERR_QUERY,
		        "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.reddit.x' does not "
		        "exist");
	if (has(sql, "slow"))
		return run_slow(live, err);
	columns_init(&c);
	bool plan = slice_starts(sql, "EXPLAIN");
	columns_add(
	        &c, slice_str(plan ? "Query Plan" : "id"), slice_str(plan ? "varchar" : "bigint"));
	if (!plan)
		columns_add(&c, slice_str("text"), slice_str("varchar"));
	rc = sink->columns(sink->arg, &c, err);
	columns_release(&c);
	struct cell three = text("one\n two\nthree");
	const char *rows = "SELECT rows ";
	if (rc == 0 && plan)
		return sink->row(sink->arg, &three, err);
	char number[24];
	snprintf(number, sizeof(number), "%.*s", (int)(sql.len < 12 ? 0 : sql.len - 12),
	        sql.ptr + 12);
	return rc == 0 ? run_rows(slice_starts(sql, rows) ? strtol(number, NULL, 10) : 3, sink,
	                         live, err)
	               : rc;
}

size_t duck_databases(struct duck *d, char ***names)
{
	(void)d;
	*names = mem_calloc(1, sizeof(char *));
	(*names)[0] = mem_strdup("reddit");
	return 1;
}

size_t duck_tables(struct duck *d, const char *database, char ***names)
{
	(void)d;
	(void)database;
	*names = mem_calloc(120, sizeof(char *));
	for (int i = 0; i < 120; i++)
		(*names)[i] = mem_printf("t%03d", i);
	return 120;
}

void duck_names_free(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		mem_free(names[i]);
	mem_free(names);
}

int duck_table_get(struct duck *d, const char *database, const char *table, struct duck_table *out,
        struct err *err)
{
	(void)d;
	if (strcmp(table, "broken") == 0)
		return err_set(err, ERR_DATA, "the file is not Parquet");
	if (table[0] != 't')
		return err_set(err, ERR_NOT_FOUND, "no such table");
	*out = (struct duck_table){mem_strdup(database), mem_strdup(table), mem_strdup("reddit/t"),
	        mem_strdup("parquet"), mem_calloc(2, sizeof(struct duck_column)), 2};
	out->col[0] = (struct duck_column){mem_strdup("a"),
	        mem_strdup("array(row(x varchar, \"y z\" map(bigint, timestamp(3))))"), false};
	out->col[1] = (struct duck_column){mem_strdup("month"), mem_strdup("varchar"), true};
	return 0;
}

void duck_table_release(struct duck_table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		mem_free(t->col[i].name);
		mem_free(t->col[i].type);
	}
	mem_free(t->col);
	mem_free(t->database);
	mem_free(t->name);
	mem_free(t->location);
	mem_free(t->format);
}
