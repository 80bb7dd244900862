/* The same rows through other programs: the independent implementation, the reference program. */
#include "recipe-test.h"

#include "base/file.h"
#include "rows/csv.h"

#include "base/ban.h"

struct twin { /* a CSV for the other program, and our lines for the same rows */
	struct fix f;
	struct buf csv, ours;
};

static void twin_row(
        struct twin *t, struct slice body, const char *board, const char *score, size_t id)
{
	struct cell cells[4] = {{body.ptr ? body.ptr : "", (uint32_t)body.len}, cell_of(board),
	        cell_of(score), {NULL, 0}};
	struct example ex;
	char name[32];

	snprintf(name, sizeof name, "t%zu", id);
	cells[3] = cell_of(name);
	for (int i = 0; i < 4; i++) {
		if (i)
			buf_add_char(&t->csv, ',');
		csv_write_cell(&t->csv, cells[i]);
	}
	buf_add_char(&t->csv, '\n');
	if (pipeline_row(t->f.p, cells, &ex).kind == VERDICT_KEPT) {
		buf_add_slice(&t->ours, ex.line);
		buf_add_char(&t->ours, '\n');
	}
}

static void compare_lines(struct slice ours, struct slice theirs)
{
	struct slice a, b;
	size_t n = 0;

	while (ours.len || theirs.len) {
		json_t *x, *y;

		ours = slice_cut(ours, '\n', &a);
		theirs = slice_cut(theirs, '\n', &b);
		x = json_loadb(a.ptr, a.len, 0, NULL);
		y = json_loadb(b.ptr, b.len, 0, NULL);
		n++;
		if (!x || !y || !json_equal(x, y))
			fail_msg("example %zu differs:\nours   %.*s\ntheirs %.*s", n, (int)a.len,
			        a.ptr, (int)b.len, b.ptr);
		json_decref(x);
		json_decref(y);
	}
	print_message("# %zu examples alike\n", n);
	assert_true(n > 100);
}

/* program csv_option CSV out_option OUT */
static void run_twin(struct twin *t, const char *program, const char *csv_option,
        const char *out_option, const char *dir)
{
	char csv[5000], out[5000];
	struct err err = ERR_INIT;
	struct buf theirs, line;

	snprintf(csv, sizeof csv, "%s/in.csv", dir);
	snprintf(out, sizeof out, "%s/out.jsonl", dir);
	assert_int_equal(file_write(csv, buf_slice(&t->csv), 0600, &err), 0);
	buf_init(&line, BUF_NO_LIMIT);
	buf_printf(&line, "python3 %s %s %s %s %s > /dev/null", program, csv_option, csv,
	        out_option, out);
	assert_int_equal(system(buf_str(&line)), 0);
	buf_init(&theirs, BUF_NO_LIMIT);
	assert_int_equal(file_read(out, &theirs, &err), 0);
	compare_lines(buf_slice(&t->ours), buf_slice(&theirs));
	buf_release(&theirs);
	buf_release(&line);
	unlink(csv);
	unlink(out);
}

static void twin_rows(struct twin *t, json_t *rows, int n_naughty)
{
	static const char *const boards[] = {
	        "ChatGPT", "datasets", "deeplearning", "Python", "chatgpt", ""};
	static const char *const scores[] = {"0", "1", "49", "50", "7", "-3", "1234"};
	uint32_t seed = 99;
	struct buf text;
	json_t *row;
	size_t i, id = 0;

	buf_add_str(&t->csv, "\"body\",\"subreddit\",\"score\",\"id\"\n");
	json_array_foreach(rows, i, row)
	{
		twin_row(t, body_of(row), boards[id % 6], scores[id % 7], id);
		id++;
	}
	buf_init(&text, BUF_NO_LIMIT);
	for (int k = 0; k < n_naughty; k++) {
		naughty_text(&seed, &text);
		naughty_text(&seed, &text);
		buf_add_str(&text, LONG);
		twin_row(t, buf_slice(&text), boards[id % 6], scores[id % 7], id);
		id++;
	}
	buf_release(&text);
}

static void twins(const char *recipe, const char *program, const char *csv_option,
        const char *out_option, json_t *rows)
{
	char dir[] = "/tmp/aj-twin-XXXXXX";
	struct twin t;

	assert_non_null(mkdtemp(dir));
	fix_shipped(&t.f, recipe, "body subreddit score id");
	buf_init(&t.csv, BUF_NO_LIMIT);
	buf_init(&t.ours, BUF_NO_LIMIT);
	twin_rows(&t, rows, 1500);
	run_twin(&t, program, csv_option, out_option, dir);
	rmdir(dir);
	buf_release(&t.csv);
	buf_release(&t.ours);
	fix_release(&t.f);
}

static bool have_python(void)
{
	if (system("python3 -c 'import csv, json, re' 2>/dev/null") == 0)
		return true;
	print_message("# skipped: no python3\n");
	return false;
}

static void independent_twin(void **state)
{
	json_t *rows;
	char command[8192];

	(void)state;
	if (!have_python())
		skip();
	rows = real_rows();
	if (!rows)
		rows = json_array();
	for (int k = 0; k < 2; k++) {
		snprintf(command, sizeof command, "'%s/tests/e2e/reference_impl.py' %s",
		        test_srcdir(), shipped_names[k]);
		twins(shipped_names[k], command, "", "", rows);
	}
	json_decref(rows);
}

/* The reference program that the shipped recipe `reference` is made to equal. */
static void reference_program(void **state)
{
	char path[4096], command[8192];
	json_t *rows;

	(void)state;
	if (!test_shared("bench/references.py", path, sizeof path) || !have_python())
		skip();
	rows = real_rows();
	if (!rows)
		rows = json_array();
	snprintf(command, sizeof command, "'%s' pystream", path);
	twins("reference", command, "--csv", "--out", rows);
	json_decref(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(independent_twin),
	        cmocka_unit_test(reference_program),
	};

	return cmocka_run_group_tests_name("twin", tests, NULL, NULL);
}
