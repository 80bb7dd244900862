#include "local/resultfile.h"

#include "base/file.h"
#include "base/mem.h"
#include "local/coltypes.h"
#include "rows/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/ban.h"

struct result_writer {
	struct store *store;
	char *query_id;
	struct result result;
	size_t cap_offsets;
	char *csv_path, *text_path; /* complete files, before they get their final names */
	struct outfile *csv, *text;
	struct buf line;
};

void result_release(struct result *r)
{
	if (r->pages)
		unlink(r->pages);
	columns_release(&r->columns);
	mem_free(r->offset);
	mem_free(r->bucket);
	mem_free(r->key);
	mem_free(r->pages);
	*r = (struct result){0};
}

struct result_writer *result_open(struct store *s, enum result_kind kind, const char *query_id,
        const char *bucket, const char *key, struct err *err)
{
	struct result_writer *w = MEM_NEW(struct result_writer);
	w->store = s;
	w->query_id = mem_strdup(query_id);
	w->result.kind = kind;
	w->result.bucket = mem_strdup(bucket);
	w->result.key = mem_strdup(key);
	columns_init(&w->result.columns);
	buf_init(&w->line, (size_t)1 << 30);
	w->csv_path = store_temp_path(s);
	w->csv = outfile_open(w->csv_path, err);
	if (w->csv && kind != RESULT_CSV) {
		w->text_path = store_temp_path(s);
		w->text = outfile_open(w->text_path, err);
	}
	if (!w->csv || (kind != RESULT_CSV && !w->text)) {
		result_abort(w);
		return NULL;
	}
	return w;
}

static void writer_free(struct result_writer *w)
{
	result_release(&w->result);
	buf_release(&w->line);
	mem_free(w->query_id);
	mem_free(w->csv_path);
	mem_free(w->text_path);
	mem_free(w);
}

void result_abort(struct result_writer *w)
{
	if (!w)
		return;
	outfile_abort(w->csv);
	outfile_abort(w->text);
	writer_free(w);
}

static void note_offset(struct result_writer *w)
{
	struct result *r = &w->result;
	if (r->rows % RESULT_STEP == 0) {
		if (r->n_offsets == w->cap_offsets) {
			w->cap_offsets = w->cap_offsets ? 2 * w->cap_offsets : 16;
			r->offset = mem_realloc(r->offset, w->cap_offsets, sizeof(uint64_t));
		}
		r->offset[r->n_offsets++] = (uint64_t)outfile_bytes(w->csv);
	}
	r->rows++;
}

static int put_line(struct outfile *f, struct buf *line, struct err *err)
{
	if (line->failed)
		return err_set(err, ERR_MEMORY, "a result row is larger than 1 GB");
	return outfile_write(f, line->ptr, line->len, err);
}

static int put_csv(struct result_writer *w, const struct cell *cells, size_t n, struct err *err)
{
	note_offset(w);
	buf_clear(&w->line);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_add_char(&w->line, ',');
		csv_write_cell(&w->line, cells[i]);
	}
	buf_add_char(&w->line, '\n');
	return put_line(w->csv, &w->line, err);
}

/* The newline goes before every row but the first: there is none at the end. */
static int put_text(struct result_writer *w, const struct cell *cells, size_t n, struct err *err)
{
	buf_clear(&w->line);
	if (w->result.rows > 0)
		buf_add_char(&w->line, '\n');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_add_char(&w->line, '\t');
		buf_add_slice(&w->line, cell_slice(cells[i]));
	}
	return put_line(w->text, &w->line, err);
}

static int put_row(struct result_writer *w, const struct cell *cells, size_t n, struct err *err)
{
	if (w->text && put_text(w, cells, n, err) < 0)
		return -1;
	return put_csv(w, cells, n, err);
}

int result_columns(struct result_writer *w, const struct columns *c, struct err *err)
{
	columns_copy(&w->result.columns, c);
	if (w->result.kind == RESULT_TEXT || c->n == 0)
		return 0;
	struct cell *names = mem_calloc(c->n, sizeof(*names));
	for (size_t i = 0; i < c->n; i++)
		names[i] = (struct cell){c->col[i].name, (uint32_t)strlen(c->col[i].name)};
	int rc = put_row(w, names, c->n, err);
	mem_free(names);
	return rc;
}

static int put_plan(struct result_writer *w, struct cell text, struct err *err)
{
	struct slice rest = cell_slice(text), line;
	do {
		bool more = rest.len && memchr(rest.ptr, '\n', rest.len);
		rest = slice_cut(rest, '\n', &line);
		struct cell c = {line.ptr ? line.ptr : "", (uint32_t)line.len};
		if (put_row(w, &c, 1, err) < 0)
			return -1;
		if (!more)
			break;
	} while (rest.len);
	return 0;
}

int result_row(struct result_writer *w, const struct cell *cells, struct err *err)
{
	if (w->result.kind == RESULT_PLAN && w->result.columns.n == 1)
		return put_plan(w, cells[0], err);
	return put_row(w, cells, w->result.columns.n, err);
}

int64_t result_bytes(const struct result_writer *w)
{
	return outfile_bytes(w->text ? w->text : w->csv);
}

/* Closes one file under its temporary name: the outfile is gone afterwards. */
static int settle(struct outfile **f, struct err *err)
{
	struct outfile *mine = *f;
	*f = NULL;
	return outfile_commit(mine, err);
}

static int publish_metadata(struct result_writer *w, struct err *err)
{
	char *path = store_temp_path(w->store);
	char *key = mem_printf("%s.metadata", w->result.key);
	struct buf b;
	buf_init(&b, 64u * 1024 * 1024);
	coltypes_metadata(&b, w->query_id, &w->result.columns);
	int rc = file_write(path, buf_slice(&b), 0600, err);
	if (rc == 0)
		rc = store_commit(
		        w->store, path, w->result.bucket, slice_str(key), NULL, false, NULL, err);
	if (rc < 0)
		unlink(path);
	buf_release(&b);
	mem_free(path);
	mem_free(key);
	return rc;
}

static int publish(struct result_writer *w, struct err *err)
{
	struct result *r = &w->result;
	struct object_info info;
	const char *object = w->text ? w->text_path : w->csv_path;
	bool text = w->text != NULL;
	r->bytes = result_bytes(w);
	if (settle(&w->csv, err) < 0 || (text && settle(&w->text, err) < 0))
		return -1;
	if (store_make_bucket(w->store, r->bucket, err) < 0 || publish_metadata(w, err) < 0 ||
	        store_commit(w->store, object, r->bucket, slice_str(r->key), NULL, false, &info,
	                err) < 0)
		return -1;
	memcpy(r->etag, info.etag, sizeof(r->etag));
	if (text) {
		r->pages = w->csv_path;
		w->csv_path = NULL;
	}
	return 0;
}

int result_commit(struct result_writer *w, struct result *out, struct err *err)
{
	int rc = publish(w, err);
	if (rc == 0) {
		*out = w->result;
		w->result = (struct result){0};
	} else {
		unlink(w->csv_path);
		if (w->text_path)
			unlink(w->text_path);
	}
	result_abort(w);
	return rc;
}

uint64_t result_seek(const struct result *r, uint64_t first, uint64_t *row_there)
{
	size_t i = (size_t)(first / RESULT_STEP);
	if (r->n_offsets == 0) {
		*row_there = 0;
		return 0;
	}
	if (i >= r->n_offsets)
		i = r->n_offsets - 1;
	*row_there = (uint64_t)i * RESULT_STEP;
	return r->offset[i];
}

struct reader {
	uint64_t skip;
	size_t left, taken;
	result_row_fn row;
	void *arg;
};

#define READER_FULL 1

static int reader_row(void *arg, const struct cell *cells, size_t n, struct err *err)
{
	struct reader *rd = arg;
	if (rd->skip) {
		rd->skip--;
		return 0;
	}
	int rc = rd->row(rd->arg, cells, n, err);
	if (rc < 0)
		return -1;
	rd->taken++;
	return --rd->left && rc == 0 ? 0 : READER_FULL;
}

static int read_rows(int fd, uint64_t offset, struct reader *rd, struct err *err)
{
	enum { PART = 64 * 1024 };
	struct csv *csv = csv_new(0);
	char *part = mem_alloc(PART);
	int rc = 0;
	while (rc == 0) {
		ssize_t n = pread(fd, part, PART, (off_t)offset);
		if (n < 0)
			rc = err_set_errno(err, ERR_IO, errno, "cannot read the result file");
		else if (n == 0)
			break;
		else
			rc = csv_feed(csv, slice_of(part, (size_t)n), reader_row, rd, err);
		offset += n > 0 ? (uint64_t)n : 0;
	}
	if (rc == 0)
		rc = csv_finish(csv, reader_row, rd, err);
	mem_free(part);
	csv_free(csv);
	return rc < 0 ? -1 : 0;
}

static int open_page(struct store *s, const struct result_page *page, struct err *err)
{
	struct object_info info;
	int fd = -1;
	if (page->pages) {
		fd = open(page->pages, O_RDONLY | O_CLOEXEC);
		return fd >= 0 ? fd
		               : err_set_errno(err, ERR_NOT_FOUND, errno, "cannot open the result");
	}
	if (store_object(s, page->bucket, slice_str(page->key), &info, &fd, err) < 0)
		return -1;
	if (strcmp(info.etag, page->etag) == 0)
		return fd;
	close(fd);
	return err_set(err, ERR_NOT_FOUND, "the result object was replaced by another");
}

int64_t result_read(struct store *s, const struct result_page *page, result_row_fn row, void *arg,
        struct err *err)
{
	struct reader rd = {page->first - page->row_there, page->max, 0, row, arg};
	if (page->max == 0)
		return 0;
	int fd = open_page(s, page, err);
	if (fd < 0)
		return -1;
	int rc = read_rows(fd, page->offset, &rd, err);
	close(fd);
	return rc < 0 ? -1 : (int64_t)rd.taken;
}
