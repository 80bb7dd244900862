#include "job/feed.h"

#include "job/spool.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ban.h"

enum { FLUSH_MS = 100 };

struct chunk *chunk_new(enum chunk_kind kind, size_t cap)
{
	struct chunk *c = mem_try_alloc(sizeof *c + cap);
	if (c)
		*c = (struct chunk){.kind = kind, .cap = cap};
	return c;
}

void feed_init(struct feed *f, struct engine *e, struct job *j, struct transform *t)
{
	*f = (struct feed){.e = e, .j = j, .t = t};
	struct job_progress *p = board_edit(&e->board, &f->meter.last_ms);
	p->phase = PHASE_DOWNLOAD;
	p->stage[STAGE_DOWNLOAD].begin_ms = f->meter.last_ms;
	board_done(&e->board, true);
}

void feed_release(struct feed *f)
{
	mem_free(f->open);
	f->open = NULL;
}

static int gave_up(struct err *err)
{
	return err_set(err, ERR_CANCELLED, "the rows are no longer wanted");
}

/* Time in which the network was ready and the rows were not. */
static int paused(struct feed *f)
{
	if (f->paused_at == 0)
		f->paused_at = clock_mono_ms();
	return 1;
}

static void taken(struct feed *f, size_t n)
{
	if (f->paused_at)
		f->paused_ms += clock_mono_ms() - f->paused_at;
	f->paused_at = 0;
	f->got += (int64_t)n;
}

static bool push_open(struct feed *f)
{
	if (f->open == NULL)
		return true;
	if (!queue_try_push(transform_queue(f->t), f->open))
		return false;
	f->open = NULL;
	return true;
}

static int add(struct feed *f, struct slice s, struct err *err)
{
	if (f->open == NULL) {
		f->open =
		        chunk_new(CHUNK_BYTES, s.len > CHUNK_BYTES_SIZE ? s.len : CHUNK_BYTES_SIZE);
		f->opened_ms = clock_mono_ms();
	}
	if (f->open == NULL)
		return err_set(err, ERR_MEMORY, "no memory for a piece of the result");
	memcpy(f->open->bytes + f->open->len, s.ptr, s.len);
	f->open->len += s.len;
	taken(f, s.len);
	return 0;
}

int feed_bytes(struct feed *f, struct slice s, struct err *err)
{
	if (transform_failed(f->t))
		return gave_up(err);
	if (s.len == 0)
		return 0;
	/* All or nothing: a part that was refused is offered again whole. */
	if (f->open && f->open->cap - f->open->len < s.len && !push_open(f))
		return paused(f);
	return add(f, s, err);
}

int feed_page(struct feed *f, bool is_header, struct slice json, struct err *err)
{
	struct queue *q = transform_queue(f->t);
	if (transform_failed(f->t))
		return gave_up(err);
	if (!queue_has_room(q)) /* spares the copy; we are the only one who pushes */
		return paused(f);
	struct chunk *c = chunk_new(CHUNK_PAGE, json.len);
	if (c == NULL)
		return err_set(err, ERR_MEMORY, "no memory for a result page");
	memcpy(c->bytes, json.ptr, json.len);
	c->len = json.len;
	c->header = is_header;
	if (!queue_try_push(q, c)) {
		mem_free(c);
		return gave_up(err);
	}
	taken(f, json.len);
	return 0;
}

void feed_flush(struct feed *f, bool now)
{
	if (f->open && (now || clock_mono_ms() - f->opened_ms >= FLUSH_MS))
		push_open(f);
}

bool feed_end(struct feed *f)
{
	struct queue *q = transform_queue(f->t);
	if (f->open) {
		if (!queue_push(q, f->open))
			return false;
		f->open = NULL;
	}
	struct chunk *end = chunk_new(CHUNK_END, 0);
	if (end && queue_push(q, end))
		return true;
	mem_free(end);
	return false;
}

void feed_publish(struct feed *f, bool ended)
{
	int64_t now;
	struct job_progress *p = board_edit(&f->e->board, &now);
	meter_update(&f->meter, now, f->got);
	struct job_span *s = &p->stage[STAGE_DOWNLOAD];
	p->got_bytes = f->got;
	p->rate = f->meter.rate;
	int64_t waiting = f->paused_at ? clock_mono_ms() - f->paused_at : 0;
	s->busy_ms = now - s->begin_ms - f->paused_ms - waiting;
	if (ended)
		s->end_ms = now;
	board_done(&f->e->board, ended);
}

/* One chunk of the file: 1 more, 0 end, -1 failed. */
static int read_chunk(struct feed *f, int fd, const char *path, struct err *err)
{
	struct chunk *c = chunk_new(CHUNK_BYTES, CHUNK_BYTES_SIZE);
	if (c == NULL)
		return err_set(err, ERR_MEMORY, "no memory for a piece of %s", path);
	ssize_t n;
	while ((n = read(fd, c->bytes, c->cap)) < 0 && errno == EINTR)
		;
	if (n > 0) {
		int64_t t0 = clock_mono_ms();
		c->len = (size_t)n;
		if (queue_push(transform_queue(f->t), c)) {
			f->paused_ms += clock_mono_ms() - t0;
			f->got += n;
			return 1;
		}
		gave_up(err);
	} else if (n < 0) {
		err_set_errno(err, ERR_IO, errno, "cannot read %s", path);
	}
	mem_free(c);
	return n == 0 ? 0 : -1;
}

static int feed_fd(struct feed *f, int fd, const char *path, struct err *err)
{
	int rc;
	do {
		if (job_stopped(f->e, f->j)) {
			atomic_store(&f->j->cancel, true); /* the transform looks there */
			return err_set(err, ERR_CANCELLED, "cancelled while %s was read", path);
		}
		rc = read_chunk(f, fd, path, err);
		feed_publish(f, rc == 0);
	} while (rc > 0);
	return rc;
}

int feed_file(struct feed *f, const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0)
		return err_set_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno,
		        "cannot read %s", path);
	int rc = -1;
	if (fstat(fd, &st) != 0) {
		err_set_errno(err, ERR_IO, errno, "cannot read %s", path);
	} else if (S_ISDIR(st.st_mode)) {
		err_set(err, ERR_IO, "cannot read %s: it is a folder", path);
	} else {
		board_edit(&f->e->board, NULL)->result_bytes =
		        S_ISREG(st.st_mode) ? st.st_size : -1;
		board_done(&f->e->board, false);
		spool_touch(f->e->cache_dir, path);
		rc = feed_fd(f, fd, path, err);
	}
	close(fd);
	return rc;
}
