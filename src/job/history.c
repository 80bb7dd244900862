/* Reading the journal back: every "end" line is a history entry. */
#include "job/journal.h"
#include "job/js.h"

#include "base/file.h"
#include "base/mem.h"

#include <string.h>

#include "base/ban.h"

#define HISTORY_MAX_BYTES ((size_t)64 << 20)

static void add(struct history_entry **h, size_t *n, const json_t *o)
{
	if (strcmp(js_get_str(o, "event"), "end") != 0)
		return;
	*h = mem_realloc(*h, *n + 1, sizeof **h);
	const json_t *scanned = json_object_get(o, "scanned_bytes");
	(*h)[(*n)++] = (struct history_entry){
	        .query_name = mem_strdup(js_get_str(o, "query")),
	        .query_id = mem_strdup(js_get_str(o, "query_id")),
	        .state = mem_strdup(js_get_str(o, "state")),
	        .out_path = mem_strdup(js_get_str(o, "out")),
	        .wall_ms = js_get_int(o, "wall_ms"),
	        .total_ms = js_get_int(o, "total_ms"),
	        .scanned_bytes = json_is_integer(scanned) ? json_integer_value(scanned) : -1,
	        .cost = js_get_int(o, "cost"),
	        .rows = (uint64_t)js_get_int(o, "rows"),
	        .kept = (uint64_t)js_get_int(o, "kept"),
	};
}

size_t history_load(const char *state_dir, struct history_entry **out, struct err *err)
{
	size_t n = 0;
	*out = NULL;
	char *path = file_join(state_dir, "journal.jsonl");
	struct buf text;
	buf_init(&text, HISTORY_MAX_BYTES);
	if (file_exists(path) && file_read(path, &text, err) == 0) {
		struct slice rest = buf_slice(&text), line;
		while (rest.len > 0) {
			rest = slice_cut(rest, '\n', &line);
			/* A line cut short by a crash is not JSON: it is passed over. */
			json_t *o = json_loadb(line.ptr, line.len, 0, NULL);
			add(out, &n, o);
			json_decref(o);
		}
	}
	buf_release(&text);
	mem_free(path);
	return n;
}

void history_free(struct history_entry *h, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		mem_free(h[i].query_name);
		mem_free(h[i].query_id);
		mem_free(h[i].state);
		mem_free(h[i].out_path);
	}
	mem_free(h);
}

const struct history_entry *history_last(const struct history_entry *h, size_t n, const char *name)
{
	const struct history_entry *any = NULL;
	for (size_t i = n; i-- > 0;) {
		if (strcmp(h[i].query_name, name) != 0)
			continue;
		if (h[i].query_id[0])
			return &h[i];
		if (any == NULL) /* a rewrite from a result on disk has no cost and no query time */
			any = &h[i];
	}
	return any;
}
