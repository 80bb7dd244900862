/* The net thread: waits for commands, runs jobs one after the other and catalog calls between. */
#include "job/engine_int.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

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

/* Without a connection every waiting call gets the same error. */
static void fail_calls(struct engine *e, const struct err *err)
{
	pthread_mutex_lock(&e->lock);
	for (struct call *c = e->calls; c; c = c->next)
		c->err = *err;
	struct call **at = &e->replies;
	while (*at)
		at = &(*at)->next;
	*at = e->calls;
	e->calls = NULL;
	pthread_cond_broadcast(&e->event);
	pthread_mutex_unlock(&e->lock);
	wake_write(e->wake_fd);
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

void *engine_net_main(void *arg)
{
	struct engine *e = arg;
	pthread_mutex_lock(&e->lock);
	while (!e->stop) {
		if (e->waiting) {
			run_first(e);
		} else if (e->calls || e->warm) {
			bool calls = e->calls != NULL;
			e->warm = false;
			pthread_mutex_unlock(&e->lock);
			if (calls)
				engine_run_calls(e);
			else
				warm_up(e);
			pthread_mutex_lock(&e->lock);
		} else {
			pthread_cond_wait(&e->command, &e->lock);
		}
	}
	pthread_mutex_unlock(&e->lock);
	engine_disconnect(e);
	return NULL;
}
