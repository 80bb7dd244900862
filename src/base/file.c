#include "base/file.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ban.h"

static int read_all(int fd, const char *path, struct buf *out, struct err *err)
{
	for (;;) {
		/* At the limit ask for one byte more: end of file must still be told from more. */
		size_t want = out->max - out->len < 65536 ? out->max - out->len : 65536;
		char probe, *p = want ? buf_reserve(out, want) : &probe;
		ssize_t n;

		if (!p)
			return err_set(err, ERR_MEMORY, "Not enough memory to read %s", path);
		n = read(fd, p, want ? want : 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set_errno(err, ERR_IO, errno, "Cannot read %s", path);
		if (n == 0)
			return 0;
		if (!want) {
			out->failed = true;
			return err_set(err, ERR_DATA,
			        "%s is larger than the %zu bytes allowed here", path, out->max);
		}
		buf_added(out, (size_t)n);
	}
}

int file_read(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return err_set_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno,
		        "Cannot open %s", path);
	rc = read_all(fd, path, out, err);
	close(fd);
	return rc;
}

static int mkdir_one(const char *path, mode_t mode, struct err *err)
{
	if (mkdir(path, mode) == 0 || (errno == EEXIST && file_is_dir(path)))
		return 0;
	return err_set_errno(err, ERR_IO, errno, "Cannot create the folder %s", path);
}

int file_mkdir_p(const char *path, mode_t mode, struct err *err)
{
	char *copy = mem_strdup(path);
	int rc = 0;

	for (char *p = copy + 1; *copy && *p && rc == 0; p++) {
		if (*p != '/' || p[-1] == '/')
			continue;
		*p = '\0';
		rc = mkdir_one(copy, mode, err);
		*p = '/';
	}
	if (rc == 0)
		rc = mkdir_one(path, mode, err);
	mem_free(copy);
	return rc;
}

bool file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

bool file_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int64_t file_size(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (int64_t)st.st_size : -1;
}

char *file_join(const char *dir, const char *name)
{
	size_t n = strlen(dir);

	while (n > 1 && dir[n - 1] == '/')
		n--;
	while (*name == '/' && n)
		name++;
	if (n == 0 || (n == 1 && dir[0] == '/'))
		return mem_printf("%.*s%s", (int)n, dir, name);
	return mem_printf("%.*s/%s", (int)n, dir, name);
}

const char *file_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *file_dir(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return mem_strdup(".");
	return slash == path ? mem_strdup("/") : mem_strndup(path, (size_t)(slash - path));
}

/* The specification says that a relative path in these variables is to be ignored. */
static char *xdg_dir(const char *variable, const char *fallback, struct err *err)
{
	const char *root = getenv(variable), *home = getenv("HOME");
	char *path;

	if (root && root[0] == '/') {
		path = file_join(root, "athena-jsonl");
	} else if (home && home[0] == '/') {
		path = mem_printf("%s/%s/athena-jsonl", home, fallback);
	} else {
		err_set(err, ERR_CONFIG, "Neither %s nor HOME is set: set one of them", variable);
		return NULL;
	}
	return path;
}

static char *made_xdg_dir(const char *variable, const char *fallback, struct err *err)
{
	char *path = xdg_dir(variable, fallback, err);
	struct err why = ERR_INIT;

	if (path && file_mkdir_p(path, 0700, &why) < 0) {
		err_set(err, why.code, "%s; name another place in %s", why.text, variable);
		mem_free(path);
		return NULL;
	}
	return path;
}

char *file_config_dir(struct err *err)
{
	return xdg_dir("XDG_CONFIG_HOME", ".config", err);
}

char *file_state_dir(struct err *err)
{
	return made_xdg_dir("XDG_STATE_HOME", ".local/state", err);
}

char *file_cache_dir(struct err *err)
{
	return made_xdg_dir("XDG_CACHE_HOME", ".cache", err);
}
