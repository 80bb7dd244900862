#include "ui/plain.h"

#include "base/utf8.h"

#include "base/ban.h"

/* One character for each code point from first on. */
static const struct range {
	uint32_t first;
	const char *ascii;
} ranges[] = {
        {0xa0, " !cL$Y|S\"ca<--R-o+23'uP.,1o>????"},
        {0xd7, "x"},
        {0xf7, "/"},
        {0x2010, "------|='','\"\"\"\"++*>..."},
        {0x2039, "<>"},
        {0x2190, "<^>v-|"},
        {0x21b5, "<"},
        {0x2248, "~"},
        {0x2260, "#="},
        {0x2264, "<>"},
        {0x2500, "--||--||--||"},
        {0x250c, "++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++"},
        {0x254c, "--||=|+++++++++++++++++++++++++++++++/\\X-|-|-|-|-|-|"},
        {0x2580, "^_.-=+*#####=--.|:%#-|"},
        {0x25a0, "#o"},
        {0x25b2, "^^^^>>>>>>vvvv<<<<<<"},
        {0x25c6, "*o**oo"},
        {0x25cf, "*"},
        {0x25e6, "o"},
        {0x2605, "*o"},
        {0x26a0, "!"},
        {0x2713, "++xxxx"},
        {0x276f, ">"},
};

static char ascii_of(const char *text)
{
	uint32_t cp;
	utf8_decode(slice_str(text), &cp, NULL);
	if (cp >= ' ' && cp < 127)
		return (char)cp;
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (cp >= ranges[i].first && cp - ranges[i].first < strlen(ranges[i].ascii))
			return ranges[i].ascii[cp - ranges[i].first];
	return cp >= 0x2801 && cp < 0x2900 ? '*' : '?'; /* Braille: a spinner or a plot */
}

void plain_cell(struct buf *out, const char *text, int width)
{
	buf_add_char(out, ascii_of(text));
	for (int i = 1; i < width; i++)
		buf_add_char(out, ' ');
}
