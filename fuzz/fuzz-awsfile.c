/*
 * ~/.aws files. First byte: which of the two kinds. Whatever the text, what was read is found again
 * by its name, names are clean, and values are no longer than the text.
 */
#include "base/buf.h"
#include "net/awsfile.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

static size_t check_section(const struct awsfile *f, const struct awsfile_section *s)
{
	size_t bytes = 0;
	check(s->name[0] && !strpbrk(s->name, " \t\r\n[]#;="));
	check(awsfile_find(f, s->type, s->name) == s);
	for (size_t i = 0; i < s->n; i++) {
		const struct awsfile_property *p = &s->props[i];
		check(p->key[0] && !strpbrk(p->key, " \t\r\n[]#;=ABCXYZ"));
		check(awsfile_property(s, p->key) == p);
		struct slice nested = awsfile_nested(p->value, "endpoint_url");
		check(nested.len <= strlen(p->value));
		bytes += strlen(p->value);
	}
	return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	struct awsfile *f = awsfile_new();
	size_t bytes = 0;
	struct slice text = slice_of((const char *)data + (size > 0), size - (size > 0));
	enum awsfile_kind kind = size > 0 && (data[0] & 1) ? AWSFILE_CREDENTIALS : AWSFILE_CONFIG;
	int rc = awsfile_add(f, kind, text, "fuzz", &err);
	check((rc == 0) == (err.code == ERR_NONE));
	check(rc == 0 || err.code == ERR_CONFIG);
	for (size_t i = 0; i < f->n; i++)
		bytes += check_section(f, &f->sections[i]);
	check(bytes <= size);
	awsfile_free(f);
	return 0;
}
