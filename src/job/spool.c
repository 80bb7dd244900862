#include "job/record.h"
#include "job/spool.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ban.h"

enum { STALE_S = 24 * 3600 };

struct spool {
	struct outfile *file; /* NULL after a failure */
	char *path;
	int64_t bytes;
};

static char *results_dir(const char *cache_dir)
{
	return file_join(cache_dir, "results");
}

struct spool *spool_open(const char *cache_dir, const char *query_id, struct err *err)
{
	char *dir = results_dir(cache_dir), *path = NULL;
	struct spool *s = NULL;
	if (strchr(query_id, '/') || query_id[0] == '.' || query_id[0] == '\0') {
		err_set(err, ERR_PROTOCOL, "the query id '%.64s' cannot be a file name", query_id);
	} else if (file_mkdir_p(dir, 0700, err) == 0) {
		path = mem_printf("%s/%s.csv", dir, query_id);
		struct outfile *f = outfile_open(path, err);
		if (f) {
			s = MEM_NEW(struct spool);
			s->file = f;
			s->path = path;
			path = NULL;
		}
	}
	mem_free(path);
	mem_free(dir);
	return s;
}

static void give_up(struct spool *s)
{
	outfile_abort(s->file);
	s->file = NULL;
}

int spool_write(struct spool *s, struct slice bytes, struct err *err)
{
	if (s->file == NULL)
		return 0;
	s->bytes += (int64_t)bytes.len;
	if (s->bytes > SPOOL_MAX_BYTES) {
		give_up(s);
		return err_set(
		        err, ERR_IO, "the result is larger than what is kept on disk (1 GiB)");
	}
	if (outfile_write(s->file, bytes.ptr, bytes.len, err) == 0)
		return 0;
	give_up(s);
	return -1;
}

static void spool_free(struct spool *s)
{
	mem_free(s->path);
	mem_free(s);
}

void spool_abort(struct spool *s)
{
	if (s == NULL)
		return;
	give_up(s);
	spool_free(s);
}

static char *sidecar(const char *csv_path)
{
	size_t n = strlen(csv_path);
	if (n < 5 || strcmp(csv_path + n - 4, ".csv") != 0)
		return NULL;
	return mem_printf("%.*s.json", (int)(n - 4), csv_path);
}

static int write_sidecar(const char *csv_path, const struct job_spec *spec,
        const struct athena_status *st, struct err *err)
{
	json_t *o = json_object(), *q = json_object();
	js_str(q, "name", spec->query_name);
	js_str(q, "sql", spec->sql);
	js_str(q, "database", spec->database);
	js_str(q, "execution_id", st->id);
	json_object_set_new(o, "query", q);
	json_object_set_new(o, "athena", record_athena(st));
	struct buf text;
	buf_init(&text, BUF_NO_LIMIT);
	js_dump(&text, o, JSON_COMPACT);
	char *path = sidecar(csv_path);
	int rc = file_write(path, buf_slice(&text), 0600, err);
	mem_free(path);
	buf_release(&text);
	return rc;
}

int spool_commit(struct spool *s, const struct job_spec *spec, const struct athena_status *st,
        char *path, struct err *err)
{
	int rc = -1;
	path[0] = '\0';
	if (s->file == NULL)
		rc = 0; /* said when it happened */
	else if (outfile_commit(s->file, err) == 0) {
		snprintf(path, 1024, "%s", s->path);
		rc = write_sidecar(s->path, spec, st, err);
	}
	s->file = NULL;
	spool_free(s);
	return rc;
}

json_t *spool_origin(const char *csv_path)
{
	char *path = sidecar(csv_path);
	json_t *o = path ? json_load_file(path, 0, NULL) : NULL;
	mem_free(path);
	if (o && !json_is_object(json_object_get(o, "query"))) {
		json_decref(o); /* somebody else's file of that name */
		o = NULL;
	}
	return o;
}

struct kept {
	char *path;
	int64_t bytes, mtime;
};

static int older_first(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;
	return x->mtime < y->mtime ? -1 : x->mtime > y->mtime;
}

/* Temporaries of a killed run: nobody writes for a day without a byte. */
static void drop_stale(const char *dir, const char *name)
{
	if (name[0] != '.' || !slice_ends(slice_str(name), ".tmp"))
		return;
	char *path = file_join(dir, name);
	struct stat st;
	if (lstat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	        clock_wall_ms() / 1000 - (int64_t)st.st_mtime > STALE_S && unlink(path) == 0)
		log_debug("job", "removed %s, which a killed run left", path);
	mem_free(path);
}

static size_t list_results(const char *dir, struct kept **out)
{
	DIR *d = opendir(dir);
	size_t n = 0;
	*out = NULL;
	for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
		drop_stale(dir, e->d_name);
		if (!slice_ends(slice_str(e->d_name), ".csv"))
			continue;
		char *path = file_join(dir, e->d_name);
		struct stat st;
		if (stat(path, &st) != 0) {
			mem_free(path);
			continue;
		}
		*out = mem_realloc(*out, n + 1, sizeof **out);
		(*out)[n++] = (struct kept){path, (int64_t)st.st_size, (int64_t)st.st_mtime};
	}
	if (d)
		closedir(d);
	return n;
}

void spool_touch(const char *cache_dir, const char *path)
{
	char *dir = results_dir(cache_dir), *of = file_dir(path);
	if (strcmp(dir, of) == 0) /* the user's own files are not ours to touch */
		utimensat(AT_FDCWD, path, NULL, 0);
	mem_free(of);
	mem_free(dir);
}

void spool_sweep(const char *cache_dir, int64_t max_bytes)
{
	char *dir = results_dir(cache_dir);
	struct kept *k;
	size_t n = list_results(dir, &k);
	int64_t all = 0;
	for (size_t i = 0; i < n; i++)
		all += k[i].bytes;
	if (n)
		qsort(k, n, sizeof *k, older_first);
	for (size_t i = 0; i < n; i++) {
		if (all > max_bytes && unlink(k[i].path) == 0) {
			log_debug("job", "removed the old result %s", k[i].path);
			char *side = sidecar(k[i].path);
			unlink(side);
			mem_free(side);
			all -= k[i].bytes;
		}
		mem_free(k[i].path);
	}
	mem_free(k);
	mem_free(dir);
}
