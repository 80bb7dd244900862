/* A scratch folder for each test, in `dir`: cmocka's setup and teardown. */
#ifndef TESTS_UNIT_JOB_SCRATCH_H
#define TESTS_UNIT_JOB_SCRATCH_H

#include "tests/unit/job-test.h"

static char *dir;

static int set_up(void **state)
{
	(void)state;
	dir = scratch_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_free(dir);
	return 0;
}

#endif
