#include "test.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"

#include <pthread.h>
#include <sys/stat.h>

static void redacts(const char *in, const char *want)
{
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	log_redact(&b, slice_str(in));
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void secrets_are_replaced(void **state)
{
	(void)state;
	log_add_secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCY=");
	log_add_secret("short");
	log_add_secret(NULL);
	redacts("key wJalrXUtnFEMI/K7MDENG+bPxRfiCY=, end", "key ***, end");
	redacts("q=wJalrXUtnFEMI%2FK7MDENG%2BbPxRfiCY%3D&x", "q=***&x");
	redacts("short stays", "short stays");
	redacts("", "");
	log_close();
}

static void what_looks_like_a_secret_is_replaced(void **state)
{
	(void)state;
	redacts("Authorization: AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=ab12\nHost: h",
	        "Authorization: ***\nHost: h");
	redacts("authorization: Bearer abc.def", "authorization: ***");
	redacts("sent AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=ab",
	        "sent AWS4-HMAC-SHA256 ***");
	redacts("GET /k?X-Amz-Credential=AKIA%2F1&X-Amz-Expires=60&X-Amz-Signature=0f0f HTTP/1.1",
	        "GET /k?X-Amz-Credential=***&X-Amz-Expires=60&X-Amz-Signature=*** HTTP/1.1");
	redacts("x-amz-security-token: IQoJb3JpZ2luX2VjEXAMPLE\r\n",
	        "x-amz-security-token: ***\r\n");
	redacts("{\"SecretAccessKey\": \"abc/def\", \"Version\": 1}",
	        "{\"SecretAccessKey\": \"***\", \"Version\": 1}");
	redacts("aws_secret_access_key = abc", "aws_secret_access_key = ***");
	redacts("token FwoGZXIvYXdzEXAMPLE== end", "token *** end");
	redacts("secret_key", "secret_key");
	redacts("no authorization needed here", "no authorization needed here");
	redacts("AuthorizationHeaderMalformed: wrong region",
	        "AuthorizationHeaderMalformed: wrong region");
	redacts("curl -H 'Authorization: AWS4-HMAC-SHA256 x'", "curl -H 'Authorization: ***");
	redacts("bearer ", "bearer ");
}

static void lines_reach_file_and_ring(void **state)
{
	char path[] = "/tmp/athena-jsonl-log.XXXXXX";
	struct err err = ERR_INIT;
	struct stat st;
	struct buf b;
	unsigned long before = log_generation();

	(void)state;
	close(mkstemp(path));
	chmod(path, 0644);
	assert_int_equal(log_open(path, LOG_INFO, -1, &err), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	log_debug("test", "not in the file");
	log_info("athena", "QUEUED %d", 1);
	log_error("s3", "evil \x1b[2J\ntext \xff");
	assert_int_equal(log_generation(), before + 3);
	buf_init(&b, BUF_NO_LIMIT);
	assert_int_equal(file_read(path, &b, &err), 0);
	assert_null(strstr(b.ptr, "not in the file"));
	assert_non_null(strstr(b.ptr, "Z INFO  athena: QUEUED 1\n"));
	assert_non_null(
	        strstr(b.ptr, "Z ERROR s3: evil \xe2\x90\x9b[2J\xe2\x90\x8atext \xef\xbf\xbd\n"));
	buf_clear(&b);
	log_tail(&b, 2);
	assert_non_null(strstr(b.ptr, "QUEUED"));
	assert_null(strstr(b.ptr, "not in"));
	buf_clear(&b);
	log_tail(&b, 100);
	assert_non_null(strstr(b.ptr, "DEBUG test: not in the file\n"));
	buf_clear(&b);
	log_tail(&b, 0);
	assert_int_equal(b.len, 0);
	buf_release(&b);
	log_close();
	unlink(path);
	assert_int_equal(log_open("/proc/nonexistent/debug.log", LOG_INFO, -1, &err), -1);
	assert_int_equal(err.code, ERR_IO);
}

/* A secret at the point where a long line is shortened must not survive in half. */
static void long_lines_are_cut_after_redaction(void **state)
{
	char *text = mem_alloc(20001);
	struct buf b;

	(void)state;
	memset(text, 'x', 20000);
	text[20000] = '\0';
	memcpy(text + 8185, "TOPSECRETVALUE", 14);
	log_add_secret("TOPSECRETVALUE");
	log_info("test", "%s", text);
	buf_init(&b, BUF_NO_LIMIT);
	log_tail(&b, 1);
	assert_true(b.len > 8000 && b.len < 9000);
	assert_null(strstr(b.ptr, "TOPSECR"));
	buf_release(&b);
	mem_free(text);
	log_close();
}

static void *chatter(void *arg)
{
	for (int i = 0; i < 600; i++)
		log_info(arg, "line %d", i);
	return NULL;
}

static void the_ring_is_bounded_and_shared(void **state)
{
	char a[] = "a", z[] = "z";
	pthread_t t[2];
	struct buf b;
	int lines = 0;

	(void)state;
	pthread_create(&t[0], NULL, chatter, a);
	pthread_create(&t[1], NULL, chatter, z);
	pthread_join(t[0], NULL);
	pthread_join(t[1], NULL);
	buf_init(&b, BUF_NO_LIMIT);
	log_tail(&b, 1000000);
	for (const char *p = buf_str(&b); *p; p++)
		lines += *p == '\n';
	assert_int_equal(lines, 1000);
	buf_release(&b);
	log_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(secrets_are_replaced),
	        cmocka_unit_test(what_looks_like_a_secret_is_replaced),
	        cmocka_unit_test(lines_reach_file_and_ring),
	        cmocka_unit_test(long_lines_are_cut_after_redaction),
	        cmocka_unit_test(the_ring_is_bounded_and_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
