#include "job/resulttypes.h"

#include "base/log.h"
#include "base/mem.h"
#include "rows/resultpage.h"

#include <string.h>

#include "base/ban.h"

struct known { /* a query that was asked about */
	struct known *next;
	char *query_id;
	struct columns columns; /* none: not known */
};

struct result_types {
	struct engine *engine;
	struct known *first;
};

struct result_types *result_types_new(struct engine *e)
{
	struct result_types *t = MEM_NEW(struct result_types);

	t->engine = e;
	return t;
}

void result_types_free(struct result_types *t)
{
	struct known *k, *next;

	for (k = t ? t->first : NULL; k; k = next) {
		next = k->next;
		columns_release(&k->columns);
		mem_free(k->query_id);
		mem_free(k);
	}
	mem_free(t);
}

static void take(struct known *k, const char *json)
{
	struct resultpage page;
	struct err err = ERR_INIT;

	if (resultpage_parse(&page, slice_str(json), true, &err) != 0) {
		log_debug("job", "no column types: %s", err.text);
		return;
	}
	columns_release(&k->columns);
	columns_copy(&k->columns, &page.columns);
	resultpage_release(&page);
}

static void reply(void *arg, const char *json, const struct err *err)
{
	if (json)
		take(arg, json);
	else
		log_debug("job", "no column types: %s", err ? err->text : "no reply");
}

static struct known *find(struct result_types *t, const char *query_id)
{
	for (struct known *k = t->first; k; k = k->next)
		if (strcmp(k->query_id, query_id) == 0)
			return k;
	return NULL;
}

static struct known *ask(struct result_types *t, const char *query_id)
{
	struct known *k = MEM_NEW(struct known);
	char *params;

	k->query_id = mem_strdup(query_id);
	columns_init(&k->columns);
	k->next = t->first;
	t->first = k;
	if (!t->engine || strpbrk(query_id, "\"\\"))
		return k;
	params = mem_printf("{\"QueryExecutionId\":\"%s\",\"MaxResults\":1}", query_id);
	engine_call(t->engine, "GetQueryResults", params, reply, k, NULL);
	mem_free(params);
	return k;
}

const struct columns *result_types_of(struct result_types *t, const char *query_id)
{
	const struct known *k;

	if (!query_id || !*query_id)
		return NULL;
	k = find(t, query_id);
	if (!k)
		k = ask(t, query_id);
	return k->columns.n ? &k->columns : NULL;
}

void result_types_reply(struct result_types *t, const char *query_id, const char *json)
{
	struct known *k = find(t, query_id);

	if (k)
		take(k, json);
}
