/*
 * Who we are and where we go: profile files, credentials, region, endpoints. First version:
 * environment and profiles (static keys, credential_process is later). Never logs a secret: keys
 * are registered with log_add_secret when read.
 */
#ifndef NET_AWS_H
#define NET_AWS_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct aws_options {
	const char *profile;  /* --profile, or NULL */
	const char *region;   /* --region, or NULL */
	const char *endpoint; /* --endpoint-url, or NULL */
};
struct aws_identity {
	char *profile;    /* "default" */
	char *region;     /* AWS_REGION, AWS_DEFAULT_REGION, profile, us-east-1 */
	char *athena_url; /* endpoint, no trailing slash: https://athena.us-east-1.amazonaws.com */
	char *s3_url;     /* override, or NULL: virtual-hosted AWS addresses are made per bucket */
	char *access_key, *secret_key, *session_token; /* NULL until found; session may stay NULL */
	char *source;  /* for people: "environment", "profile x in ~/.aws/credentials" */
	char *blocked; /* why an identity that is named (SSO, a role ...) has no keys, or NULL */
	int64_t expires_wall_ms; /* 0: no expiry known (AWS_CREDENTIAL_EXPIRATION, or a file's) */
	int64_t clock_skew_ms;   /* server minus ours, after RequestTimeTooSkewed */
	int max_attempts;
	/* What aws_identity_resolve was asked for, to look again; NULL where nothing was. */
	char *asked_profile, *asked_region, *asked_endpoint;
	bool resolved;
};
/*
 * Resolves everything from options, environment and ~/.aws files. Missing credentials are NOT an
 * error here (access_key stays NULL, need_keys says why); a malformed file, half a pair of keys or
 * an unknown named profile is ERR_CONFIG. An identity of a kind that is not supported yet is never
 * replaced by another one.
 */
struct aws_identity *aws_identity_resolve(const struct aws_options *o, struct err *err);
/*
 * Looks again where the keys came from: true when there are other ones now (somebody has signed in
 * meanwhile), which then replace the old. Profile, region and endpoints stay. Reads small files.
 */
bool aws_identity_refresh(struct aws_identity *id);
/* For the embedded server: fixed endpoint (both services) and keys. */
struct aws_identity *aws_identity_fixed(
        const char *url, const char *region, const char *access_key, const char *secret_key);
void aws_identity_free(struct aws_identity *id); /* NULL allowed; wipes the secrets */
bool aws_identity_has_keys(const struct aws_identity *id);
/* ERR_CREDENTIALS with every place that was looked at and what to do. */
int aws_identity_need_keys(const struct aws_identity *id, struct err *err);
/* Whether the environment or files name any account at all (else the embedded engine is the
 * default). */
bool aws_configured(const struct aws_options *o);
/* "amazonaws.com" or what the region's partition uses. */
const char *aws_dns_suffix(const char *region);

#endif
