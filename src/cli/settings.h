/*
 * Settings, weakest first: built-in, settings.yaml in the config folder, environment
 * (ATHENA_DATABASE, AWS_REGION ...), command line. An unknown key is an error with its line.
 */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct settings {
	char *database;  /* ATHENA_DATABASE; "reddit" */
	char *region;    /* --region; else NULL: resolved by net/aws.h (AWS_REGION; us-east-1) */
	char *profile;   /* --profile; else NULL */
	char *endpoint;  /* --endpoint-url; else NULL */
	char *workgroup; /* NULL: not sent */
	char *output_location; /* NULL: workgroup's; local: the server's */
	char *queries_dir;     /* folder of *.sql */
	char *recipes_dir;     /* searched before the shipped one; or NULL */
	char *data_dir;        /* for the local engine */
	char *color;           /* auto, always, never */
	char *theme;           /* dark, light, mono */
	bool mouse;
	bool local;           /* --local, or no AWS account configured */
	int64_t timeout_ms;   /* 300000 */
	int64_t price_per_tb; /* micro-dollars */
	int64_t max_cost;     /* micro-dollars; 0 = no guard */
};
/* config_path NULL: the default file, which may be absent. */
struct settings *settings_load(const char *config_path, struct err *err);
void settings_free(struct settings *s);
/* Replaces a string field's value. */
void settings_set(char **field, const char *value);
/* "300", "90s", "5m", "1h"; "0.5", "$2". ERR_USAGE. */
int settings_seconds(const char *text, int64_t *ms, struct err *err);
int settings_dollars(const char *text, int64_t *micro_usd, struct err *err);

#endif
