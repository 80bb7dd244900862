#include "test.h"

#include "net/aws.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"

#include <dirent.h>
#include <jansson.h>
#include <sys/stat.h>

#include "base/ban.h"

static const char *const variables[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE",
        "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_ATHENA", "AWS_ENDPOINT_URL_S3",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_MAX_ATTEMPTS", "AWS_USE_FIPS_ENDPOINT",
        "AWS_USE_DUALSTACK_ENDPOINT", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI"};

/* A home of its own, and no AWS variable. */
static char home[64];

static void forget(void)
{
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		unsetenv(variables[i]);
	setenv("HOME", home, 1);
}

static void write_file(const char *name, const char *text)
{
	char path[128];
	struct err err = ERR_INIT;
	snprintf(path, sizeof(path), "%s/.aws/%s", home, name);
	if (!text)
		unlink(path);
	else if (file_write(path, slice_str(text), 0600, &err) < 0)
		fail_msg("%s", err.text);
}

static int setup(void **state)
{
	char path[128];
	(void)state;
	snprintf(home, sizeof(home), "/tmp/aj-test-aws-XXXXXX");
	assert_non_null(mkdtemp(home));
	snprintf(path, sizeof(path), "%s/.aws", home);
	assert_int_equal(mkdir(path, 0700), 0);
	forget();
	return 0;
}

static int teardown(void **state)
{
	char path[128];
	(void)state;
	write_file("config", NULL);
	write_file("credentials", NULL);
	snprintf(path, sizeof(path), "%s/.aws", home);
	rmdir(path);
	rmdir(home);
	return 0;
}

static struct aws_identity *resolve(const struct aws_options *o)
{
	struct err err = ERR_INIT;
	struct aws_identity *id = aws_identity_resolve(o, &err);
	if (!id)
		fail_msg("%s", err.text);
	return id;
}

static void expect_error(const struct aws_options *o, enum err_code code, const char *words)
{
	struct err err = ERR_INIT;
	struct aws_identity *id = aws_identity_resolve(o, &err);
	if (id || err.code != code || !strstr(err.text, words))
		fail_msg("%s", id ? "no error" : err.text);
}

static void nothing_there(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	struct aws_identity *id = resolve(NULL);
	assert_string_equal(id->profile, "default");
	assert_string_equal(id->region, "us-east-1");
	assert_string_equal(id->athena_url, "https://athena.us-east-1.amazonaws.com");
	assert_null(id->s3_url);
	assert_int_equal(id->max_attempts, 3);
	assert_false(aws_identity_has_keys(id));
	assert_int_equal(aws_identity_need_keys(id, &err), -1);
	assert_int_equal(err.code, ERR_CREDENTIALS);
	assert_non_null(strstr(err.text, "AWS_ACCESS_KEY_ID"));
	assert_non_null(strstr(err.text, "~/.aws/credentials"));
	assert_non_null(strstr(err.text, "--local"));
	aws_identity_free(id);
	assert_false(aws_configured(NULL));
	unsetenv("HOME");
	assert_false(aws_configured(NULL));
	forget();
}

static void environment_comes_first(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	const struct aws_options named = {.profile = "work"};
	write_file("credentials", "[work]\naws_access_key_id = WORK\naws_secret_access_key = W\n"
	                          "aws_session_token = T\n");
	setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "E", 1);
	setenv("AWS_PROFILE", "work", 1);
	struct aws_identity *id = resolve(NULL);
	assert_string_equal(id->access_key, "ENV");
	assert_null(id->session_token);
	assert_string_equal(id->source, "environment");
	assert_int_equal(aws_identity_need_keys(id, &err), 0);
	aws_identity_free(id);
	id = resolve(&named); /* the command line names somebody else */
	assert_string_equal(id->access_key, "WORK");
	assert_string_equal(id->session_token, "T");
	assert_string_equal(id->source, "profile work in ~/.aws/credentials");
	aws_identity_free(id);
	unsetenv("AWS_SECRET_ACCESS_KEY");
	expect_error(NULL, ERR_CONFIG, "AWS_SECRET_ACCESS_KEY is not");
	forget();
}

static void regions(void **state)
{
	(void)state;
	const struct aws_options o = {.region = "ap-south-1"};
	write_file("config", "[default]\nregion = eu-west-3\nmax_attempts = 7\n");
	const char *const want[] = {"eu-west-3", "eu-north-1", "cn-north-1"};
	for (int i = 0; i < 3; i++) {
		if (i == 1)
			setenv("AWS_DEFAULT_REGION", want[1], 1);
		if (i == 2)
			setenv("AWS_REGION", want[2], 1);
		struct aws_identity *id = resolve(NULL);
		assert_string_equal(id->region, want[i]);
		assert_int_equal(id->max_attempts, 7);
		aws_identity_free(id);
	}
	struct aws_identity *id = resolve(&o);
	assert_string_equal(id->athena_url, "https://athena.ap-south-1.amazonaws.com");
	aws_identity_free(id);
	setenv("AWS_REGION", "evil.example.com/", 1);
	expect_error(NULL, ERR_CONFIG, "is not a region");
	unsetenv("AWS_REGION");
	setenv("AWS_MAX_ATTEMPTS", "0", 1);
	expect_error(NULL, ERR_CONFIG, "AWS_MAX_ATTEMPTS");
	forget();
}

static void expect_endpoints(const struct aws_options *o, const char *athena, const char *s3)
{
	struct aws_identity *id = resolve(o);
	assert_string_equal(id->athena_url, athena);
	if (s3)
		assert_string_equal(id->s3_url, s3);
	else
		assert_null(id->s3_url);
	aws_identity_free(id);
}

static void endpoints_by_order(void **state)
{
	(void)state;
	const struct aws_options o = {.endpoint = "http://127.0.0.1:5/"};
	write_file("config", "[default]\nservices = here\nendpoint_url = http://profile:1/\n"
	                     "[services here]\nathena =\n  endpoint_url = http://service:2\n");
	expect_endpoints(NULL, "http://service:2", "http://profile:1");
	setenv("AWS_ENDPOINT_URL", "http://env:3//", 1);
	expect_endpoints(NULL, "http://env:3", "http://env:3");
	setenv("AWS_ENDPOINT_URL_S3", "https://s3env", 1);
	expect_endpoints(NULL, "http://env:3", "https://s3env");
	setenv("AWS_ENDPOINT_URL_ATHENA", "https://athenaenv/path", 1);
	expect_endpoints(NULL, "https://athenaenv/path", "https://s3env");
	expect_endpoints(&o, "http://127.0.0.1:5", "http://127.0.0.1:5");
	setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE", 1);
	expect_endpoints(NULL, "https://athena.us-east-1.amazonaws.com", NULL);
	expect_endpoints(&o, "http://127.0.0.1:5", "http://127.0.0.1:5");
	setenv("AWS_USE_FIPS_ENDPOINT", "true", 1);
	expect_error(NULL, ERR_CONFIG, "AWS_USE_FIPS_ENDPOINT");
	forget();
	setenv("AWS_ENDPOINT_URL_ATHENA", "localhost:9000", 1);
	expect_error(NULL, ERR_CONFIG, "AWS_ENDPOINT_URL_ATHENA");
	forget();
	struct err err = ERR_INIT;
	setenv("AWS_ENDPOINT_URL", "https://user:hunter22@host", 1);
	assert_null(aws_identity_resolve(NULL, &err));
	assert_non_null(strstr(err.text, "@host"));
	assert_null(strstr(err.text, "hunter22"));
	forget();
}

/* A named identity that we cannot make is never replaced by another one. */
static void other_kinds_are_refused(void **state)
{
	(void)state;
	static const char *const keys[] = {"sso_session = corp", "sso_start_url = https://x",
	        "role_arn = arn:aws:iam::1:role/r\nsource_profile = keys",
	        "web_identity_token_file = /x", "credential_process = /bin/x",
	        "login_session = arn"};
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		struct err err = ERR_INIT;
		char name[64], text[400];
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(keys[i], " "), keys[i]);
		snprintf(text, sizeof(text),
		        "[default]\n%s\naws_access_key_id = A\naws_secret_access_key = B\n"
		        "[profile keys]\naws_access_key_id = A\naws_secret_access_key = B\n",
		        keys[i]);
		write_file("config", text);
		struct aws_identity *id = resolve(NULL);
		assert_null(id->access_key);
		assert_int_equal(aws_identity_need_keys(id, &err), -1);
		assert_int_equal(err.code, ERR_CREDENTIALS);
		if (!strstr(err.text, name) || !strstr(err.text, "not supported yet"))
			fail_msg("%s: %s", name, err.text);
		aws_identity_free(id);
	}
	write_file("config", NULL);
	setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/", 1);
	struct err err = ERR_INIT;
	struct aws_identity *id = resolve(NULL);
	aws_identity_need_keys(id, &err);
	assert_non_null(strstr(err.text, "container"));
	aws_identity_free(id);
	forget();
}

static void wrong_files(void **state)
{
	(void)state;
	const struct aws_options o = {.profile = "wrok"};
	char path[128];
	write_file("config", "[profile work]\nregion = eu-west-1\n");
	expect_error(&o, ERR_CONFIG, "found: work");
	write_file("config", "[default\n");
	expect_error(NULL, ERR_CONFIG, "line 1");
	assert_true(aws_configured(NULL));
	write_file("config", "[default]\naws_access_key_id = A\n");
	expect_error(NULL, ERR_CONFIG, "without aws_secret_access_key");
	write_file("config", NULL);
	snprintf(path, sizeof(path), "%s/.aws", home);
	setenv("AWS_CONFIG_FILE", path, 1); /* a folder */
	expect_error(NULL, ERR_CONFIG, ".aws");
	forget();
}

static void configured_by(const char *name, const char *value)
{
	assert_false(aws_configured(NULL));
	setenv(name, value, 1);
	assert_true(aws_configured(NULL));
	unsetenv(name);
}

static void configured(void **state)
{
	(void)state;
	const struct aws_options profile = {.profile = "x"}, region = {.region = "eu-west-1"};
	write_file("credentials", NULL);
	write_file("config", "[default]\nregion = eu-west-1\noutput = json\n");
	assert_false(aws_configured(&region));
	assert_true(aws_configured(&profile));
	configured_by("AWS_ACCESS_KEY_ID", "x");
	configured_by("AWS_PROFILE", "x");
	configured_by("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
	configured_by("AWS_ENDPOINT_URL_ATHENA", "http://127.0.0.1:1");
	static const char *const texts[] = {"[sso-session a]\nsso_region = x\n",
	        "[profile a]\nrole_arn = x\n", "[profile a]\naws_access_key_id = x\n",
	        "[profile a]\ncredential_process = x\n"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		write_file("config", texts[i]);
		assert_true(aws_configured(NULL));
	}
	write_file("config", NULL);
	write_file("credentials", "[default]\naws_access_key_id=x\n");
	assert_true(aws_configured(NULL));
	write_file("credentials", NULL);
}

static void secrets_are_registered(void **state)
{
	(void)state;
	struct buf b;
	setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "very-secret-key", 1);
	setenv("AWS_SESSION_TOKEN", "very-secret-token", 1);
	struct aws_identity *id = resolve(NULL);
	buf_init(&b, 1000);
	log_redact(&b, slice_str("key very-secret-key and token very-secret-token"));
	assert_null(strstr(buf_str(&b), "very-secret"));
	buf_release(&b);
	aws_identity_free(id);
	forget();
}

static void the_expiry_of_a_session_is_known_where_it_is_told(void **state)
{
	(void)state;
	setenv("AWS_ACCESS_KEY_ID", "A", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "B", 1);
	setenv("AWS_CREDENTIAL_EXPIRATION", "2026-11-23T17:44:06Z", 1);
	struct aws_identity *id = resolve(NULL);
	assert_int_equal(id->expires_wall_ms, 0); /* keys for ever have no end */
	aws_identity_free(id);
	setenv("AWS_SESSION_TOKEN", "T", 1);
	id = resolve(NULL);
	assert_int_equal(id->expires_wall_ms, 1795455846000);
	aws_identity_free(id);
	setenv("AWS_CREDENTIAL_EXPIRATION", "soon", 1);
	id = resolve(NULL);
	assert_int_equal(id->expires_wall_ms, 0);
	aws_identity_free(id);
	forget();
	write_file("credentials",
	        "[default]\naws_access_key_id=x\naws_secret_access_key=y\naws_session_token=z\n"
	        "x_security_token_expires = 2026-11-23T17:44:06+00:00\n");
	id = resolve(NULL);
	assert_int_equal(id->expires_wall_ms, 1795455846000);
	aws_identity_free(id);
	write_file("credentials", NULL);
}

static void fixed(void **state)
{
	(void)state;
	struct aws_identity *id = aws_identity_fixed("http://127.0.0.1:9/", NULL, "A", "B");
	assert_string_equal(id->athena_url, "http://127.0.0.1:9");
	assert_string_equal(id->s3_url, "http://127.0.0.1:9");
	assert_string_equal(id->region, "us-east-1");
	assert_true(aws_identity_has_keys(id));
	aws_identity_free(id);
	aws_identity_free(NULL);
}

static bool is_set(const json_t *params, const char *key)
{
	return json_is_true(json_object_get(params, key));
}

static void endpoint_vectors(void **state)
{
	(void)state;
	char path[1000];
	size_t i;
	int n = 0, later = 0;
	if (!test_shared("vectors/aws-models/endpoint-tests/athena.json", path, sizeof(path)))
		skip();
	json_t *all = json_load_file(path, 0, NULL), *t;
	json_array_foreach(json_object_get(all, "testCases"), i, t)
	{
		const json_t *p = json_object_get(t, "params"), *e = json_object_get(t, "expect");
		const char *url =
		        json_string_value(json_object_get(json_object_get(e, "endpoint"), "url"));
		const struct aws_options o = {
		        .region = json_string_value(json_object_get(p, "Region")),
		        .endpoint = json_string_value(json_object_get(p, "Endpoint"))};
		bool no_region = !o.region && !o.endpoint;
		if (!p || no_region || is_set(p, "UseFIPS") || is_set(p, "UseDualStack")) {
			const char *name = json_string_value(json_object_get(t, "documentation"));
			print_message("# not yet, FIPS, dual stack or no region: %s\n", name);
			later++;
			continue;
		}
		struct aws_identity *id = resolve(&o);
		assert_string_equal(id->athena_url, url);
		aws_identity_free(id);
		n++;
	}
	print_message("# athena endpoints: %d of 47 cases, %d not yet\n", n, later);
	assert_int_equal(n, 29);
	assert_int_equal(n + later, 47);
	json_decref(all);
}

/* Sets what env.json says, with HOME inside the scenario's folder. */
static void scenario_env(const char *dir)
{
	char path[1400];
	const char *key;
	json_t *v;
	snprintf(path, sizeof(path), "%s/env.json", dir);
	json_t *vars = json_load_file(path, 0, NULL);
	assert_non_null(vars);
	forget();
	json_object_foreach(vars, key, v) setenv(key, json_string_value(v), 1);
	snprintf(path, sizeof(path), "%s/fs/home", dir);
	setenv("HOME", path, 1);
	json_decref(vars);
}

static const char *expected(const json_t *test, const char *key)
{
	return json_string_value(
	        json_object_get(json_object_get(json_object_get(test, "result"), "Ok"), key));
}

/* Whether the scenario's keys were found; what we cannot do yet must end without any keys. */
static bool scenario(const char *dir)
{
	char path[1400];
	struct err err = ERR_INIT;
	snprintf(path, sizeof(path), "%s/test-case.json", dir);
	json_t *test = json_load_file(path, 0, NULL);
	assert_non_null(test);
	scenario_env(dir);
	struct aws_identity *id = aws_identity_resolve(NULL, &err);
	bool found = id && aws_identity_has_keys(id);
	const char *access = expected(test, "access_key_id");
	if (found && (!access || strcmp(access, id->access_key) != 0 ||
	                     strcmp(expected(test, "secret_access_key"), id->secret_key) != 0))
		fail_msg("%s: another identity in silence: %s", dir, id->access_key);
	if (!found && id)
		assert_int_equal(aws_identity_need_keys(id, &err), -1);
	if (!found)
		assert_true(err.code == ERR_CREDENTIALS || err.code == ERR_CONFIG);
	if (!found && access)
		print_message("# not yet: %s: %.90s...\n", strrchr(dir, '/') + 1, err.text);
	aws_identity_free(id);
	json_decref(test);
	forget();
	return found;
}

static void run_scenarios(const char *rel, int want_all, int want_found)
{
	char root[1000], dir[1300];
	struct dirent *e;
	int n = 0, found = 0;
	if (!test_shared(rel, root, sizeof(root)))
		skip();
	DIR *d = opendir(root);
	assert_non_null(d);
	while ((e = readdir(d))) {
		snprintf(dir, sizeof(dir), "%s/%s", root, e->d_name);
		if (e->d_name[0] == '.' || !file_is_dir(dir))
			continue;
		n++;
		if (strcmp(e->d_name, "e2e_assume_role") == 0)
			print_message("# of the profile alone, the chain has keys before it: %s\n",
			        e->d_name);
		else
			found += scenario(dir);
	}
	closedir(d);
	print_message("# %s: %d scenarios, %d give these static keys, the others no keys\n", rel, n,
	        found);
	assert_int_equal(n, want_all);
	assert_int_equal(found, want_found);
}

static void chain_scenarios(void **state)
{
	(void)state;
	run_scenarios("vectors/aws-config/default-credential-provider-chain", 29, 6);
}

static void profile_scenarios(void **state)
{
	(void)state;
	run_scenarios("vectors/aws-config/profile-provider", 18, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	        T(nothing_there),
	        T(environment_comes_first),
	        T(regions),
	        T(endpoints_by_order),
	        T(other_kinds_are_refused),
	        T(wrong_files),
	        T(configured),
	        T(secrets_are_registered),
	        T(the_expiry_of_a_session_is_known_where_it_is_told),
	        T(fixed),
	        T(endpoint_vectors),
	        T(chain_scenarios),
	        T(profile_scenarios),
	};
	return cmocka_run_group_tests_name("aws", tests, NULL, NULL);
}
