#include "test.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/queue.h"

#include <pthread.h>
#include <stdatomic.h>

#define ITEMS 20000

static void order_and_bounds(void **state)
{
	struct queue *q = queue_new(2);
	int a, b, c;

	(void)state;
	assert_null(queue_pop(q, 0));
	assert_true(queue_has_room(q) && queue_try_push(q, &a) && queue_push(q, &b));
	assert_false(queue_try_push(q, &c) || queue_has_room(q));
	assert_int_equal(queue_length(q), 2);
	assert_ptr_equal(queue_pop(q, -1), &a);
	assert_true(queue_try_push(q, &c));
	assert_ptr_equal(queue_pop(q, 0), &b);
	queue_close(q);
	assert_true(queue_closed(q));
	assert_false(queue_push(q, &a) || queue_try_push(q, &a));
	assert_ptr_equal(queue_pop(q, -1), &c);
	assert_null(queue_pop(q, -1));
	queue_free(q, NULL);
	queue_free(NULL, NULL);
}

static void a_wait_ends_in_time(void **state)
{
	struct queue *q = queue_new(1);
	int64_t began = clock_mono_ms();

	(void)state;
	assert_null(queue_pop(q, 30));
	assert_in_range(clock_mono_ms() - began, 29, 5000);
	queue_free(q, NULL);
}

static atomic_int rooms;

static void room(void *arg)
{
	/* Outside the lock: the queue can be asked. */
	assert_true(queue_has_room(arg));
	atomic_fetch_add(&rooms, 1);
}

static void room_is_told_once_per_full_queue(void **state)
{
	struct queue *q = queue_new(2);
	int x;

	(void)state;
	queue_on_room(q, room, q);
	queue_push(q, &x);
	queue_pop(q, 0);
	assert_int_equal(rooms, 0);
	queue_push(q, &x);
	queue_push(q, &x);
	queue_pop(q, 0);
	queue_pop(q, 0);
	assert_int_equal(rooms, 1);
	queue_free(q, NULL);
}

static void *produce(void *q)
{
	for (int i = 0; i < ITEMS; i++) {
		int *item = mem_alloc(sizeof *item);
		*item = i;
		if (!queue_push(q, item))
			mem_free(item);
	}
	return NULL;
}

static atomic_llong sum;

static void *consume(void *q)
{
	for (int *item; (item = queue_pop(q, -1));) {
		atomic_fetch_add(&sum, *item);
		mem_free(item);
	}
	return NULL;
}

static void nothing_is_lost_between_threads(void **state)
{
	struct queue *q = queue_new(7);
	pthread_t from[2], to[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		pthread_create(&from[i], NULL, produce, q);
		pthread_create(&to[i], NULL, consume, q);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(from[i], NULL);
	queue_close(q);
	for (int i = 0; i < 2; i++)
		pthread_join(to[i], NULL);
	assert_int_equal(sum, (long long)ITEMS * (ITEMS - 1));
	queue_free(q, mem_free);
}

static void closing_wakes_a_blocked_pusher(void **state)
{
	struct queue *q = queue_new(1);
	pthread_t t;

	(void)state;
	pthread_create(&t, NULL, produce, q);
	while (queue_has_room(q))
		clock_sleep_ms(1);
	queue_close(q);
	pthread_join(t, NULL);
	assert_int_equal(queue_length(q), 1);
	queue_free(q, mem_free);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(order_and_bounds),
	        cmocka_unit_test(a_wait_ends_in_time),
	        cmocka_unit_test(room_is_told_once_per_full_queue),
	        cmocka_unit_test(nothing_is_lost_between_threads),
	        cmocka_unit_test(closing_wakes_a_blocked_pusher),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
