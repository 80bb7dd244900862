/*
 * Signals of a headless run: the first SIGINT, SIGTERM or SIGHUP asks for an orderly end (the query
 * is stopped), the second one removes temporary files and ends at once.
 */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

void signals_install(void);
int signals_caught(void); /* number of the first one, or 0 */

#endif
