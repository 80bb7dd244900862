#include "ui/autosave.h"

#include "base/file.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ban.h"

#define FIRST_LINE "athena-jsonl unsaved text 1\n"
#define FRESH      ".unsaved" /* to be offered */
#define KEPT       ".kept"    /* was offered, or left behind knowingly */
#define LOCK       ".lock"

struct autosave {
	char *dir, *base; /* base: DIR/PID-N, without an ending */
	int lock;         /* -1: nothing was written yet */
	bool written;
};

struct autosave *autosave_new(const char *state_dir)
{
	struct autosave *a = MEM_NEW(struct autosave);
	a->dir = file_join(state_dir, "autosave");
	a->base = mem_printf("%s/%ld", a->dir, (long)getpid());
	a->lock = -1;
	return a;
}

static char *named(const struct autosave *a, const char *ending)
{
	return mem_printf("%s%s", a->base, ending);
}

static void remove_own(struct autosave *a, const char *ending)
{
	char *path = named(a, ending);
	unlink(path);
	mem_free(path);
}

void autosave_free(struct autosave *a)
{
	if (!a)
		return;
	if (a->lock >= 0) {
		remove_own(a, LOCK);
		close(a->lock);
	}
	mem_free(a->dir);
	mem_free(a->base);
	mem_free(a);
}

/* The lock tells others that the process lives. A pid that was used before has a file of its own
 * name, which then is another's: it is kept under a name that nobody else takes. */
static int take_lock(struct autosave *a, struct err *err)
{
	if (a->lock >= 0)
		return 0;
	if (file_mkdir_p(a->dir, 0700, err) != 0)
		return -1;
	char *own = named(a, FRESH), *path;
	struct stat st;
	if (stat(own, &st) == 0) {
		char *old = mem_printf("%s-%lld%s", a->base, (long long)st.st_mtim.tv_sec, KEPT);
		rename(own, old);
		mem_free(old);
	}
	mem_free(own);
	path = named(a, LOCK);
	a->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int rc = 0;
	if (a->lock < 0 || flock(a->lock, LOCK_EX | LOCK_NB) != 0) {
		rc = err_set_errno(err, ERR_IO, errno, "cannot lock %s", path);
		if (a->lock >= 0) /* another's, of the same pid elsewhere: not ours the next time */
			close(a->lock);
		a->lock = -1;
	}
	mem_free(path);
	return rc;
}

int autosave_write(struct autosave *a, const char *source, struct slice text, struct err *err)
{
	if (take_lock(a, err) != 0)
		return -1;
	char *full = source ? realpath(source, NULL) : NULL, *path = named(a, FRESH);
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	buf_printf(&b, FIRST_LINE "%s\n", full && !strchr(full, '\n') ? full : "");
	buf_add_slice(&b, text);
	int rc = file_keep(path, buf_slice(&b), 0600, err);
	if (rc != 0)
		err_prefix(err, "unsaved text cannot be kept");
	a->written = a->written || rc == 0;
	buf_release(&b);
	mem_free(path);
	free(full);
	return rc;
}

void autosave_drop(struct autosave *a)
{
	if (a->written)
		remove_own(a, FRESH);
	a->written = false;
}

void autosave_keep(struct autosave *a)
{
	struct stat st;
	char *path = named(a, FRESH);
	if (a->written && stat(path, &st) == 0) {
		char *kept = mem_printf("%s-%lld%s", a->base, (long long)st.st_mtim.tv_sec, KEPT);
		rename(path, kept);
		mem_free(kept);
	}
	mem_free(path);
	a->written = false;
}

/* Nobody who lives holds it. */
static bool is_left(const char *path)
{
	const char *base = file_base(path);
	size_t pid = strspn(base, "0123456789");
	char *lock = mem_printf("%.*s%s", (int)((size_t)(base - path) + pid), path, LOCK);
	int fd = open(lock, O_RDWR | O_CLOEXEC);
	bool left = fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0;
	if (fd >= 0 && left)
		unlink(lock);
	if (fd >= 0)
		close(fd);
	mem_free(lock);
	return left;
}

struct found {
	char *path;
	struct timespec at;
};
static int newest_first(const void *va, const void *vb)
{
	const struct found *a = va, *b = vb;
	if (a->at.tv_sec != b->at.tv_sec)
		return a->at.tv_sec < b->at.tv_sec ? 1 : -1;
	return a->at.tv_nsec < b->at.tv_nsec ? 1 : a->at.tv_nsec > b->at.tv_nsec ? -1 : 0;
}

static bool ends(const char *name, const char *ending)
{
	size_t n = strlen(name), k = strlen(ending);
	return n > k && strcmp(name + n - k, ending) == 0;
}

/* The folder's files, newest first; those of living sessions are not among them. */
static size_t list_left(const struct autosave *a, struct found **out)
{
	DIR *d = opendir(a->dir);
	struct dirent *e;
	size_t n = 0;
	*out = NULL;
	while (d && n < 1000 && (e = readdir(d)) != NULL) {
		struct stat st;
		if (!ends(e->d_name, FRESH) && !ends(e->d_name, KEPT))
			continue;
		char *path = file_join(a->dir, e->d_name);
		if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
		        (ends(path, FRESH) && !is_left(path))) {
			mem_free(path);
			continue;
		}
		*out = mem_realloc(*out, n + 1, sizeof **out);
		(*out)[n++] = (struct found){path, st.st_mtim};
	}
	if (d)
		closedir(d);
	if (n)
		qsort(*out, n, sizeof **out, newest_first);
	return n;
}

static bool read_left(const struct found *f, struct autosave_left *out)
{
	struct buf b;
	struct slice rest, line;
	buf_init(&b, AUTOSAVE_MAX + 8192);
	bool good = file_read(f->path, &b, NULL) == 0 && slice_starts(buf_slice(&b), FIRST_LINE);
	if (good) {
		rest = slice_cut(buf_slice(&b), '\n', &line);
		rest = slice_cut(rest, '\n', &line);
		out->path = mem_strdup(f->path);
		out->source = mem_strndup(line.ptr ? line.ptr : "", line.len);
		out->wall_ms = (int64_t)f->at.tv_sec * 1000 + f->at.tv_nsec / 1000000;
		buf_init(&out->text, BUF_NO_LIMIT);
		buf_add_slice(&out->text, rest);
	}
	buf_release(&b);
	return good;
}

/* From now on it waits for :restore only. */
static void mark_offered(struct autosave_left *l)
{
	if (!ends(l->path, FRESH))
		return;
	char *kept = mem_printf("%.*s-%lld%s", (int)(strlen(l->path) - strlen(FRESH)), l->path,
	        (long long)(l->wall_ms / 1000), KEPT);
	if (rename(l->path, kept) == 0) {
		mem_free(l->path);
		l->path = kept;
	} else
		mem_free(kept);
}

bool autosave_find(struct autosave *a, bool fresh, struct autosave_left *out)
{
	struct found *list;
	size_t n = list_left(a, &list);
	bool got = false;
	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < n; i++) {
		if (!got && (!fresh || ends(list[i].path, FRESH)))
			got = read_left(&list[i], out);
		if (i >= AUTOSAVE_KEEP && (!got || strcmp(list[i].path, out->path) != 0))
			unlink(list[i].path);
		mem_free(list[i].path);
	}
	mem_free(list);
	if (got)
		mark_offered(out);
	return got;
}

void autosave_left_release(struct autosave_left *l)
{
	mem_free(l->path);
	mem_free(l->source);
	buf_release(&l->text);
	memset(l, 0, sizeof *l);
}
