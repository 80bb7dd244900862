/*
 * A bounded queue of pointers between threads. A full queue blocks the pusher (that is what keeps
 * memory flat); closing wakes both sides. Ownership of the item moves with it.
 */
#ifndef BASE_QUEUE_H
#define BASE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

struct queue;
struct queue *queue_new(size_t capacity);
/* Frees items that are still inside with item_free (NULL: not freed). NULL queue allowed. */
void queue_free(struct queue *q, void (*item_free)(void *));
/* false when the queue is closed: the item stays the caller's. */
bool queue_push(struct queue *q, void *item);
/* false when full or closed: the item stays the caller's. Never blocks. */
bool queue_try_push(struct queue *q, void *item);
/* Blocks up to timeout_ms (-1: for ever). NULL on timeout, or when closed and empty. */
void *queue_pop(struct queue *q, int timeout_ms);
void queue_close(struct queue *q); /* no more pushes; what is inside can still be popped */
bool queue_closed(struct queue *q);
size_t queue_length(struct queue *q);
bool queue_has_room(struct queue *q);
/* Called (outside the lock) after a pop made room in a full queue: wakes an event loop. */
void queue_on_room(struct queue *q, void (*fn)(void *), void *arg);

#endif
