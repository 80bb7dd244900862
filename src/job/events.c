/* Events: few, never lost, in order; and the descriptor that wakes their reader. */
#include "job/engine_int.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/ban.h"

void wake_write(int fd)
{
	uint64_t one = 1;
	while (write(fd, &one, sizeof one) < 0 && errno == EINTR)
		;
	/* EAGAIN: the counter is full, so the reader is awake already. */
}

int engine_wake_fd(const struct engine *e)
{
	return e->wake_fd;
}

void engine_wake(struct engine *e)
{
	wake_write(e->wake_fd);
}

void engine_wake_clear(struct engine *e)
{
	uint64_t n;
	while (read(e->wake_fd, &n, sizeof n) < 0 && errno == EINTR)
		;
}

void engine_push_event(struct engine *e, struct event_node *n)
{
	pthread_mutex_lock(&e->lock);
	n->next = NULL;
	if (e->last_event)
		e->last_event->next = n;
	else
		e->first_event = n;
	e->last_event = n;
	pthread_cond_broadcast(&e->event);
	pthread_mutex_unlock(&e->lock);
	wake_write(e->wake_fd);
}

void engine_emit(struct engine *e, struct job *j, enum job_event_kind kind, const struct err *err,
        const char *fmt, ...)
{
	struct event_node *n = MEM_NEW(struct event_node);
	n->ev.kind = kind;
	n->ev.job = j->id;
	if (err)
		n->ev.err = *err;
	if (fmt) {
		va_list ap;
		va_start(ap, fmt);
		vsnprintf(n->ev.text, sizeof n->ev.text, fmt, ap);
		va_end(ap);
	}
	board_copy(&e->board, &n->ev.progress);
	if (n->ev.text[0])
		log_info("job", "%s", n->ev.text);
	engine_push_event(e, n);
}

/* The replies of catalog calls are handed over in the reader's own thread. */
static void deliver_replies(struct engine *e)
{
	pthread_mutex_lock(&e->lock);
	struct call *c = e->replies;
	e->replies = NULL;
	pthread_mutex_unlock(&e->lock);
	while (c) {
		struct call *next = c->next;
		bool ok = c->err.code == ERR_NONE;
		c->done(c->arg, ok ? buf_str(&c->reply) : NULL, ok ? NULL : &c->err);
		call_free(c);
		c = next;
	}
}

bool engine_next_event(struct engine *e, struct job_event *out)
{
	deliver_replies(e);
	pthread_mutex_lock(&e->lock);
	struct event_node *n = e->first_event;
	if (n) {
		e->first_event = n->next;
		if (e->first_event == NULL)
			e->last_event = NULL;
	}
	pthread_mutex_unlock(&e->lock);
	if (n == NULL)
		return false;
	*out = n->ev;
	mem_free(n);
	return true;
}

bool engine_wait(struct engine *e, int timeout_ms)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += (long)(timeout_ms % 1000) * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&e->lock);
	int rc = 0;
	while (e->first_event == NULL && e->replies == NULL && rc == 0)
		rc = pthread_cond_timedwait(&e->event, &e->lock, &until);
	bool ready = e->first_event != NULL || e->replies != NULL;
	pthread_mutex_unlock(&e->lock);
	return ready;
}
