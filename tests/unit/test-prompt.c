/* The line at the foot: typed, recalled, given up, again and again. */
#include "tests/unit/test.h"

#include "ui/prompt.h"

#include <locale.h>
#include <stdlib.h>

#include "base/ban.h"

static const struct prompt_options command = {.label = ":", .history = true};

static enum prompt_result press(const char *name)
{
	struct key k;
	assert_true(key_parse(name, &k));
	return prompt_key(&k);
}

static void type(const char *text)
{
	for (; *text; text++)
		press((char[]){*text, '\0'});
}

static void an_edited_old_line_may_be_given_up(void **state)
{
	(void)state;
	prompt_init(NULL);
	prompt_open(&command);
	type("first");
	assert_int_equal(press("Enter"), PROMPT_DONE);
	for (int i = 0; i < 3; i++) {
		prompt_open(&command);
		type("new");
		press("Up");
		assert_string_equal(prompt_text(), "first");
		type("more");
		press("C-w");
		assert_int_equal(press("Esc"), PROMPT_CANCELLED);
		prompt_open(&command);
		assert_string_equal(prompt_text(), "");
		press("Up");
		assert_string_equal(prompt_text(), "first");
		press("Down");
		press("C-_");
		assert_int_equal(press("Enter"), PROMPT_DONE);
		assert_string_equal(prompt_text(), "first");
	}
	prompt_end();
}

static void undoing_goes_back_key_by_key(void **state)
{
	(void)state;
	prompt_init(NULL);
	prompt_open(&command);
	type("set x");
	press("C-w");
	assert_string_equal(prompt_text(), "set ");
	press("C-_");
	assert_string_equal(prompt_text(), "set x");
	press("C-_");
	assert_string_equal(prompt_text(), "set ");
	type("y=1");
	press("M-r");
	assert_string_equal(prompt_text(), "");
	press("C-_");
	assert_string_equal(prompt_text(), "");
	prompt_end();
}

static void an_old_line_stays_as_it_was_entered(void **state)
{
	(void)state;
	prompt_init(NULL);
	for (int i = 0; i < 2; i++) {
		prompt_open(&command);
		type(i ? "two" : "one");
		press("Enter");
	}
	prompt_open(&command);
	press("Up");
	type("x");
	press("Up");
	assert_string_equal(prompt_text(), "one");
	press("Down");
	press("x");
	press("Esc");
	prompt_open(&command);
	press("Up");
	assert_string_equal(prompt_text(), "two");
	prompt_end();
}

static void a_count_before_return_ends_the_line(void **state)
{
	(void)state;
	prompt_init(NULL);
	prompt_open(&command);
	type("stats");
	press("M-2");
	assert_int_equal(press("Enter"), PROMPT_DONE);
	assert_string_equal(prompt_text(), "stats");
	prompt_end();
}

static void half_a_command_of_readline_may_be_given_up(void **state)
{
	static const char *const half[] = {"C-v", "C-r", "C-s", "M-3", "C-x", "M--", "C-]", NULL};
	(void)state;
	prompt_init(NULL);
	for (int i = 0; half[i]; i++) {
		prompt_open(&command);
		type("ab");
		press(half[i]);
		assert_int_equal(press("Esc"), PROMPT_CANCELLED);
		prompt_open(&command);
		assert_string_equal(prompt_text(), "");
		type("x");
		assert_string_equal(prompt_text(), "x");
		prompt_close();
	}
	prompt_end();
}

static void any_keys_in_any_order(void **state)
{
	static const char *const keys[] = {"a", "b", "Space", "Up", "Up", "Down", "Left", "Right",
	        "Home", "End", "Backspace", "Delete", "Enter", "Esc", "C-_", "C-w", "C-u", "C-k",
	        "C-y", "C-a", "C-r", "C-t", "M-b", "M-d", "M-u", "M-.", "M-2", "M-<", "M->", "C-v",
	        "M-r", "C-n", "C-p", "C-o", "M-_", "M-y", "C-x"};
	unsigned seed = 20261125;
	(void)state;
	prompt_init(NULL);
	for (int i = 0; i < 60000; i++) {
		if (!prompt_is_open())
			prompt_open(&command);
		seed = seed * 1664525u + 1013904223u;
		press(keys[(seed >> 16) % (sizeof keys / sizeof *keys)]);
	}
	prompt_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_edited_old_line_may_be_given_up),
	        cmocka_unit_test(undoing_goes_back_key_by_key),
	        cmocka_unit_test(an_old_line_stays_as_it_was_entered),
	        cmocka_unit_test(a_count_before_return_ends_the_line),
	        cmocka_unit_test(half_a_command_of_readline_may_be_given_up),
	        cmocka_unit_test(any_keys_in_any_order),
	};
	setenv("INPUTRC", "/dev/null", 1);
	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("prompt", tests, NULL, NULL);
}
