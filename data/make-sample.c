/* make-sample: writes the synthetic sample (data/README.md). The same arguments give the same rows.
 */
#include "base/clock.h"
#include "base/fmt.h"
#include "base/mem.h"
#include "data/sample.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ban.h"

static const char usage[] =
        "Usage: make-sample --out DIR [--rows N] [--seed S] [--format parquet|ndjson]\n"
        "Writes DIR/reddit/comments: N (60000) synthetic comments of twelve months, in folders "
        "year=,\n"
        "month=. The same N, S (1) and format give the same rows. Does nothing when DIR holds "
        "them.\n"
        "Serve it with: athena-duck --data DIR\n";

static int refuse(const char *what, const char *value)
{
	fprintf(stderr, "make-sample: %s%s%s; see make-sample --help\n", what, value ? ": " : "",
	        value ? value : "");
	return 2;
}

static bool number(const char *text, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && !errno;
}

static void show_progress(int month, int months, uint64_t rows)
{
	char count[FMT_SIZE];

	fprintf(stderr, "make-sample: month %d of %d, %s comments\n", month, months,
	        fmt_thousands(count, (int64_t)rows));
}

static void show_note(const char *what, const char *path)
{
	fprintf(stderr, "make-sample: %s %s\n", what, path);
}

static int run(struct sample_spec *spec)
{
	int64_t start = clock_mono_ms();
	char rows[FMT_SIZE], time[FMT_SIZE];
	struct err err = ERR_INIT;
	bool made;

	if (spec->rows >= 500000)
		spec->progress = show_progress;
	if (sample_make(spec, &made, &err) != 0) {
		fprintf(stderr, "make-sample: %s\n", err.text);
		return 1;
	}
	if (made)
		fprintf(stderr, "make-sample: %s synthetic comments in %s (%s, %s)\n",
		        fmt_thousands(rows, (int64_t)spec->rows), spec->dir,
		        spec->parquet ? "Parquet" : "NDJSON",
		        fmt_duration(time, clock_mono_ms() - start));
	else
		fprintf(stderr, "make-sample: %s is complete already\n", spec->dir);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"out", required_argument, NULL, 'o'},
	        {"rows", required_argument, NULL, 'n'}, {"seed", required_argument, NULL, 's'},
	        {"format", required_argument, NULL, 'f'}, {"help", no_argument, NULL, 'h'}, {0}};
	struct sample_spec spec = {.rows = 60000, .seed = 1, .parquet = true, .note = show_note};
	char *dir;
	int opt, rc;

	while ((opt = getopt_long(argc, argv, "o:n:s:f:h", options, NULL)) != -1) {
		if (opt == 'h')
			return fputs(usage, stdout) < 0;
		if (opt == 'o')
			spec.dir = optarg;
		else if (opt == 'n' && (!number(optarg, &spec.rows) || spec.rows > 2000000000))
			return refuse("--rows takes a number up to 2000000000", optarg);
		else if (opt == 's' && !number(optarg, &spec.seed))
			return refuse("--seed takes a number", optarg);
		else if (opt == 'f' && strcmp(optarg, "parquet") != 0 &&
		         strcmp(optarg, "ndjson") != 0)
			return refuse("--format is parquet or ndjson", optarg);
		else if (opt == '?')
			return 2;
		if (opt == 'f')
			spec.parquet = *optarg == 'p';
	}
	if (!spec.dir || !*spec.dir || optind < argc)
		return refuse(spec.dir ? "unexpected argument" : "give a folder with --out",
		        argv[optind]);
	dir = mem_strdup(spec.dir);
	while (strlen(dir) > 1 && dir[strlen(dir) - 1] == '/')
		dir[strlen(dir) - 1] = '\0';
	spec.dir = dir;
	rc = run(&spec);
	mem_free(dir);
	return rc;
}
