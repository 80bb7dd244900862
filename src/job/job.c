#include "job/job.h"
#include "job/spec.h"

#include "base/mem.h"

#include <string.h>

#include "base/ban.h"

const char *job_phase_name(enum job_phase p)
{
	static const char *const names[] = {
	        [PHASE_NONE] = "none",
	        [PHASE_QUEUED_HERE] = "waiting here",
	        [PHASE_SUBMIT] = "submitting",
	        [PHASE_WAITING] = "queued",
	        [PHASE_RUNNING] = "running",
	        [PHASE_DOWNLOAD] = "downloading",
	        [PHASE_WRITE] = "writing",
	        [PHASE_DONE] = "done",
	        [PHASE_FAILED] = "failed",
	        [PHASE_CANCELLED] = "cancelled",
	};
	return (size_t)p < sizeof names / sizeof *names ? names[p] : "?";
}

const char *job_stage_name(enum job_stage s)
{
	static const char *const names[STAGE_COUNT] = {
	        [STAGE_SUBMIT] = "submit",
	        [STAGE_QUEUE] = "queue",
	        [STAGE_PLANNING] = "planning",
	        [STAGE_ENGINE] = "engine",
	        [STAGE_SERVICE] = "service",
	        [STAGE_DOWNLOAD] = "download",
	        [STAGE_TRANSFORM] = "transform",
	        [STAGE_WRITE] = "write",
	};
	return s < STAGE_COUNT ? names[s] : "?";
}

void job_event_release(struct job_event *ev)
{
	sample_view_unref(ev->sample);
	ev->sample = NULL;
	stagetree_unref(ev->stages);
	ev->stages = NULL;
}

void job_spec_copy(struct job_spec *to, const struct job_spec *from)
{
	*to = *from;
	to->sql = mem_strdup(from->sql);
	to->query_name = mem_strdup(from->query_name);
	to->from_csv = mem_strdup(from->from_csv);
	to->adopt_id = mem_strdup(from->adopt_id);
	to->database = mem_strdup(from->database);
	to->workgroup = mem_strdup(from->workgroup);
	to->output_location = mem_strdup(from->output_location);
	to->out_path = mem_strdup(from->out_path);
	output_copy(&to->output, &from->output);
	to->recipe = from->recipe ? recipe_ref(from->recipe) : NULL;
	if (to->timeout_ms <= 0)
		to->timeout_ms = JOB_DEFAULT_TIMEOUT_MS;
}

/* The copy's strings are ours although job_spec, made for callers with literals, calls them const.
 */
static void drop(const char **s)
{
	mem_free((void *)(uintptr_t)*s);
	*s = NULL;
}

void job_spec_release(struct job_spec *s)
{
	drop(&s->sql);
	drop(&s->query_name);
	drop(&s->from_csv);
	drop(&s->adopt_id);
	drop(&s->database);
	drop(&s->workgroup);
	drop(&s->output_location);
	drop(&s->out_path);
	output_release(&s->output);
	recipe_unref((struct recipe *)(uintptr_t)s->recipe);
	memset(s, 0, sizeof *s);
}

bool job_is_free(const struct athena_status *st)
{
	if (st->state == ATHENA_FAILED || st->stats.reused)
		return true;
	if (strcmp(st->statement_type, "DDL") == 0 || strcmp(st->statement_type, "UTILITY") == 0)
		return strcmp(st->substatement_type, "EXPLAIN_ANALYZE") != 0;
	return strcmp(st->substatement_type, "EXPLAIN") == 0;
}
