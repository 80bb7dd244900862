/* Parts that the report and the manifest have in common, as JSON values (the caller's). */
#ifndef JOB_RECORD_H
#define JOB_RECORD_H

#include "job/job.h"
#include "job/js.h"

json_t *record_times(const struct athena_stats *st);
json_t *record_athena(const struct athena_status *st); /* null when there was no execution */
json_t *record_recipe(const struct recipe *r);
json_t *record_funnel(const struct funnel *f, const struct recipe *r);

#endif
