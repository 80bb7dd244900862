#include "cli/args.h"

#include "base/mem.h"
#include "base/suggest.h"

#include <stddef.h>
#include <string.h>

#include "base/ban.h"

#define ALL    (CMD_WORKBENCH | CMD_RUN | CMD_QUERIES | CMD_HISTORY | CMD_SETTINGS)
#define ENGINE (CMD_WORKBENCH | CMD_RUN)
#define AT(f)  offsetof(struct args, f)

struct option {
	const char *name; /* without "--" */
	char letter;      /* 0: none */
	enum { FLAG, TEXT, PARAM } kind;
	unsigned commands;
	size_t at;
	const char *arg, *help;
};
static const struct option options[] = {
        {"param", 'p', PARAM, CMD_RUN, 0, "K=V", "value of a query's parameter; may be repeated"},
        {"recipe", 'r', TEXT, CMD_RUN, AT(recipe), "R",
                "recipe file, or the name of a shipped one"},
        {"query", 'q', TEXT, CMD_RUN, AT(query), "FILE", "the query, when RECIPE.yaml names none"},
        {"out", 'o', TEXT, CMD_RUN, AT(out), "FILE", "where the JSONL goes; - is standard output"},
        {"format", 0, TEXT, CMD_RUN, AT(format), "NAME",
                "another shape of a line than the recipe's"},
        {"compress", 0, TEXT, CMD_RUN, AT(compress), "HOW", "gz, zst or none; also by FILE's name"},
        {"shard-rows", 0, TEXT, CMD_RUN, AT(shard_rows), "N", "several files, of N lines at most"},
        {"split", 0, TEXT, CMD_RUN, AT(split), "SHARE", "share for validation: 0.05 or 5%"},
        {"split-by", 0, TEXT, CMD_RUN, AT(split_by), "COLUMN",
                "rows with equal values stay on one side"},
        {"seed", 0, TEXT, CMD_RUN, AT(seed), "N", "another split (0)"},
        {"rejects", 0, TEXT, CMD_RUN, AT(rejects), "FILE", "rows that are not kept, with reasons"},
        {"from-csv", 0, TEXT, CMD_RUN, AT(from_csv), "FILE",
                "take a result that is on disk already"},
        {"fetch", 0, TEXT, CMD_RUN, AT(fetch), "HOW", "object, pages or auto (default)"},
        {"json", 0, FLAG, ALL & ~CMD_WORKBENCH, AT(json), NULL,
                "machine-readable report on standard output"},
        {"quiet", 0, FLAG, CMD_RUN, AT(quiet), NULL, "no narration, only errors"},
        {"timeout", 0, TEXT, ENGINE, AT(timeout), "S", "seconds a query may take (300); 5m, 1h"},
        {"max-cost", 0, TEXT, ENGINE, AT(max_cost), "USD", "stop a query that costs more"},
        {"local", 'l', FLAG, ENGINE, AT(local), NULL, "the embedded engine: no account, $0"},
        {"data", 'd', TEXT, ENGINE, AT(data), "DIR", "folder that the embedded engine serves"},
        {"database", 0, TEXT, ENGINE, AT(database), "NAME", "database of the query (reddit)"},
        {"workgroup", 0, TEXT, ENGINE, AT(workgroup), "NAME", "Athena workgroup"},
        {"output-location", 0, TEXT, ENGINE, AT(output), "S3URI", "where Athena puts results"},
        {"profile", 0, TEXT, ENGINE, AT(profile), "NAME", "profile of ~/.aws"},
        {"region", 0, TEXT, ENGINE, AT(region), "NAME", "AWS region"},
        {"endpoint-url", 0, TEXT, ENGINE, AT(endpoint), "URL", "another address than AWS's"},
        {"queries", 0, TEXT, CMD_WORKBENCH | CMD_RUN | CMD_QUERIES, AT(queries), "DIR",
                "folder of query files"},
        {"recipes", 0, TEXT, ENGINE, AT(recipes), "DIR", "folder of recipes, searched first"},
        {"color", 0, TEXT, CMD_WORKBENCH, AT(color), "WHEN", "auto, always or never"},
        {"theme", 0, TEXT, CMD_WORKBENCH, AT(theme), "NAME",
                "auto, dark, light, mono, colorblind, colorblind-light"},
        {"no-mouse", 0, FLAG, CMD_WORKBENCH, AT(no_mouse), NULL, "leave the mouse to the terminal"},
        {"no-restore", 0, FLAG, CMD_WORKBENCH, AT(no_restore), NULL,
                "begin anew, not where the last session ended"},
        {"example", 0, FLAG, CMD_SETTINGS, AT(example), NULL,
                "a settings.yaml with everything explained"},
        {"settings", 0, TEXT, ALL, AT(settings), "FILE", "another settings file"},
        {"log", 0, TEXT, ALL, AT(log), "FILE", "another debug log"},
        {"debug", 0, FLAG, ALL, AT(debug), NULL, "every detail into the log; with run, on stderr"},
        {"help", 'h', FLAG, ALL, AT(help), NULL, "this text"},
        {"version", 'V', FLAG, ALL, AT(version), NULL, "version"},
};
enum { N_OPTIONS = sizeof options / sizeof *options };

struct command_info {
	enum command c;
	const char *name, *usage, *what, *examples;
};
static const struct command_info commands[] = {
        {CMD_WORKBENCH, "", "athena-jsonl [COMMAND] [OPTIONS]",
                "From SQL to training data, live, in the terminal. Without a command the workbench "
                "opens:\n"
                "pick or edit a query, run it, preview raw against cleaned rows, write JSONL.\n",
                "  athena-jsonl                         the workbench, on AWS or the embedded "
                "engine\n"
                "  athena-jsonl --local --data ~/dumps  the workbench on your own files, for $0\n"
                "  athena-jsonl run ai-subreddits       the same without a terminal\n"},
        {CMD_RUN, "run",
                "athena-jsonl run QUERY.sql|RECIPE.yaml [OPTIONS]\n"
                "       athena-jsonl run --from-csv FILE --recipe R -o FILE",
                "Runs one query and writes its rows as JSONL.\n"
                "Data goes to a file (NAME.jsonl by default) or to standard output, narration to\n"
                "standard error. The file appears when it is complete.\n",
                "  athena-jsonl run ai-subreddits --param min_score=10 -o ai.jsonl\n"
                "  athena-jsonl run queries/ai-subreddits.sql --recipe reference -o - | head -n 3\n"
                "  athena-jsonl run --from-csv result.csv --recipe reddit-sft -o again.jsonl\n"
                "  athena-jsonl run my.sql --split 5% --split-by link_id --compress zst -o "
                "my.jsonl\n"
                "  athena-jsonl run my.sql --local --data ~/dumps --json --quiet > report.json\n"},
        {CMD_QUERIES, "queries", "athena-jsonl queries [OPTIONS]",
                "Lists the query files: name, title, parameters, and what the last run took and "
                "cost.\n",
                "  athena-jsonl queries\n"
                "  athena-jsonl queries --queries ~/sql --json\n"},
        {CMD_HISTORY, "history", "athena-jsonl history [OPTIONS]",
                "Lists the runs so far, newest last: when, how long, bytes, dollars, rows.\n",
                "  athena-jsonl history\n"
                "  athena-jsonl history --json | tail -n 1\n"},
        {CMD_SETTINGS, "settings", "athena-jsonl settings [OPTIONS]",
                "Lists the settings: value, where it came from, meaning and default.\n",
                "  athena-jsonl settings\n"
                "  athena-jsonl settings --example > ~/.config/athena-jsonl/settings.yaml\n"},
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

const char *command_name(enum command c)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (commands[i].c == c)
			return commands[i].name;
	return "?";
}

/* ---- help ---- */

static void help_option(struct buf *out, const struct option *o)
{
	size_t before = out->len;
	if (o->letter)
		buf_printf(out, "  -%c, --%s", o->letter, o->name);
	else
		buf_printf(out, "      --%s", o->name);
	if (o->arg)
		buf_printf(out, " %s", o->arg);
	do
		buf_add_char(out, ' ');
	while (out->len - before < 30);
	buf_printf(out, "%s\n", o->help);
}

static void help_commands(struct buf *out)
{
	buf_add_str(out, "\nCommands:\n");
	for (size_t i = 1; i < N_COMMANDS; i++) {
		const char *end = strchr(commands[i].what, '\n');
		buf_printf(out, "  %-10s %.*s\n", commands[i].name, (int)(end - commands[i].what),
		        commands[i].what);
	}
	buf_add_str(out, "athena-jsonl COMMAND --help says more about one.\n");
}

void args_help(struct buf *out, enum command c)
{
	const struct command_info *ci = commands;
	while (ci->c != c)
		ci++;
	buf_printf(out, "Usage: %s\n\n%s", ci->usage, ci->what);
	if (c == CMD_WORKBENCH)
		help_commands(out);
	buf_add_str(out, "\nOptions:\n");
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (options[i].commands & c)
			help_option(out, &options[i]);
	buf_printf(out, "\nExamples:\n%s", ci->examples);
	if (c == CMD_RUN)
		buf_add_str(out, "\nExit status: 0 done, 1 the query was refused or failed, 2 "
		                 "usage, settings or\n"
		                 "recipe, 3 connection, 4 timeout, 5 credentials, 6 cost guard, 7 "
		                 "local file,\n"
		                 "130 interrupted, 143 terminated.\n");
}

/* ---- parsing ---- */

static int unknown_option(const struct args *a, const char *word, struct err *err)
{
	const char *names[N_OPTIONS + 1];
	size_t n = 0;
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (options[i].commands & a->command)
			names[n++] = options[i].name;
	names[n] = NULL;
	const char *near = suggest_word(word, names);
	const char *cmd = command_name(a->command);
	return err_set(err, ERR_USAGE, "unknown option --%.60s%s%s%s; see athena-jsonl %s%s--help",
	        word, near ? "; did you mean --" : "", near ? near : "", near ? "?" : "", cmd,
	        *cmd ? " " : "");
}

static void add_param(struct args *a, const char *text)
{
	a->param = mem_realloc(a->param, a->n_params + 2, sizeof *a->param);
	a->param[a->n_params++] = text;
	a->param[a->n_params] = NULL;
}

static int set(struct args *a, const struct option *o, const char *value, struct err *err)
{
	char *base = (char *)a;
	switch (o->kind) {
	case FLAG: *(bool *)(base + o->at) = true; break;
	case TEXT: memcpy(base + o->at, &value, sizeof value); break;
	case PARAM:
		if (strchr(value, '=') == NULL)
			return err_set(
			        err, ERR_USAGE, "--param wants name=value, not '%.60s'", value);
		add_param(a, value);
		break;
	}
	return 0;
}

struct words {
	int n, at;
	char **v;
};

/* inline_value: text after '=' or after the letter, or NULL. */
static int take(struct args *a, const struct option *o, const char *inline_value, struct words *w,
        struct err *err)
{
	if (o->kind == FLAG && inline_value)
		return err_set(err, ERR_USAGE, "--%s takes no value", o->name);
	if (o->kind == FLAG)
		return set(a, o, NULL, err);
	if (inline_value == NULL && w->at >= w->n)
		return err_set(
		        err, ERR_USAGE, "--%s needs a value: --%s %s", o->name, o->name, o->arg);
	return set(a, o, inline_value ? inline_value : w->v[w->at++], err);
}

static int long_option(struct args *a, const char *word, struct words *w, struct err *err)
{
	size_t n = strcspn(word, "=");
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const struct option *o = &options[i];
		if ((o->commands & a->command) && strlen(o->name) == n &&
		        memcmp(o->name, word, n) == 0)
			return take(a, o, word[n] ? word + n + 1 : NULL, w, err);
	}
	return unknown_option(a, word, err);
}

static int short_option(struct args *a, const char *word, struct words *w, struct err *err)
{
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const struct option *o = &options[i];
		if (o->letter != word[0] || !(o->commands & a->command))
			continue;
		if (take(a, o, o->kind != FLAG && word[1] ? word + 1 : NULL, w, err) != 0)
			return -1;
		return o->kind == FLAG && word[1] ? short_option(a, word + 1, w, err) : 0;
	}
	return err_set(err, ERR_USAGE, "unknown option -%c; see athena-jsonl %s%s--help", word[0],
	        command_name(a->command), *command_name(a->command) ? " " : "");
}

static int command(struct args *a, const char *word, struct err *err)
{
	const char *names[N_COMMANDS + 1];
	for (size_t i = 1; i < N_COMMANDS; i++) {
		if (strcmp(word, commands[i].name) == 0) {
			a->command = commands[i].c;
			return 0;
		}
		names[i - 1] = commands[i].name;
	}
	names[N_COMMANDS - 1] = NULL;
	const char *near = suggest_word(word, names);
	if (near)
		return err_set(
		        err, ERR_USAGE, "unknown command '%.60s'; did you mean %s?", word, near);
	return err_set(err, ERR_USAGE,
	        "unknown command '%.60s'; to run a query: athena-jsonl run %.60s", word, word);
}

static int operand(struct args *a, const char *word, struct err *err)
{
	if (a->command == CMD_RUN && a->file == NULL) {
		a->file = word;
		return 0;
	}
	return err_set(err, ERR_USAGE,
	        "'%.60s' is one argument too many; see athena-jsonl %s --help", word,
	        command_name(a->command));
}

int args_parse(struct args *a, int argc, char **argv, struct err *err)
{
	*a = (struct args){.command = CMD_WORKBENCH};
	struct words w = {argc, 1, argv};
	bool only_operands = false;
	add_param(a, NULL);
	a->n_params = 0;
	if (argc > 1 && argv[1][0] != '-' && command(a, argv[w.at++], err) != 0)
		return -1;
	while (w.at < w.n) {
		const char *s = w.v[w.at++];
		int rc;
		if (only_operands || s[0] != '-' || s[1] == '\0')
			rc = operand(a, s, err);
		else if (strcmp(s, "--") == 0)
			rc = (only_operands = true, 0);
		else
			rc = s[1] == '-' ? long_option(a, s + 2, &w, err)
			                 : short_option(a, s + 1, &w, err);
		if (rc != 0)
			return -1;
	}
	return 0;
}

void args_release(struct args *a)
{
	mem_free(a->param);
	a->param = NULL;
}
