/*
 * The grammar of ~/.aws/config and ~/.aws/credentials as the AWS SDKs share it ("Shared config and
 * credentials files", SDK reference guide): both files merged, the credentials file wins. Pure but
 * for awsfile_path, which reads the environment.
 */
#ifndef NET_AWSFILE_H
#define NET_AWSFILE_H

#include "base/err.h"
#include "base/slice.h"

#include <stdbool.h>

enum awsfile_kind { AWSFILE_CONFIG, AWSFILE_CREDENTIALS };
enum awsfile_type { AWSFILE_PROFILE, AWSFILE_SSO_SESSION, AWSFILE_SERVICES };

struct awsfile_property {
	char *key;              /* lower case */
	char *value;            /* continuation lines are joined by '\n' */
	enum awsfile_kind from; /* the file that it stands in */
};
struct awsfile_section {
	enum awsfile_type type;
	char *name;
	bool prefixed; /* "[profile default]" hides "[default]" of the config file */
	struct awsfile_property *props;
	size_t n;
};
struct awsfile {
	struct awsfile_section *sections;
	size_t n;
};

#define AWSFILE_MAX ((size_t)1 << 20) /* bytes of one file */

struct awsfile *awsfile_new(void);
void awsfile_free(struct awsfile *f); /* NULL allowed; wipes the values */
/* Adds one file. `name` stands in error texts (ERR_CONFIG with the line). Config comes first. */
int awsfile_add(struct awsfile *f, enum awsfile_kind kind, struct slice text, const char *name,
        struct err *err);
/* NULL when absent; borrowed. */
const struct awsfile_section *awsfile_find(
        const struct awsfile *f, enum awsfile_type type, const char *name);
const struct awsfile_property *awsfile_property(
        const struct awsfile_section *s, const char *key); /* NULL section allowed */
const char *awsfile_get(const struct awsfile_section *s, const char *key);
/* "key = value" inside a nested block's text; empty when absent. */
struct slice awsfile_nested(const char *block, const char *key);
/* Where the file is: AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE or ~/.aws; NULL without HOME. */
char *awsfile_path(enum awsfile_kind kind);

#endif
