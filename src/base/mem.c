#include "base/mem.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ban.h"

static _Atomic(void (*)(void)) oom_hook;

void mem_set_oom_hook(void (*hook)(void))
{
	atomic_store(&oom_hook, hook);
}

static _Noreturn void mem_die(void)
{
	static const char text[] = "athena-jsonl: out of memory; close other programs or lower the "
	                           "number of workers, then run again\n";
	void (*hook)(void) = atomic_load(&oom_hook);

	if (hook)
		hook();
	if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
		abort();
	abort();
}

#ifdef AJ_FAULT_INJECTION
/* True for the one call that AJ_FAIL_ALLOC=N names (counted from 1). */
static int mem_fault(void)
{
	static atomic_long left = -1;
	static atomic_bool known;

	if (!atomic_exchange(&known, 1)) {
		const char *s = getenv("AJ_FAIL_ALLOC");
		atomic_store(&left, s ? strtol(s, NULL, 10) : 0);
	}
	return atomic_load(&left) > 0 && atomic_fetch_sub(&left, 1) == 1;
}
#else
#define mem_fault() 0
#endif

void *mem_alloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		mem_die();
	return p;
}

void *mem_calloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		mem_die();
	return p;
}

void *mem_zalloc(size_t size)
{
	return mem_calloc(1, size);
}

void *mem_realloc(void *p, size_t n, size_t size)
{
	void *q;

	if (size && n > SIZE_MAX / size)
		mem_die();
	size *= n;
	q = realloc(p, size ? size : 1);
	if (!q)
		mem_die();
	return q;
}

char *mem_strndup(const char *s, size_t n)
{
	char *p = mem_alloc(n + 1);

	if (n)
		memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *mem_strdup(const char *s)
{
	return s ? mem_strndup(s, strlen(s)) : NULL;
}

char *mem_printf(const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		mem_die();
	p = mem_alloc((size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

void *mem_try_alloc(size_t size)
{
	return mem_fault() ? NULL : malloc(size ? size : 1);
}

void *mem_try_realloc(void *p, size_t size)
{
	return mem_fault() ? NULL : realloc(p, size ? size : 1);
}

void mem_free(void *p)
{
	free(p);
}
