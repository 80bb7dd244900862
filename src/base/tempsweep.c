/* Temporaries that a killed writer left beside a file. See file.h. */
#include "base/file.h"

#include "base/mem.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/ban.h"

#define YOUNG_S 10 /* its writer may not have locked it yet */

/* ".NAME.XXXXXX.tmp": what outfile_open makes for NAME. */
static bool is_temp_of(const char *entry, const char *name)
{
	size_t n = strnlen(name, 200);
	return entry[0] == '.' && strncmp(entry + 1, name, n) == 0 && entry[1 + n] == '.' &&
	       strspn(entry + 2 + n, "0123456789abcdef") == 6 &&
	       strcmp(entry + 2 + n + 6, ".tmp") == 0;
}

/*
 * A live writer holds a lock on one of its temporaries at least, which ends with the process. fn is
 * told of each that lies there; false from it ends the walk.
 */
static bool each_temp(const char *path, bool (*fn)(int dir, const char *entry))
{
	char *folder = file_dir(path);
	DIR *d = opendir(folder);
	bool go_on = d != NULL;
	mem_free(folder);
	for (struct dirent *e = d ? readdir(d) : NULL; e && go_on; e = readdir(d))
		if (is_temp_of(e->d_name, file_base(path)))
			go_on = fn(dirfd(d), e->d_name);
	if (d)
		closedir(d);
	return go_on;
}

/* A plain file that is not quite new and that nobody has locked. */
static bool is_left(int dir, const char *entry, bool unlink_it)
{
	struct stat st;
	int fd = openat(dir, entry, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		return true; /* no file of ours: it hinders nobody */
	}
	bool left = time(NULL) - st.st_mtime > YOUNG_S && flock(fd, LOCK_EX | LOCK_NB) == 0;
	if (left && unlink_it)
		unlinkat(dir, entry, 0);
	close(fd);
	return left;
}

static bool nobody_writes(int dir, const char *entry)
{
	return is_left(dir, entry, false);
}

/* Asked again: a writer may have begun in between. */
static bool remove_left(int dir, const char *entry)
{
	is_left(dir, entry, true);
	return true;
}

void file_sweep_temps(const char *path)
{
	if (each_temp(path, nobody_writes))
		each_temp(path, remove_left);
}
