#include "ui/termsig.h"

#include "base/file.h"
#include "base/mem.h"
#include "ui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/ban.h"

static const int soft[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT};
static const int deadly[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
#define N_SOFT   (sizeof soft / sizeof *soft)
#define N_DEADLY (sizeof deadly / sizeof *deadly)

static struct {
	struct termios before;
	char leave[256];
	size_t leave_len;
	atomic_bool raw;
	atomic_int end_signal;
	int pipe[2];
	struct sigaction old_soft[N_SOFT], old_deadly[N_DEADLY], old_alarm;
	bool installed;
} sig = {.pipe = {-1, -1}};

/* A terminal that takes nothing (stopped, hung) must not keep us: a moment, then without it. */
static void write_leave(void)
{
	int flags = fcntl(STDOUT_FILENO, F_GETFL);
	struct pollfd f = {STDOUT_FILENO, POLLOUT, 0};
	size_t done = 0;
	fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK);
	for (int tries = 0; done < sig.leave_len && tries < 10; tries++) {
		ssize_t n = write(STDOUT_FILENO, sig.leave + done, sig.leave_len - done);
		if (n > 0)
			done += (size_t)n;
		else if (errno == EAGAIN)
			poll(&f, 1, 50);
		else if (errno != EINTR)
			break;
	}
	fcntl(STDOUT_FILENO, F_SETFL, flags);
}

/*
 * A background process group may not change the terminal: SIGTTOU would stop us half-way, so it is
 * blocked around the change. What is called here is async-signal-safe (POSIX; poll on Linux).
 */
void term_restore(void)
{
	if (!atomic_exchange(&sig.raw, false))
		return;
	int e = errno;
	sigset_t ttou, old;
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	pthread_sigmask(SIG_BLOCK, &ttou, &old);
	write_leave();
	tcsetattr(STDIN_FILENO, TCSANOW, &sig.before); /* never waits for the terminal */
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	errno = e;
}

static bool ends(int s)
{
	return s == SIGTERM || s == SIGHUP || s == SIGINT;
}

static void on_soft(int s)
{
	int e = errno;
	if (ends(s) && atomic_exchange(&sig.end_signal, s) != 0) { /* asked twice: go now */
		term_restore();
		file_unlink_temps();
		_exit(128 + s);
	}
	if (ends(s))
		alarm(1);
	char c = (char)s;
	ssize_t n = write(sig.pipe[1], &c, 1);
	(void)n;
	errno = e;
}

/*
 * A write to a terminal that takes nothing may have begun just after it looked for an ending
 * signal: interrupted once a second, it looks again.
 */
static void on_alarm(int s)
{
	(void)s;
	alarm(1);
}

/* Returning runs the faulting instruction again, now with the old action (a core, a sanitizer). */
static void on_deadly(int s)
{
	term_restore();
	file_unlink_temps();
	for (size_t i = 0; i < N_DEADLY; i++)
		if (deadly[i] == s)
			sigaction(s, &sig.old_deadly[i], NULL);
	raise(s);
}

/* The ending ones interrupt a write to a terminal that takes nothing. */
static void set_handler(int s, void (*fn)(int), struct sigaction *old)
{
	struct sigaction sa;
	memset(&sa, 0, sizeof sa);
	sa.sa_handler = fn;
	sa.sa_flags = ends(s) || s == SIGALRM ? 0 : SA_RESTART;
	sigemptyset(&sa.sa_mask);
	sigaction(s, &sa, old);
}

int termsig_start(const char *leave_bytes, struct err *err)
{
	if (tcgetattr(STDIN_FILENO, &sig.before) != 0)
		return err_set_errno(err, ERR_USAGE, errno, "cannot read the terminal's modes");
	if (pipe(sig.pipe) != 0)
		return err_set_errno(err, ERR_IO, errno, "cannot make a pipe for signals");
	for (int i = 0; i < 2; i++) {
		fcntl(sig.pipe[i], F_SETFL, O_NONBLOCK);
		fcntl(sig.pipe[i], F_SETFD, FD_CLOEXEC);
	}
	int n = snprintf(sig.leave, sizeof sig.leave, "%s", leave_bytes);
	sig.leave_len = n < (int)sizeof sig.leave ? (size_t)n : sizeof sig.leave - 1;
	atomic_store(&sig.end_signal, 0);
	for (size_t i = 0; i < N_SOFT; i++)
		set_handler(soft[i], on_soft, &sig.old_soft[i]);
	for (size_t i = 0; i < N_DEADLY; i++)
		set_handler(deadly[i], on_deadly, &sig.old_deadly[i]);
	set_handler(SIGALRM, on_alarm, &sig.old_alarm);
	sig.installed = true;
	mem_set_oom_hook(term_restore);
	return 0;
}

void termsig_stop(void)
{
	if (!sig.installed)
		return;
	sig.installed = false;
	for (size_t i = 0; i < N_SOFT; i++)
		sigaction(soft[i], &sig.old_soft[i], NULL);
	for (size_t i = 0; i < N_DEADLY; i++)
		sigaction(deadly[i], &sig.old_deadly[i], NULL);
	alarm(0);
	sigaction(SIGALRM, &sig.old_alarm, NULL);
	close(sig.pipe[0]);
	close(sig.pipe[1]);
	sig.pipe[0] = sig.pipe[1] = -1;
}

void termsig_raw(void)
{
	struct termios t = sig.before;
	t.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON);
	t.c_oflag &= ~(tcflag_t)OPOST;
	t.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
	t.c_cflag |= CS8;
	t.c_cc[VMIN] = 0;
	t.c_cc[VTIME] = 0;
	atomic_store(&sig.raw, true);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &t);
}

void termsig_stop_self(void)
{
	struct sigaction mine;
	set_handler(SIGTSTP, SIG_DFL, &mine);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &mine, NULL);
	/* The shell may have changed the modes meanwhile (stty): these are the ones to go back to.
	 */
	tcgetattr(STDIN_FILENO, &sig.before);
}

int termsig_fd(void)
{
	return sig.pipe[0];
}

int termsig_end(void)
{
	return atomic_load(&sig.end_signal);
}

unsigned termsig_take(void)
{
	char c[64];
	unsigned bits = 0;
	ssize_t n;
	while ((n = read(sig.pipe[0], c, sizeof c)) > 0)
		for (ssize_t i = 0; i < n; i++)
			bits |= c[i] == SIGWINCH  ? TERM_RESIZED
			        : c[i] == SIGTSTP ? TERM_STOP
			        : c[i] == SIGCONT ? TERM_CONTINUED
			                          : TERM_END;
	return bits;
}
