#include "base/file.h"

#include "base/crypto.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/ban.h"

#define OUTFILE_BUFFER (256 * 1024)
#define TEMP_SLOTS     1100 /* a set of a thousand files, and what else is open */

/*
 * Open temporaries, for signal handlers: fixed storage, so that a handler never meets freed memory.
 * Pages that were never used cost nothing.
 */
enum slot_state { SLOT_FREE, SLOT_FILLING, SLOT_LIVE };
static struct temp_slot {
	atomic_int state;
	char path[PATH_MAX];
} temps[TEMP_SLOTS];
static atomic_bool ending; /* file_unlink_temps was called: nothing more is created */
static atomic_int keeping; /* sets that are whole and are just leaving their slots */
enum { SWEEP_TRIES = 20 }; /* of a millisecond: the handler may stand on the writer's thread */

struct outfile {
	char *path; /* final name; NULL when written in place (stdout, devices, pipes) */
	char *shown;
	char *buffer;
	struct temp_slot *slot;
	size_t fill;
	int64_t bytes;
	int fd;
	bool settled;
	bool brief; /* not synced: need not survive the machine, only the program */
};

/* Other threads go on while the handler runs: it waits for who is between two states. */
static void wait_while(const atomic_int *what, int value, int *tries)
{
	struct timespec ms = {0, 1000000};

	while (*tries > 0 && atomic_load(what) == value) {
		nanosleep(&ms, NULL);
		--*tries;
	}
}

void file_unlink_temps(void)
{
	int saved = errno, tries = SWEEP_TRIES;

	atomic_store(&ending, true);
	wait_while(&keeping, 1, &tries);
	for (int i = 0; i < TEMP_SLOTS; i++) {
		wait_while(&temps[i].state, SLOT_FILLING, &tries);
		if (atomic_load(&temps[i].state) == SLOT_LIVE)
			unlink(temps[i].path);
	}
	errno = saved;
}

static struct temp_slot *slot_take(void)
{
	for (int i = 0; i < TEMP_SLOTS; i++) {
		int expected = SLOT_FREE;
		if (atomic_compare_exchange_strong(&temps[i].state, &expected, SLOT_FILLING))
			return &temps[i];
	}
	return NULL;
}

#ifdef AJ_FAULT_INJECTION
/* True for the one write that AJ_FAIL_WRITE=N names (counted from 1). */
static bool write_fault(void)
{
	static atomic_long left = -1;
	static atomic_bool known;

	if (!atomic_exchange(&known, true)) {
		const char *s = getenv("AJ_FAIL_WRITE");
		atomic_store(&left, s ? strtol(s, NULL, 10) : 0);
	}
	return atomic_load(&left) > 0 && atomic_fetch_sub(&left, 1) == 1;
}
#else
#define write_fault() false
#endif

/* All of it, or -1 with errno. */
static int write_all(int fd, const char *p, size_t len)
{
	if (len && write_fault()) {
		errno = ENOSPC;
		return -1;
	}
	while (len) {
		ssize_t n = write(fd, p, len);
		if (n < 0 && errno == EAGAIN) { /* stdout may be someone's non-blocking pipe */
			struct pollfd pfd = {.fd = fd, .events = POLLOUT};
			poll(&pfd, 1, -1);
		} else if (n < 0 && errno != EINTR) {
			return -1;
		} else if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static int fsync_dir_of(const char *path)
{
	char *dir = file_dir(path);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	mem_free(dir);
	if (fd < 0)
		return -1;
	/* Some file systems cannot sync a folder and say EINVAL: nothing more can be done there. */
	if (fsync(fd) < 0 && errno != EINVAL)
		rc = -1;
	close(fd);
	return rc;
}

static bool same_folder(const char *a, const char *b)
{
	size_t n = a ? (size_t)(file_base(a) - a) : 0;
	return a && n == (size_t)(file_base(b) - b) && strncmp(a, b, n) == 0;
}

/* Creates ".NAME.XXXXXX.tmp" beside f->path; open(2) applies the umask to mode. */
static int temp_create(struct outfile *f, mode_t mode, struct err *err)
{
	char *dir = file_dir(f->path);
	int tries = 0;

	f->slot = atomic_load(&ending) ? NULL : slot_take();
	if (!f->slot) {
		mem_free(dir);
		if (atomic_load(&ending))
			return err_set(err, ERR_CANCELLED, "the program is ending");
		return err_set(err, ERR_IO, "Cannot write %s: more than %d files are being written",
		        f->path, TEMP_SLOTS);
	}
	do {
		char tag[7];
		uint8_t r[3];
		int n;

		crypto_random(r, sizeof r);
		crypto_hex(r, sizeof r, tag);
		n = snprintf(
		        f->slot->path, PATH_MAX, "%s/.%.200s.%s.tmp", dir, file_base(f->path), tag);
		errno = ENAMETOOLONG;
		f->fd = n < PATH_MAX
		                ? open(f->slot->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
		                : -1;
	} while (f->fd < 0 && errno == EEXIST && ++tries < 100);
	mem_free(dir);
	if (f->fd < 0) {
		int saved = errno;
		atomic_store(&f->slot->state, SLOT_FREE);
		f->slot = NULL;
		return err_set_errno(err, ERR_IO, saved, "Cannot create a file for %s", f->path);
	}
	atomic_store(&f->slot->state, SLOT_LIVE);
	if (atomic_load(&ending)) /* the sweep may have passed by */
		unlink(f->slot->path);
	flock(f->fd, LOCK_EX | LOCK_NB); /* alive: file_sweep_temps of others leaves it */
	return 0;
}

/* Closed, or filled for reading only by a main that found it closed: said before any work. */
static int stdout_target(struct outfile *f, struct err *err)
{
	int flags = fcntl(STDOUT_FILENO, F_GETFL);

	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
		return err_set(err, ERR_IO,
		        "Cannot write standard output: it is closed; name a file instead");
	f->fd = STDOUT_FILENO;
	return 0;
}

/* A name that the last step, the rename, would find too long: better known now. */
static int check_name(const char *path, struct err *err)
{
	if (*file_base(path) == '\0')
		return err_set(err, ERR_IO, "Cannot write '%s': it names no file", path);
	if (strlen(file_base(path)) > NAME_MAX)
		return err_set(err, ERR_IO,
		        "Cannot write %s: the name is longer than %d bytes; choose a shorter one",
		        path, NAME_MAX);
	return 0;
}

/* Sets path (the name to be renamed to), or opens what can only be written in place. */
static int outfile_target(struct outfile *f, const char *path, struct err *err)
{
	struct stat st;

	if (strcmp(path, "-") == 0)
		return stdout_target(f, err);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return err_set(
		        err, ERR_IO, "Cannot write %s: it is a folder; name a file in it", path);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		f->fd = open(path, O_WRONLY | O_CLOEXEC);
		return f->fd < 0 ? err_set_errno(err, ERR_IO, errno, "Cannot write %s", path) : 0;
	}
	/* A symbolic link stays one: what it points to is replaced. */
	if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode)) {
		char *target = realpath(path, NULL);
		f->path = target ? mem_strdup(target) : NULL;
		free(target);
	}
	if (!f->path)
		f->path = mem_strdup(path);
	return check_name(f->path, err);
}

static struct outfile *outfile_drop(struct outfile *f)
{
	mem_free(f->path);
	mem_free(f);
	return NULL;
}

static struct outfile *outfile_open_mode(const char *path, mode_t mode, struct err *err)
{
	struct outfile *f = MEM_NEW(struct outfile);

	f->fd = -1;
	if (outfile_target(f, path, err) == 0 && f->path)
		file_sweep_temps(f->path);
	else if (f->fd < 0)
		return outfile_drop(f);
	if (f->path && temp_create(f, mode, err) < 0)
		return outfile_drop(f);
	f->shown = mem_strdup(strcmp(path, "-") == 0 ? "standard output" : path);
	f->buffer = mem_alloc(OUTFILE_BUFFER);
	return f;
}

struct outfile *outfile_open_member(const char *path, struct err *err)
{
	struct outfile *f = MEM_NEW(struct outfile);

	f->fd = -1;
	f->path = mem_strdup(path);
	if (check_name(path, err) < 0 || temp_create(f, 0666, err) < 0)
		return outfile_drop(f);
	f->shown = mem_strdup(path);
	f->buffer = mem_alloc(OUTFILE_BUFFER);
	return f;
}

void outfile_name(struct outfile *f, const char *path)
{
	mem_free(f->path);
	mem_free(f->shown);
	f->path = mem_strdup(path);
	f->shown = mem_strdup(path);
}

struct outfile *outfile_open(const char *path, struct err *err)
{
	return outfile_open_mode(path, 0666, err);
}

static int outfile_error(const struct outfile *f, int errnum, struct err *err)
{
	if (errnum == EPIPE)
		return err_set(err, ERR_IO, "The reader of %s closed it", f->shown);
	return err_set_errno(err, ERR_IO, errnum, "Cannot write %s", f->shown);
}

static int outfile_flush(struct outfile *f, struct err *err)
{
	if (write_all(f->fd, f->buffer, f->fill) < 0)
		return outfile_error(f, errno, err);
	f->fill = 0;
	return 0;
}

int outfile_write(struct outfile *f, const void *bytes, size_t len, struct err *err)
{
	if (f->fill + len > OUTFILE_BUFFER && outfile_flush(f, err) < 0)
		return -1;
	f->bytes += (int64_t)len;
	if (len >= OUTFILE_BUFFER)
		return write_all(f->fd, bytes, len) < 0 ? outfile_error(f, errno, err) : 0;
	if (len)
		memcpy(f->buffer + f->fill, bytes, len);
	f->fill += len;
	return 0;
}

int64_t outfile_bytes(const struct outfile *f)
{
	return f->bytes;
}

static void outfile_free(struct outfile *f)
{
	if (f->fd >= 0 && f->fd != STDOUT_FILENO)
		close(f->fd);
	if (f->slot)
		atomic_store(&f->slot->state, SLOT_FREE);
	mem_free(f->buffer);
	mem_free(f->shown);
	mem_free(f->path);
	mem_free(f);
}

void outfile_abort(struct outfile *f)
{
	if (!f)
		return;
	if (f->slot)
		unlink(f->slot->path);
	outfile_free(f);
}

int outfile_settle(struct outfile *f, struct err *err)
{
	struct stat st;
	int rc;

	if (f->settled)
		return 0;
	if (outfile_flush(f, err) < 0)
		return -1;
	if (f->path) {
		if ((!f->brief && fsync(f->fd) < 0) || fstat(f->fd, &st) < 0)
			return outfile_error(f, errno, err);
		if (st.st_size != f->bytes)
			return err_set(err, ERR_IO,
			        "Cannot write %s: the disk holds %lld bytes of %lld", f->path,
			        (long long)st.st_size, (long long)f->bytes);
		rc = close(f->fd);
		f->fd = -1;
		if (rc < 0)
			return outfile_error(f, errno, err);
	}
	mem_free(f->buffer); /* a set has many members that wait for the last */
	f->buffer = NULL;
	f->settled = true;
	return 0;
}

int outfile_commit(struct outfile *f, struct err *err)
{
	int rc = outfile_settle(f, err);

	if (rc == 0 && f->path && rename(f->slot->path, f->path) < 0)
		rc = outfile_error(f, errno, err);

	if (rc < 0) {
		outfile_abort(f);
		return -1;
	}
	if (f->path && !f->brief && fsync_dir_of(f->path) < 0)
		rc = err_set_errno(err, ERR_IO, errno, "Cannot sync the folder of %s", f->path);
	outfile_free(f);
	return rc;
}

/* What the renames would refuse is refused before the first of them. */
static int settle_set(struct outfile **f, size_t n, struct err *err)
{
	struct stat st;

	for (size_t i = 0; i < n; i++)
		if (outfile_settle(f[i], err) < 0)
			return -1;
	for (size_t i = 0; i < n; i++)
		if (f[i]->path && stat(f[i]->path, &st) == 0 && !S_ISREG(st.st_mode))
			return err_set(err, ERR_IO,
			        "Cannot write %s: something else than a file stands there",
			        f[i]->path);
	return 0;
}

/* From here on the slot names the final file: until the set is whole, a signal takes it away. */
static int rename_member(struct outfile *f, struct err *err)
{
	int rc = 0;

	if (!f->path)
		return 0;
	atomic_store(&f->slot->state, SLOT_FILLING);
	if (atomic_load(&ending) || rename(f->slot->path, f->path) < 0)
		rc = outfile_error(f, atomic_load(&ending) ? EINTR : errno, err);
	else
		snprintf(f->slot->path, PATH_MAX, "%s", f->path);
	atomic_store(&f->slot->state, SLOT_LIVE);
	return rc;
}

/* All have their names: they stay, unless the program is ending already. */
static int keep_set(struct outfile **f, size_t n, struct err *err)
{
	int rc = 0;

	atomic_fetch_add(&keeping, 1);
	if (atomic_load(&ending))
		rc = err_set(err, ERR_CANCELLED, "the program is ending");
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (f[i]->slot) {
			atomic_store(&f[i]->slot->state, SLOT_FREE);
			f[i]->slot = NULL;
		}
	atomic_fetch_sub(&keeping, 1);
	return rc;
}

int outfile_commit_set(struct outfile **f, size_t n, struct err *err)
{
	int rc = settle_set(f, n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = rename_member(f[i], err);
	if (rc == 0)
		rc = keep_set(f, n, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (f[i]->path && (i == 0 || !same_folder(f[i - 1]->path, f[i]->path)) &&
		        fsync_dir_of(f[i]->path) < 0)
			rc = err_set_errno(
			        err, ERR_IO, errno, "Cannot sync the folder of %s", f[i]->path);
	for (size_t i = 0; i < n; i++) {
		if (rc == 0)
			outfile_free(f[i]);
		else
			outfile_abort(f[i]);
		f[i] = NULL;
	}
	return rc;
}

static int write_whole(
        const char *path, struct slice data, mode_t mode, bool brief, struct err *err)
{
	struct outfile *f = outfile_open_mode(path, mode, err);

	if (!f)
		return -1;
	f->brief = brief;
	if (outfile_write(f, data.ptr, data.len, err) < 0) {
		outfile_abort(f);
		return -1;
	}
	return outfile_commit(f, err);
}

int file_write(const char *path, struct slice data, mode_t mode, struct err *err)
{
	return write_whole(path, data, mode, false, err);
}

int file_keep(const char *path, struct slice data, mode_t mode, struct err *err)
{
	return write_whole(path, data, mode, true, err);
}

/* A crash may have left half a line at the end: it gets its newline first, so that it spoils only
 * itself. */
static int append_line(int fd, off_t size, struct slice line)
{
	struct buf b;
	char last = '\n';
	int rc = -1;

	if (size > 0 && pread(fd, &last, 1, size - 1) < 0)
		return -1;
	buf_init(&b, BUF_NO_LIMIT);
	if (last != '\n')
		buf_add_char(&b, '\n');
	buf_add_slice(&b, line);
	buf_add_char(&b, '\n');
	if (b.failed)
		errno = ENOMEM;
	else
		rc = write_all(fd, b.ptr, b.len);
	buf_release(&b);
	return rc;
}

int file_append_line(const char *path, struct slice line, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600), saved;
	struct stat st;

	if (fd < 0)
		return err_set_errno(err, ERR_IO, errno, "Cannot open %s", path);
	if (fstat(fd, &st) < 0 || append_line(fd, st.st_size, line) < 0 || fsync(fd) < 0 ||
	        (st.st_size == 0 && fsync_dir_of(path) < 0)) {
		saved = errno;
		close(fd);
		return err_set_errno(err, ERR_IO, saved, "Cannot append to %s", path);
	}
	close(fd);
	return 0;
}
