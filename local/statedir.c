#include "local/statedir.h"

#include "base/file.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ban.h"

#define PREFIX "athena-duck-"

static const char *temp_root(void)
{
	const char *t = getenv("TMPDIR");
	return t && *t ? t : "/tmp";
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	remove(path);
	return 0;
}

static void remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The lock file's descriptor, or -1 when another process holds it. */
static int take_lock(const char *dir)
{
	char *path = file_join(dir, "lock");
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		fd = -1;
	}
	mem_free(path);
	return fd;
}

/* A folder that is ours by name, owner and mode, and that no living server has locked. */
static void sweep_dead(const char *root)
{
	DIR *d = opendir(root);
	struct dirent *e;
	struct stat st;
	while (d && (e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		char *path = file_join(root, e->d_name), *lock = file_join(path, "lock");
		bool ours = lstat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
		            st.st_uid == geteuid() && (st.st_mode & 0777) == 0700 &&
		            file_exists(lock);
		int fd = ours ? take_lock(path) : -1;
		if (fd >= 0) {
			remove_tree(path);
			close(fd);
		}
		mem_free(lock);
		mem_free(path);
	}
	if (d)
		closedir(d);
}

static int make_temporary(struct statedir *s, struct err *err)
{
	sweep_dead(temp_root());
	s->path = mem_printf("%s/" PREFIX "XXXXXX", temp_root());
	s->temporary = true;
	if (!mkdtemp(s->path))
		return err_set_errno(err, ERR_IO, errno,
		        "cannot make a folder in %s (set TMPDIR, or give --state)", temp_root());
	return 0;
}

int statedir_open(struct statedir *s, const char *dir, struct err *err)
{
	*s = (struct statedir){.lock = -1};
	if (!dir) {
		if (make_temporary(s, err) < 0)
			return -1;
	} else {
		if (file_mkdir_p(dir, 0700, err) < 0)
			return -1;
		char *real = realpath(dir, NULL);
		s->path = mem_strdup(real ? real : dir);
		free(real);
	}
	s->lock = take_lock(s->path);
	if (s->lock < 0)
		return err_set(err, ERR_IO,
		        "cannot lock %s/lock: another athena-duck uses this folder, or it is not "
		        "writable; "
		        "give another --state",
		        s->path);
	return 0;
}

void statedir_close(struct statedir *s)
{
	if (s->path && s->temporary && s->lock >= 0)
		remove_tree(s->path);
	if (s->lock >= 0)
		close(s->lock);
	mem_free(s->path);
	*s = (struct statedir){.lock = -1};
}
