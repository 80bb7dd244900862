#include "ui/external.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ban.h"

extern char **environ;

static const char *editor(void)
{
	const char *e = getenv("VISUAL");
	if (!e || !*e)
		e = getenv("EDITOR");
	return e && *e ? e : "vi";
}

static int make_file(char *path, size_t size, struct slice text, struct err *err)
{
	const char *dir = getenv("TMPDIR");
	snprintf(path, size, "%s/athena-jsonl-XXXXXX.sql", dir && *dir ? dir : "/tmp");
	int fd = mkstemps(path, 4); /* 0600 */
	if (fd < 0)
		return err_set_errno(err, ERR_IO, errno, "cannot make %s for the editor", path);
	size_t done = 0;
	while (done < text.len) {
		ssize_t n = write(fd, text.ptr + done, text.len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	int e = errno;
	close(fd);
	if (done == text.len)
		return 0;
	unlink(path);
	return err_set_errno(err, ERR_IO, e, "cannot write %s for the editor", path);
}

/* Waits; when the editor is stopped (Ctrl-Z), stops with it, and wakes it again afterwards. */
static int wait_for(pid_t pid)
{
	int status = 0;
	for (;;) {
		if (waitpid(pid, &status, WUNTRACED) < 0) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		if (!WIFSTOPPED(status))
			return status;
		raise(SIGSTOP);
		kill(pid, SIGCONT);
	}
}

/* Keys of the terminal reach the whole foreground group: what they mean is the editor's business.
 */
static int run(char *path)
{
	static const int quiet[] = {SIGINT, SIGQUIT, SIGTSTP};
	struct sigaction old[3], ignore = {.sa_handler = SIG_IGN};
	char *command = mem_printf("%s \"$1\"", editor());
	char sh[] = "sh", c[] = "-c";
	char *argv[] = {sh, c, command, sh, path, NULL};
	posix_spawnattr_t attr;
	sigset_t defaults;
	pid_t pid;
	sigemptyset(&defaults);
	for (int i = 0; i < 3; i++) {
		sigaction(quiet[i], &ignore, &old[i]);
		sigaddset(&defaults, quiet[i]);
	}
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	int rc = posix_spawn(&pid, "/bin/sh", NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	int status = rc == 0 ? wait_for(pid) : -1;
	for (int i = 0; i < 3; i++)
		sigaction(quiet[i], &old[i], NULL);
	mem_free(command);
	return status;
}

int external_edit(struct slice text, struct buf *out, struct err *err)
{
	char path[512];
	if (make_file(path, sizeof path, text, err) != 0)
		return -1;
	int status = run(path), rc;
	if (status == 0)
		rc = file_read(path, out, err);
	else if (status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 127)
		rc = err_set(err, ERR_CONFIG, "cannot start the editor '%s': set EDITOR", editor());
	else
		rc = err_set(err, ERR_CANCELLED,
		        "the editor ended with an error: the SQL stays as it was");
	unlink(path);
	return rc;
}
