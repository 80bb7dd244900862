/* What every unit test includes first: cmocka with its own prerequisites, and paths of test data.
 */
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The project's source folder, for tests/cases; "." when run by hand from there. */
static inline const char *test_srcdir(void)
{
	const char *s = getenv("AJ_SRCDIR");
	return s ? s : ".";
}

/*
 * Path of a shared file (public vectors, real data) or NULL where it is absent: then the test calls
 * skip() after saying so.
 */
static inline const char *test_shared(const char *rel, char *out, size_t size)
{
	const char *s = getenv("AJ_SHARED");
	snprintf(out, size, "%s/%s", s ? s : "../shared", rel);
	if (access(out, R_OK) == 0)
		return out;
	print_message("# skipped: %s is absent\n", rel);
	return NULL;
}

#endif
