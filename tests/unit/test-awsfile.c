#include "test.h"

#include "net/awsfile.h"

#include "base/file.h"
#include "base/mem.h"

#include <dirent.h>
#include <jansson.h>

#include "base/ban.h"

static json_t *load(const char *rel)
{
	char path[1000];
	if (!test_shared(rel, path, sizeof(path)))
		return NULL;
	json_t *o = json_load_file(path, 0, NULL);
	assert_non_null(o);
	return o;
}

static const char *str(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static int add(struct awsfile *f, enum awsfile_kind kind, const char *text, struct err *err)
{
	return text ? awsfile_add(f, kind, slice_str(text), "file", err) : 0;
}

/* Sections of one type as JSON, to be compared as a whole. */
static json_t *as_json(const struct awsfile *f, enum awsfile_type type)
{
	json_t *all = json_object();
	for (size_t i = 0; i < f->n; i++) {
		const struct awsfile_section *s = &f->sections[i];
		if (s->type != type)
			continue;
		json_t *o = json_object();
		for (size_t k = 0; k < s->n; k++)
			json_object_set_new(o, s->props[k].key, json_string(s->props[k].value));
		json_object_set_new(all, s->name, o);
	}
	return all;
}

static void expect_sections(
        const json_t *test, const struct awsfile *f, enum awsfile_type type, const json_t *want)
{
	if (!want)
		return;
	json_t *got = as_json(f, type);
	if (!json_equal(got, want)) {
		char *text = json_dumps(got, 0);
		fail_msg("%s: got %s", str(test, "name"), text);
	}
	json_decref(got);
}

static void parser_case(const json_t *test)
{
	struct err err = ERR_INIT;
	struct awsfile *f = awsfile_new();
	const json_t *in = json_object_get(test, "input"), *out = json_object_get(test, "output");
	int rc = add(f, AWSFILE_CONFIG, str(in, "configFile"), &err);
	if (rc == 0)
		rc = add(f, AWSFILE_CREDENTIALS, str(in, "credentialsFile"), &err);
	const char *error = str(out, "errorContaining");
	const json_t *config = json_object_get(out, "config");
	if (error &&
	        (rc == 0 || !strstr(err.text, error) || err.code != ERR_CONFIG || err.line < 1))
		fail_msg("%s: expected \"%s\", got \"%s\"", str(test, "name"), error, err.text);
	if (!error && rc < 0)
		fail_msg("%s: %s", str(test, "name"), err.text);
	if (!error) {
		expect_sections(test, f, AWSFILE_PROFILE, json_object_get(config, "profiles"));
		expect_sections(
		        test, f, AWSFILE_SSO_SESSION, json_object_get(config, "sso_sessions"));
	}
	awsfile_free(f);
}

static void parser_vectors(void **state)
{
	(void)state;
	json_t *all = load("vectors/aws-config/profile-parser-tests.json"), *t;
	size_t i, n = 0;
	if (!all)
		skip();
	json_array_foreach(json_object_get(all, "tests"), i, t)
	{
		parser_case(t);
		n++;
	}
	print_message("# profile parser: %zu of 65 cases\n", n);
	assert_int_equal(n, 65);
	json_decref(all);
}

static const char *const location_env[] = {
        "HOME", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_PROFILE"};

static void expect_path(enum awsfile_kind kind, const char *want, const char *name)
{
	char *got = awsfile_path(kind);
	if (!got || strcmp(got, want) != 0)
		fail_msg("%s: %s instead of %s", name, got ? got : "(none)", want);
	mem_free(got);
}

static void location_case(const json_t *t)
{
	for (size_t i = 0; i < sizeof(location_env) / sizeof(*location_env); i++) {
		const char *v = str(json_object_get(t, "environment"), location_env[i]);
		unsetenv(location_env[i]);
		if (v)
			setenv(location_env[i], v, 1);
	}
	expect_path(AWSFILE_CONFIG, str(t, "configLocation"), str(t, "name"));
	expect_path(AWSFILE_CREDENTIALS, str(t, "credentialsLocation"), str(t, "name"));
}

static void location_vectors(void **state)
{
	(void)state;
	json_t *all = load("vectors/aws-config/file-location-tests.json"), *t;
	size_t i;
	int n = 0, windows = 0;
	if (!all)
		skip();
	char *home = mem_strdup(getenv("HOME"));
	json_array_foreach(json_object_get(all, "tests"), i, t)
	{
		if (strcmp(str(t, "platform"), "windows") == 0) {
			print_message("# not for this platform: %s\n", str(t, "name"));
			windows++;
			continue;
		}
		location_case(t);
		n++;
	}
	print_message("# file locations: %d of 9 cases, %d are for Windows only\n", n, windows);
	assert_int_equal(n, 4);
	assert_int_equal(n + windows, 9);
	setenv("AWS_CONFIG_FILE", "~/elsewhere", 1);
	setenv("HOME", "/h", 1);
	expect_path(AWSFILE_CONFIG, "/h/elsewhere", "tilde");
	unsetenv("HOME");
	expect_path(AWSFILE_CONFIG, "~/elsewhere", "tilde without a home");
	unsetenv("AWS_CONFIG_FILE");
	assert_null(awsfile_path(AWSFILE_CONFIG));
	if (home)
		setenv("HOME", home, 1);
	mem_free(home);
	json_decref(all);
}

/* Not in the vectors: what real files hold as well. */
static void nested_and_services(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	struct awsfile *f = awsfile_new();
	const char *text = "\xef\xbb\xbf[services local]\r\nathena =\r\n  # the server here\r\n"
	                   "  endpoint_url = http://127.0.0.1:1 \r\n  other=2\r\ns3 = \r\n"
	                   "\tendpoint_url=http://h/?a=b\r\n[default]\nservices = local\n";
	assert_int_equal(add(f, AWSFILE_CONFIG, text, &err), 0);
	const struct awsfile_section *s = awsfile_find(f, AWSFILE_SERVICES, "local");
	assert_non_null(s);
	assert_true(slice_eq_str(
	        awsfile_nested(awsfile_get(s, "athena"), "endpoint_url"), "http://127.0.0.1:1"));
	assert_true(slice_eq_str(
	        awsfile_nested(awsfile_get(s, "s3"), "endpoint_url"), "http://h/?a=b"));
	assert_int_equal(awsfile_nested(awsfile_get(s, "s3"), "other").len, 0);
	assert_null(awsfile_get(s, "glue"));
	assert_string_equal(
	        awsfile_get(awsfile_find(f, AWSFILE_PROFILE, "default"), "SERVICES"), "local");
	assert_null(awsfile_get(NULL, "x"));
	awsfile_free(f);
}

/* Another parser's fuzzing corpus, read in place: each file is read or refused with a place. */
static int corpus_folder(const char *root, const char *name, enum awsfile_kind kind, int *refused)
{
	char path[1400];
	struct dirent *e;
	int n = 0;
	snprintf(path, sizeof(path), "%s/%s", root, name);
	DIR *d = opendir(path);
	assert_non_null(d);
	while ((e = readdir(d))) {
		struct buf text;
		struct err err = ERR_INIT;
		struct awsfile *f = awsfile_new();
		snprintf(path, sizeof(path), "%s/%s/%s", root, name, e->d_name);
		buf_init(&text, AWSFILE_MAX);
		if (e->d_name[0] != '.' && file_read(path, &text, &err) == 0) {
			n++;
			if (awsfile_add(f, kind, buf_slice(&text), "file", &err) < 0) {
				assert_int_equal(err.code, ERR_CONFIG);
				assert_true(err.line > 0);
				++*refused;
			}
		}
		awsfile_free(f);
		buf_release(&text);
	}
	closedir(d);
	return n;
}

static void fuzz_corpus(void **state)
{
	(void)state;
	char root[1000];
	int refused = 0;
	if (!test_shared("vectors/aws-config/profile-fuzz-corpus", root, sizeof(root)))
		skip();
	int n = corpus_folder(root, "parse_config_profile", AWSFILE_CONFIG, &refused);
	n += corpus_folder(root, "parse_credentials_profile", AWSFILE_CREDENTIALS, &refused);
	print_message("# fuzz corpus: %d of 80 files, %d refused with their line\n", n, refused);
	assert_int_equal(n, 80);
}

static void errors_keep_secrets(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	struct awsfile *f = awsfile_new();
	assert_int_equal(add(f, AWSFILE_CREDENTIALS, "[default]\n\n = hunter2hunter2\n", &err), -1);
	assert_null(strstr(err.text, "hunter2"));
	assert_int_equal(err.line, 3);
	awsfile_free(f);
}

static void sizes_are_bounded(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	struct awsfile *f = awsfile_new();
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	for (int i = 0; i < 5000; i++)
		buf_printf(&b, "[profile p%d]\n", i);
	assert_int_equal(awsfile_add(f, AWSFILE_CONFIG, buf_slice(&b), "file", &err), -1);
	assert_int_equal(err.code, ERR_CONFIG);
	buf_clear(&b);
	buf_add_str(&b, "[default]\n");
	for (int i = 0; i < 5000; i++)
		buf_printf(&b, "k%d=\n", i);
	assert_int_equal(awsfile_add(f, AWSFILE_CONFIG, buf_slice(&b), "file", &err), -1);
	buf_clear(&b);
	while (b.len <= AWSFILE_MAX)
		buf_add_str(&b, "# a long comment line\n");
	assert_int_equal(awsfile_add(f, AWSFILE_CONFIG, buf_slice(&b), "file", &err), -1);
	buf_release(&b);
	awsfile_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(parser_vectors),
	        cmocka_unit_test(location_vectors),
	        cmocka_unit_test(nested_and_services),
	        cmocka_unit_test(fuzz_corpus),
	        cmocka_unit_test(errors_keep_secrets),
	        cmocka_unit_test(sizes_are_bounded),
	};
	return cmocka_run_group_tests_name("awsfile", tests, NULL, NULL);
}
