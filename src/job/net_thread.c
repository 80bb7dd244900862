/* The net thread: waits for commands, runs jobs one after the other and catalog calls between. */
#include "job/engine_int.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <time.h>

#include "base/ban.h"

enum { TICK_MS = 100 };

bool engine_stopping(struct engine *e)
{
	pthread_mutex_lock(&e->lock);
	bool stop = e->stop;
	pthread_mutex_unlock(&e->lock);
	return stop;
}

bool job_stopped(struct engine *e, struct job *j)
{
	return atomic_load(&j->cancel) || engine_stopping(e);
}

struct calls_tick {
	struct engine *e;
	struct exchange *ride;
};

static bool tick_calls(void *arg)
{
	struct calls_tick *t = arg;
	if (!engine_stopping(t->e))
		return true;
	ride_deadline(t->ride, clock_mono_ms());
	return false;
}

struct call *call_take_due(struct engine *e, int64_t now)
{
	for (struct call **at = &e->calls; *at; at = &(*at)->next) {
		struct call *c = *at;
		if (c->not_before > now)
			continue;
		*at = c->next;
		c->next = NULL;
		return c;
	}
	return NULL;
}

/* When the next call is due; INT64_MAX: there is none. */
static int64_t next_call(const struct engine *e)
{
	int64_t when = INT64_MAX;
	for (const struct call *c = e->calls; c; c = c->next)
		if (c->not_before < when)
			when = c->not_before;
	return when;
}

void call_finish(struct engine *e, struct call *c)
{
	if (c->ask) {
		runtime_landed(e, c);
		return;
	}
	pthread_mutex_lock(&e->lock);
	struct call **at = &e->replies;
	while (*at)
		at = &(*at)->next;
	c->next = NULL;
	*at = c;
	pthread_cond_broadcast(&e->event);
	pthread_mutex_unlock(&e->lock);
	wake_write(e->wake_fd);
}

/* Without a connection every waiting call gets the same error. */
static void fail_calls(struct engine *e, const struct err *err)
{
	pthread_mutex_lock(&e->lock);
	struct call *c = e->calls;
	e->calls = NULL;
	pthread_mutex_unlock(&e->lock);
	while (c) {
		struct call *next = c->next;
		c->err = *err;
		call_finish(e, c);
		c = next;
	}
}

void engine_run_calls(struct engine *e)
{
	struct err err = ERR_INIT;
	if (engine_connect(e, &err) != 0) {
		fail_calls(e, &err);
		return;
	}
	struct exchange *ride = ride_new(e, NULL);
	struct calls_tick t = {e, ride};
	int rc = driver_run(e->driver, ride, tick_calls, &t, TICK_MS, &err);
	engine_know_identity(e, e->identity); /* new keys may have been found */
	ride->ops->free(ride); /* puts back the call that could not be sent: it has failed, too */
	if (rc != 0 && !engine_stopping(e))
		fail_calls(e, &err);
}

static void warm_up(struct engine *e)
{
	struct err err = ERR_INIT;
	if (engine_connect(e, &err) != 0)
		log_error("engine", "%s", err.text); /* the first job says it again, aloud */
	wake_write(e->wake_fd);
}

static void run_first(struct engine *e)
{
	struct job *j = e->waiting;
	e->waiting = j->next;
	e->running = j;
	pthread_mutex_unlock(&e->lock);
	engine_run_job(e, j);
	pthread_mutex_lock(&e->lock);
}

/* Until a command comes, or a call's time. */
static void rest(struct engine *e, int64_t until)
{
	if (until == INT64_MAX) {
		pthread_cond_wait(&e->command, &e->lock);
		return;
	}
	struct timespec t = {until / 1000, (long)(until % 1000) * 1000000L};
	pthread_cond_timedwait(&e->command, &e->lock, &t);
}

void *engine_net_main(void *arg)
{
	struct engine *e = arg;
	pthread_mutex_lock(&e->lock);
	while (!e->stop) {
		int64_t next = next_call(e);
		bool calls = next <= clock_mono_ms();
		if (e->waiting) {
			run_first(e);
		} else if (calls || e->warm) {
			e->warm = false;
			pthread_mutex_unlock(&e->lock);
			if (calls)
				engine_run_calls(e);
			else
				warm_up(e);
			pthread_mutex_lock(&e->lock);
		} else {
			rest(e, next);
		}
	}
	pthread_mutex_unlock(&e->lock);
	engine_disconnect(e);
	return NULL;
}
