/* Reading the journal back: every "end" line is a history entry. */
#include "job/journal.h"
#include "job/js.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ban.h"

#define HISTORY_MAX_BYTES ((size_t)64 << 20) /* of a longer journal, the end of it */

static void entry_release(struct history_entry *h)
{
	char *const strings[] = {h->query_name, h->query_id, h->state, h->out_path, h->error,
	        h->database, h->recipe, h->sql, h->spool_path, h->from_csv};
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
		mem_free(strings[i]);
}

/* What no run of ours has written is cut, so that sums and dates of a damaged journal hold. */
#define MOST_COST INT64_C(1000000000000)   /* a million dollars */
#define MOST_MS   INT64_C(253402300799999) /* the year 9999 */
#define MOST      INT64_C(1000000000000000)
static int64_t number(const json_t *o, const char *key, int64_t most)
{
	int64_t n = js_get_int(o, key);
	return n < 0 ? 0 : n > most ? most : n;
}

static struct history_entry read_entry(const json_t *o)
{
	const json_t *scanned = json_object_get(o, "scanned_bytes");
	return (struct history_entry){
	        .query_name = mem_strdup(js_get_str(o, "query")),
	        .query_id = mem_strdup(js_get_str(o, "query_id")),
	        .state = mem_strdup(js_get_str(o, "state")),
	        .out_path = mem_strdup(js_get_str(o, "out")),
	        .error = mem_strdup(js_get_str(o, "error")),
	        .database = mem_strdup(js_get_str(o, "database")),
	        .recipe = mem_strdup(js_get_str(o, "recipe")),
	        .sql = mem_strdup(js_get_str(o, "sql")),
	        .spool_path = mem_strdup(js_get_str(o, "spool")),
	        .from_csv = mem_strdup(js_get_str(o, "from_csv")),
	        .local = json_is_true(json_object_get(o, "local")),
	        .adopted = json_is_true(json_object_get(o, "adopted")),
	        .wall_ms = number(o, "wall_ms", MOST_MS),
	        .total_ms = number(o, "total_ms", MOST_MS),
	        .scanned_bytes = json_is_integer(scanned) && json_integer_value(scanned) >= 0
	                                 ? number(o, "scanned_bytes", MOST)
	                                 : -1,
	        .cost = number(o, "cost", MOST_COST),
	        .rows = (uint64_t)number(o, "rows", MOST),
	        .kept = (uint64_t)number(o, "kept", MOST),
	};
}

static void swap_strings(char **a, char **b)
{
	char *t = *a;
	*a = *b;
	*b = t;
}

/* A run that followed an earlier execution: not one more bill, but its rows are there again. */
static bool merge_adopted(struct history_entry *h, size_t n, struct history_entry *new)
{
	while (n > 0 && strcmp(h[n - 1].query_id, new->query_id) != 0)
		n--;
	if (n == 0 || new->query_id[0] == '\0')
		return false;
	struct history_entry *old = &h[n - 1];
	if (strcmp(new->state, "done") == 0) {
		swap_strings(&old->state, &new->state);
		swap_strings(&old->spool_path, &new->spool_path);
		swap_strings(&old->error, &new->error);
		old->rows = new->rows;
		old->kept = new->kept;
	}
	entry_release(new);
	return true;
}

static void add(struct history_entry **h, size_t *n, const json_t *o)
{
	if (strcmp(js_get_str(o, "event"), "end") != 0)
		return;
	struct history_entry e = read_entry(o);
	if (e.adopted && merge_adopted(*h, *n, &e))
		return;
	*h = mem_realloc(*h, *n + 1, sizeof **h);
	(*h)[(*n)++] = e;
}

static void add_lines(struct slice text, struct history_entry **h, size_t *n)
{
	struct slice line;
	while (text.len > 0) {
		text = slice_cut(text, '\n', &line);
		/* A line cut short by a crash is not JSON: it is passed over. */
		json_t *o = json_loadb(line.ptr, line.len, 0, NULL);
		add(h, n, o);
		json_decref(o);
	}
}

/* The bytes from *offset to the journal's end, at most the newest HISTORY_MAX_BYTES. */
static int read_from(const char *path, int64_t *offset, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0)
		return errno == ENOENT ? 0
		                       : err_set_errno(err, ERR_IO, errno, "cannot read %s", path);
	if (fstat(fd, &st) == 0 && st.st_size - *offset > (off_t)HISTORY_MAX_BYTES)
		*offset = st.st_size - (off_t)HISTORY_MAX_BYTES;
	ssize_t got = 1;
	for (off_t at = *offset; got > 0 && !out->failed; at += got) {
		char *room = buf_reserve(out, 1 << 16);
		got = room ? pread(fd, room, 1 << 16, at) : 0;
		if (got > 0)
			buf_added(out, (size_t)got);
	}
	int saved = errno;
	close(fd);
	return got < 0 ? err_set_errno(err, ERR_IO, saved, "cannot read %s", path) : 0;
}

int history_more(const char *state_dir, int64_t *offset, struct history_entry **h, size_t *n,
        struct err *err)
{
	char *path = file_join(state_dir, "journal.jsonl");
	struct buf text;
	buf_init(&text, HISTORY_MAX_BYTES + (1 << 17));
	int rc = read_from(path, offset, &text, err);
	size_t whole = text.len;
	while (whole > 0 && text.ptr[whole - 1] != '\n')
		whole--;
	if (rc == 0) {
		add_lines(slice_of(text.ptr, whole), h, n);
		*offset += (int64_t)whole;
	}
	buf_release(&text);
	mem_free(path);
	return rc;
}

/* Bytes [from, to) of the journal; false when they cannot be had. */
static bool read_part(const char *state_dir, int64_t from, int64_t to, struct buf *out)
{
	char *path = file_join(state_dir, "journal.jsonl");
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;
	while (fd >= 0 && from < to && got > 0) {
		size_t want = (size_t)(to - from) < 65536 ? (size_t)(to - from) : 65536;
		char *room = buf_reserve(out, want);
		got = room ? pread(fd, room, want, from) : 0;
		if (got > 0)
			buf_added(out, (size_t)got);
		from += got;
	}
	if (fd >= 0)
		close(fd);
	mem_free(path);
	return fd >= 0 && from == to;
}

/* Where the first whole line of [from, to) begins; `to` when there is none. */
static int64_t line_start(const char *state_dir, int64_t from, int64_t to)
{
	struct buf b;
	int64_t at = to;
	if (from <= 0)
		return 0;
	buf_init(&b, (size_t)(to - from) + 2);
	if (read_part(state_dir, from - 1, to, &b)) {
		const char *nl = memchr(b.ptr, '\n', b.len);
		at = nl ? from + (nl - b.ptr) : to;
	}
	buf_release(&b);
	return at;
}

int64_t history_tail(const char *state_dir, size_t bytes)
{
	char *path = file_join(state_dir, "journal.jsonl");
	struct stat st;
	int64_t size = stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
	mem_free(path);
	return line_start(state_dir, size - (int64_t)bytes, size);
}

/* Entries of the list that followed an execution of the part before it are no entries of their own.
 */
static void merge_newer(struct history_entry *old, size_t n_old, struct history_entry *h, size_t *n)
{
	size_t kept = 0;
	for (size_t i = 0; i < *n; i++)
		if (!h[i].adopted || !merge_adopted(old, n_old, &h[i]))
			h[kept++] = h[i];
	*n = kept;
}

int history_older(const char *state_dir, int64_t *from, size_t bytes, struct history_entry **h,
        size_t *n, struct err *err)
{
	struct history_entry *old = NULL;
	size_t n_old = 0;
	struct buf text;
	int64_t start = *from > (int64_t)bytes ? *from - (int64_t)bytes : 0;
	start = line_start(state_dir, start, *from);
	if (start >= *from) /* a line longer than that: nothing of ours */
		start = *from > (int64_t)bytes ? *from - (int64_t)bytes : 0;
	buf_init(&text, (size_t)(*from - start) + 2);
	if (!read_part(state_dir, start, *from, &text)) {
		buf_release(&text);
		*from = 0;
		return err_set(err, ERR_IO,
		        "the older runs cannot be read from %.300s/journal.jsonl", state_dir);
	}
	add_lines(buf_slice(&text), &old, &n_old);
	buf_release(&text);
	merge_newer(old, n_old, *h, n);
	old = mem_realloc(old, n_old + *n, sizeof *old);
	if (*n)
		memcpy(old + n_old, *h, *n * sizeof *old);
	mem_free(*h);
	*h = old;
	*n += n_old;
	*from = start;
	return 0;
}

size_t history_load(const char *state_dir, struct history_entry **out, struct err *err)
{
	size_t n = 0;
	int64_t offset = 0;
	*out = NULL;
	history_more(state_dir, &offset, out, &n, err);
	return n;
}

void history_free(struct history_entry *h, size_t n)
{
	for (size_t i = 0; i < n; i++)
		entry_release(&h[i]);
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
