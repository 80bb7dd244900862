/*
 * The one allocation wrapper. mem_* calls for sizes that the program chooses never return NULL:
 * they end the program with a message after the terminal-restore hook (see mem_set_oom_hook).
 * mem_try_* calls are for sizes that input or the network drives: they return NULL, which the
 * caller turns into ERR_MEMORY. With --enable-fault-injection, the N-th mem_try_* fails
 * (environment AJ_FAIL_ALLOC=N).
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);            /* uninitialised */
void *mem_zalloc(size_t size);           /* zeroed */
void *mem_calloc(size_t n, size_t size); /* zeroed; overflow checked */
void *mem_realloc(void *p, size_t n, size_t size);
char *mem_strdup(const char *s); /* NULL gives NULL */
char *mem_strndup(const char *s, size_t n);
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void *mem_try_alloc(size_t size);
void *mem_try_realloc(void *p, size_t size);
void mem_free(void *p); /* NULL allowed */
/* Called once, before abort, when mem_* cannot allocate. Must be async-signal-safe. */
void mem_set_oom_hook(void (*hook)(void));

#define MEM_NEW(T) ((T *)mem_zalloc(sizeof(T)))

#endif
