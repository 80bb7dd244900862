/* TLS against a real server: `openssl s_server` with a certificate of its own for localhost. */
#include "test.h"

#include "net/http.h"

#include "base/clock.h"
#include "base/mem.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/ban.h"

struct fixture {
	char dir[64], cert[96], key[96];
	pid_t pid;
	int port; /* 0: there is no openssl here */
};

static pid_t spawn(const char *const argv[], int out)
{
	char *copy[24] = {NULL};
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	int null = open("/dev/null", O_RDWR);
	dup2(out < 0 ? null : out, 1);
	dup2(null, 2);
	for (size_t i = 0; argv[i] && i + 1 < sizeof(copy) / sizeof(*copy); i++)
		copy[i] = mem_strdup(argv[i]);
	execvp(copy[0], copy);
	_exit(127);
}

static bool make_certificate(struct fixture *f)
{
	const char *const argv[] = {"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
	        "-keyout", f->key, "-out", f->cert, "-days", "2", "-subj", "/CN=localhost",
	        "-addext", "subjectAltName=DNS:localhost", NULL};
	int status = -1;
	waitpid(spawn(argv, -1), &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* s_server says "ACCEPT 0.0.0.0:43213" when it listens. */
static int read_port(int fd)
{
	char text[1000] = "";
	size_t n = 0;
	for (;;) {
		ssize_t got = read(fd, text + n, sizeof(text) - 1 - n);
		if (got <= 0)
			return 0;
		n += (size_t)got;
		text[n] = '\0';
		const char *line = strstr(text, "ACCEPT");
		const char *end = line ? strchr(line, '\n') : NULL;
		while (end && *end != ':' && end > line)
			end--;
		if (end && end > line)
			return (int)strtol(end + 1, NULL, 10);
	}
}

static int setup(void **state)
{
	struct fixture *f = MEM_NEW(struct fixture);
	*state = f;
	snprintf(f->dir, sizeof(f->dir), "/tmp/aj-test-tls-XXXXXX");
	if (!mkdtemp(f->dir))
		return -1;
	snprintf(f->cert, sizeof(f->cert), "%s/cert.pem", f->dir);
	snprintf(f->key, sizeof(f->key), "%s/key.pem", f->dir);
	if (!make_certificate(f))
		return 0;
	int ends[2];
	const char *const argv[] = {"openssl", "s_server", "-accept", "127.0.0.1:0", "-cert",
	        f->cert, "-key", f->key, "-www", NULL};
	if (pipe(ends) < 0)
		return -1;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	f->pid = spawn(argv, ends[1]);
	close(ends[1]);
	f->port = read_port(ends[0]);
	close(ends[0]);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	if (f->pid > 0) {
		kill(f->pid, SIGKILL);
		waitpid(f->pid, NULL, 0);
	}
	unlink(f->cert);
	unlink(f->key);
	rmdir(f->dir);
	mem_free(f);
	return 0;
}

struct outcome {
	int done, status;
	struct err failure;
};

static void note(void *arg, int id, const struct http_reply *r)
{
	struct outcome *o = arg;
	(void)id;
	o->done = 1;
	o->status = r->status;
	o->failure = r->failure;
}

static struct outcome get(const struct fixture *f, const char *host, const char *ca)
{
	struct err err = ERR_INIT;
	struct http_req r;
	struct outcome o = {0};
	unsetenv("AWS_CA_BUNDLE");
	if (ca)
		setenv("AWS_CA_BUNDLE", ca, 1);
	struct http_client *c = http_client_new(&err);
	unsetenv("AWS_CA_BUNDLE");
	http_req_init(&r);
	r.url = mem_printf("https://%s:%d/", host, f->port);
	r.timeout_ms = 10000;
	assert_true(http_client_start(c, &r, NULL, note, &o, &err) > 0);
	int64_t end = clock_mono_ms() + 15000;
	while (!o.done && clock_mono_ms() < end)
		assert_int_equal(http_client_run(c, 100, &err), 0);
	http_client_free(c);
	return o;
}

static void peers_are_verified(void **state)
{
	const struct fixture *f = *state;
	if (!f->port) {
		print_message("# skipped: no openssl program\n");
		skip();
	}
	struct outcome o = get(f, "localhost", NULL);
	assert_int_equal(o.status, 0);
	assert_int_equal(o.failure.code, ERR_NETWORK);
	assert_false(o.failure.transient);
	assert_non_null(strstr(o.failure.text, "cannot trust the certificate of localhost:"));
	assert_non_null(strstr(o.failure.text, "AWS_CA_BUNDLE"));
	o = get(f, "127.0.0.1", f->cert); /* trusted, but another host's */
	assert_int_equal(o.status, 0);
	assert_non_null(strstr(o.failure.text, "cannot trust the certificate of 127.0.0.1:"));
	o = get(f, "localhost", f->cert);
	if (o.status != 200)
		fail_msg("%s", o.failure.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(peers_are_verified, setup, teardown),
	};
	return cmocka_run_group_tests_name("tls", tests, NULL, NULL);
}
