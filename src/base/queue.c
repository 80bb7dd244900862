#include "base/queue.h"

#include "base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "base/ban.h"

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t not_empty, not_full;
	void (*on_room)(void *);
	void *on_room_arg;
	size_t capacity, head, length;
	bool closed;
	void *item[];
};

struct queue *queue_new(size_t capacity)
{
	struct queue *q;
	pthread_condattr_t attr;

	if (capacity == 0)
		capacity = 1;
	q = mem_zalloc(sizeof *q + capacity * sizeof *q->item);
	q->capacity = capacity;
	pthread_mutex_init(&q->lock, NULL);
	/* Monotonic: a clock that is set back must not freeze a waiting thread. */
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&q->not_empty, &attr);
	pthread_cond_init(&q->not_full, &attr);
	pthread_condattr_destroy(&attr);
	return q;
}

void queue_free(struct queue *q, void (*item_free)(void *))
{
	if (!q)
		return;
	for (size_t i = 0; item_free && i < q->length; i++)
		item_free(q->item[(q->head + i) % q->capacity]);
	pthread_cond_destroy(&q->not_full);
	pthread_cond_destroy(&q->not_empty);
	pthread_mutex_destroy(&q->lock);
	mem_free(q);
}

/* The lock is held and there is room. */
static void queue_put(struct queue *q, void *item)
{
	q->item[(q->head + q->length++) % q->capacity] = item;
	pthread_cond_signal(&q->not_empty);
}

bool queue_push(struct queue *q, void *item)
{
	bool ok;

	pthread_mutex_lock(&q->lock);
	while (!q->closed && q->length == q->capacity)
		pthread_cond_wait(&q->not_full, &q->lock);
	ok = !q->closed;
	if (ok)
		queue_put(q, item);
	pthread_mutex_unlock(&q->lock);
	return ok;
}

bool queue_try_push(struct queue *q, void *item)
{
	bool ok;

	pthread_mutex_lock(&q->lock);
	ok = !q->closed && q->length < q->capacity;
	if (ok)
		queue_put(q, item);
	pthread_mutex_unlock(&q->lock);
	return ok;
}

static struct timespec deadline(int timeout_ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += timeout_ms / 1000;
	t.tv_nsec += timeout_ms % 1000 * 1000000L;
	if (t.tv_nsec >= 1000000000L) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000L;
	}
	return t;
}

/* The lock is held. */
static void queue_await_item(struct queue *q, int timeout_ms)
{
	struct timespec until = deadline(timeout_ms > 0 ? timeout_ms : 0);
	int rc = 0;

	while (!q->closed && q->length == 0 && timeout_ms != 0 && rc != ETIMEDOUT) {
		if (timeout_ms < 0)
			pthread_cond_wait(&q->not_empty, &q->lock);
		else
			rc = pthread_cond_timedwait(&q->not_empty, &q->lock, &until);
	}
}

void *queue_pop(struct queue *q, int timeout_ms)
{
	void *item = NULL, *arg = NULL;
	void (*on_room)(void *) = NULL;

	pthread_mutex_lock(&q->lock);
	queue_await_item(q, timeout_ms);
	if (q->length) {
		if (q->length == q->capacity) {
			on_room = q->on_room;
			arg = q->on_room_arg;
		}
		item = q->item[q->head];
		q->head = (q->head + 1) % q->capacity;
		q->length--;
		pthread_cond_signal(&q->not_full);
	}
	pthread_mutex_unlock(&q->lock);
	if (on_room)
		on_room(arg);
	return item;
}

void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->not_empty);
	pthread_cond_broadcast(&q->not_full);
	pthread_mutex_unlock(&q->lock);
}

bool queue_closed(struct queue *q)
{
	bool closed;

	pthread_mutex_lock(&q->lock);
	closed = q->closed;
	pthread_mutex_unlock(&q->lock);
	return closed;
}

size_t queue_length(struct queue *q)
{
	size_t n;

	pthread_mutex_lock(&q->lock);
	n = q->length;
	pthread_mutex_unlock(&q->lock);
	return n;
}

bool queue_has_room(struct queue *q)
{
	bool room;

	pthread_mutex_lock(&q->lock);
	room = q->length < q->capacity;
	pthread_mutex_unlock(&q->lock);
	return room;
}

void queue_on_room(struct queue *q, void (*fn)(void *), void *arg)
{
	pthread_mutex_lock(&q->lock);
	q->on_room = fn;
	q->on_room_arg = arg;
	pthread_mutex_unlock(&q->lock);
}
