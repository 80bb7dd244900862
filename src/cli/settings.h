/*
 * Settings, weakest first: built-in, settings.yaml in the config folder, environment
 * (ATHENA_DATABASE, AWS_REGION ...), command line. An unknown key is an error with its line. One
 * table (settingstable.c) has names, defaults and texts; docs/settings.md is held against it.
 */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* "keys:" of the file, not looked into here: ui/keymap.h knows actions and keys. */
struct settings_binding {
	char *action, *keys;
	char *where; /* "settings.yaml:12" */
};
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
	char *theme;           /* a name of ui/theme.h, or auto */
	char *charset;         /* auto, utf-8, ascii */
	char *notify;          /* off, bell, desktop, all */
	char *complete;        /* auto, tab */
	bool mouse, title, autosave, restore, tour, confirm_quit;
	bool local;              /* --local, or no AWS account configured */
	int64_t timeout_ms;      /* 300000 */
	int64_t notify_after_ms; /* 30000 */
	int64_t price_per_tb;    /* micro-dollars */
	int64_t max_cost;        /* micro-dollars; 0 = no guard */
	struct settings_binding *binding;
	size_t n_bindings;
	char *path;  /* the file, read or not there */
	char **from; /* per row of the table: where its value came from; NULL: built in */
};
/* config_path NULL: the default file, which may be absent. */
struct settings *settings_load(const char *config_path, struct err *err);
void settings_free(struct settings *s);
/* A file's text alone, without environment; `name` stands in errors. */
struct settings *settings_parse(struct slice text, const char *name, struct err *err);
/* From the command line: `option` (as "--theme") is what an error names. NULL value: nothing. */
int settings_override(struct settings *s, const char *name, const char *value, const char *option,
        struct err *err);
/* "300", "90s", "5m", "1h"; "0.5", "$2". ERR_USAGE. */
int settings_seconds(const char *text, int64_t *ms, struct err *err);
int settings_dollars(const char *text, int64_t *micro_usd, struct err *err);

/* All settings with value, where it came from, default and meaning; for people, or as JSON lines.
 */
void settings_print(const struct settings *s, struct buf *out);
void settings_print_json(const struct settings *s, struct buf *out);
/* A whole settings.yaml: every key explained, with its default, commented out. */
void settings_example(struct buf *out);

#endif
