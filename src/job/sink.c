#include "job/manifest.h"
#include "job/sink.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ban.h"

#define MANIFEST_SUFFIX ".manifest.json"

enum { FLUSH_AT = 256 * 1024, LOCK_MS = 2000 };

struct sink {
	struct outfile *file;
	char *path; /* NULL: a stream, without manifest */
	struct buf pending;
	struct sha256 *sum;
	uint64_t rows;
	int64_t bytes;
	int64_t busy_us;
};

/* A device or a pipe is written in place by outfile: there is no folder for a manifest beside it.
 */
static bool is_stream(const char *path)
{
	struct stat st;
	return strcmp(path, "-") == 0 || (stat(path, &st) == 0 && !S_ISREG(st.st_mode));
}

/* What would hinder the manifest is known before anything is paid, too. */
static int check_manifest(const char *path, struct err *err)
{
	char *m = mem_printf("%s" MANIFEST_SUFFIX, path);
	int rc = 0;
	if (strlen(file_base(m)) > NAME_MAX)
		rc = err_set(err, ERR_IO,
		        "cannot write %s: with " MANIFEST_SUFFIX " the name is longer than %d "
		        "bytes; choose a shorter one",
		        path, NAME_MAX);
	else if (file_exists(m) && is_stream(m))
		rc = err_set(err, ERR_IO,
		        "cannot write %s: its manifest %s would replace what is not a file; "
		        "choose another name",
		        path, m);
	mem_free(m);
	return rc;
}

struct sink *sink_open(const char *path, struct err *err)
{
	if (file_is_dir(path)) {
		err_set(err, ERR_IO, "cannot write %s: it is a folder; give a file name", path);
		return NULL;
	}
	if (!is_stream(path) && check_manifest(path, err) != 0)
		return NULL;
	struct outfile *f = outfile_open(path, err);
	if (f == NULL)
		return NULL;
	struct sink *s = MEM_NEW(struct sink);
	s->file = f;
	s->path = is_stream(path) ? NULL : mem_strdup(path);
	buf_init(&s->pending, BUF_NO_LIMIT);
	s->sum = sha256_new();
	return s;
}

static int flush(struct sink *s, struct err *err)
{
	int64_t t0 = clock_mono_us();
	sha256_add(s->sum, s->pending.ptr, s->pending.len);
	int rc = outfile_write(s->file, s->pending.ptr, s->pending.len, err);
	buf_clear(&s->pending);
	s->busy_us += clock_mono_us() - t0;
	return rc;
}

int sink_line(struct sink *s, struct slice line, struct err *err)
{
	buf_add_slice(&s->pending, line);
	buf_add_char(&s->pending, '\n');
	if (s->pending.failed)
		return err_set(err, ERR_MEMORY, "no memory for a line of %zu bytes", line.len);
	s->rows++;
	s->bytes += (int64_t)line.len + 1;
	return s->pending.len >= FLUSH_AT ? flush(s, err) : 0;
}

uint64_t sink_rows(const struct sink *s)
{
	return s->rows;
}

int64_t sink_bytes(const struct sink *s)
{
	return s->bytes;
}

int64_t sink_busy_us(const struct sink *s)
{
	return s->busy_us;
}

static void sink_free(struct sink *s)
{
	buf_release(&s->pending);
	sha256_free(s->sum);
	mem_free(s->path);
	mem_free(s);
}

void sink_abort(struct sink *s)
{
	if (s == NULL)
		return;
	outfile_abort(s->file);
	sink_free(s);
}

/*
 * Two runs to one name: the pair that stays must be of one run. The lock ends with the descriptor;
 * a file system without locks, and a folder that somebody else has locked, do without.
 */
static int lock_folder(const char *path)
{
	char *dir = file_dir(path);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	mem_free(dir);
	for (int ms = 0; fd >= 0 && ms < LOCK_MS; ms += 10) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0 || (errno != EWOULDBLOCK && errno != EINTR))
			break;
		clock_sleep_ms(10);
	}
	return fd;
}

/*
 * Both files are complete and synced under temporary names before either gets its final one: what
 * stood there before is replaced only by a whole pair.
 */
static int commit_pair(struct sink *s, struct outfile *manifest, struct err *err)
{
	if (outfile_settle(s->file, err) != 0 || (manifest && outfile_settle(manifest, err) != 0)) {
		outfile_abort(manifest);
		return -1;
	}
	struct outfile *data = s->file;
	s->file = NULL;
	int lock = s->path ? lock_folder(s->path) : -1, rc = outfile_commit(data, err);
	if (rc != 0)
		outfile_abort(manifest);
	else if (manifest)
		rc = outfile_commit(manifest, err);
	if (lock >= 0)
		close(lock);
	return rc;
}

static struct outfile *write_manifest(const struct manifest *m, const char *path, struct err *err)
{
	struct buf text;
	buf_init(&text, BUF_NO_LIMIT);
	manifest_write(&text, m);
	struct outfile *f = outfile_open(path, err);
	if (f && outfile_write(f, text.ptr, text.len, err) != 0) {
		outfile_abort(f);
		f = NULL;
	}
	buf_release(&text);
	return f;
}

static int commit(struct sink *s, const struct job_spec *spec, const struct job_progress *p,
        char *manifest_path, struct err *err)
{
	if (flush(s, err) != 0)
		return -1;
	if (spec->recipe && s->rows != p->funnel.kept)
		return err_set(err, ERR_INTERNAL,
		        "%" PRIu64 " lines were written but %" PRIu64
		        " rows were kept; nothing was saved",
		        s->rows, p->funnel.kept);
	struct manifest m = {
	        .file = s->path, .rows = s->rows, .bytes = s->bytes, .spec = spec, .progress = p};
	sha256_hex_free(s->sum, m.sha256);
	s->sum = NULL;
	if (s->path == NULL)
		return commit_pair(s, NULL, err);
	char *path = mem_printf("%s" MANIFEST_SUFFIX, s->path);
	struct outfile *mf = write_manifest(&m, path, err);
	int rc = mf ? commit_pair(s, mf, err) : -1;
	if (rc == 0)
		snprintf(manifest_path, 1024, "%s", path);
	mem_free(path);
	return rc;
}

int sink_commit(struct sink *s, const struct job_spec *spec, const struct job_progress *p,
        char *manifest_path, struct err *err)
{
	manifest_path[0] = '\0';
	int rc = commit(s, spec, p, manifest_path, err);
	outfile_abort(s->file); /* NULL once it was handed to its commit */
	sink_free(s);
	return rc;
}
