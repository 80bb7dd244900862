/*
 * Foreign bytes in every screen: rows, column names, titles, file names, errors, names of the
 * catalog, history, log. What is painted of them is checked byte by byte, and an emulator's cells
 * stand where ours do.
 */
#include "tests/unit/test.h"

#include "tests/unit/world.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/paint.h"

#include <ctype.h>
#include <jansson.h>
#include <locale.h>
#include <vterm.h>

#include "base/ban.h"

/* Length of a sequence that the painter makes; 0: it is none of them. */
static size_t own_sequence(const char *s)
{
	static const char *const fixed[] = {"\033[?2026h", "\033[?2026l", "\033[?25l", "\033[?25h",
	        "\033[2J", "\033[H", "\033[K", "\033[C", "\033[m", "\r", NULL};
	for (int i = 0; fixed[i]; i++)
		if (strncmp(s, fixed[i], strlen(fixed[i])) == 0)
			return strlen(fixed[i]);
	if (s[0] != '\033' || s[1] != '[')
		return 0;
	size_t n = 2 + strspn(s + 2, "0123456789;:");
	return s[n] == 'H' || s[n] == 'm' || s[n] == 'C' ? n + 1 : 0;
}

/* Characters that no terminal may get: controls, and those that turn or hide other text. */
static bool forbidden(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x61c || cp == 0x200e ||
	       cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) ||
	       cp == 0xfeff || (cp >= 0xfff9 && cp <= 0xfffb) || cp == 0x200b || cp == 0xad ||
	       (cp >= 0xe0000 && cp <= 0xe007f);
}

/* The first byte that should not be there, or NULL. */
static const char *first_bad(const struct buf *b)
{
	const char *s = buf_str(b), *end = s + b->len;
	while (s < end) {
		size_t n = own_sequence(s);
		if (n == 0) {
			uint32_t cp;
			bool ok;
			n = utf8_decode(slice_of(s, (size_t)(end - s)), &cp, &ok);
			if (!ok || forbidden(cp))
				return s;
		}
		s += n;
	}
	return NULL;
}

struct viewer {
	VTerm *vt;
	VTermScreen *screen;
	struct grid shown;
	bool have;
	int effects; /* bell, title, replies ... */
};

static void on_reply(const char *s, size_t n, void *user)
{
	(void)s;
	(void)n;
	((struct viewer *)user)->effects++;
}

static int on_bell(void *user)
{
	((struct viewer *)user)->effects++;
	return 1;
}

static int on_property(VTermProp prop, VTermValue *v, void *user)
{
	(void)v;
	if (prop != VTERM_PROP_CURSORVISIBLE && prop != VTERM_PROP_CURSORBLINK)
		((struct viewer *)user)->effects++;
	return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property, .bell = on_bell};

static void viewer_init(struct viewer *k, int w, int h)
{
	memset(k, 0, sizeof *k);
	k->vt = vterm_new(h, w);
	vterm_set_utf8(k->vt, 1);
	k->screen = vterm_obtain_screen(k->vt);
	vterm_screen_reset(k->screen, 1);
	vterm_output_set_callback(k->vt, on_reply, k);
	vterm_screen_set_callbacks(k->screen, &callbacks, k);
	grid_init(&k->shown, w, h);
}

static void viewer_release(struct viewer *k)
{
	vterm_free(k->vt);
	grid_release(&k->shown);
}

/* ASCII, blanks and lines of boxes stand in the emulator where they do in the grid: nothing has
 * moved them, nothing has run over them. */
static bool stands(const struct viewer *k, const struct grid *g, int *bad_x, int *bad_y)
{
	for (int y = 0; y < g->h; y++)
		for (int x = 0; x < g->w; x++) {
			const struct gcell *cell = grid_at(g, x, y);
			uint32_t want = 0;
			VTermScreenCell c;
			size_t used = utf8_decode(slice_str(cell->text), &want, NULL);
			if (cell->width != 1 || cell->text[used] != '\0' ||
			        !(want < 0x80 || (want >= 0x2500 && want < 0x2580)))
				continue;
			vterm_screen_get_cell(k->screen, (VTermPos){y, x}, &c);
			if (c.chars[0] != want && !(want == ' ' && c.chars[0] == 0)) {
				*bad_x = x;
				*bad_y = y;
				return false;
			}
		}
	return true;
}

static int complain(const char *what, const char *name, struct world *w, const char *more)
{
	print_message("# %s: %s on %s: %s\n", name, what, screen_name(w->m.screen), more);
	return 1;
}

/* What is on the model's screen now, painted over what was there before. Returns the faults. */
static int paint(struct world *w, struct viewer *k, const char *name, int colors)
{
	struct paint_options o = {.theme = THEME_DARK, .colors = colors, .sync = true};
	struct buf b;
	char more[200];
	int faults = 0, x, y;
	world_draw(w, k->shown.w, k->shown.h);
	buf_init(&b, BUF_NO_LIMIT);
	paint_diff(&b, k->have ? &k->shown : NULL, &w->drawn, &o);
	const char *bad = first_bad(&b);
	if (bad) {
		snprintf(more, sizeof more, "byte %02x%02x%02x%02x", (unsigned char)bad[0],
		        (unsigned char)bad[1], (unsigned char)bad[2], (unsigned char)bad[3]);
		faults += complain("painted raw", name, w, more);
	}
	vterm_input_write(k->vt, buf_str(&b), b.len);
	vterm_screen_flush_damage(k->screen);
	if (k->effects) {
		faults += complain("more than a picture", name, w, "");
		k->effects = 0;
	}
	if (!stands(k, &w->drawn, &x, &y)) {
		snprintf(more, sizeof more, "column %d, row %d", x, y);
		faults += complain("a cell is not in its place", name, w, more);
	}
	grid_copy(&k->shown, &w->drawn);
	k->have = true;
	buf_release(&b);
	return faults;
}

static int all_screens(struct world *w, const char *name, int width, int height)
{
	struct viewer k;
	int faults = 0;
	viewer_init(&k, width, height);
	w->m.w = width;
	w->m.h = height;
	for (int s = 0; s < SCREEN_COUNT; s++) {
		model_go(&w->m, (enum screen_id)s);
		world_settle(w);
		faults += paint(w, &k, name, s % 2 ? 256 : 0);
	}
	model_toast(&w->m, FG_BAD, "%s", w->text);
	faults += paint(w, &k, name, 256);
	model_ask_yes(&w->m, ACT_QUIT, "%s", w->text);
	faults += paint(w, &k, name, 256);
	w->m.question[0] = '\0';
	model_ask_text(&w->m, ACT_SAVE, w->text, w->text);
	faults += paint(w, &k, name, 256);
	model_key(&w->m, &(struct key){.code = K_ESC});
	viewer_release(&k);
	return faults;
}

/* Actions that leave the screen, or want something of the outside. */
static bool shows_more(const struct action_info *a)
{
	static const enum action not [] = {ACT_QUIT, ACT_SUSPEND, ACT_REDRAW, ACT_COMMAND, ACT_RUN,
	        ACT_EXTERNAL, ACT_BACK, ACT_CANCEL};
	for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
		if (a->id == not [i])
			return false;
	return *a->keys != '\0';
}

/* Every action of every screen that has a key there, one after the other. */
static int all_actions(struct world *w, const char *name)
{
	struct viewer k;
	int faults = 0;
	viewer_init(&k, 120, 40);
	w->m.w = 120;
	w->m.h = 40;
	for (const struct action_info *a = keys_table(); a->id != ACT_NONE; a++)
		for (int s = 0; s < SCREEN_COUNT; s++) {
			if (!(a->screens & 1u << s) || !shows_more(a))
				continue;
			model_go(&w->m, (enum screen_id)s);
			world_settle(w);
			model_act(&w->m, a->id, 0);
			w->m.wants.submit = SUBMIT_NONE;
			world_settle(w);
			faults += paint(w, &k, a->name, 256);
			model_key(&w->m, &(struct key){.code = K_ESC});
			w->m.question[0] = '\0';
		}
	if (faults)
		print_message("# with %s\n", name);
	viewer_release(&k);
	return faults;
}

static size_t unhex(const char *hex, char *out)
{
	size_t n = 0;
	for (; isxdigit((unsigned char)hex[0]) && isxdigit((unsigned char)hex[1]); hex += 2) {
		char pair[3] = {hex[0], hex[1], '\0'};
		out[n++] = (char)strtoul(pair, NULL, 16);
	}
	return n;
}

/* Calls fn with each vector; the number of vectors, -1 when they are absent. */
static int each_vector(int (*fn)(const char *name, struct slice text), int *faults)
{
	char path[1024];
	struct buf b;
	struct err err = ERR_INIT;
	int n = 0;
	if (!test_shared("vectors/terminal/untrusted-text.jsonl", path, sizeof path))
		return -1;
	buf_init(&b, 1u << 26);
	assert_int_equal(file_read(path, &b, &err), 0);
	for (char *line = b.ptr, *nl; line && *line; line = nl) {
		nl = line + strcspn(line, "\n");
		if (*nl)
			*nl++ = '\0';
		json_t *o = json_loads(line, 0, NULL);
		const char *hex = json_string_value(json_object_get(o, "hex"));
		if (hex) {
			char *text = mem_alloc(strlen(hex) / 2 + 1);
			size_t len = unhex(hex, text);
			n++;
			*faults += fn(
			        json_string_value(json_object_get(o, "name")), slice_of(text, len));
			mem_free(text);
		}
		json_decref(o);
	}
	buf_release(&b);
	return n;
}

static int show_vector(const char *name, struct slice text)
{
	struct world w;
	world_init(&w, text);
	int faults = all_screens(&w, name, 120, 40) + all_screens(&w, name, 80, 24);
	world_release(&w);
	return faults;
}

static void every_vector_in_every_screen(void **state)
{
	int faults = 0, n = each_vector(show_vector, &faults);
	(void)state;
	if (n < 0)
		skip();
	assert_int_equal(faults, 0);
	assert_true(n > 100);
}

static int act_on_vector(const char *name, struct slice text)
{
	static const char *const chosen[] = {"c0-1b", "esc-c", "csi-clear", "uni-rlo", "uni-wide",
	        "uni-zalgo", "bad-overlong-2f", "osc-title", "uni-long", "lf-many"};
	bool take = false;
	for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
		take |= strncmp(name, chosen[i], strlen(chosen[i])) == 0;
	if (!take)
		return 0;
	struct world w;
	world_init(&w, text);
	int faults = all_actions(&w, name);
	world_release(&w);
	return faults;
}

static void every_action_on_hostile_rows(void **state)
{
	int faults = 0, n = each_vector(act_on_vector, &faults);
	(void)state;
	if (n < 0)
		skip();
	assert_int_equal(faults, 0);
}

/* The same without shared vectors, so that something is always checked. */
static void a_few_of_our_own(void **state)
{
	static const char *const few[] = {"\033[2J\033[31m\a",
	        "\302\233"
	        "31m",
	        "\342\200\256abc", "a\rb\nc\td",
	        "\360\237\221\251\342\200\215\360\237\222\273 \344\275\240\345\245\275",
	        "e\314\201\314\201\314\201", "\377\376", NULL};
	int faults = 0;
	(void)state;
	for (int i = 0; few[i]; i++)
		faults += show_vector("own", slice_str(few[i]));
	assert_int_equal(faults, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_few_of_our_own),
	        cmocka_unit_test(every_vector_in_every_screen),
	        cmocka_unit_test(every_action_on_hostile_rows),
	};
	setenv("INPUTRC", "/dev/null", 1);
	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("untrusted", tests, NULL, NULL);
}
