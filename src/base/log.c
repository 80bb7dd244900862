#include "base/log.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ban.h"

#define RING_LINES  1000
#define LINE_SIZE   8192
#define SECRETS     64
#define ROTATE_SIZE (16 * 1024 * 1024)

static struct {
	pthread_mutex_t lock;
	int fd; /* -1: none */
	int file_level, stderr_level;
	char *ring[RING_LINES];
	unsigned long lines;
	char *secret[SECRETS]; /* a refreshed credential takes the oldest one's place */
	unsigned secrets;
} the = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1, .stderr_level = -1};

static atomic_ulong generation;

int log_open(const char *path, enum log_level file_level, int to_stderr, struct err *err)
{
	struct stat st;
	int fd = -1;

	if (path && stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > ROTATE_SIZE) {
		char *old = mem_printf("%s.1", path);
		rename(path, old); /* if it fails the log just goes on growing */
		mem_free(old);
	}
	if (path) {
		fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
		if (fd < 0)
			return err_set_errno(err, ERR_IO, errno, "Cannot open the log %s", path);
		if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077))
			fchmod(fd, 0600);
	}
	pthread_mutex_lock(&the.lock);
	if (the.fd >= 0)
		close(the.fd);
	the.fd = fd;
	the.file_level = (int)file_level;
	the.stderr_level = to_stderr;
	pthread_mutex_unlock(&the.lock);
	return 0;
}

void log_close(void)
{
	pthread_mutex_lock(&the.lock);
	if (the.fd >= 0)
		close(the.fd);
	the.fd = -1;
	the.stderr_level = -1;
	for (int i = 0; i < RING_LINES; i++) {
		mem_free(the.ring[i]);
		the.ring[i] = NULL;
	}
	the.lines = 0;
	for (int i = 0; i < SECRETS; i++) {
		mem_free(the.secret[i]);
		the.secret[i] = NULL;
	}
	the.secrets = 0;
	pthread_mutex_unlock(&the.lock);
}

/* The lock is held. */
static void secret_remember(char *secret)
{
	unsigned at = the.secrets++ % SECRETS;

	mem_free(the.secret[at]);
	the.secret[at] = secret;
}

static bool secret_known(const char *secret)
{
	for (int i = 0; i < SECRETS; i++)
		if (the.secret[i] && strcmp(the.secret[i], secret) == 0)
			return true;
	return false;
}

void log_add_secret(const char *secret)
{
	struct buf encoded;

	if (!secret || strlen(secret) < 6)
		return;
	/* Secrets also appear percent-encoded, in query strings. */
	buf_init(&encoded, BUF_NO_LIMIT);
	for (const char *p = secret; *p; p++) {
		if (strchr("/+=", *p))
			buf_printf(&encoded, "%%%02X", (unsigned char)*p);
		else
			buf_add_char(&encoded, *p);
	}
	pthread_mutex_lock(&the.lock);
	if (!secret_known(secret)) {
		secret_remember(mem_strdup(secret));
		if (strcmp(buf_str(&encoded), secret) != 0)
			secret_remember(buf_take(&encoded));
	}
	pthread_mutex_unlock(&the.lock);
	buf_release(&encoded);
}

/*
 * What stands before a secret, and where that secret ends. A header's value goes on to the end of
 * the line (or of the JSON string); other values end at white space and punctuation too.
 */
static const struct marker {
	const char *name;
	bool whole_line;
	bool blank; /* a blank is separator enough: no ':' or '=' needed */
} markers[] = {
        {"authorization", true},
        {"AWS4-HMAC-SHA256", true, true},
        {"bearer", true, true},
        {"x-amz-security-token", false},
        {"x-amz-signature", false},
        {"x-amz-credential", false},
        {"x-amz-sso_bearer_token", false},
        {"secret_access_key", false},
        {"secretaccesskey", false},
        {"secret_key", false},
        {"session_token", false},
        {"sessiontoken", false},
        {"accesstoken", false},
        {"refreshtoken", false},
        {"clientsecret", false},
        {"password", false},
};

static bool ends_value(char c, bool whole_line)
{
	return c == '\n' || c == '\r' || c == '"' || (!whole_line && strchr(" \t&',;}<", c));
}

/* After a marker: the separators (": ", "=", quotes), at least one of them. */
static size_t separators(struct slice s, bool seen)
{
	size_t n = 0;

	while (n < s.len && strchr("\"': =>\t", s.ptr[n])) {
		seen |= s.ptr[n] == ':' || s.ptr[n] == '=' || s.ptr[n] == '>';
		n++;
	}
	return seen ? n : 0;
}

/* Length of marker plus separators at the start of s, and of the value behind; 0: no marker. */
static size_t match_marker(struct slice s, size_t *value)
{
	for (size_t i = 0; i < sizeof markers / sizeof *markers; i++) {
		const struct marker *m = &markers[i];
		size_t n = strlen(m->name), sep, end;

		if (s.len <= n || strncasecmp(s.ptr, m->name, n) != 0)
			continue;
		sep = separators(slice_of(s.ptr + n, s.len - n), m->blank);
		if (!sep)
			continue;
		for (end = n + sep; end < s.len && !ends_value(s.ptr[end], m->whole_line);)
			end++;
		*value = end - n - sep;
		return *value ? n + sep : 0;
	}
	return 0;
}

/* STS session tokens are base64 that begins alike; the length keeps ordinary words out. */
static size_t match_token(struct slice s)
{
	size_t n = 0;

	if (!slice_starts(s, "IQoJb3JpZ2lu") && !slice_starts(s, "FwoGZXIvYXdz") &&
	        !slice_starts(s, "FQoGZXIvYXdz"))
		return 0;
	while (n < s.len && s.ptr[n] > ' ' && s.ptr[n] < 0x7f && !strchr("\"'&,;<>", s.ptr[n]))
		n++;
	return n;
}

/* The lock is held. */
static size_t match_secret(struct slice s)
{
	for (int i = 0; i < SECRETS; i++)
		if (the.secret[i] && slice_starts(s, the.secret[i]))
			return strlen(the.secret[i]);
	return 0;
}

static void redact_locked(struct buf *out, struct slice text)
{
	size_t kept = 0, i = 0;

	while (i < text.len) {
		struct slice rest = slice_of(text.ptr + i, text.len - i);
		size_t value = 0, skip = match_secret(rest), before = 0;

		if (!skip && !(skip = match_token(rest)) && (before = match_marker(rest, &value)))
			skip = value;
		if (!skip) {
			i++;
			continue;
		}
		buf_add(out, text.ptr + kept, i + before - kept);
		buf_add_str(out, "***");
		i += before + skip;
		kept = i;
	}
	buf_add(out, text.ptr ? text.ptr + kept : NULL, text.len - kept);
}

void log_redact(struct buf *out, struct slice text)
{
	pthread_mutex_lock(&the.lock);
	redact_locked(out, text);
	pthread_mutex_unlock(&the.lock);
}

/* The lock is held. The line has its newline. */
static void emit(enum log_level level, struct buf *line)
{
	char **slot = &the.ring[the.lines++ % RING_LINES];

	if (!line->ptr)
		return;
	if (the.fd >= 0 && (int)level >= the.file_level && write(the.fd, line->ptr, line->len) < 0)
		the.fd = the.fd; /* a full disk must not stop the job; the screen's ring still has
		                    it */
	if (the.stderr_level >= 0 && (int)level >= the.stderr_level)
		fwrite(line->ptr, 1, line->len, stderr);
	mem_free(*slot);
	*slot = buf_take(line);
	atomic_fetch_add(&generation, 1);
}

void log_at(enum log_level level, const char *area, const char *fmt, ...)
{
	static const char *const name[] = {"DEBUG", "INFO ", "ERROR"};
	char *text = NULL, stamp[21];
	struct buf clean, line;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (!text)
		return;
	buf_init(&clean, BUF_NO_LIMIT);
	buf_init(&line, BUF_NO_LIMIT);
	clock_iso8601(clock_wall_ms(), stamp);
	buf_printf(&line, "%s %s %s: ", stamp, name[level], area);
	pthread_mutex_lock(&the.lock);
	redact_locked(&clean, slice_str(text));
	/* Shortened only now: half a secret would not be recognised. */
	utf8_sanitize(&line, slice_of(clean.ptr, clean.len < LINE_SIZE ? clean.len : LINE_SIZE));
	buf_add_char(&line, '\n');
	emit(level, &line);
	pthread_mutex_unlock(&the.lock);
	buf_release(&line);
	buf_release(&clean);
	free(text); /* vasprintf's */
}

void log_tail(struct buf *out, int n)
{
	unsigned long from;

	pthread_mutex_lock(&the.lock);
	if (n > RING_LINES)
		n = RING_LINES;
	from = the.lines > (unsigned long)(n > 0 ? n : 0) ? the.lines - (unsigned long)n : 0;
	if (n > 0)
		for (unsigned long i = from; i < the.lines; i++)
			if (the.ring[i % RING_LINES])
				buf_add_str(out, the.ring[i % RING_LINES]);
	pthread_mutex_unlock(&the.lock);
}

unsigned long log_generation(void)
{
	return atomic_load(&generation);
}
