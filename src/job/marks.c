#include "job/marks.h"

#include "job/js.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/mem.h"

#include "base/ban.h"

#define MARKS_MAX_BYTES ((size_t)64 << 20)

struct marks {
	char *path, *query; /* NULL: in memory only */
	struct marked *v;   /* by row; MARK_NONE stays, so that nothing moves */
	size_t n, cap;
};

const char *mark_name(enum mark m)
{
	return m == MARK_GOOD ? "good" : m == MARK_BAD ? "bad" : "none";
}

static enum mark mark_of(const char *name)
{
	return strcmp(name, "good") == 0  ? MARK_GOOD
	       : strcmp(name, "bad") == 0 ? MARK_BAD
	                                  : MARK_NONE;
}

/* Index of the first at or behind that row. */
static size_t place_of(const struct marks *m, uint64_t row)
{
	size_t low = 0, high = m->n;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (m->v[mid].row < row)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void put(struct marks *m, struct marked mark)
{
	size_t i = place_of(m, mark.row);
	if (i == m->n || m->v[i].row != mark.row) {
		if (m->n == m->cap) {
			m->cap = m->cap ? m->cap * 2 : 16;
			m->v = mem_realloc(m->v, m->cap, sizeof *m->v);
		}
		memmove(m->v + i + 1, m->v + i, (m->n - i) * sizeof *m->v);
		m->n++;
	}
	m->v[i] = mark;
}

static void read_line(struct marks *m, const json_t *o)
{
	int64_t row = js_get_int(o, "row");
	if (strcmp(js_get_str(o, "query_id"), m->query) == 0 && row > 0)
		put(m, (struct marked){(uint64_t)row - 1, mark_of(js_get_str(o, "mark")),
		               clock_parse8601(js_get_str(o, "time"))});
}

static void read_all(struct marks *m, struct err *err)
{
	struct buf text;
	buf_init(&text, MARKS_MAX_BYTES);
	if (file_exists(m->path) && file_read(m->path, &text, err) == 0) {
		struct slice rest = buf_slice(&text), line;
		while (rest.len > 0) {
			rest = slice_cut(rest, '\n', &line);
			if (slice_find(line, slice_str(m->query)) < 0)
				continue;
			json_t *o = json_loadb(line.ptr, line.len, 0, NULL); /* NULL: cut short */
			read_line(m, o);
			json_decref(o);
		}
	}
	buf_release(&text);
}

struct marks *marks_open(const char *state_dir, const char *query_id, struct err *err)
{
	struct marks *m = MEM_NEW(struct marks);
	if (!state_dir || !state_dir[0] || !query_id || !query_id[0])
		return m;
	m->path = file_join(state_dir, "marks.jsonl");
	m->query = mem_strdup(query_id);
	read_all(m, err);
	return m;
}

void marks_free(struct marks *m)
{
	if (!m)
		return;
	mem_free(m->path);
	mem_free(m->query);
	mem_free(m->v);
	mem_free(m);
}

enum mark marks_get(const struct marks *m, uint64_t row)
{
	size_t i = place_of(m, row);
	return i < m->n && m->v[i].row == row ? m->v[i].mark : MARK_NONE;
}

size_t marks_count(const struct marks *m, enum mark mark)
{
	size_t n = 0;
	for (size_t i = 0; i < m->n; i++)
		n += m->v[i].mark == mark;
	return n;
}

const struct marked *marks_at(const struct marks *m, size_t i)
{
	for (size_t k = 0; k < m->n; k++)
		if (m->v[k].mark != MARK_NONE && i-- == 0)
			return &m->v[k];
	return NULL;
}

int marks_set(struct marks *m, struct marked mark, const char *recipe, struct err *err)
{
	char time[21];
	struct buf line;
	put(m, mark);
	if (!m->path)
		return 0;
	clock_iso8601(mark.wall_ms, time);
	json_t *o = json_object();
	js_str(o, "time", time);
	js_str(o, "query_id", m->query);
	js_int(o, "row", (int64_t)mark.row + 1);
	js_str(o, "mark", mark_name(mark.mark));
	js_str(o, "recipe", recipe);
	buf_init(&line, BUF_NO_LIMIT);
	js_dump(&line, o, JSON_COMPACT);
	int rc = file_append_line(m->path, buf_slice(&line), err);
	buf_release(&line);
	return rc;
}

static void js_slice(json_t *o, const char *key, struct slice s)
{
	char *copy = s.ptr ? mem_strndup(s.ptr, s.len) : NULL;
	js_str(o, key, copy);
	mem_free(copy);
}

void mark_line_write(const struct mark_line *x, struct buf *out)
{
	char time[21], hex[SHA256_HEX];
	uint8_t sum[SHA256_SIZE];
	json_t *o = json_object(), *line = NULL;
	clock_iso8601(x->mark.wall_ms, time);
	crypto_sha256(slice_str(x->recipe_text), sum);
	crypto_hex(sum, sizeof sum, hex);
	if (x->id.ptr)
		js_slice(o, "id", x->id);
	js_int(o, "row", (int64_t)x->mark.row + 1);
	js_str(o, "mark", mark_name(x->mark.mark));
	js_str(o, "verdict", x->state);
	js_slice(o, "text", x->text);
	if (x->line.len)
		line = json_loadb(x->line.ptr, x->line.len, JSON_ALLOW_NUL, NULL);
	json_object_set_new(o, "example", line ? line : json_null());
	js_str(o, "recipe", x->recipe);
	js_str(o, "recipe_sha256", hex);
	js_str(o, "query_id", x->query_id);
	js_str(o, "time", time);
	js_dump(out, o, JSON_COMPACT);
}
