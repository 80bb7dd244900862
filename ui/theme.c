#include "ui/theme.h"

#include "ui/palette.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/ban.h"

static const char *const names[THEME_COUNT] = {
        "dark", "light", "mono", "colorblind", "colorblind-light"};

bool theme_find(const char *name, enum theme_name *out)
{
	for (int i = 0; name && i < THEME_COUNT; i++)
		if (strcmp(name, names[i]) == 0) {
			*out = (enum theme_name)i;
			return true;
		}
	return false;
}

const char *theme_name_of(enum theme_name t)
{
	return names[t];
}

static const struct palette *palette_of(enum theme_name t)
{
	return t == THEME_LIGHT              ? &palette_light
	       : t == THEME_COLORBLIND       ? &palette_colorblind
	       : t == THEME_COLORBLIND_LIGHT ? &palette_colorblind_light
	                                     : &palette_dark;
}

bool look_same(struct look a, struct look b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attr == b.attr;
}

/* With few colours, or none, a background is reverse video: a palette of 8 has no quiet grey. */
static const unsigned char few[BG_COUNT] = {
        [BG_BAR] = LOOK_REVERSE,
        [BG_SELECT] = LOOK_REVERSE,
        [BG_MARK] = LOOK_REVERSE,
        [BG_ERROR] = LOOK_REVERSE | LOOK_UNDERLINE,
        [BG_MATCH] = LOOK_REVERSE | LOOK_BOLD,
        [BG_HEADER] = LOOK_UNDERLINE,
};

/* Reverse video in a colour is a coloured block: such rows keep to one pair of colours. */
static struct look few_look(int colors, struct style st, const struct ink *ink, unsigned attr)
{
	struct look l = {-1, -1, (unsigned char)(attr | few[st.bg])};
	if (l.attr & LOOK_REVERSE) {
		l.attr &= (unsigned char)~LOOK_DIM;
		if (st.bg != BG_NONE)
			return l;
	}
	if (colors > 0 && ink->c16 >= 0 && (ink->c16 < 8 || colors >= 16))
		l.fg = ink->c16;
	return l;
}

static unsigned wanted_attr(struct style st)
{
	return ((st.attr & AT_BOLD) ? LOOK_BOLD : 0u) |
	       ((st.attr & AT_UNDERLINE) ? LOOK_UNDERLINE : 0u) |
	       ((st.attr & AT_REVERSE) ? LOOK_REVERSE : 0u);
}

struct look theme_look(enum theme_name t, int colors, struct style st)
{
	const struct palette *p = palette_of(t);
	const struct ink *ink = &p->fg[st.fg];
	const struct ground *bg = &p->bg[st.bg];
	bool true_color = colors >= COLORS_TRUE;
	unsigned attr = wanted_attr(st) | ink->also;
	if (t == THEME_MONO || colors < 8)
		return few_look(0, st, ink, attr | ink->mono);
	if (colors < 256) /* in a bar of one pair of colours a key is told from a word by weight */
		return few_look(colors, st, ink,
		        attr | ((few[st.bg] & LOOK_REVERSE) ? ink->mono & LOOK_BOLD : 0u));
	struct look l = {true_color ? ink->rgb : ink->c256, true_color ? bg->rgb : bg->c256,
	        (unsigned char)attr};
	bool soft = st.fg == FG_DIM || st.fg == FG_COMMENT; /* too faint on these two */
	if (st.bg != BG_NONE && (l.fg == OWN || bg->one_ink ||
	                                (soft && (st.bg == BG_SELECT || st.bg == BG_HEADER))))
		l.fg = true_color ? bg->ink_rgb : bg->ink_c256;
	return l;
}

/* Numbers of one SGR sequence. */
struct sgr {
	char text[96];
	size_t n;
};

__attribute__((format(printf, 2, 3))) static void add(struct sgr *s, const char *fmt, ...)
{
	char one[24];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(one, sizeof one, fmt, ap);
	va_end(ap);
	if (n < 0 || s->n + (size_t)n + 2 > sizeof s->text)
		return;
	if (s->n)
		s->text[s->n++] = ';';
	memcpy(s->text + s->n, one, (size_t)n + 1);
	s->n += (size_t)n;
}

static void add_color(struct sgr *s, int colors, int c, int base)
{
	if (c < 0)
		add(s, "%d", base + 9);
	else if (colors >= COLORS_TRUE) {
		add(s, "%d;2", base + 8);
		add(s, "%d;%d;%d", c >> 16, c >> 8 & 255, c & 255);
	} else if (colors >= 256)
		add(s, "%d;5;%d", base + 8, c);
	else
		add(s, "%d", c < 8 ? base + c : base + 60 + c - 8);
}

static void add_attr(struct sgr *s, unsigned attr)
{
	static const unsigned char bit[] = {LOOK_BOLD, LOOK_DIM, LOOK_UNDERLINE, LOOK_REVERSE};
	static const unsigned char code[] = {1, 2, 4, 7};
	for (size_t i = 0; i < sizeof bit; i++)
		if (attr & bit[i])
			add(s, "%d", code[i]);
}

/* From a reset on. */
static void fresh(struct sgr *s, int colors, struct look to)
{
	if (look_same(to, LOOK_PLAIN))
		return; /* "CSI m" */
	add(s, "%d", 0);
	add_attr(s, to.attr);
	if (to.fg >= 0)
		add_color(s, colors, to.fg, 30);
	if (to.bg >= 0)
		add_color(s, colors, to.bg, 40);
}

/* Only what differs. Bold and dim have one way off between them. */
static void difference(struct sgr *s, int colors, struct look from, struct look to)
{
	unsigned off = from.attr & ~(unsigned)to.attr, on = to.attr & ~(unsigned)from.attr;
	if (off & (LOOK_BOLD | LOOK_DIM)) {
		add(s, "%d", 22);
		on |= to.attr & (LOOK_BOLD | LOOK_DIM);
	}
	if (off & LOOK_UNDERLINE)
		add(s, "%d", 24);
	if (off & LOOK_REVERSE)
		add(s, "%d", 27);
	add_attr(s, on);
	if (from.fg != to.fg)
		add_color(s, colors, to.fg, 30);
	if (from.bg != to.bg)
		add_color(s, colors, to.bg, 40);
}

void look_change(int colors, struct look from, struct look to, struct buf *out)
{
	struct sgr a = {{0}, 0}, b = {{0}, 0};
	if (look_same(from, to))
		return;
	fresh(&a, colors, to);
	if (colors > 0)
		difference(&b, colors, from, to);
	buf_add_str(out, "\033[");
	buf_add_str(out, colors > 0 && b.n < a.n ? b.text : a.text);
	buf_add_char(out, 'm');
}
