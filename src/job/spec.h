/* Copies of job_spec, and small rules about a job that engine, report and manifest share. */
#ifndef JOB_SPEC_H
#define JOB_SPEC_H

#include "job/job.h"

#define JOB_DEFAULT_TIMEOUT_MS 300000

/* Deep copy with defaults filled in; takes its own reference of the recipe. */
void job_spec_copy(struct job_spec *to, const struct job_spec *from);
void job_spec_release(struct job_spec *s);
/* DDL, EXPLAIN, failed queries and reused results are not billed (user guide, pricing page). */
bool job_is_free(const struct athena_status *st);

#endif
