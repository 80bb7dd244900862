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

/* A live writer holds a lock on its temporary, which ends with the process. */
static void remove_if_left(int dir, const char *entry)
{
	struct stat st;
	int fd = openat(dir, entry, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && time(NULL) - st.st_mtime > YOUNG_S &&
	        flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlinkat(dir, entry, 0);
	close(fd);
}

void file_sweep_temps(const char *path)
{
	char *folder = file_dir(path);
	DIR *d = opendir(folder);
	mem_free(folder);
	if (!d)
		return;
	for (struct dirent *e = readdir(d); e; e = readdir(d))
		if (is_temp_of(e->d_name, file_base(path)))
			remove_if_left(dirfd(d), e->d_name);
	closedir(d);
}
