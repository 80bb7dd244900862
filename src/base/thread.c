#include "base/thread.h"

#include <sys/resource.h>

#include "base/ban.h"

#define BACKGROUND 5 /* steps of nice: a third of a foreground thread's share */

void thread_background(void)
{
#ifdef __linux__ /* POSIX says "process", Linux does it by thread */
	int now = getpriority(PRIO_PROCESS, 0);
	(void)setpriority(PRIO_PROCESS, 0, now + BACKGROUND);
#endif
}
