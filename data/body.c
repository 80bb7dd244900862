#include "data/body.h"

#include "data/decorate.h"

#include "base/ban.h"

#define PICK(r, list) ((list)[rng_below((r), sizeof(list) / sizeof *(list))])

/*
 * 100 * 2^(1.5 z), z normal from the sum of 12 uniform numbers, in 1/1000: half of all are below
 * 100 characters, 6 in 100 above 500, 2 in 1000 above 2500.
 */
static size_t wanted_length(struct rng *r)
{
	int64_t sum = 0, e;
	uint64_t n = 100;
	int i;

	for (i = 0; i < 12; i++)
		sum += rng_below(r, 1000);
	e = (sum - 5994) * 3 / 2;
	for (; e >= 1000; e -= 1000)
		n *= 2;
	for (; e < 0; e += 1000)
		n = (n + 1) / 2;
	n += n * (uint64_t)e / 1000;
	return n < 9000 ? (size_t)n : 9000;
}

static void add_gap(struct rng *r, struct buf *out, bool block)
{
	if (!out->len || out->ptr[out->len - 1] == '\n')
		return;
	if (block || (out->len > 150 && rng_chance(r, 170)))
		buf_add_str(out, "\n\n");
	else if (rng_chance(r, 25))
		buf_add_str(out, rng_chance(r, 500) ? "\n" : "  \n");
	else
		buf_add_str(out, rng_chance(r, 60) ? "  " : " ");
}

/* One kind of decoration, by how often it is seen; false when the dice say none. */
static bool add_decoration(const struct voice *v, struct buf *out)
{
	static const struct {
		uint32_t per_thousand;
		bool block, technical;
		void (*add)(const struct voice *v, struct buf *out);
	} kinds[] = {
	        {120, false, false, decorate_link},
	        {65, false, false, decorate_mention},
	        {8, false, false, decorate_contact},
	        {45, true, false, decorate_list},
	        {60, true, true, decorate_code},
	        {6, true, false, decorate_table},
	        {85, false, false, decorate_markup},
	};
	bool technical = v->topic <= TOPIC_CODING && v->topic != TOPIC_FUTURE;
	uint32_t at = rng_below(v->rng, 1000);
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (at >= kinds[i].per_thousand) {
			at -= kinds[i].per_thousand;
			continue;
		}
		if (kinds[i].technical && !technical)
			return false;
		add_gap(v->rng, out, kinds[i].block);
		kinds[i].add(v, out);
		if (kinds[i].block)
			buf_add_str(out, "\n\n");
		return true;
	}
	return false;
}

static void add_sentences(const struct voice *v, struct buf *out, size_t length)
{
	const char *symbol = rng_chance(v->rng, 30) ? "foreign" : "s";
	size_t decorated = 0;

	while (out->len < length) {
		/* A decoration for about every 250 characters, if the dice agree. */
		if (out->len >= decorated * 250 && (decorated++, add_decoration(v, out)))
			continue;
		add_gap(v->rng, out, false);
		grammar_add(v, rng_chance(v->rng, 20) ? "s" : symbol, out);
	}
}

/* Bytes that a cleaner, a terminal or a line reader may stumble over. */
static void add_oddity(struct rng *r, struct buf *out)
{
	static const char *const odd[] = {"\tafter a tab", "\xc2\xa0", "\xe2\x80\x8b",
	        "\xef\xbb\xbf", "\xc2\xad", "\xe2\x80\xa8", "\b", "\x0b", "\x0c",
	        "\x1b[31mred\x1b[0m", "\xc2\x85",
	        "\xe2\x80\xae"
	        "abc\xe2\x80\xac",
	        "\x7f",
	        "Z\xcc\xb5\xcc\xa1\xcd\x8c"
	        "a\xcc\xb8\xcd\x9d",
	        "   ", "\n\n\n\n", " \n", "\t"};

	buf_add_str(out, PICK(r, odd));
}

static void lower(struct buf *b)
{
	size_t i;

	for (i = 0; i < b->len; i++)
		if (b->ptr[i] >= 'A' && b->ptr[i] <= 'Z')
			b->ptr[i] = (char)(b->ptr[i] - 'A' + 'a');
}

static void add_endings(const struct voice *v, struct buf *out)
{
	if (rng_chance(v->rng, 50))
		buf_add_str(out, " "), grammar_add(v, "emoji", out);
	if (rng_chance(v->rng, out->len > 200 ? 110 : 25))
		buf_add_str(out, "\n\n"), grammar_add(v, "bye", out);
	if (rng_chance(v->rng, out->len > 200 ? 120 : 12))
		buf_add_str(out, "\n\n"), grammar_add(v, "edit", out);
	if (rng_chance(v->rng, 15))
		add_oddity(v->rng, out);
}

static void to_crlf(struct buf *b)
{
	struct buf copy;
	size_t i;

	buf_init(&copy, BUF_NO_LIMIT);
	for (i = 0; i < b->len; i++) {
		if (b->ptr[i] == '\n')
			buf_add_char(&copy, '\r');
		buf_add_char(&copy, b->ptr[i]);
	}
	buf_release(b);
	*b = copy;
}

void body_make(const struct voice *v, const char *quoted, struct buf *out)
{
	size_t length = wanted_length(v->rng);

	if (rng_chance(v->rng, 1)) {
		buf_add_str(out, rng_chance(v->rng, 500) ? "   " : "\n");
		return;
	}
	if (length > 50 && rng_chance(v->rng, 35))
		decorate_quote(v, quoted, out);
	if (length < 45 && rng_chance(v->rng, 850))
		grammar_add(v, rng_chance(v->rng, 30) ? "foreign" : "short", out);
	else
		add_sentences(v, out, length > 40 ? length - 30 : length);
	add_endings(v, out);
	if (rng_chance(v->rng, 60))
		lower(out);
	if (rng_chance(v->rng, 6))
		to_crlf(out);
}

void body_vary(const struct voice *v, const char *text, struct buf *out)
{
	struct slice s = slice_str(text);

	switch (rng_below(v->rng, 5)) {
	case 0:
		buf_add_slice(out, s);
		lower(out);
		break;
	case 1:
		buf_add_slice(out, s);
		buf_add_str(out, " ");
		grammar_add(v, "short", out);
		break;
	case 2:
		grammar_add(v, "open", out);
		buf_add_str(out, " ");
		buf_add_slice(out, s);
		break;
	case 3:
		buf_add_slice(out, s);
		buf_add_str(out, "!!");
		break;
	default:
		buf_add_slice(out, s);
		buf_add_str(out, "\n\nEdit: typo");
		break;
	}
}

static void encode_once(struct slice text, struct buf *out)
{
	size_t i;

	for (i = 0; i < text.len; i++) {
		switch (text.ptr[i]) {
		case '&': buf_add_str(out, "&amp;"); break;
		case '<': buf_add_str(out, "&lt;"); break;
		case '>': buf_add_str(out, "&gt;"); break;
		default: buf_add_char(out, text.ptr[i]); break;
		}
	}
}

void body_encode(struct rng *r, struct slice text, struct buf *out)
{
	uint32_t dump = rng_below(r, 1000);
	struct buf once;

	if (dump < 120) {
		buf_add_slice(out, text);
		return;
	}
	if (dump >= 130) {
		encode_once(text, out);
		return;
	}
	buf_init(&once, BUF_NO_LIMIT);
	encode_once(text, &once);
	encode_once(buf_slice(&once), out);
	buf_release(&once);
}
