#include "job/stagetree.h"
#include "job/js.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#include "base/ban.h"

#define TEXT_MAX   400 /* bytes of a name or an identifier that are kept */
#define NUMBER_MAX 1e15

static int64_t number(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	double d = json_is_number(v) ? json_number_value(v) : -1;
	return d >= 0 && d <= NUMBER_MAX ? (int64_t)d : -1;
}

static char *text(const json_t *v)
{
	const char *s = json_string_value(v);
	size_t n = s ? strlen(s) : 0;
	if (n > TEXT_MAX)
		for (n = TEXT_MAX; n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80; n--)
			;
	return mem_strndup(n ? s : "", n);
}

/* "1, 2, 3": the stages that a node reads from. */
static char *source_list(const json_t *list)
{
	struct buf b;
	buf_init(&b, TEXT_MAX);
	for (size_t i = 0; i < json_array_size(list) && b.len < TEXT_MAX / 2; i++) {
		char *s = text(json_array_get(list, i));
		if (b.len)
			buf_add_str(&b, ", ");
		buf_add_str(&b, s);
		mem_free(s);
	}
	char *out = mem_strdup(buf_str(&b));
	buf_release(&b);
	return out;
}

static void add_node(struct stagetree *t, struct stage *s, const json_t *o, int depth)
{
	if (!json_is_object(o))
		return;
	if (depth >= STAGETREE_MAX_DEPTH || t->n_nodes >= STAGETREE_MAX_NODES) {
		t->cut = true;
		return;
	}
	t->node[t->n_nodes++] = (struct stage_plan_node){
	        .depth = depth,
	        .name = text(json_object_get(o, "Name")),
	        .identifier = text(json_object_get(o, "Identifier")),
	        .sources = source_list(json_object_get(o, "RemoteSources")),
	};
	s->n_plan++;
	const json_t *children = json_object_get(o, "Children");
	for (size_t i = 0; i < json_array_size(children); i++)
		add_node(t, s, json_array_get(children, i), depth + 1);
}

static void add_stage(struct stagetree *t, const json_t *o, int depth)
{
	if (!json_is_object(o))
		return;
	if (depth >= STAGETREE_MAX_DEPTH || t->n >= STAGETREE_MAX_STAGES) {
		t->cut = true;
		return;
	}
	struct stage *s = &t->stage[t->n++];
	*s = (struct stage){
	        .depth = depth,
	        .id = number(o, "StageId"),
	        .input_rows = number(o, "InputRows"),
	        .input_bytes = number(o, "InputBytes"),
	        .output_rows = number(o, "OutputRows"),
	        .output_bytes = number(o, "OutputBytes"),
	        .execution_ms = number(o, "ExecutionTime"),
	        .plan = t->node + t->n_nodes,
	};
	snprintf(s->state, sizeof s->state, "%.15s", js_get_str(o, "State"));
	add_node(t, s, json_object_get(o, "QueryStagePlan"), 0);
	const json_t *sub = json_object_get(o, "SubStages");
	for (size_t i = 0; i < json_array_size(sub); i++)
		add_stage(t, json_array_get(sub, i), depth + 1);
}

/* Upper bounds, so that pointers into the lists stay. */
static void count(const json_t *o, const char *children, size_t *n, size_t max, int depth)
{
	if (!json_is_object(o) || depth >= STAGETREE_MAX_DEPTH || *n >= max)
		return;
	++*n;
	const json_t *list = json_object_get(o, children);
	for (size_t i = 0; i < json_array_size(list); i++)
		count(json_array_get(list, i), children, n, max, depth + 1);
}

static size_t count_nodes(const json_t *stage, int depth)
{
	size_t n = 0;
	if (!json_is_object(stage) || depth >= STAGETREE_MAX_DEPTH)
		return 0;
	count(json_object_get(stage, "QueryStagePlan"), "Children", &n, STAGETREE_MAX_NODES, 0);
	const json_t *sub = json_object_get(stage, "SubStages");
	for (size_t i = 0; i < json_array_size(sub) && n < STAGETREE_MAX_NODES; i++)
		n += count_nodes(json_array_get(sub, i), depth + 1);
	return n < STAGETREE_MAX_NODES ? n : STAGETREE_MAX_NODES;
}

static void read_tree(struct stagetree *t, const json_t *stats)
{
	const json_t *rows = json_object_get(stats, "Rows");
	const json_t *top = json_object_get(stats, "OutputStage");
	size_t n = 0;
	t->input_rows = number(rows, "InputRows");
	t->input_bytes = number(rows, "InputBytes");
	t->output_rows = number(rows, "OutputRows");
	t->output_bytes = number(rows, "OutputBytes");
	count(top, "SubStages", &n, STAGETREE_MAX_STAGES, 0);
	t->stage = mem_calloc(n ? n : 1, sizeof *t->stage);
	size_t nodes = count_nodes(top, 0);
	t->node = mem_calloc(nodes ? nodes : 1, sizeof *t->node);
	add_stage(t, top, 0);
}

struct stagetree *stagetree_parse(struct slice json, struct err *err)
{
	json_t *o = json_loadb(json.ptr ? json.ptr : "", json.len, 0, NULL);
	const json_t *stats = json_object_get(o, "QueryRuntimeStatistics");
	struct stagetree *t = NULL;
	if (json_is_object(stats)) {
		t = MEM_NEW(struct stagetree);
		atomic_init(&t->refs, 1);
		read_tree(t, stats);
	} else {
		err_set(err, ERR_PROTOCOL,
		        "Athena's answer to GetQueryRuntimeStatistics has no statistics in it");
	}
	json_decref(o);
	return t;
}

struct stagetree *stagetree_ref(struct stagetree *t)
{
	atomic_fetch_add(&t->refs, 1);
	return t;
}

void stagetree_unref(struct stagetree *t)
{
	if (t == NULL || atomic_fetch_sub(&t->refs, 1) != 1)
		return;
	for (size_t i = 0; i < t->n_nodes; i++) {
		mem_free(t->node[i].name);
		mem_free(t->node[i].identifier);
		mem_free(t->node[i].sources);
	}
	mem_free(t->node);
	mem_free(t->stage);
	mem_free(t);
}
