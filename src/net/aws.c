#include "net/aws.h"

#include "net/awsfile.h"
#include "net/http.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdlib.h>
#include <strings.h>

#include "base/ban.h"

#define MAX_ATTEMPTS 3

/* What a resolution works on. */
struct lookup {
	const struct aws_options *o;
	struct awsfile *files;
	const struct awsfile_section *profile; /* NULL when no file has it */
	struct aws_identity *id;
	struct err *err;
};

/* A blank variable counts as unset. */
static const char *env(const char *name)
{
	const char *v = getenv(name);
	return v && v[strspn(v, " \t")] != '\0' ? v : NULL;
}

static bool is_true(const char *v)
{
	return v && strcasecmp(v, "true") == 0;
}

static int add_file(struct awsfile *f, enum awsfile_kind kind, struct err *err)
{
	char *path = awsfile_path(kind);
	int rc = 0;
	if (path && file_exists(path)) {
		struct buf text;
		buf_init(&text, AWSFILE_MAX);
		rc = file_read(path, &text, err);
		if (rc == 0)
			rc = awsfile_add(f, kind, buf_slice(&text), path, err);
		else if (err)
			err->code = ERR_CONFIG;
		if (text.ptr)
			explicit_bzero(text.ptr, text.len);
		buf_release(&text);
	}
	mem_free(path);
	return rc;
}

static struct awsfile *read_files(struct err *err)
{
	struct awsfile *f = awsfile_new();
	if (add_file(f, AWSFILE_CONFIG, err) == 0 && add_file(f, AWSFILE_CREDENTIALS, err) == 0)
		return f;
	awsfile_free(f);
	return NULL;
}

static const char *named_profile(const struct aws_options *o)
{
	if (o && o->profile && *o->profile)
		return o->profile;
	const char *v = env("AWS_PROFILE");
	return v ? v : env("AWS_DEFAULT_PROFILE");
}

static int no_such_profile(const struct lookup *l, const char *name)
{
	struct buf list;
	buf_init(&list, 200);
	for (size_t i = 0; i < l->files->n && !list.failed; i++)
		if (l->files->sections[i].type == AWSFILE_PROFILE)
			buf_printf(&list, "%s%s", list.len ? ", " : "", l->files->sections[i].name);
	err_set(l->err, ERR_CONFIG,
	        "the profile \"%.100s\" is in neither ~/.aws/config nor ~/.aws/credentials (found: "
	        "%s%s); "
	        "check --profile or AWS_PROFILE",
	        name, list.len ? buf_str(&list) : "none", list.failed ? ", ..." : "");
	buf_release(&list);
	return -1;
}

static int find_profile(struct lookup *l)
{
	const char *named = named_profile(l->o), *name = named ? named : "default";
	l->id->profile = mem_strdup(name);
	l->profile = awsfile_find(l->files, AWSFILE_PROFILE, name);
	if (!l->profile && named && strcmp(named, "default") != 0)
		return no_such_profile(l, name);
	return 0;
}

/* It becomes a part of host names. */
static bool is_region(const char *s)
{
	size_t n = strlen(s);
	return n > 0 && n < 64 && s[0] != '-' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static int find_region(struct lookup *l)
{
	const char *r = l->o && l->o->region && *l->o->region ? l->o->region : NULL;
	if (!r)
		r = env("AWS_REGION");
	if (!r)
		r = env("AWS_DEFAULT_REGION");
	if (!r)
		r = awsfile_get(l->profile, "region");
	if (!r || !*r)
		r = "us-east-1";
	if (!is_region(r))
		return err_set(l->err, ERR_CONFIG,
		        "\"%.60s\" is not a region; check --region, AWS_REGION or the profile's "
		        "region "
		        "(us-east-1, for example)",
		        r);
	l->id->region = mem_strdup(r);
	return 0;
}

static int find_attempts(struct lookup *l)
{
	const char *v = env("AWS_MAX_ATTEMPTS");
	if (!v)
		v = awsfile_get(l->profile, "max_attempts");
	l->id->max_attempts = MAX_ATTEMPTS;
	if (!v || !*v)
		return 0;
	long n = strlen(v) < 4 && v[strspn(v, "0123456789")] == '\0' ? strtol(v, NULL, 10) : 0;
	if (n < 1)
		return err_set(l->err, ERR_CONFIG,
		        "\"%.20s\" is not a number of attempts from 1 to 999; check "
		        "AWS_MAX_ATTEMPTS or "
		        "max_attempts of the profile",
		        v);
	l->id->max_attempts = (int)n;
	return 0;
}

const char *aws_dns_suffix(const char *region)
{
	static const struct {
		const char *prefix, *suffix;
	} partitions[] = {
	        {"cn-", "amazonaws.com.cn"},
	        {"eusc-", "amazonaws.eu"},
	        {"us-iso-", "c2s.ic.gov"},
	        {"us-isob-", "sc2s.sgov.gov"},
	        {"us-isof-", "csp.hci.ic.gov"},
	        {"eu-isoe-", "cloud.adc-e.uk"},
	};
	for (size_t i = 0; i < sizeof(partitions) / sizeof(*partitions); i++)
		if (strncmp(region, partitions[i].prefix, strlen(partitions[i].prefix)) == 0)
			return partitions[i].suffix;
	return "amazonaws.com";
}

/* endpoint_url of the service's block in the [services x] section that the profile names. */
static struct slice services_endpoint(const struct lookup *l, const char *service)
{
	const char *name = awsfile_get(l->profile, "services");
	const struct awsfile_section *s =
	        name ? awsfile_find(l->files, AWSFILE_SERVICES, name) : NULL;
	const char *block = awsfile_get(s, service);
	return block ? awsfile_nested(block, "endpoint_url") : slice_of(NULL, 0);
}

/* The first that is named; empty: AWS's own address. */
static struct slice configured_endpoint(
        const struct lookup *l, const char *variable, const char *service)
{
	if (l->o && l->o->endpoint && *l->o->endpoint)
		return slice_str(l->o->endpoint);
	const char *ignore = env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
	if (is_true(ignore ? ignore : awsfile_get(l->profile, "ignore_configured_endpoint_urls")))
		return slice_of(NULL, 0);
	const char *v = env(variable);
	if (!v)
		v = env("AWS_ENDPOINT_URL");
	if (v)
		return slice_str(v);
	struct slice s = services_endpoint(l, service);
	return s.len ? s : slice_str(awsfile_get(l->profile, "endpoint_url"));
}

/* *out stays NULL when none is configured. */
static int find_endpoint(struct lookup *l, const char *variable, const char *service, char **out)
{
	struct slice s = slice_trim(configured_endpoint(l, variable, service));
	while (slice_ends(s, "/"))
		s.len--;
	if (s.len == 0)
		return 0;
	char *url = mem_strndup(s.ptr, s.len);
	if (http_url_authority(url).len == 0 || strpbrk(url, "?#")) {
		const char *at = strrchr(url, '@'); /* before it may be a password */
		err_set(l->err, ERR_CONFIG,
		        "the endpoint \"%s%.200s\" is not an http(s) address%s; check "
		        "--endpoint-url, %s, AWS_ENDPOINT_URL and endpoint_url in ~/.aws/config",
		        at ? "***" : "", at ? at : url, at ? " without a user name" : "", variable);
		mem_free(url);
		return -1;
	}
	*out = url;
	return 0;
}

static int find_endpoints(struct lookup *l)
{
	struct aws_identity *id = l->id;
	if (find_endpoint(l, "AWS_ENDPOINT_URL_ATHENA", "athena", &id->athena_url) < 0 ||
	        find_endpoint(l, "AWS_ENDPOINT_URL_S3", "s3", &id->s3_url) < 0)
		return -1;
	const char *fips = env("AWS_USE_FIPS_ENDPOINT");
	if (is_true(fips ? fips : awsfile_get(l->profile, "use_fips_endpoint")) &&
	        (!id->athena_url || !id->s3_url))
		return err_set(l->err, ERR_CONFIG,
		        "AWS_USE_FIPS_ENDPOINT is not supported yet; name the FIPS addresses in "
		        "AWS_ENDPOINT_URL_ATHENA and AWS_ENDPOINT_URL_S3");
	if (!id->athena_url)
		id->athena_url =
		        mem_printf("https://athena.%s.%s", id->region, aws_dns_suffix(id->region));
	return 0;
}

static void take_keys(struct aws_identity *id, const char *access, const char *secret,
        const char *token, char *source)
{
	id->access_key = mem_strdup(access);
	id->secret_key = mem_strdup(secret);
	id->session_token = token && *token ? mem_strdup(token) : NULL;
	id->source = source;
	log_add_secret(id->secret_key);
	if (id->session_token)
		log_add_secret(id->session_token);
}

/* What cannot be read is not known: it is for the title bar, and nothing is refused for it. */
static void take_expiry(struct aws_identity *id, const char *when)
{
	int64_t ms = when && id->session_token ? clock_parse8601(when) : -1;
	if (ms > 0)
		id->expires_wall_ms = ms;
}

/* AWS itself names no such key; these are the ones that tools write beside a session's keys. */
static void take_expiry_of_profile(struct lookup *l)
{
	static const char *const keys[] = {"aws_credential_expiration", "x_security_token_expires",
	        "aws_session_expiration", "aws_expiration", "expiration"};
	for (size_t i = 0; i < sizeof keys / sizeof *keys && l->id->expires_wall_ms == 0; i++)
		take_expiry(l->id, awsfile_get(l->profile, keys[i]));
}

/* 1 found, 0 not there, -1 half there. */
static int keys_of_env(struct lookup *l)
{
	const char *access = env("AWS_ACCESS_KEY_ID"), *secret = env("AWS_SECRET_ACCESS_KEY");
	if (l->o && l->o->profile && *l->o->profile)
		return 0; /* the command line names somebody else */
	if (!access && !secret)
		return 0;
	if (!access || !secret)
		return err_set(l->err, ERR_CONFIG, "%s is set but %s is not; set both, or neither",
		        access ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
		        access ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID");
	take_keys(l->id, access, secret, env("AWS_SESSION_TOKEN"), mem_strdup("environment"));
	take_expiry(l->id, env("AWS_CREDENTIAL_EXPIRATION"));
	return 1;
}

struct kind {
	const char *key, *what;
};

/* The first that a profile has, of those that stand before or after static keys in the chain. */
static const char *kind_of(const struct awsfile_section *s, const struct kind *kinds, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *v = awsfile_get(s, kinds[i].key);
		if (v && *v)
			return kinds[i].what;
	}
	return NULL;
}

static const char *kind_before_keys(const struct awsfile_section *s)
{
	static const struct kind kinds[] = {
	        {"web_identity_token_file", "a web identity (web_identity_token_file)"},
	        {"role_arn", "an assumed role (role_arn)"},
	        {"sso_session", "IAM Identity Center (sso_session)"},
	        {"sso_start_url", "IAM Identity Center (sso_start_url)"},
	        {"sso_account_id", "IAM Identity Center (sso_account_id)"},
	};
	return kind_of(s, kinds, sizeof(kinds) / sizeof(*kinds));
}

static const char *kind_after_keys(const struct awsfile_section *s)
{
	static const struct kind kinds[] = {
	        {"login_session", "a login session (login_session)"},
	        {"credential_process", "a program (credential_process)"},
	};
	return kind_of(s, kinds, sizeof(kinds) / sizeof(*kinds));
}

/* The pair of keys in the files, if the profile has both. 1, 0 or -1 like keys_of_env. */
static int keys_of_profile(struct lookup *l, enum awsfile_kind from)
{
	const struct awsfile_property *access = awsfile_property(l->profile, "aws_access_key_id");
	const char *secret = awsfile_get(l->profile, "aws_secret_access_key");
	const char *token = awsfile_get(l->profile, "aws_session_token");
	bool has_access = access && *access->value, has_secret = secret && *secret;
	if (has_access != has_secret)
		return err_set(l->err, ERR_CONFIG,
		        "the profile %.100s has %s without %s; complete it in ~/.aws/credentials",
		        l->id->profile, has_access ? "aws_access_key_id" : "aws_secret_access_key",
		        has_access ? "aws_secret_access_key" : "aws_access_key_id");
	if (!has_access || access->from != from)
		return 0;
	take_keys(l->id, access->value, secret, token,
	        mem_printf("profile %s in ~/.aws/%s", l->id->profile,
	                from == AWSFILE_CONFIG ? "config" : "credentials"));
	take_expiry_of_profile(l);
	return 1;
}

static int block(struct lookup *l, const char *what)
{
	l->id->blocked =
	        mem_printf("the profile %.100s gets its keys from %s, which is not supported yet",
	                l->id->profile, what);
	return 0;
}

/* Identities that only the environment names: of a container or of a web identity. */
static void blocked_by_env(struct lookup *l)
{
	const char *what = NULL;
	if (env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") ||
	        env("AWS_CONTAINER_CREDENTIALS_FULL_URI"))
		what = "AWS_CONTAINER_CREDENTIALS_* names the identity of a container";
	if (what && !l->id->access_key && !l->id->blocked)
		l->id->blocked = mem_printf("%s, which is not supported yet", what);
}

static bool web_identity_in_env(const struct lookup *l)
{
	bool explicit_profile = l->o && l->o->profile && *l->o->profile;
	return !explicit_profile && env("AWS_WEB_IDENTITY_TOKEN_FILE");
}

/* The order of the AWS SDKs' chain; the first kind that is named decides. */
static int find_keys(struct lookup *l)
{
	int rc = keys_of_env(l);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	const char *what = kind_before_keys(l->profile);
	if (what)
		return block(l, what);
	if (web_identity_in_env(l)) {
		l->id->blocked = mem_strdup("AWS_WEB_IDENTITY_TOKEN_FILE names a web identity, "
		                            "which is not supported yet");
		return 0;
	}
	rc = keys_of_profile(l, AWSFILE_CREDENTIALS);
	what = kind_after_keys(l->profile);
	if (rc == 0 && what)
		return block(l, what);
	if (rc == 0)
		rc = keys_of_profile(l, AWSFILE_CONFIG);
	blocked_by_env(l);
	return rc < 0 ? -1 : 0;
}

struct aws_identity *aws_identity_resolve(const struct aws_options *o, struct err *err)
{
	struct lookup l = {.o = o, .files = read_files(err), .err = err};
	if (!l.files)
		return NULL;
	l.id = MEM_NEW(struct aws_identity);
	if (find_profile(&l) < 0 || find_region(&l) < 0 || find_attempts(&l) < 0 ||
	        find_endpoints(&l) < 0 || find_keys(&l) < 0) {
		aws_identity_free(l.id);
		l.id = NULL;
	}
	awsfile_free(l.files);
	if (l.id) {
		l.id->asked_profile = o ? mem_strdup(o->profile) : NULL;
		l.id->asked_region = o ? mem_strdup(o->region) : NULL;
		l.id->asked_endpoint = o ? mem_strdup(o->endpoint) : NULL;
		l.id->resolved = true;
	}
	return l.id;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void swap_texts(char **a, char **b)
{
	char *t = *a;
	*a = *b;
	*b = t;
}

bool aws_identity_refresh(struct aws_identity *id)
{
	struct err err = ERR_INIT;
	const struct aws_options o = {id->asked_profile, id->asked_region, id->asked_endpoint};
	struct aws_identity *now = id->resolved ? aws_identity_resolve(&o, &err) : NULL;
	if (err.code)
		log_error("net", "%s", err.text);
	bool changed = now && aws_identity_has_keys(now) &&
	               !(same_text(now->access_key, id->access_key) &&
	                       same_text(now->secret_key, id->secret_key) &&
	                       same_text(now->session_token, id->session_token));
	if (changed) {
		swap_texts(&id->access_key, &now->access_key);
		swap_texts(&id->secret_key, &now->secret_key);
		swap_texts(&id->session_token, &now->session_token);
		swap_texts(&id->source, &now->source);
		swap_texts(&id->blocked, &now->blocked);
		id->expires_wall_ms = now->expires_wall_ms;
		log_info("net", "new credentials: %s", id->source);
	}
	aws_identity_free(now);
	return changed;
}

struct aws_identity *aws_identity_fixed(
        const char *url, const char *region, const char *access_key, const char *secret_key)
{
	struct aws_identity *id = MEM_NEW(struct aws_identity);
	struct slice s = slice_str(url);
	while (slice_ends(s, "/"))
		s.len--;
	id->profile = mem_strdup("default");
	id->region = mem_strdup(region && *region ? region : "us-east-1");
	id->athena_url = mem_strndup(url, s.len);
	id->s3_url = mem_strndup(url, s.len);
	id->max_attempts = MAX_ATTEMPTS;
	take_keys(id, access_key, secret_key, NULL, mem_strdup("embedded engine"));
	return id;
}

static void wipe(char *s)
{
	if (s)
		explicit_bzero(s, strlen(s));
	mem_free(s);
}

void aws_identity_free(struct aws_identity *id)
{
	if (!id)
		return;
	mem_free(id->profile);
	mem_free(id->region);
	mem_free(id->athena_url);
	mem_free(id->s3_url);
	mem_free(id->access_key);
	wipe(id->secret_key);
	wipe(id->session_token);
	mem_free(id->source);
	mem_free(id->blocked);
	mem_free(id->asked_profile);
	mem_free(id->asked_region);
	mem_free(id->asked_endpoint);
	mem_free(id);
}

bool aws_identity_has_keys(const struct aws_identity *id)
{
	return id->access_key && *id->access_key && id->secret_key && *id->secret_key;
}

int aws_identity_need_keys(const struct aws_identity *id, struct err *err)
{
#define NEXT_STEP                                                                                  \
	"set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), name a profile " \
	"with keys (--profile, AWS_PROFILE), or run on the embedded engine with --local"
	if (aws_identity_has_keys(id))
		return 0;
	if (id->blocked)
		return err_set(err, ERR_CREDENTIALS, "%s; " NEXT_STEP, id->blocked);
	return err_set(err, ERR_CREDENTIALS,
	        "no AWS credentials: looked in the environment (AWS_ACCESS_KEY_ID) and for the "
	        "profile "
	        "%.100s in ~/.aws/credentials and ~/.aws/config; " NEXT_STEP,
	        id->profile);
}

static bool any_env(void)
{
	static const char *const names[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
	        "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL",
	        "AWS_ENDPOINT_URL_ATHENA", "AWS_ENDPOINT_URL_S3", "AWS_WEB_IDENTITY_TOKEN_FILE",
	        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (env(names[i]))
			return true;
	return false;
}

bool aws_configured(const struct aws_options *o)
{
	if (o && ((o->profile && *o->profile) || (o->endpoint && *o->endpoint)))
		return true;
	if (any_env())
		return true;
	struct awsfile *f = read_files(NULL);
	if (!f)
		return true; /* there is something: the resolution will say what is wrong with it */
	bool found = false;
	for (size_t i = 0; i < f->n && !found; i++) {
		const struct awsfile_section *s = &f->sections[i];
		found = s->type == AWSFILE_SSO_SESSION || kind_before_keys(s) ||
		        kind_after_keys(s) || awsfile_get(s, "aws_access_key_id");
	}
	awsfile_free(f);
	return found;
}
