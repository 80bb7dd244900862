#include "cli/signals.h"

#include "base/file.h"

#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/ban.h"

static atomic_int caught;

static void on_signal(int sig)
{
	int none = 0;
	if (atomic_compare_exchange_strong(&caught, &none, sig))
		return;
	file_unlink_temps();
	_exit(128 + sig);
}

void signals_install(void)
{
	static const int which[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction sa = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < sizeof which / sizeof *which; i++) {
		struct sigaction old;
		/* nohup means it. (SIGINT is ignored in any script's background job: that does
		 * not.) */
		if (which[i] == SIGHUP && sigaction(SIGHUP, NULL, &old) == 0 &&
		        old.sa_handler == SIG_IGN)
			continue;
		sigaction(which[i], &sa, NULL);
	}
	signal(SIGPIPE, SIG_IGN); /* a reader that leaves is an error of write */
}

int signals_caught(void)
{
	return atomic_load(&caught);
}
