/*
 * Stands in for libFuzzer's main: feeds a fuzz target the files and folders named on its command
 * line, or else its own seeds (fuzz/seeds/NAME of program fuzz-NAME). Speaks TAP: a file that the
 * target survives is "ok"; a crash ends the program before its plan, which is a failure.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int count;

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t len = 0, cap = 0, n = 0;

	printf("# %s\n", path);
	fflush(stdout);
	do {
		len += n;
		if (len == cap) {
			cap = cap ? 2 * cap : 4096;
			data = realloc(data, cap);
			if (!data)
				abort();
		}
	} while (f && (n = fread(data + len, 1, cap - len, f)) > 0);
	if (f)
		fclose(f);
	/* A block of exactly the input's size lets ASan see a read past its end. */
	uint8_t *exact = malloc(len ? len : 1);
	if (!exact)
		abort();
	memcpy(exact, data, len);
	free(data);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	printf("%s %d - %s\n", f ? "ok" : "not ok", ++count, path);
}

static void replay(const char *path)
{
	struct stat st;
	char **name = NULL;
	size_t n = 0;
	struct dirent *e;
	DIR *dir;

	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode) || !(dir = opendir(path))) {
		replay_file(path);
		return;
	}
	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		name = realloc(name, (n + 1) * sizeof *name);
		if (!name || asprintf(&name[n++], "%s/%s", path, e->d_name) < 0)
			abort();
	}
	closedir(dir);
	if (n)
		qsort(name, n, sizeof *name, by_name);
	for (size_t i = 0; i < n; i++) {
		replay(name[i]);
		free(name[i]);
	}
	free(name);
}

int main(int argc, char **argv)
{
	const char *srcdir = getenv("AJ_SRCDIR"), *base = strrchr(argv[0], '/'), *target;
	char *seeds;

	base = base ? base + 1 : argv[0];
	target = strncmp(base, "fuzz-", 5) == 0 ? base + 5 : base;
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	if (argc < 2) {
		if (asprintf(&seeds, "%s/fuzz/seeds/%s", srcdir ? srcdir : ".", target) < 0)
			return 1;
		replay(seeds);
		free(seeds);
	}
	if (count == 0)
		printf("not ok %d - no seeds\n", ++count);
	printf("1..%d\n", count);
	return 0;
}
