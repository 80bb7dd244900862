#include "job/localduck.h"

#include "job/js.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ban.h"

enum { START_MS = 20000, STOP_MS = 2000, LINE_MAX_BYTES = 8192 };

struct localduck {
	pid_t pid;  /* 0 once reaped */
	int life;   /* our end of its stdin: closing it ends the child */
	int out_fd; /* its stdout */
};

void localduck_info_release(struct localduck_info *i)
{
	if (i->secret_key)
		explicit_bzero(i->secret_key, strlen(i->secret_key));
	mem_free(i->endpoint);
	mem_free(i->access_key);
	mem_free(i->secret_key);
	mem_free(i->output);
	*i = (struct localduck_info){0};
}

/* Between fork and exec in a program with threads: async-signal-safe calls only. */
static _Noreturn void child(
        char *const *argv, int in, int out, int log, pid_t parent, bool keys_first)
{
	sigset_t none;
	sigemptyset(&none);
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent) /* died in between */
		_exit(127);
	dup2(in, 0);
	dup2(out, 1);
	dup2(log, 2);
	close_range(3, ~0U, 0);
	if (keys_first)
		thread_background();
	execvp(argv[0], argv);
	static const char text[] = "cannot be started: not found, or not a program\n";
	ssize_t n = write(2, text, sizeof text - 1);
	(void)n;
	_exit(127);
}

/* {program, arguments ..., --exit-on-stdin-eof, NULL}; the strings stay argv's. */
static char **child_argv(char *const *argv)
{
	static char option[] = "--exit-on-stdin-eof";
	size_t n = 0;
	while (argv[n])
		n++;
	char **out = mem_calloc(n + 2, sizeof *out);
	for (size_t i = 0; i < n; i++)
		out[i] = argv[i];
	out[n] = option;
	return out;
}

static struct localduck *spawn(
        char *const *argv, const char *log_path, bool keys_first, struct err *err)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1};
	int log = open(log_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (log < 0) {
		err_set_errno(err, ERR_IO, errno, "cannot write %s", log_path);
		return NULL;
	}
	pid_t pid = -1;
	if (pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0) {
		pid_t parent = getpid();
		char **with = child_argv(argv);
		pid = fork();
		if (pid == 0)
			child(with, in[0], out[1], log, parent, keys_first);
		mem_free(with);
	}
	int why = errno;
	close(log);
	close(in[0]);
	close(out[1]);
	if (pid < 0) {
		close(in[1]);
		close(out[0]);
		err_set_errno(err, ERR_IO, why, "cannot start %s", argv[0]);
		return NULL;
	}
	struct localduck *d = MEM_NEW(struct localduck);
	*d = (struct localduck){pid, in[1], out[0]};
	return d;
}

bool localduck_alive(struct localduck *d)
{
	if (d->pid == 0)
		return false;
	int rc;
	while ((rc = (int)waitpid(d->pid, NULL, WNOHANG)) < 0 && errno == EINTR)
		;
	if (rc != 0)
		d->pid = 0;
	return d->pid != 0;
}

void localduck_stop(struct localduck *d)
{
	close(d->life);
	close(d->out_fd);
	if (d->pid)
		kill(d->pid, SIGTERM);
	int64_t until = clock_mono_ms() + STOP_MS;
	while (localduck_alive(d) && clock_mono_ms() < until)
		clock_sleep_ms(10);
	if (d->pid) {
		log_error("engine", "the local server did not end in %d ms: killed", STOP_MS);
		kill(d->pid, SIGKILL);
		while (waitpid(d->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	mem_free(d);
}

/* 0 a line is there, 1 not yet, -1 end of file. */
static int read_some(int fd, struct buf *line)
{
	struct pollfd p = {fd, POLLIN, 0};
	char part[512];
	if (poll(&p, 1, 50) <= 0)
		return 1;
	ssize_t n = read(fd, part, sizeof part);
	if (n < 0)
		return errno == EINTR ? 1 : -1;
	if (n == 0)
		return -1;
	buf_add(line, part, (size_t)n);
	if (line->failed)
		return -1;
	return memchr(line->ptr, '\n', line->len) ? 0 : 1;
}

static void last_log_line(const char *path, struct buf *out)
{
	struct buf text;
	buf_init(&text, (size_t)1 << 20);
	file_read(path, &text, NULL);
	struct slice s = slice_trim(buf_slice(&text));
	size_t at = s.len;
	while (at > 0 && s.ptr[at - 1] != '\n')
		at--;
	buf_add(out, s.ptr ? s.ptr + at : "", s.len - at > 300 ? 300 : s.len - at);
	buf_release(&text);
}

static int no_line(const char *program, const char *log_path, struct err *err)
{
	struct buf last;
	buf_init(&last, 512);
	last_log_line(log_path, &last);
	err_set(err, ERR_CONFIG, "the local server %s ended before it served: %s (log: %s)",
	        program, last.len ? buf_str(&last) : "it said nothing", log_path);
	buf_release(&last);
	return -1;
}

static int read_line(struct localduck *d, const char *program, const char *log_path,
        bool (*stop)(void *), void *arg, struct buf *line, struct err *err)
{
	int64_t until = clock_mono_ms() + START_MS;
	for (;;) {
		int rc = read_some(d->out_fd, line);
		if (rc == 0)
			return 0;
		if (rc < 0)
			return no_line(program, log_path, err);
		if (stop(arg))
			return err_set(
			        err, ERR_CANCELLED, "cancelled while the local server started");
		if (clock_mono_ms() > until)
			return err_set(err, ERR_TIMEOUT,
			        "the local server %s did not serve within %d s; see %s", program,
			        START_MS / 1000, log_path);
	}
}

static int parse(const struct buf *line, struct localduck_info *out, struct err *err)
{
	json_error_t at;
	json_t *o = json_loadb(line->ptr, line->len, JSON_DISABLE_EOF_CHECK, &at);
	const char *url = js_get_str(o, "endpoint"), *key = js_get_str(o, "access_key");
	const char *secret = js_get_str(o, "secret_key");
	int rc = 0;
	if (*url == '\0' || *key == '\0' || *secret == '\0') {
		rc = err_set(err, ERR_PROTOCOL,
		        "the local server's first line is not the JSON that tells its endpoint");
	} else {
		log_add_secret(secret);
		*out = (struct localduck_info){mem_strdup(url), mem_strdup(key), mem_strdup(secret),
		        mem_strdup(js_get_str(o, "output"))};
	}
	json_decref(o);
	return rc;
}

struct localduck *localduck_start(char *const *argv, const char *log_path, bool keys_first,
        bool (*stop)(void *), void *arg, struct localduck_info *out, struct err *err)
{
	struct localduck *d = spawn(argv, log_path, keys_first, err);
	if (d == NULL)
		return NULL;
	struct buf line;
	buf_init(&line, LINE_MAX_BYTES);
	if (read_line(d, argv[0], log_path, stop, arg, &line, err) != 0 ||
	        parse(&line, out, err) != 0) {
		localduck_stop(d);
		d = NULL;
	}
	buf_release(&line);
	return d;
}
