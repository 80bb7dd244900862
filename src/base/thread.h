/*
 * What a thread is to the scheduler.
 */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

/*
 * The calling thread, or the process before its threads begin, works in the background: where the
 * processors do not suffice for all, the thread that answers keys comes first. It still gets its
 * share, and all of an idle machine. Where priorities belong to processes (not Linux) it does
 * nothing.
 */
void thread_background(void);

#endif
