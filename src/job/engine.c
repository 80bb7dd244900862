/* The handle: making and ending the engine, handing jobs and calls to the net thread. */
#include "job/engine.h"
#include "job/engine_int.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/ban.h"

static char **copy_argv(const char *const *argv)
{
	size_t n = 0;
	while (argv[n])
		n++;
	char **out = mem_calloc(n + 1, sizeof *out);
	for (size_t i = 0; i < n; i++)
		out[i] = mem_strdup(argv[i]);
	return out;
}

static void init_sync(struct engine *e)
{
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&e->lock, NULL);
	pthread_cond_init(&e->command, &attr);
	pthread_cond_init(&e->event, &attr);
	pthread_condattr_destroy(&attr);
}

static void first_where(struct engine *e)
{
	const struct aws_identity *id = e->identity;
	if (e->local_argv)
		snprintf(e->where, sizeof e->where, "local: starting");
	else if (id && id->s3_url)
		snprintf(e->where, sizeof e->where, "%s %s", id->athena_url, id->region);
	else if (id)
		snprintf(e->where, sizeof e->where, "%s profile %s", id->region, id->profile);
	else
		snprintf(e->where, sizeof e->where, "not connected");
}

/* Signals are the main thread's: ours must not take them from it. */
static int start_net(struct engine *e, struct err *err)
{
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	int rc = pthread_create(&e->net, NULL, engine_net_main, e);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (rc != 0)
		return err_set_errno(err, ERR_MEMORY, rc, "cannot start a thread");
	e->net_started = true;
	return 0;
}

struct engine *engine_new(const struct engine_config *cfg, struct err *err)
{
	struct engine *e = MEM_NEW(struct engine);
	init_sync(e);
	e->identity = cfg->identity;
	e->local_argv = cfg->local_argv ? copy_argv(cfg->local_argv) : NULL;
	e->region = mem_strdup(cfg->region ? cfg->region : "us-east-1");
	e->state_dir = mem_strdup(cfg->state_dir);
	e->cache_dir = mem_strdup(cfg->cache_dir);
	e->keys_first = cfg->keys_first;
	retry_bucket_init(&e->bucket);
	first_where(e);
	e->cred.local = e->local_argv != NULL;
	snprintf(e->cred.region, sizeof e->cred.region, "%s", e->region);
	engine_know_identity(e, e->identity);
	e->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	board_init(&e->board, e->wake_fd);
	if (e->wake_fd < 0)
		err_set_errno(err, ERR_IO, errno, "cannot make an event descriptor");
	if (e->wake_fd < 0 || (e->journal = journal_open(e->state_dir, err)) == NULL ||
	        (e->http = http_client_new(err)) == NULL || start_net(e, err) != 0) {
		engine_free(e);
		return NULL;
	}
	return e;
}

void job_free(struct job *j)
{
	if (j == NULL)
		return;
	job_spec_release(&j->spec);
	mem_free(j);
}

void call_free(struct call *c)
{
	if (c == NULL)
		return;
	mem_free(c->ask);
	mem_free(c->operation);
	mem_free(c->params);
	buf_release(&c->reply);
	mem_free(c);
}

static void free_calls(struct call *c)
{
	while (c) {
		struct call *next = c->next;
		call_free(c);
		c = next;
	}
}

static void free_lists(struct engine *e)
{
	for (struct job *j = e->waiting, *next; j; j = next) {
		next = j->next;
		job_free(j);
	}
	for (struct event_node *n = e->first_event, *next; n; n = next) {
		next = n->next;
		job_event_release(&n->ev);
		mem_free(n);
	}
	free_calls(e->calls);
	free_calls(e->replies);
}

static void stop_net(struct engine *e)
{
	if (!e->net_started)
		return;
	pthread_mutex_lock(&e->lock);
	e->stop = true;
	pthread_cond_broadcast(&e->command);
	pthread_mutex_unlock(&e->lock);
	http_client_wake(e->http);
	pthread_join(e->net, NULL);
}

void engine_free(struct engine *e)
{
	if (e == NULL)
		return;
	stop_net(e);
	free_lists(e);
	if (e->http)
		http_client_free(e->http);
	journal_close(e->journal);
	aws_identity_free(e->identity);
	board_release(&e->board);
	if (e->wake_fd >= 0)
		close(e->wake_fd);
	for (char **a = e->local_argv; a && *a; a++)
		mem_free(*a);
	mem_free(e->local_argv);
	mem_free(e->local_output);
	mem_free(e->region);
	mem_free(e->state_dir);
	mem_free(e->cache_dir);
	pthread_cond_destroy(&e->event);
	pthread_cond_destroy(&e->command);
	pthread_mutex_destroy(&e->lock);
	mem_free(e);
}

static void poke(struct engine *e)
{
	pthread_cond_broadcast(&e->command);
	pthread_mutex_unlock(&e->lock);
	http_client_wake(e->http);
}

void engine_warm_up(struct engine *e)
{
	pthread_mutex_lock(&e->lock);
	e->warm = true;
	poke(e);
}

static int check_spec(const struct job_spec *s, struct err *err)
{
	if (s->from_csv == NULL && s->adopt_id == NULL &&
	        (s->sql == NULL || slice_trim(slice_str(s->sql)).len == 0))
		return err_set(err, ERR_USAGE, "the query is empty: write some SQL first");
	if (s->out_path && s->recipe == NULL)
		return err_set(err, ERR_USAGE,
		        "writing %s needs a recipe that says what an example looks like",
		        s->out_path);
	return 0;
}

uint64_t engine_submit(struct engine *e, const struct job_spec *spec, struct err *err)
{
	if (check_spec(spec, err) != 0)
		return 0;
	struct job *j = MEM_NEW(struct job);
	job_spec_copy(&j->spec, spec);
	j->queued_ms = clock_mono_ms();
	pthread_mutex_lock(&e->lock);
	uint64_t id = j->id = ++e->last_id;
	struct job **at = &e->waiting;
	while (*at)
		at = &(*at)->next;
	*at = j;
	poke(e);
	return id;
}

/* One that never began: it ends here and now. */
static void drop_waiting(struct engine *e, struct job *j)
{
	struct event_node *n = MEM_NEW(struct event_node);
	n->ev.kind = EV_CANCELLED;
	board_blank(&n->ev.progress);
	n->ev.job = n->ev.progress.job = j->id;
	n->ev.progress.elapsed_ms = clock_mono_ms() - j->queued_ms;
	n->ev.progress.phase = PHASE_CANCELLED;
	err_set(&n->ev.err, ERR_CANCELLED, "cancelled before it was submitted; nothing is billed");
	snprintf(n->ev.text, sizeof n->ev.text,
	        "Cancelled before it was submitted; nothing is billed");
	job_free(j);
	engine_push_event(e, n);
}

void engine_cancel(struct engine *e, uint64_t job)
{
	struct job *dropped = NULL;
	pthread_mutex_lock(&e->lock);
	if (e->running && (job == 0 || e->running->id == job))
		atomic_store(&e->running->cancel, true);
	else
		for (struct job **at = &e->waiting; *at; at = &(*at)->next)
			if (job == 0 || (*at)->id == job) {
				dropped = *at;
				*at = dropped->next;
				break;
			}
	poke(e);
	if (dropped)
		drop_waiting(e, dropped);
}

void engine_progress(struct engine *e, struct job_progress *out)
{
	board_copy(&e->board, out);
}

bool engine_job_progress(struct engine *e, uint64_t job, struct job_progress *out)
{
	size_t place = 0;
	int64_t since = 0;
	pthread_mutex_lock(&e->lock);
	for (const struct job *j = e->waiting; j; j = j->next) {
		place++;
		since = j->queued_ms;
		if (j->id == job)
			break;
		if (j->next == NULL)
			place = 0;
	}
	pthread_mutex_unlock(&e->lock);
	if (place == 0) {
		board_copy(&e->board, out);
		return out->job == job;
	}
	board_blank(out);
	out->job = job;
	out->phase = PHASE_QUEUED_HERE;
	out->place = place;
	out->elapsed_ms = clock_mono_ms() - since;
	return true;
}

struct sample_view *engine_sample(struct engine *e)
{
	return board_sample(&e->board);
}

bool engine_busy(struct engine *e)
{
	pthread_mutex_lock(&e->lock);
	bool busy = e->running || e->waiting;
	pthread_mutex_unlock(&e->lock);
	return busy;
}

void engine_where(struct engine *e, char out[128])
{
	pthread_mutex_lock(&e->lock);
	snprintf(out, 128, "%s", e->where);
	pthread_mutex_unlock(&e->lock);
}

void engine_credentials(struct engine *e, struct engine_credentials *out)
{
	pthread_mutex_lock(&e->lock);
	*out = e->cred;
	pthread_mutex_unlock(&e->lock);
}

int engine_call(struct engine *e, const char *operation, const char *params_json,
        engine_reply_fn done, void *arg, struct err *err)
{
	if (operation == NULL || done == NULL)
		return err_set(
		        err, ERR_INTERNAL, "a catalog call needs an operation and a receiver");
	struct call *c = MEM_NEW(struct call);
	c->operation = mem_strdup(operation);
	c->params = mem_strdup(params_json ? params_json : "{}");
	c->done = done;
	c->arg = arg;
	buf_init(&c->reply, (size_t)64 << 20);
	pthread_mutex_lock(&e->lock);
	struct call **at = &e->calls;
	while (*at)
		at = &(*at)->next;
	*at = c;
	poke(e);
	return 0;
}
