/* Sets of files: names, shards, split, compression; whole or not at all. */
#include "tests/unit/job-scratch.h"

#include "base/crypto.h"
#include "job/manifest.h"
#include "job/sink.h"
#include "job/split.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <zlib.h>
#include <zstd.h>

/* ---- names and numbers ---- */

static void named(const char *path, struct job_output o, enum output_side side, size_t k, size_t n,
        const char *want)
{
	char *name = output_file(path, &o, side, k, n);
	assert_string_equal(name, want);
	mem_free(name);
}

static void files_are_named_as_loaders_expect(void **state)
{
	(void)state;
	struct job_output plain = {0}, gz = {.compress = COMPRESS_GZIP};
	struct job_output shards = {.compress = COMPRESS_ZSTD, .shard_rows = 5};
	struct job_output split = {.validation_ppm = 1};
	named("a/o.jsonl", plain, SIDE_ALL, 0, 0, "a/o.jsonl");
	named("a/o.jsonl", gz, SIDE_ALL, 0, 0, "a/o.jsonl.gz");
	named("a/o.jsonl.gz", gz, SIDE_ALL, 0, 0, "a/o.jsonl.gz");
	named("o.jsonl", shards, SIDE_ALL, 3, 12, "o-00003-of-00012.jsonl.zst");
	named("o.jsonl.zst", shards, SIDE_ALL, 0, 1, "o-00000-of-00001.jsonl.zst");
	named("x.y/o", split, SIDE_TRAIN, 0, 0, "x.y/o.train");
	named("x.y/.o", split, SIDE_VALIDATION, 0, 0, "x.y/.o.validation");
	named("o.jsonl", split, SIDE_VALIDATION, 0, 0, "o.validation.jsonl");
	named("-", gz, SIDE_ALL, 0, 0, "-");
	named("/dev/null", gz, SIDE_ALL, 0, 0, "/dev/null");
	char *m = output_manifest("o.jsonl.zst", &shards);
	assert_string_equal(m, "o.jsonl.manifest.json");
	mem_free(m);
	m = output_manifest("o.jsonl", &gz);
	assert_string_equal(m, "o.jsonl.gz.manifest.json");
	mem_free(m);
}

static void words_become_numbers(void **state)
{
	(void)state;
	static const char *const bad_share[] = {
	        "", "-0.1", "1", "100%", "x", "0.5x", "1e-3", "inf", "nan", "0.0000001", "%"};
	static const char *const bad_rows[] = {"", "-1", ",1", "1x", "1kk", "99999999999999"};
	uint32_t ppm;
	uint64_t n;
	enum job_compress c;
	assert_true(output_parse_share("0.05", &ppm) && ppm == 50000);
	assert_true(output_parse_share("2.5%", &ppm) && ppm == 25000);
	assert_true(output_parse_share("0", &ppm) && ppm == 0);
	for (size_t i = 0; i < sizeof bad_share / sizeof *bad_share; i++)
		if (output_parse_share(bad_share[i], &ppm))
			fail_msg("'%s' is a share", bad_share[i]);
	assert_true(output_parse_rows("10,000", &n) && n == 10000);
	assert_true(output_parse_rows("10k", &n) && n == 10000);
	assert_true(output_parse_rows("2M", &n) && n == 2000000);
	for (size_t i = 0; i < sizeof bad_rows / sizeof *bad_rows; i++)
		if (output_parse_rows(bad_rows[i], &n))
			fail_msg("'%s' is a number of rows", bad_rows[i]);
	assert_true(output_parse_seed("123456789012345678", &n));
	assert_false(output_parse_seed("1234567890123456789", &n) || output_parse_seed("-1", &n));
	assert_true(compress_parse("gz", &c) && c == COMPRESS_GZIP);
	assert_true(compress_parse("zstd", &c) && c == COMPRESS_ZSTD);
	assert_false(compress_parse("bz2", &c));
	assert_int_equal(compress_by_name("a.jsonl.zst"), COMPRESS_ZSTD);
	assert_int_equal(compress_by_name("a.jsonl"), COMPRESS_NONE);
}

/* ---- split ---- */

static struct cell cell(const char *s)
{
	return (struct cell){s, s ? (uint32_t)strlen(s) : 0};
}

static void columns_of(struct columns *c)
{
	columns_init(c);
	columns_add(c, slice_str("id"), slice_str(""));
	columns_add(c, slice_str("link_id"), slice_str(""));
}

/* The documented formula, by hand: who reads docs/report.md gets the same sides. */
static bool by_hand(const char *text, uint32_t ppm)
{
	uint8_t sum[SHA256_SIZE];
	crypto_sha256(slice_str(text), sum);
	uint64_t h = (uint64_t)sum[0] << 24 | sum[1] << 16 | sum[2] << 8 | sum[3];
	return h * 1000000 / ((uint64_t)1 << 32) < ppm;
}

static void equal_values_stay_together(void **state)
{
	(void)state;
	struct columns c;
	columns_of(&c);
	struct job_output o = {.validation_ppm = 200000, .split_by = "LINK_ID", .seed = 7};
	struct split *s = split_new(&o, &c, NULL);
	int validation = 0;
	for (int i = 0; i < 2000; i++) {
		char id[20], link[20], text[40];
		snprintf(id, sizeof id, "c%d", i);
		snprintf(link, sizeof link, "t3_%d", i / 2);
		snprintf(text, sizeof text, "7\n=%s", link);
		struct cell row[] = {cell(id), cell(link)};
		enum output_side side = split_side(s, row);
		assert_int_equal(side == SIDE_VALIDATION, by_hand(text, 200000));
		validation += side == SIDE_VALIDATION;
	}
	assert_in_range(validation, 300, 500);
	struct cell null[] = {cell("a"), cell(NULL)};
	assert_int_equal(split_side(s, null) == SIDE_VALIDATION, by_hand("7\n0", 200000));
	split_free(s);
	o.split_by = NULL;
	s = split_new(&o, &c, NULL);
	struct cell row[] = {cell("c1"), cell(NULL)};
	assert_int_equal(split_side(s, row) == SIDE_VALIDATION, by_hand("7\n2=c10", 200000));
	split_free(s);
	o.validation_ppm = 0;
	s = split_new(&o, &c, NULL);
	assert_int_equal(split_side(s, row), SIDE_ALL);
	split_free(s);
	columns_release(&c);
}

static void a_column_that_is_not_there_is_named(void **state)
{
	(void)state;
	struct columns c;
	columns_of(&c);
	struct err err = ERR_INIT;
	struct job_output o = {.validation_ppm = 1, .split_by = "thread"};
	assert_null(split_new(&o, &c, &err));
	assert_non_null(strstr(err.text, "'thread'"));
	assert_non_null(strstr(err.text, "id, link_id"));
	columns_release(&c);
}

/* ---- sets on disk ---- */

static void line_of(int i, char out[40])
{
	snprintf(out, 40, "{\"n\":%d}", i);
}

/* n lines, link_id i / 3. 0 or -1. */
static int write_set(const char *path, const struct job_output *o, int n, struct err *err)
{
	char manifest[1024];
	struct columns c;
	columns_of(&c);
	struct job_spec spec = {.sql = "SELECT 1", .output = *o};
	struct job_progress p = {.funnel.rows = (uint64_t)n, .funnel.kept = (uint64_t)n};
	struct sink *s = sink_open(path, o, err);
	int rc = s ? sink_bind(s, &c, err) : -1;
	for (int i = 0; rc == 0 && i < n; i++) {
		char id[20], link[20], text[40];
		snprintf(id, sizeof id, "c%d", i);
		snprintf(link, sizeof link, "t%d", i / 3);
		line_of(i, text);
		struct cell row[] = {cell(id), cell(link)};
		rc = sink_line(s, row, slice_str(text), err);
		if (rc == 0 && i % 10 == 0 && sink_wants_rejects(s))
			rc = sink_reject(s, (uint64_t)i, row, "why", NULL, err);
	}
	if (s && rc == 0)
		rc = sink_commit(s, &spec, &p, manifest, err);
	else
		sink_abort(s);
	columns_release(&c);
	return rc;
}

/* A file's contents, unpacked by the libraries' own readers. The caller frees. */
static char *unpacked(const char *path)
{
	char *out = mem_zalloc(1 << 20);
	if (slice_ends(slice_str(path), ".zst")) {
		struct buf b;
		buf_init(&b, BUF_NO_LIMIT);
		assert_int_equal(file_read(path, &b, NULL), 0);
		assert_false(ZSTD_isError(ZSTD_decompress(out, 1 << 20, b.ptr, b.len)));
		buf_release(&b);
	} else {
		gzFile f = gzopen(path, "rb"); /* reads plain files, too */
		assert_true(f && gzread(f, out, (1 << 20) - 1) >= 0);
		assert_int_equal(gzclose(f), Z_OK);
	}
	return out;
}

static void check_listed(const struct output_file *f, uint64_t most)
{
	struct buf b;
	uint8_t sum[SHA256_SIZE];
	char hex[SHA256_HEX];
	buf_init(&b, BUF_NO_LIMIT);
	assert_int_equal(file_read(f->path, &b, NULL), 0);
	assert_int_equal(b.len, f->bytes);
	crypto_sha256(buf_slice(&b), sum);
	crypto_hex(sum, sizeof sum, hex);
	assert_string_equal(f->sha256, hex);
	assert_true(most == 0 || f->rows <= most);
	buf_release(&b);
}

/* Every line once, in order within its side, each thread on one side. */
static void check_set(const char *manifest, int n, uint64_t most)
{
	struct output_file *f;
	size_t files, lines = 0;
	uint64_t rows = 0;
	char *side_of = mem_zalloc((size_t)n / 3 + 1);
	assert_int_equal(manifest_files(manifest, &f, &files, NULL), 0);
	for (size_t i = 0; i < files; i++) {
		int last = -1;
		char *text = unpacked(f[i].path);
		check_listed(&f[i], most);
		rows += f[i].rows;
		for (char *at = text; (at = strstr(at, "{\"n\":")) != NULL; at++, lines++) {
			int k = atoi(at + 5);
			assert_true(k > last);
			last = k;
			assert_true(side_of[k / 3] == 0 || side_of[k / 3] == (char)(f[i].side + 1));
			side_of[k / 3] = (char)(f[i].side + 1);
		}
		mem_free(text);
	}
	assert_int_equal(rows, n);
	assert_int_equal(lines, n);
	output_files_free(f, files);
	mem_free(side_of);
}

static void sets_read_back_equal_what_went_in(void **state)
{
	(void)state;
	char *path = file_join(dir, "o.jsonl"), *m = file_join(dir, "o.jsonl.manifest.json");
	for (int c = 0; c < COMPRESS_KINDS; c++)
		for (int split = 0; split < 2; split++) {
			struct job_output o = {.compress = (enum job_compress)c,
			        .shard_rows = 100,
			        .validation_ppm = split ? 300000 : 0,
			        .split_by = "link_id"};
			assert_int_equal(write_set(path, &o, 950, NULL), 0);
			check_set(m, 950, 100);
			/* What the set before left is gone: one set and its manifest. */
			assert_in_range(scratch_files(dir), 11, split ? 12 : 11);
		}
	struct job_output o = {.validation_ppm = 1, .shard_rows = 5000};
	assert_int_equal(write_set(path, &o, 10, NULL), 0);
	check_set(m, 10, 5000);
	assert_int_equal(scratch_files(dir), 3); /* a side without lines is a file, too */
	struct job_output plain = {0};
	assert_int_equal(write_set(path, &plain, 10, NULL), 0);
	assert_int_equal(scratch_files(dir), 2);
	mem_free(m);
	mem_free(path);
}

static void bytes_are_the_same_every_time(void **state)
{
	(void)state;
	for (int c = 0; c < COMPRESS_KINDS; c++) {
		struct job_output o = {.compress = (enum job_compress)c};
		char *path = file_join(dir, "same.jsonl"), *name = output_file(path, &o, 0, 0, 0);
		struct buf b[2];
		for (int i = 0; i < 2; i++) {
			buf_init(&b[i], BUF_NO_LIMIT);
			assert_int_equal(write_set(path, &o, 40000, NULL), 0);
			assert_int_equal(file_read(name, &b[i], NULL), 0);
		}
		assert_int_equal(b[0].len, b[1].len);
		assert_memory_equal(b[0].ptr, b[1].ptr, b[0].len);
		buf_release(&b[0]);
		buf_release(&b[1]);
		mem_free(name);
		mem_free(path);
	}
}

static void what_the_user_changed_is_not_removed(void **state)
{
	(void)state;
	struct job_output o = {.shard_rows = 4};
	char *path = file_join(dir, "o.jsonl"), *mine = file_join(dir, "o-00001-of-00003.jsonl");
	assert_int_equal(write_set(path, &o, 12, NULL), 0);
	assert_int_equal(file_write(mine, slice_str("mine"), 0600, NULL), 0);
	o.shard_rows = 6;
	assert_int_equal(write_set(path, &o, 12, NULL), 0);
	assert_int_equal(scratch_files(dir), 4);
	assert_true(file_exists(mine));
	mem_free(mine);
	mem_free(path);
}

static void rejects_say_row_reason_and_values(void **state)
{
	(void)state;
	char *path = file_join(dir, "o.jsonl"), *rejects = file_join(dir, "r.jsonl");
	struct job_output o = {.rejects = rejects};
	assert_int_equal(write_set(path, &o, 20, NULL), 0);
	char *text = slurp(rejects);
	assert_string_equal(text,
	        "{\"row\":1,\"reason\":\"why\",\"values\":{\"id\":\"c0\",\"link_id\":\"t0\"}}\n"
	        "{\"row\":11,\"reason\":\"why\",\"values\":{\"id\":\"c10\",\"link_id\":\"t3\"}}\n");
	char *mpath = file_join(dir, "o.jsonl.manifest.json");
	json_t *m = json_load_file(mpath, 0, NULL), *r = json_object_get(m, "rejects");
	assert_int_equal(json_integer_value(json_object_get(r, "rows")), 2);
	assert_int_equal(json_integer_value(json_object_get(r, "bytes")), strlen(text));
	json_decref(m);
	mem_free(mpath);
	mem_free(text);
	mem_free(rejects);
	mem_free(path);
}

static void refused(
        const char *path, struct job_output o, int n, enum err_code code, const char *word)
{
	struct err err = ERR_INIT;
	assert_int_equal(write_set(path, &o, n, &err), -1);
	assert_int_equal(err.code, code);
	if (strstr(err.text, word) == NULL)
		fail_msg("'%s' does not say %s", err.text, word);
}

static void what_cannot_be_is_refused_and_leaves_nothing(void **state)
{
	(void)state;
	char *path = file_join(dir, "o.jsonl"), name[260] = {0};
	struct job_output shards = {.shard_rows = 1}, column = {.validation_ppm = 1};
	column.split_by = "no";
	refused(path, shards, 1001, ERR_USAGE, "more than 1000 files");
	refused(path, column, 1, ERR_USAGE, "no such column");
	refused("-", shards, 1, ERR_USAGE, "standard output");
	refused("/dev/null", shards, 1, ERR_USAGE, "/dev/null");
	memset(name, 'n', 241);
	char *longer = file_join(dir, name);
	refused(longer, shards, 1, ERR_IO, "longer");
	struct job_output rejects = {.rejects = dir};
	refused(path, rejects, 1, ERR_USAGE, "rejects");
	assert_int_equal(scratch_files(dir), 0);
	char *taken = file_join(dir, "o-00001-of-00002.jsonl");
	assert_int_equal(mkdir(taken, 0700), 0);
	refused(path, shards, 2, ERR_IO, taken);
	assert_int_equal(scratch_files(dir), 0);
	mem_free(taken);
	mem_free(longer);
	mem_free(path);
}

static void what_stands_is_found_before_it_is_replaced(void **state)
{
	(void)state;
	struct job_output both = {.shard_rows = 2, .validation_ppm = 300000}, gz = {COMPRESS_GZIP};
	char *path = file_join(dir, "o.jsonl"), *found;
	assert_null(output_standing(path, &both));
	assert_int_equal(write_set(path, &gz, 2, NULL), 0);
	assert_null(output_standing(path, &both));
	found = output_standing(path, &gz);
	assert_non_null(found);
	mem_free(found);
	assert_int_equal(write_set(path, &both, 30, NULL), 0);
	found = output_standing(path, &both);
	assert_true(found && strstr(found, "o.train-0") != NULL);
	mem_free(found);
	both.validation_ppm = 0;
	found = output_standing(path, &both); /* its manifest lists files that would go */
	assert_true(found && strstr(found, ".manifest.json") != NULL);
	mem_free(found);
	mem_free(path);
}

/* Files that cannot grow stand for a full disk: the set of before stays, whatever fails when. */
static void a_full_disk_leaves_the_older_set(void **state)
{
	(void)state;
	char *path = file_join(dir, "o.jsonl"), *m = file_join(dir, "o.jsonl.manifest.json");
	struct job_output o = {.shard_rows = 1000, .validation_ppm = 300000, .split_by = "link_id"};
	struct rlimit old, small;
	assert_int_equal(write_set(path, &o, 3000, NULL), 0);
	size_t before = scratch_files(dir);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	signal(SIGXFSZ, SIG_IGN);
	for (rlim_t room = 100; room < 5000; room += 1200) {
		struct err err = ERR_INIT;
		small.rlim_cur = room;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		int rc = write_set(path, &o, 4000, &err);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
		assert_int_equal(rc, -1);
		assert_int_equal(scratch_files(dir), before);
		check_set(m, 3000, 1000);
	}
	mem_free(m);
	mem_free(path);
}

#ifdef AJ_FAULT_INJECTION
/* Each write in turn fails in a child of its own: nothing may be left of it, whichever it was. */
static void no_failing_write_leaves_a_file(void **state)
{
	(void)state;
	static const char *const c[] = {"none", "gz", "zst"};
	int status = -1;
	for (int i = 0; i < 3; i++)
		for (int n = 1; n < 100; n++) {
			char *path = mem_printf("%s/%s-%d.jsonl", dir, c[i], n), number[12];
			pid_t pid = fork();
			if (pid == 0) {
				struct job_output o = {.shard_rows = 30, .validation_ppm = 300000};
				compress_parse(c[i], &o.compress);
				snprintf(number, sizeof number, "%d", n);
				setenv("AJ_FAIL_WRITE", number, 1);
				_exit(write_set(path, &o, 100, NULL) == 0 ? 0 : 1);
			}
			assert_int_equal(waitpid(pid, &status, 0), pid);
			mem_free(path);
			if (status == 0)
				break;
			assert_int_equal(WEXITSTATUS(status), 1);
			assert_int_equal(scratch_files(dir), i * 5);
			assert_true(n < 99);
		}
	assert_int_equal(scratch_files(dir), 3 * 5);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(files_are_named_as_loaders_expect),
	        cmocka_unit_test(words_become_numbers),
	        cmocka_unit_test(equal_values_stay_together),
	        cmocka_unit_test(a_column_that_is_not_there_is_named),
	        cmocka_unit_test_setup_teardown(
	                sets_read_back_equal_what_went_in, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(bytes_are_the_same_every_time, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(
	                what_the_user_changed_is_not_removed, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(
	                rejects_say_row_reason_and_values, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(
	                what_cannot_be_is_refused_and_leaves_nothing, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(
	                what_stands_is_found_before_it_is_replaced, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(
	                a_full_disk_leaves_the_older_set, set_up, tear_down),
#ifdef AJ_FAULT_INJECTION
	        cmocka_unit_test_setup_teardown(no_failing_write_leaves_a_file, set_up, tear_down),
#endif
	};
	return cmocka_run_group_tests_name("output", tests, NULL, NULL);
}
