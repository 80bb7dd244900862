#include "job/sink.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "job/manifest.h"
#include "job/part.h"
#include "job/split.h"
#include "recipe/json.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/ban.h"

enum { LOCK_MS = 2000, NO_PART = -1 };

struct sink {
	char *path;
	char *manifest; /* NULL: a stream, without manifest */
	struct job_output o;
	struct part *part;
	size_t n, cap;
	int current[SIDES];   /* index of the part that takes lines, or NO_PART */
	struct outfile *lead; /* a set's manifest: open, and so locked, from the beginning */
	struct part rejects;
	bool finished;
	struct split *split;
	const struct columns *columns;
	struct buf line; /* of a reject */
	uint64_t rows;
};

/* ---- parts ---- */

static struct outfile *open_file(struct sink *s, struct err *err)
{
	if (output_is_set(&s->o))
		return outfile_open_member(s->path, err);
	char *name = output_file(s->path, &s->o, SIDE_ALL, 0, 0);
	struct outfile *f = outfile_open(name, err);
	mem_free(name);
	return f;
}

static int too_many(const struct sink *s, struct err *err)
{
	return err_set(err, ERR_USAGE,
	        "more than %d files of %" PRIu64
	        " lines: nothing was written; give more lines to a file",
	        OUTPUT_MAX_FILES, s->o.shard_rows);
}

static int add_part(struct sink *s, enum output_side side, struct err *err)
{
	if (s->n == OUTPUT_MAX_FILES)
		return too_many(s, err);
	struct outfile *f = open_file(s, err);
	if (f == NULL)
		return -1;
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 2;
		s->part = mem_realloc(s->part, s->cap, sizeof *s->part);
	}
	if (part_open(&s->part[s->n], f, s->o.compress, err) != 0)
		return -1;
	s->part[s->n].side = side;
	s->current[side] = (int)s->n++;
	return 0;
}

static int open_rejects(struct sink *s, struct err *err)
{
	if (strcmp(s->o.rejects, "-") == 0 || file_is_dir(s->o.rejects))
		return err_set(err, ERR_USAGE, "cannot write rejects to %s: give a file name",
		        s->o.rejects);
	struct outfile *f = outfile_open(s->o.rejects, err);
	return f ? part_open(&s->rejects, f, compress_by_name(s->o.rejects), err) : -1;
}

static int open_all(struct sink *s, struct err *err)
{
	if (s->o.rejects && open_rejects(s, err) != 0)
		return -1;
	if (!output_is_set(&s->o))
		return add_part(s, SIDE_ALL, err);
	file_sweep_temps(s->path);
	s->lead = outfile_open_member(s->path, err);
	return s->lead ? 0 : -1;
}

struct sink *sink_open(const char *path, const struct job_output *o, struct err *err)
{
	static const struct job_output plain;
	o = o ? o : &plain;
	if (output_check(path, o, err) != 0)
		return NULL;
	struct sink *s = MEM_NEW(struct sink);
	output_copy(&s->o, o);
	s->path = mem_strdup(path);
	s->manifest = output_is_stream(path) ? NULL : output_manifest(path, o);
	buf_init(&s->line, BUF_NO_LIMIT);
	for (int i = 0; i < SIDES; i++)
		s->current[i] = NO_PART;
	if (open_all(s, err) == 0)
		return s;
	sink_abort(s);
	return NULL;
}

int sink_bind(struct sink *s, const struct columns *c, struct err *err)
{
	s->columns = c;
	s->split = split_new(&s->o, c, err);
	return s->split ? 0 : -1;
}

int sink_line(struct sink *s, const struct cell *cells, struct slice line, struct err *err)
{
	enum output_side side = s->split ? split_side(s->split, cells) : SIDE_ALL;
	if (s->current[side] == NO_PART && add_part(s, side, err) != 0)
		return -1;
	struct part *p = &s->part[s->current[side]];
	if (part_line(p, line, err) != 0)
		return -1;
	s->rows++;
	if (s->o.shard_rows == 0 || p->rows < s->o.shard_rows)
		return 0;
	s->current[side] = NO_PART;
	return part_finish(p, err);
}

/* ---- rejects ---- */

bool sink_wants_rejects(const struct sink *s)
{
	return s->rejects.file != NULL;
}

static void add_values(struct buf *b, const struct columns *c, const struct cell *cells)
{
	buf_add_str(b, ",\"values\":{");
	for (size_t i = 0; i < c->n; i++) {
		if (i)
			buf_add_char(b, ',');
		json_write_string(b, slice_str(c->col[i].name));
		buf_add_char(b, ':');
		if (cell_is_null(cells[i]))
			buf_add_str(b, "null");
		else
			json_write_string(b, cell_slice(cells[i]));
	}
	buf_add_str(b, "}}");
}

int sink_reject(struct sink *s, uint64_t row, const struct cell *cells, const char *reason,
        const char *note, struct err *err)
{
	buf_clear(&s->line);
	buf_printf(&s->line, "{\"row\":%" PRIu64 ",\"reason\":", row + 1);
	json_write_string(&s->line, slice_str(reason));
	if (note) {
		buf_add_str(&s->line, ",\"note\":");
		json_write_string(&s->line, slice_str(note));
	}
	add_values(&s->line, s->columns, cells);
	if (s->line.failed)
		return err_set(err, ERR_MEMORY, "no memory for a rejected row");
	return part_line(&s->rejects, buf_slice(&s->line), err);
}

/* ---- counts ---- */

uint64_t sink_rows(const struct sink *s)
{
	return s->rows;
}

int64_t sink_bytes(const struct sink *s)
{
	int64_t sum = 0;
	for (size_t i = 0; i < s->n; i++)
		sum += s->part[i].bytes;
	return sum;
}

int64_t sink_busy_us(const struct sink *s)
{
	int64_t sum = s->rejects.busy_us;
	for (size_t i = 0; i < s->n; i++)
		sum += s->part[i].busy_us;
	return sum;
}

/* ---- the end ---- */

static void sink_free(struct sink *s)
{
	for (size_t i = 0; i < s->n; i++)
		part_release(&s->part[i]);
	part_release(&s->rejects);
	outfile_abort(s->lead);
	split_free(s->split);
	output_release(&s->o);
	buf_release(&s->line);
	mem_free(s->part);
	mem_free(s->manifest);
	mem_free(s->path);
	mem_free(s);
}

void sink_abort(struct sink *s)
{
	if (s)
		sink_free(s);
}

/* A side without lines is an empty file: who reads both finds both. */
static int fill_sides(struct sink *s, struct err *err)
{
	bool has[SIDES] = {false};
	for (size_t i = 0; i < s->n; i++)
		has[s->part[i].side] = true;
	enum output_side first = s->o.validation_ppm ? SIDE_TRAIN : SIDE_ALL;
	enum output_side last = s->o.validation_ppm ? SIDE_VALIDATION : SIDE_ALL;
	for (enum output_side i = first; i <= last; i++)
		if (!has[i] && add_part(s, i, err) != 0)
			return -1;
	return 0;
}

int sink_finish(struct sink *s, struct err *err)
{
	if (s->finished)
		return 0;
	s->finished = true;
	if (fill_sides(s, err) != 0)
		return -1;
	for (int i = 0; i < SIDES; i++)
		if (s->current[i] != NO_PART && part_finish(&s->part[s->current[i]], err) != 0)
			return -1;
	return s->rejects.file ? part_finish(&s->rejects, err) : 0;
}

/* What a manifest says of the files, in the order of their names. The caller frees with
 * output_files_free. */
static struct output_file *list_files(const struct sink *s)
{
	struct output_file *f = mem_calloc(s->n, sizeof *f);
	size_t count[SIDES] = {0}, at = 0;
	for (size_t i = 0; i < s->n; i++)
		count[s->part[i].side]++;
	for (enum output_side side = SIDE_ALL; side < SIDES; side++)
		for (size_t i = 0, shard = 0; i < s->n; i++) {
			const struct part *p = &s->part[i];
			if (p->side != side)
				continue;
			f[at] = (struct output_file){.side = side,
			        .part = i,
			        .rows = p->rows,
			        .bytes = p->bytes,
			        .path = output_file(s->path, &s->o, side, shard++,
			                s->o.shard_rows ? count[side] : 0)};
			memcpy(f[at++].sha256, p->sha256, SHA256_HEX);
		}
	return f;
}

/*
 * Two runs to one name: what stays must be of one run. The lock ends with the descriptor; a file
 * system without locks, and a folder that somebody else has locked, do without.
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

static int commit_one(struct outfile **f, struct err *err)
{
	struct outfile *file = *f;
	*f = NULL;
	return file ? outfile_commit(file, err) : 0;
}

/*
 * All are complete and synced under temporary names before one gets its final one: what stood there
 * before is replaced only by something whole. One data file stays when its manifest cannot get its
 * name: it is whole.
 */
static int commit_files(struct sink *s, const struct output_file *list, struct err *err)
{
	if (!output_is_set(&s->o))
		return commit_one(&s->rejects.file, err) != 0 ||
		                       commit_one(&s->part[0].file, err) != 0 ||
		                       commit_one(&s->lead, err) != 0
		               ? -1
		               : 0;
	struct outfile **f = mem_calloc(s->n + 2, sizeof *f);
	size_t n = 0;
	if (s->rejects.file)
		f[n++] = s->rejects.file;
	for (size_t i = 0; i < s->n; i++) {
		f[n] = s->part[list[i].part].file;
		outfile_name(f[n++], list[i].path);
		s->part[list[i].part].file = NULL;
	}
	outfile_name(s->lead, s->manifest);
	f[n++] = s->lead;
	s->rejects.file = s->lead = NULL;
	int rc = outfile_commit_set(f, n, err);
	mem_free(f);
	return rc;
}

static int write_manifest(struct sink *s, const struct manifest *m, struct err *err)
{
	struct buf text;
	buf_init(&text, BUF_NO_LIMIT);
	manifest_write(&text, m);
	if (s->lead == NULL)
		s->lead = outfile_open(s->manifest, err);
	int rc = s->lead ? outfile_write(s->lead, text.ptr, text.len, err) : -1;
	if (rc == 0)
		rc = outfile_settle(s->lead, err);
	buf_release(&text);
	return rc;
}

static bool is_listed(const struct output_file *f, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(file_base(f[i].path), file_base(path)) == 0)
			return true;
	return false;
}

/* Loaders take all that fit a pattern: shards of two sets must not lie side by side. */
static void remove_stale(
        const struct output_file *old, size_t n_old, const struct output_file *now, size_t n_now)
{
	for (size_t i = 0; i < n_old; i++)
		if (!is_listed(now, n_now, old[i].path) && file_size(old[i].path) == old[i].bytes)
			unlink(old[i].path);
}

static int commit_all(struct sink *s, struct manifest *m, struct err *err)
{
	struct output_file *list = list_files(s), *old = NULL;
	size_t n_old = 0;
	m->files = list;
	m->n = s->n;
	int rc = s->manifest ? write_manifest(s, m, err) : 0;
	if (rc == 0) {
		int lock = s->manifest ? lock_folder(s->manifest) : -1;
		if (s->manifest)
			manifest_files(s->manifest, &old, &n_old, NULL);
		rc = commit_files(s, list, err);
		if (rc == 0)
			remove_stale(old, n_old, list, s->n);
		if (lock >= 0)
			close(lock);
	}
	output_files_free(old, n_old);
	output_files_free(list, s->n);
	return rc;
}

static int commit(struct sink *s, const struct job_spec *spec, const struct job_progress *p,
        char *manifest_path, struct err *err)
{
	if (spec->recipe && s->rows != p->funnel.kept)
		return err_set(err, ERR_INTERNAL,
		        "%" PRIu64 " lines were written but %" PRIu64
		        " rows were kept; nothing was saved",
		        s->rows, p->funnel.kept);
	if (sink_finish(s, err) != 0)
		return -1;
	struct manifest m = {.rows = s->rows,
	        .bytes = sink_bytes(s),
	        .output = &s->o,
	        .spec = spec,
	        .progress = p};
	struct output_file rejects = {(char *)(uintptr_t)s->o.rejects, SIDE_ALL, 0, s->rejects.rows,
	        s->rejects.bytes, ""};
	memcpy(rejects.sha256, s->rejects.sha256, SHA256_HEX);
	m.rejects = s->o.rejects ? &rejects : NULL;
	int rc = commit_all(s, &m, err);
	if (rc == 0 && s->manifest)
		snprintf(manifest_path, 1024, "%s", s->manifest);
	return rc;
}

int sink_commit(struct sink *s, const struct job_spec *spec, const struct job_progress *p,
        char *manifest_path, struct err *err)
{
	manifest_path[0] = '\0';
	int rc = commit(s, spec, p, manifest_path, err);
	sink_free(s);
	return rc;
}
