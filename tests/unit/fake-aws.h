/*
 * A few operations of Athena and S3 on a loopback port, as scripted by the test: for the engine's
 * tests, where timing, faults and memory are looked at. athena-duck is the real thing.
 */
#ifndef TESTS_UNIT_FAKE_AWS_H
#define TESTS_UNIT_FAKE_AWS_H

#include <stdbool.h>
#include <stddef.h>

struct fake_script {
	const char *csv; /* the result object, and the rows of the pages */
	size_t csv_len;
	int polls_running;    /* GetQueryExecution says RUNNING so often; -1: until stopped */
	const char *object;   /* address of the result; NULL: a .csv */
	const char *fail;     /* StateChangeReason of a FAILED query, or NULL */
	const char *refuse;   /* Message of a refused StartQueryExecution, or NULL */
	int object_status;    /* 0: served; else this error */
	bool managed;         /* no OutputLocation in the answer */
	bool mute;            /* answers nothing at all after StartQueryExecution */
	bool garbage;         /* StartQueryExecution is answered with an HTML page */
	size_t cut_at;        /* the first object connection ends after so many bytes; 0: never */
	long long scanned;    /* DataScannedInBytes; grows by itself with every poll */
	int output_rows;      /* for GetQueryRuntimeStatistics; -1: not there yet */
	const char *only_key; /* requests signed with another access key are refused: expired */
	int late;             /* the first so many answers to that have neither rows nor stages */
};
struct fake_aws;
struct fake_aws *fake_start(const struct fake_script *s); /* copied; its texts are borrowed */
void fake_stop(struct fake_aws *f);
const char *fake_url(const struct fake_aws *f);
/* How often an operation was asked for ("StartQueryExecution", "GET"). */
int fake_count(struct fake_aws *f, const char *operation);
/* Different ClientRequestTokens seen. */
int fake_tokens(struct fake_aws *f);

#endif
