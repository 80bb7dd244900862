/*
 * Terminal modes and signals, kept where a signal handler can reach them: the only process-wide
 * state of the screen, all of it static in termsig.c. Handlers only write a byte to a pipe, except
 * the deadly signals (SEGV, BUS, ABRT ...), which restore the terminal and die as before.
 */
#ifndef UI_TERMSIG_H
#define UI_TERMSIG_H

#include "base/err.h"

/* Remembers the modes of stdin and the bytes that leave the screen (copied); installs handlers. */
int termsig_start(const char *leave_bytes, struct err *err);
/* Puts the old handlers back. */
void termsig_stop(void);
/* Raw mode: no echo, no signals from keys, reads that return at once. */
void termsig_raw(void);
/* Stops this process with SIGTSTP's default action; returns when it is continued. */
void termsig_stop_self(void);
int termsig_fd(void);
unsigned termsig_take(void); /* enum term_signal */
int termsig_end(void);

#endif
