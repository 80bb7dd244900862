#include "job/output.h"

#include "base/file.h"
#include "base/mem.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/ban.h"

#define MANIFEST_SUFFIX ".manifest.json"

static const struct {
	const char *name, *suffix, *letters;
} kinds[COMPRESS_KINDS] = {{"none", "", "none"}, {"gzip", ".gz", "gz"}, {"zstd", ".zst", "zst"}};
static const char *const sides[SIDES] = {"", "train", "validation"};

void output_copy(struct job_output *to, const struct job_output *from)
{
	*to = *from;
	to->split_by = mem_strdup(from->split_by);
	to->rejects = mem_strdup(from->rejects);
}

void output_release(struct job_output *o)
{
	mem_free((void *)(uintptr_t)o->split_by);
	mem_free((void *)(uintptr_t)o->rejects);
	memset(o, 0, sizeof *o);
}

bool output_is_set(const struct job_output *o)
{
	return o->shard_rows > 0 || o->validation_ppm > 0;
}

const char *compress_name(enum job_compress c)
{
	return kinds[c].name;
}

const char *compress_suffix(enum job_compress c)
{
	return kinds[c].suffix;
}

const char *side_name(enum output_side s)
{
	return sides[s];
}

bool compress_parse(const char *word, enum job_compress *out)
{
	for (int i = 0; i < COMPRESS_KINDS; i++)
		if (strcmp(word, kinds[i].name) == 0 || strcmp(word, kinds[i].letters) == 0) {
			*out = (enum job_compress)i;
			return true;
		}
	return false;
}

enum job_compress compress_by_name(const char *path)
{
	for (int i = 1; i < COMPRESS_KINDS; i++)
		if (slice_ends(slice_str(path), kinds[i].suffix))
			return (enum job_compress)i;
	return COMPRESS_NONE;
}

bool output_parse_share(const char *word, uint32_t *ppm)
{
	char *end;
	double v = strtod(word, &end);
	if (end == word || strspn(word, "0123456789.") != (size_t)(end - word))
		return false; /* no sign, no exponent, no infinity */
	if (*end == '%') {
		v /= 100;
		end++;
	}
	if (*end || v >= 1)
		return false;
	*ppm = (uint32_t)(v * OUTPUT_WHOLE + 0.5);
	return *ppm < OUTPUT_WHOLE && (*ppm > 0 || v == 0); /* too small is not none */
}

bool output_parse_rows(const char *word, uint64_t *rows)
{
	uint64_t v = 0;
	const char *s = word;
	for (; (*s >= '0' && *s <= '9') || (*s == ',' && s != word); s++) {
		if (*s == ',')
			continue;
		v = v * 10 + (uint64_t)(*s - '0');
		if (v > 1000000000000)
			return false;
	}
	if (s == word)
		return false;
	if (*s == 'k' || *s == 'K' || *s == 'm' || *s == 'M')
		v *= *s == 'k' || *s == 'K' ? 1000 : 1000000, s++;
	*rows = v;
	return *s == '\0';
}

bool output_parse_seed(const char *word, uint64_t *seed)
{
	size_t n = strspn(word, "0123456789");
	if (n == 0 || n > 18 || word[n])
		return false;
	*seed = strtoull(word, NULL, 10);
	return true;
}

/* ---- names ---- */

/* Length of path without the suffix of its compression. */
static size_t plain_len(const char *path, const struct job_output *o)
{
	size_t n = strlen(path), s = strlen(compress_suffix(o->compress));
	return s && n > s && slice_ends(slice_str(path), compress_suffix(o->compress)) ? n - s : n;
}

bool output_is_stream(const char *path)
{
	struct stat st;
	return strcmp(path, "-") == 0 || (stat(path, &st) == 0 && !S_ISREG(st.st_mode));
}

char *output_file(const char *path, const struct job_output *o, enum output_side side, size_t shard,
        size_t shards)
{
	size_t n = plain_len(path, o), stem;
	const char *base = file_base(path), *end = path + n, *dot = end;
	while (dot > base && *--dot != '.')
		;
	stem = dot > base ? (size_t)(dot - path) : n;
	if (strcmp(path, "-") == 0)
		return mem_strdup(path);
	if (!output_is_set(o))
		return mem_printf("%.*s%s", (int)n, path,
		        output_is_stream(path) ? "" : compress_suffix(o->compress));
	char number[40] = "";
	if (shards)
		snprintf(number, sizeof number, "-%05zu-of-%05zu", shard, shards);
	return mem_printf("%.*s%s%s%s%.*s%s", (int)stem, path, side == SIDE_ALL ? "" : ".",
	        side_name(side), number, (int)(n - stem), path + stem,
	        compress_suffix(o->compress));
}

char *output_manifest(const char *path, const struct job_output *o)
{
	if (output_is_set(o))
		return mem_printf("%.*s" MANIFEST_SUFFIX, (int)plain_len(path, o), path);
	char *file = output_file(path, o, SIDE_ALL, 0, 0);
	char *manifest = mem_printf("%s" MANIFEST_SUFFIX, file);
	mem_free(file);
	return manifest;
}

/* ---- the disk ---- */

static int check_stream(const char *path, const struct job_output *o, struct err *err)
{
	if (output_is_set(o))
		return err_set(err, ERR_USAGE,
		        "%s takes one stream of lines: shards and a split need a file name",
		        strcmp(path, "-") == 0 ? "standard output" : path);
	return 0;
}

static int check_name(const char *path, const char *manifest, const char *longest, struct err *err)
{
	if (*file_base(path) && strlen(file_base(longest)) > NAME_MAX)
		return err_set(err, ERR_IO,
		        "cannot write %s: the name %s is longer than %d bytes; choose a shorter "
		        "one",
		        path, file_base(longest), NAME_MAX);
	if (strlen(file_base(manifest)) > NAME_MAX)
		return err_set(err, ERR_IO,
		        "cannot write %s: with " MANIFEST_SUFFIX " the name is longer than %d "
		        "bytes; choose a shorter one",
		        path, NAME_MAX);
	if (file_exists(manifest) && output_is_stream(manifest))
		return err_set(err, ERR_IO,
		        "cannot write %s: its manifest %s would replace what is not a file; "
		        "choose another name",
		        path, manifest);
	return 0;
}

int output_check(const char *path, const struct job_output *o, struct err *err)
{
	if (file_is_dir(path))
		return err_set(
		        err, ERR_IO, "cannot write %s: it is a folder; give a file name", path);
	if (output_is_stream(path))
		return check_stream(path, o, err);
	char *manifest = output_manifest(path, o);
	char *longest = output_file(path, o, o->validation_ppm ? SIDE_VALIDATION : SIDE_ALL, 0,
	        o->shard_rows ? OUTPUT_MAX_FILES : 0);
	/* A single name that is too long is refused where it is opened. */
	int rc = check_name(path, manifest, output_is_set(o) ? longest : "", err);
	if (rc == 0 && !output_is_set(o) && o->compress && file_is_dir(longest))
		rc = err_set(
		        err, ERR_IO, "cannot write %s: it is a folder; give a file name", longest);
	mem_free(longest);
	mem_free(manifest);
	return rc;
}

/* "-00012-of-00345" and the rest; 0 when it is none. */
static size_t shard_number_len(const char *s)
{
	static const char form[] = "-ddddd-of-ddddd";
	size_t i = 0;
	for (; form[i]; i++)
		if (form[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return 0;
	return i;
}

/* entry is first, a number when there are shards, last. */
static bool is_member(const char *entry, const char *first, const char *last, bool shards)
{
	size_t n = strlen(first), number;
	if (strncmp(entry, first, n) != 0)
		return false;
	number = shards ? shard_number_len(entry + n) : 0;
	return (number > 0 || !shards) && strcmp(entry + n + number, last) == 0;
}

/* A shard of that side, whatever the number. */
static char *standing_shard(const char *path, const struct job_output *o, enum output_side side)
{
	char *dir = file_dir(path), *found = NULL;
	char *name = output_file(path, o, side, 0, 1), *base = mem_strdup(file_base(name));
	char *number = strstr(base, "-00000-of-00001"), *next = number;
	while (next && (next = strstr(number + 1, "-00000-of-00001")) != NULL)
		number = next; /* the last: the user's own name may hold one */
	DIR *d = number ? opendir(dir) : NULL;
	if (number)
		*number = '\0';
	for (struct dirent *e; d && !found && (e = readdir(d)) != NULL;)
		if (is_member(e->d_name, base, number + strlen("-00000-of-00001"), true))
			found = file_join(dir, e->d_name);
	if (d)
		closedir(d);
	mem_free(base);
	mem_free(name);
	mem_free(dir);
	return found;
}

static char *standing_side(const char *path, const struct job_output *o, enum output_side side)
{
	if (o->shard_rows)
		return standing_shard(path, o, side);
	char *name = output_file(path, o, side, 0, 0);
	if (file_exists(name))
		return name;
	mem_free(name);
	return NULL;
}

char *output_standing(const char *path, const struct job_output *o)
{
	if (output_is_stream(path))
		return NULL;
	char *found = standing_side(path, o, o->validation_ppm ? SIDE_TRAIN : SIDE_ALL);
	if (!found && o->validation_ppm)
		found = standing_side(path, o, SIDE_VALIDATION);
	if (found)
		return found;
	char *manifest = output_manifest(path, o); /* and with it the files that it lists */
	if (file_exists(manifest))
		return manifest;
	mem_free(manifest);
	return NULL;
}
