#include "tests/unit/test.h"

#include "ui/input.h"
#include "ui/keymap.h"
#include "ui/ui.h"

#include "base/ban.h"

static struct key only_key(const char *bytes, size_t n, bool idle)
{
	struct input in;
	struct key k = {0}, more;
	input_init(&in);
	input_feed(&in, slice_of(bytes, n));
	if (!input_next(&in, idle, &k))
		k.code = K_NONE;
	assert_false(input_next(&in, idle, &more));
	input_release(&in);
	return k;
}

static void reads_keys(void **state)
{
	static const struct {
		const char *bytes, *name;
	} t[] = {
	        {"a", "a"},
	        {"G", "G"},
	        {" ", "Space"},
	        {"\r", "Enter"},
	        {"\t", "Tab"},
	        {"\x7f", "Backspace"},
	        {"\x12", "C-r"},
	        {"\x1f", "C-_"},
	        {"\x03", "C-c"},
	        {"漢", "漢"},
	        {"\033[A", "Up"},
	        {"\033OA", "Up"},
	        {"\033[1;2A", "S-Up"},
	        {"\033[1;5D", "C-Left"},
	        {"\033[Z", "S-Tab"},
	        {"\033[H", "Home"},
	        {"\033[1~", "Home"},
	        {"\033[7~", "Home"},
	        {"\033[4~", "End"},
	        {"\033OF", "End"},
	        {"\033[5~", "PageUp"},
	        {"\033[6~", "PageDown"},
	        {"\033[3~", "Delete"},
	        {"\033OP", "F1"},
	        {"\033[11~", "F1"},
	        {"\033[[A", "F1"},
	        {"\033[15~", "F5"},
	        {"\033[24~", "F12"},
	        {"\033x", "M-x"},
	        {"\033[114;5u", "C-r"},
	        {"\033[27;5u", "C-Esc"},
	        {"\033[1;3C", "M-Right"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct key want, got = only_key(t[i].bytes, strlen(t[i].bytes), false);
		assert_true(key_parse(t[i].name, &want));
		if (!key_same(&got, &want))
			fail_msg("%s: code %d mods %u ch %u", t[i].name, got.code, got.mods,
			        (unsigned)got.ch);
	}
}

/* Every way of cutting the bytes gives the same keys. */
static void bytes_may_be_cut_anywhere(void **state)
{
	static const char all[] =
	        "a\033[1;5D漢\033[<0;10;5M\033[200~p\r\nq\033[31m\033[201~\033OPz";
	(void)state;
	for (size_t cut = 0; cut < sizeof all - 1; cut++) {
		struct input in;
		struct key k;
		int n = 0;
		input_init(&in);
		input_feed(&in, slice_of(all, cut));
		for (int half = 0; half < 2; half++) {
			while (input_next(&in, false, &k)) {
				n++;
				if (n == 5)
					assert_true(slice_eq_str(k.text, "p\nq\033[31m"));
				if (n == 4)
					assert_true(k.code == K_MOUSE_DOWN && k.x == 9 && k.y == 4);
			}
			if (!half)
				input_feed(&in, slice_of(all + cut, sizeof all - 1 - cut));
		}
		assert_int_equal(n, 7);
		input_release(&in);
	}
}

static void a_lone_escape_waits(void **state)
{
	struct input in;
	struct key k;
	(void)state;
	input_init(&in);
	input_feed(&in, slice_str("\033"));
	assert_false(input_next(&in, false, &k));
	assert_true(input_pending(&in));
	assert_true(input_next(&in, true, &k));
	assert_int_equal(k.code, K_ESC);
	input_feed(&in, slice_str("\033\033[A")); /* Esc, then Up */
	assert_true(input_next(&in, false, &k));
	assert_int_equal(k.code, K_ESC);
	assert_true(input_next(&in, false, &k));
	assert_int_equal(k.code, K_UP);
	input_release(&in);
}

/* Replies and unknown sequences are no keys; neither is half of one after a silence. */
static void noise_is_swallowed(void **state)
{
	static const char *const noise[] = {"\033]10;rgb:0000/0000/0000\a", "\033]52;c;xyz\033\\",
	        "\033P1$r0m\033\\", "\033[?2026;2$y", "\033[1I", "\033[2O", "\033[M abc",
	        "\033[99~", "\xff"};
	(void)state;
	for (size_t i = 0; i < sizeof noise / sizeof *noise; i++) {
		struct input in;
		struct key k;
		input_init(&in);
		input_feed(&in, slice_str(noise[i]));
		if (i != 6) /* X10 mouse takes three bytes, the fourth is a key */
			input_feed(&in, slice_str("!"));
		assert_true(input_next(&in, false, &k));
		assert_true(k.code == K_CHAR && (k.ch == '!' || (i == 6 && k.ch == 'c')));
		assert_false(input_next(&in, true, &k));
		input_release(&in);
	}
}

static void the_mouse_drags(void **state)
{
	static const struct {
		const char *bytes;
		enum key_code code;
		unsigned button, mods;
	} t[] = {
	        {"\033[<0;3;4M", K_MOUSE_DOWN, 1, 0},
	        {"\033[<2;3;4M", K_MOUSE_DOWN, 3, 0},
	        {"\033[<32;3;4M", K_MOUSE_DRAG, 1, 0},
	        {"\033[<36;3;4M", K_MOUSE_DRAG, 1, MOD_SHIFT},
	        {"\033[<0;3;4m", K_MOUSE_UP, 1, 0},
	        {"\033[<24;3;4M", K_MOUSE_DOWN, 1, MOD_ALT | MOD_CTRL},
	        {"\033[<64;3;4M", K_WHEEL_UP, 0, 0},
	        {"\033[<65;3;4M", K_WHEEL_DOWN, 0, 0},
	        {"\033[<66;3;4M", K_WHEEL_LEFT, 0, 0},
	        {"\033[<35;3;4M", K_NONE, 0, 0}, /* moved without a button */
	        {"\033[<128;3;4M", K_NONE, 0, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct key k = only_key(t[i].bytes, strlen(t[i].bytes), false);
		assert_int_equal(k.code, t[i].code);
		if (k.code == K_NONE)
			continue;
		assert_true(k.x == 2 && k.y == 3 && k.mods == t[i].mods);
		if (t[i].button)
			assert_int_equal(k.ch, t[i].button);
	}
}

static void the_window_tells_its_focus(void **state)
{
	(void)state;
	assert_int_equal(only_key("\033[I", 3, false).code, K_FOCUS_IN);
	assert_int_equal(only_key("\033[O", 3, false).code, K_FOCUS_OUT);
}

static void the_background_answers(void **state)
{
	static const struct {
		const char *bytes;
		unsigned rgb;
	} t[] = {{"\033]11;rgb:ffff/8080/0000\a", 0xff8000}, {"\033]11;rgb:f/8/0\033\\", 0xff8800},
	        {"\033]11;rgba:28/2c/34/ff\a", 0x282c34}};
	static const char *const bad[] = {"\033]11;rgb:12345/0/0\a", "\033]11;rgb:\a",
	        "\033]11;red\a", "\033]10;rgb:0/0/0\a", "\033]11;rgb:0/0\a"};
	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct key k = only_key(t[i].bytes, strlen(t[i].bytes), false);
		assert_int_equal(k.code, K_BACKGROUND);
		assert_int_equal(k.ch, t[i].rgb);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(only_key(bad[i], strlen(bad[i]), false).code, K_NONE);
}

static enum action find(const struct keymap *m, enum screen_id s, const char *name)
{
	struct key k;
	if (!key_parse(name, &k))
		fail_msg("%s is no key", name);
	return keymap_find(m, s, &k);
}

static void the_table_is_sound(void **state)
{
	struct buf notes;
	(void)state;
	buf_init(&notes, BUF_NO_LIMIT);
	struct keymap *m = keymap_new(NULL, 0, &notes, NULL);
	assert_string_equal(buf_str(&notes), ""); /* no key means two things on a screen */
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++) {
		char word[24];
		assert_true(a->id < ACT_COUNT);
		assert_true(*a->name && *a->help);
		assert_non_null(keys_command(a->name));
		assert_int_equal(keys_command(a->name)->id, a->id);
		for (const char *s = a->keys; *(s += strspn(s, " "));) {
			size_t n = strcspn(s, " ");
			snprintf(word, sizeof word, "%.*s", (int)n, s);
			s += n;
			for (int screen = 0; screen < SCREEN_COUNT; screen++)
				if ((a->screens & 1u << screen) &&
				        find(m, (enum screen_id)screen, word) != a->id)
					fail_msg("%s on %s: %s is not reached", word,
					        screen_name((enum screen_id)screen), a->name);
		}
	}
	keymap_free(m);
	buf_release(&notes);
}

static void the_editor_takes_letters(void **state)
{
	struct keymap *m = keymap_new(NULL, 0, NULL, NULL);
	(void)state;
	for (uint32_t c = ' '; c < 127; c++) {
		struct key k = {.code = K_CHAR, .ch = c};
		assert_int_equal(keymap_find(m, SCREEN_EDITOR, &k), ACT_NONE);
	}
	keymap_free(m);
}

static void esc_and_help_are_everywhere(void **state)
{
	struct keymap *m = keymap_new(NULL, 0, NULL, NULL);
	(void)state;
	for (int s = 0; s < SCREEN_COUNT; s++) {
		assert_int_equal(find(m, (enum screen_id)s, "Esc"), ACT_BACK);
		if (s != SCREEN_HELP)
			assert_int_equal(find(m, (enum screen_id)s, "F1"), ACT_HELP);
		if (s != SCREEN_EDITOR)
			assert_int_equal(find(m, (enum screen_id)s, "q"), ACT_QUIT);
	}
	keymap_free(m);
}

static const struct action_info *row(const char *name, enum screen_id s)
{
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++)
		if (strcmp(a->name, name) == 0 && (a->screens & 1u << s))
			return a;
	fail_msg("no %s", name);
	return NULL;
}

static void keys_can_be_changed(void **state)
{
	static const struct ui_key change[] = {
	        {"run", "F6 z", "s:1"},
	        {"preview.random", "p M-r", "s:2"},                /* p was "previous" there */
	        {"quit", "", "s:3"}, {"queries.run", "F7", "s:4"}, /* goes before "run" */
	};
	char label[24], all[64];
	struct buf notes;
	(void)state;
	buf_init(&notes, BUF_NO_LIMIT);
	struct keymap *m = keymap_new(change, 4, &notes, NULL);
	assert_non_null(m);
	assert_int_equal(find(m, SCREEN_RUN, "F6"), ACT_RUN);
	assert_int_equal(find(m, SCREEN_RUN, "z"), ACT_RUN);
	assert_int_equal(find(m, SCREEN_RUN, "F5"), ACT_NONE);
	assert_int_equal(find(m, SCREEN_EDITOR, "F6"), ACT_RUN);
	assert_int_equal(find(m, SCREEN_EDITOR, "z"), ACT_NONE); /* text */
	assert_int_equal(find(m, SCREEN_QUERIES, "F7"), ACT_RUN);
	assert_int_equal(find(m, SCREEN_QUERIES, "F6"), ACT_NONE);
	assert_int_equal(find(m, SCREEN_PREVIEW, "p"), ACT_RANDOM);
	assert_int_equal(find(m, SCREEN_PREVIEW, "R"), ACT_NONE);
	assert_int_equal(find(m, SCREEN_RUN, "p"), ACT_GO_PREVIEW);
	assert_int_equal(find(m, SCREEN_RUN, "q"), ACT_NONE);
	assert_string_equal(buf_str(&notes), "p on Preview is random now, not previous\n");
	keymap_label(m, row("random", SCREEN_PREVIEW), SCREEN_PREVIEW, label);
	assert_string_equal(label, "p");
	keymap_label(m, row("quit", SCREEN_RUN), SCREEN_RUN, label);
	assert_string_equal(label, "");
	keymap_labels(m, row("random", SCREEN_PREVIEW), SCREEN_PREVIEW, all, sizeof all);
	assert_string_equal(all, "p  Alt-r");
	keymap_labels(m, row("previous", SCREEN_PREVIEW), SCREEN_PREVIEW, all, sizeof all);
	assert_null(strchr(all, 'p'));
	keymap_free(m);
	buf_release(&notes);
}

static void wrong_changes_are_refused(void **state)
{
	static const struct {
		struct ui_key change;
		const char *says;
	} t[] = {
	        {{"rnu", "F5", "s.yaml:4"},
	                "s.yaml:4: keys.rnu names no action; did you mean run?"},
	        {{"previw.next", "n", "s:1"}, "did you mean preview?"},
	        {{"queries.random", "n", "s:1"}, "the screen Queries has no action random"},
	        {{"run", "F5 F55", "s:1"}, "'F55' is no key"},
	        {{"run", "Q-x", "s:1"}, "'Q-x' is no key"},
	        {{"", "n", "s:1"}, "names no action"},
	        {{".", "n", "s:1"}, "names no screen"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct err err = ERR_INIT;
		assert_int_equal(ui_check_keys(&t[i].change, 1, &err), -1);
		assert_int_equal(err.code, ERR_CONFIG);
		if (!strstr(err.text, t[i].says))
			fail_msg("%s", err.text);
	}
	assert_int_equal(ui_check_keys(NULL, 0, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(reads_keys),
	        cmocka_unit_test(bytes_may_be_cut_anywhere),
	        cmocka_unit_test(a_lone_escape_waits),
	        cmocka_unit_test(noise_is_swallowed),
	        cmocka_unit_test(the_mouse_drags),
	        cmocka_unit_test(the_window_tells_its_focus),
	        cmocka_unit_test(the_background_answers),
	        cmocka_unit_test(the_table_is_sound),
	        cmocka_unit_test(the_editor_takes_letters),
	        cmocka_unit_test(esc_and_help_are_everywhere),
	        cmocka_unit_test(keys_can_be_changed),
	        cmocka_unit_test(wrong_changes_are_refused),
	};
	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
