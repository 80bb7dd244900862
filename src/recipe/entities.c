/*
 * HTML entities: the 252 names of HTML 4.01 (section 24) and &apos;, and numeric references with
 * the Windows-1252 reading of 128..159 that browsers use (HTML standard, 13.2.5.80).
 */
#include "recipe/clean.h"

#include "base/utf8.h"

#include <stdlib.h>

#include "base/ban.h"

struct entity {
	char name[9];
	uint16_t cp;
};

/* Sorted by name (bytes). */
static const struct entity entities[] = {
        {"AElig", 198},
        {"Aacute", 193},
        {"Acirc", 194},
        {"Agrave", 192},
        {"Alpha", 913},
        {"Aring", 197},
        {"Atilde", 195},
        {"Auml", 196},
        {"Beta", 914},
        {"Ccedil", 199},
        {"Chi", 935},
        {"Dagger", 8225},
        {"Delta", 916},
        {"ETH", 208},
        {"Eacute", 201},
        {"Ecirc", 202},
        {"Egrave", 200},
        {"Epsilon", 917},
        {"Eta", 919},
        {"Euml", 203},
        {"Gamma", 915},
        {"Iacute", 205},
        {"Icirc", 206},
        {"Igrave", 204},
        {"Iota", 921},
        {"Iuml", 207},
        {"Kappa", 922},
        {"Lambda", 923},
        {"Mu", 924},
        {"Ntilde", 209},
        {"Nu", 925},
        {"OElig", 338},
        {"Oacute", 211},
        {"Ocirc", 212},
        {"Ograve", 210},
        {"Omega", 937},
        {"Omicron", 927},
        {"Oslash", 216},
        {"Otilde", 213},
        {"Ouml", 214},
        {"Phi", 934},
        {"Pi", 928},
        {"Prime", 8243},
        {"Psi", 936},
        {"Rho", 929},
        {"Scaron", 352},
        {"Sigma", 931},
        {"THORN", 222},
        {"Tau", 932},
        {"Theta", 920},
        {"Uacute", 218},
        {"Ucirc", 219},
        {"Ugrave", 217},
        {"Upsilon", 933},
        {"Uuml", 220},
        {"Xi", 926},
        {"Yacute", 221},
        {"Yuml", 376},
        {"Zeta", 918},
        {"aacute", 225},
        {"acirc", 226},
        {"acute", 180},
        {"aelig", 230},
        {"agrave", 224},
        {"alefsym", 8501},
        {"alpha", 945},
        {"amp", 38},
        {"and", 8743},
        {"ang", 8736},
        {"apos", 39},
        {"aring", 229},
        {"asymp", 8776},
        {"atilde", 227},
        {"auml", 228},
        {"bdquo", 8222},
        {"beta", 946},
        {"brvbar", 166},
        {"bull", 8226},
        {"cap", 8745},
        {"ccedil", 231},
        {"cedil", 184},
        {"cent", 162},
        {"chi", 967},
        {"circ", 710},
        {"clubs", 9827},
        {"cong", 8773},
        {"copy", 169},
        {"crarr", 8629},
        {"cup", 8746},
        {"curren", 164},
        {"dArr", 8659},
        {"dagger", 8224},
        {"darr", 8595},
        {"deg", 176},
        {"delta", 948},
        {"diams", 9830},
        {"divide", 247},
        {"eacute", 233},
        {"ecirc", 234},
        {"egrave", 232},
        {"empty", 8709},
        {"emsp", 8195},
        {"ensp", 8194},
        {"epsilon", 949},
        {"equiv", 8801},
        {"eta", 951},
        {"eth", 240},
        {"euml", 235},
        {"euro", 8364},
        {"exist", 8707},
        {"fnof", 402},
        {"forall", 8704},
        {"frac12", 189},
        {"frac14", 188},
        {"frac34", 190},
        {"frasl", 8260},
        {"gamma", 947},
        {"ge", 8805},
        {"gt", 62},
        {"hArr", 8660},
        {"harr", 8596},
        {"hearts", 9829},
        {"hellip", 8230},
        {"iacute", 237},
        {"icirc", 238},
        {"iexcl", 161},
        {"igrave", 236},
        {"image", 8465},
        {"infin", 8734},
        {"int", 8747},
        {"iota", 953},
        {"iquest", 191},
        {"isin", 8712},
        {"iuml", 239},
        {"kappa", 954},
        {"lArr", 8656},
        {"lambda", 955},
        {"lang", 9001},
        {"laquo", 171},
        {"larr", 8592},
        {"lceil", 8968},
        {"ldquo", 8220},
        {"le", 8804},
        {"lfloor", 8970},
        {"lowast", 8727},
        {"loz", 9674},
        {"lrm", 8206},
        {"lsaquo", 8249},
        {"lsquo", 8216},
        {"lt", 60},
        {"macr", 175},
        {"mdash", 8212},
        {"micro", 181},
        {"middot", 183},
        {"minus", 8722},
        {"mu", 956},
        {"nabla", 8711},
        {"nbsp", 160},
        {"ndash", 8211},
        {"ne", 8800},
        {"ni", 8715},
        {"not", 172},
        {"notin", 8713},
        {"nsub", 8836},
        {"ntilde", 241},
        {"nu", 957},
        {"oacute", 243},
        {"ocirc", 244},
        {"oelig", 339},
        {"ograve", 242},
        {"oline", 8254},
        {"omega", 969},
        {"omicron", 959},
        {"oplus", 8853},
        {"or", 8744},
        {"ordf", 170},
        {"ordm", 186},
        {"oslash", 248},
        {"otilde", 245},
        {"otimes", 8855},
        {"ouml", 246},
        {"para", 182},
        {"part", 8706},
        {"permil", 8240},
        {"perp", 8869},
        {"phi", 966},
        {"pi", 960},
        {"piv", 982},
        {"plusmn", 177},
        {"pound", 163},
        {"prime", 8242},
        {"prod", 8719},
        {"prop", 8733},
        {"psi", 968},
        {"quot", 34},
        {"rArr", 8658},
        {"radic", 8730},
        {"rang", 9002},
        {"raquo", 187},
        {"rarr", 8594},
        {"rceil", 8969},
        {"rdquo", 8221},
        {"real", 8476},
        {"reg", 174},
        {"rfloor", 8971},
        {"rho", 961},
        {"rlm", 8207},
        {"rsaquo", 8250},
        {"rsquo", 8217},
        {"sbquo", 8218},
        {"scaron", 353},
        {"sdot", 8901},
        {"sect", 167},
        {"shy", 173},
        {"sigma", 963},
        {"sigmaf", 962},
        {"sim", 8764},
        {"spades", 9824},
        {"sub", 8834},
        {"sube", 8838},
        {"sum", 8721},
        {"sup", 8835},
        {"sup1", 185},
        {"sup2", 178},
        {"sup3", 179},
        {"supe", 8839},
        {"szlig", 223},
        {"tau", 964},
        {"there4", 8756},
        {"theta", 952},
        {"thetasym", 977},
        {"thinsp", 8201},
        {"thorn", 254},
        {"tilde", 732},
        {"times", 215},
        {"trade", 8482},
        {"uArr", 8657},
        {"uacute", 250},
        {"uarr", 8593},
        {"ucirc", 251},
        {"ugrave", 249},
        {"uml", 168},
        {"upsih", 978},
        {"upsilon", 965},
        {"uuml", 252},
        {"weierp", 8472},
        {"xi", 958},
        {"yacute", 253},
        {"yen", 165},
        {"yuml", 255},
        {"zeta", 950},
        {"zwj", 8205},
        {"zwnj", 8204},
};

static const uint16_t windows_1252[32] = {0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D,
        0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178};

static int by_name(const void *key, const void *item)
{
	const struct slice *k = key;
	const char *name = ((const struct entity *)item)->name;
	int c = strncmp(k->ptr, name, k->len);

	return c ? c : -(name[k->len] != '\0');
}

uint32_t entity_named(struct slice name)
{
	const struct entity *e;

	if (name.len == 0 || name.len > 8)
		return 0;
	e = bsearch(&name, entities, sizeof entities / sizeof *entities, sizeof *entities, by_name);
	return e ? e->cp : 0;
}

/* Controls, surrogates and noncharacters stay as they were written. */
static uint32_t allowed(uint32_t cp)
{
	if (cp >= 0x80 && cp < 0xA0)
		return windows_1252[cp - 0x80];
	if (cp < 0x20)
		return cp == '\t' || cp == '\n' || cp == '\r' ? cp : 0;
	if (cp == 0x7F || (cp >= 0xD800 && cp < 0xE000) || cp > 0x10FFFF)
		return 0;
	if ((cp >= 0xFDD0 && cp <= 0xFDEF) || (cp & 0xFFFE) == 0xFFFE)
		return 0;
	return cp;
}

static int digit_of(char c, unsigned base)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return base == 16 && c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "38" or "x26": what stands between "&#" and ";". */
static uint32_t numeric(struct slice s)
{
	unsigned base = 10;
	uint32_t cp = 0;

	if (s.len && (s.ptr[0] | 0x20) == 'x') {
		base = 16;
		s = slice_of(s.ptr + 1, s.len - 1);
	}
	if (s.len == 0 || s.len > 8)
		return 0;
	for (size_t i = 0; i < s.len; i++) {
		int d = digit_of(s.ptr[i], base);

		if (d < 0)
			return 0;
		cp = cp * base + (uint32_t)d;
	}
	return allowed(cp);
}

#define LONGEST 12 /* "&#x0010FFFF;" and "&thetasym;" */

/* The tail of out is "&...;": what it stands for, 0 when it is no entity. *at: where it begins. */
static uint32_t entity_at_end(const struct buf *out, size_t *at)
{
	size_t end = out->len - 1, low = out->len > LONGEST ? out->len - LONGEST : 0;

	for (size_t i = end; i > low; i--) {
		char c = out->ptr[i - 1];

		if (c == '&') {
			*at = i - 1;
			if (i < end && out->ptr[i] == '#')
				return numeric(slice_of(out->ptr + i + 1, end - i - 1));
			return entity_named(slice_of(out->ptr + i, end - i));
		}
		if (c == ';' || (unsigned char)c >= 0x80)
			return 0;
	}
	return 0;
}

/* out[at..] gives way to cp; changes inside it become one. */
static void reduce(struct rewrite *w, size_t at, uint32_t cp)
{
	struct changes *t = w->traced;
	size_t start, n;
	char utf8[4];

	if (t) {
		size_t end = w->copied;

		while (t->n && t->v[t->n - 1].out_start > at)
			t->n--;
		if (t->n && t->v[t->n - 1].out_end > at)
			start = t->v[--t->n].start;
		else if (t->n)
			start = t->v[t->n - 1].end + (at - t->v[t->n - 1].out_end);
		else
			start = at;
		n = utf8_encode(cp, utf8);
		changes_add(t, (struct change){start, end, at, at + n});
	}
	w->out->len = at;
	buf_add(w->out, utf8, utf8_encode(cp, utf8));
	w->changed = true;
}

/*
 * Decodes until nothing is left to decode ("&amp;amp;gt;" is ">"), in one pass: whenever a ';' ends
 * the output, its tail may be an entity; a decoded ';' may end another one.
 */
void clean_entities(struct rewrite *w)
{
	size_t i = 0, at = 0;

	if (!w->in.len || !memchr(w->in.ptr, '&', w->in.len))
		return;
	while (i < w->in.len) {
		const char *semi = memchr(w->in.ptr + i, ';', w->in.len - i);
		size_t end = semi ? (size_t)(semi - w->in.ptr) + 1 : w->in.len;
		uint32_t cp;

		buf_add(w->out, w->in.ptr + i, end - i);
		w->copied = i = end;
		if (w->out->failed)
			return;
		while (w->out->len && w->out->ptr[w->out->len - 1] == ';' &&
		        (cp = entity_at_end(w->out, &at)) != 0)
			reduce(w, at, cp);
	}
}
