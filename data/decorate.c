#include "data/decorate.h"

#include "base/ban.h"

#define PICK(r, list) ((list)[rng_below((r), sizeof(list) / sizeof *(list))])

void decorate_user(struct rng *r, struct buf *out)
{
	static const char *const first[] = {"quiet", "amber", "rusty", "hollow", "velvet", "lunar",
	        "crooked", "paper", "salty", "northern", "dusty", "polite", "electric", "sleepy",
	        "mossy", "second", "brave", "Tiny", "Grumpy", "Cosmic", "Plain", "Wandering",
	        "Iron", "Lazy", "Odd"};
	static const char *const second[] = {"otter", "lantern", "teapot", "comet", "badger",
	        "ladder", "pickle", "harbor", "walnut", "sparrow", "gasket", "meadow", "kettle",
	        "zeppelin", "turnip", "Cipher", "Mango", "Puddle", "Violin", "Anchor", "Biscuit",
	        "Glacier", "Hammock", "Quill"};
	static const char *const join[] = {"_", "", "-", "_the_", ""};

	buf_printf(out, "%s%s%s", PICK(r, first), PICK(r, join), PICK(r, second));
	switch (rng_below(r, 4)) {
	case 0: break;
	case 1: buf_printf(out, "_%02u", rng_below(r, 100)); break;
	case 2: buf_printf(out, "%u", rng_range(r, 1, 9999)); break;
	default: buf_printf(out, "-%u", rng_range(r, 1950, 2012)); break;
	}
}

static void add_url(const struct voice *v, struct buf *out)
{
	static const char *const urls[] = {
	        "https://arxiv.org/abs/{#2000-2499}.{#10000-19999}",
	        "https://www.example.com/articles/{#100-99999}",
	        "http://example.org/{board}/{#1-400}.html",
	        "https://github.com/example-user-{#1-90}/project-{#1-90}#readme",
	        "https://en.wikipedia.org/wiki/Example_({board})",
	        "https://en.wikipedia.org/wiki/Attention_(machine_learning)",
	        "https://www.youtube.com/watch?v=dExample{#100-999}&t={#5-900}s",
	        "https://example.com/search?q={#1-99}%20{board}&sort=new&utm_source=share",
	        "www.example.net/page/{#1-60}",
	        "https://i.example.net/{#10000-99999}.jpg",
	        "https://www.reddit.com/r/{board}/comments/{#10000-99999}/example_{#1-99}/",
	        "https://docs.example.org/v{#1-9}.{#0-20}/guide?lang=de#abschnitt-{#1-12}",
	        "ftp://ftp.example.org/pub/{#1-9}/",
	        "https://b\xc3\xbc"
	        "cher.example/stra\xc3\x9f"
	        "e/{#1-200}",
	};

	grammar_fill(v, PICK(v->rng, urls), out);
}

void decorate_link(const struct voice *v, struct buf *out)
{
	static const char *const before[] = {"See ", "Source: ", "I found this: ", "",
	        "Here: ", "There is a good write-up at ",
	        "{^claim}: ", "Relevant: ", "My code is here "};
	static const char *const shown[] = {"this", "here", "{thing}", "the docs",
	        "this post \\(old\\)", "{name}", "[1]", "**{name}**"};
	static const char *const after[] = {"", "", ".", " (skip to the end)", ", {tail}.", " ."};
	uint32_t form = rng_below(v->rng, 10);

	grammar_fill(v, PICK(v->rng, before), out);
	if (form < 5) {
		buf_add_char(out, '[');
		grammar_fill(v, PICK(v->rng, shown), out);
		buf_add_str(out, "](");
		add_url(v, out);
		buf_add_str(out, form == 0 ? " \"a title\")" : ")");
	} else if (form == 5) {
		buf_add_str(out, "(");
		add_url(v, out);
		buf_add_str(out, ")");
	} else if (form == 6) {
		buf_add_str(out, "<");
		add_url(v, out);
		buf_add_str(out, ">");
	} else {
		add_url(v, out);
	}
	grammar_fill(v, PICK(v->rng, after), out);
}

void decorate_mention(const struct voice *v, struct buf *out)
{
	static const char *const boards[] = {"Ask this in r/learnpython.",
	        "/r/{board} is that way.", "x-post from /r/cooking",
	        "You may like r/CasualConversation, and/or r/{board}.", "r/beatmetoit",
	        "It's 24/7 over at r/{board}!", "There's (r/{board}) for that.",
	        "Try r/datasets: {claim}."};

	if (rng_chance(v->rng, 650)) {
		grammar_fill(v, PICK(v->rng, boards), out);
		return;
	}
	buf_add_str(out, rng_chance(v->rng, 400) ? "/u/" : "u/");
	decorate_user(v->rng, out);
	grammar_fill(v, rng_chance(v->rng, 500) ? " said it better: {claim}." : ", {ask}?", out);
}

void decorate_contact(const struct voice *v, struct buf *out)
{
	static const char *const forms[] = {"Write to me at {#1-99}@example.org if {claim}.",
	        "My number is (555) 010-{#1000-9999}, call after {#5-9} pm.",
	        "Call 1-202-555-01{#10-99}.", "+44 20 7946 0{#100-999}, ask for {name}.",
	        "The server is at 192.0.2.{#1-254}, port {#1000-9999}.",
	        "It listens on 10.0.{#0-9}.{#1-254} only.",
	        "Reach us: first.last+{#1-99}@mail.example.com"};

	if (rng_chance(v->rng, 400)) {
		buf_add_str(out, "Mail me: ");
		decorate_user(v->rng, out);
		buf_add_str(out, "@example.com");
		return;
	}
	grammar_fill(v, PICK(v->rng, forms), out);
}

void decorate_list(const struct voice *v, struct buf *out)
{
	static const char *const marks[] = {"* ", "- ", "+ ", "%u. ", "%u) "};
	uint32_t mark = rng_below(v->rng, 5), n = rng_range(v->rng, 2, 7), i;

	if (rng_chance(v->rng, 300)) {
		grammar_fill(v, rng_chance(v->rng, 500) ? "## {head}" : "**{head}**", out);
		buf_add_str(out, "\n\n");
	}
	for (i = 1; i <= n; i++) {
		if (mark < 3)
			buf_add_str(out, marks[mark]);
		else
			buf_printf(out, mark == 3 ? "%u. " : "%u) ", i);
		grammar_add(v, "item", out);
		buf_add_str(out, i < n ? "\n" : "");
		if (rng_chance(v->rng, 60) && i < n)
			grammar_fill(v, "    * {item}\n", out);
	}
}

static const char *const snippets[] = {
        "def step(batch, lr={#1-9}e-{#3-6}):\n    loss = model(batch).mean()\n    "
        "loss.backward()\n    return loss.item()",
        "SELECT id, COUNT(*) AS n\nFROM comments\nWHERE score >= {#2-90} AND body LIKE "
        "'%x%'\nGROUP BY id;",
        "for (int i = 0; i < {#8-900}; i++) {(}\n\tif (a[i] > a[i + 1])\n\t\tswap(&a[i], &a[i + "
        "1]);\n{)}",
        "pip install example-{#1-90}\npython -m example --steps {#10-900} > log.txt 2>&1",
        "{(}\"model\": \"example-{#1-70}b\", \"temperature\": 0.{#1-9}, \"stop\": [\"\\n\", "
        "\"</s>\"]{)}",
        "let total: u64 = xs.iter().filter(|x| **x > {#1-90}).sum();",
        "Traceback (most recent call last):\n  File \"train.py\", line {#2-900}, in "
        "<module>\nValueError: shape ({#2-64}, {#2-64}) != ({#2-64},)",
        "$ make -j{#2-16}\ncc -O2 -o run run.c\nrun.c:{#2-300}:{#2-60}: error: expected ';' before "
        "'}' token",
        "| {name}\n|-- data\n`-- README.md",
        "https://example.com/inside/code?u/{#1-9}",
};

void decorate_code(const struct voice *v, struct buf *out)
{
	struct slice rest, line;
	struct buf code;
	uint32_t form = rng_below(v->rng, 10);

	if (form < 3) {
		grammar_fill(v, "Use `--level={#1-9}` or `x = {(}\"a\": {#1-99}{)}`, {tail}.", out);
		return;
	}
	buf_init(&code, 4096);
	grammar_fill(v, PICK(v->rng, snippets), &code);
	if (form < 6)
		buf_printf(out, "```%s\n%s\n```", form == 3 ? "python" : "", buf_str(&code));
	for (rest = form < 6 ? slice_of("", 0) : buf_slice(&code); rest.len;) {
		rest = slice_cut(rest, '\n', &line);
		buf_add_str(out, "    ");
		buf_add_slice(out, line);
		buf_add_str(out, rest.len ? "\n" : "");
	}
	buf_release(&code);
}

void decorate_table(const struct voice *v, struct buf *out)
{
	uint32_t n = rng_range(v->rng, 2, 5);

	buf_add_str(out, "|What|Score|Note|\n|:-|-:|:-:|");
	while (n--)
		grammar_fill(v, "\n|{name}|{#1-99}.{#0-9}|{adj}|", out);
}

void decorate_quote(const struct voice *v, const char *quoted, struct buf *out)
{
	struct slice rest, line;
	int n = 0;

	if (!quoted) {
		grammar_fill(v, "> {^claim}\n\n", out);
		return;
	}
	rest = slice_str(quoted);
	while (rest.len && n++ < 3) {
		rest = slice_cut(rest, '\n', &line);
		if (!line.len)
			continue;
		buf_add_str(out, rng_chance(v->rng, 800) ? "> " : ">");
		buf_add(out, line.ptr, line.len);
		buf_add_char(out, '\n');
	}
	buf_add_char(out, '\n');
}

void decorate_markup(const struct voice *v, struct buf *out)
{
	static const char *const forms[] = {"I **really** mean it: {claim}.", "*{^claim}*, {tail}.",
	        "~~{^claim}.~~ {^claim}.", ">!{name} {verdict}!<", "^(small print: {claim})",
	        "{^thing}^2 is not {thing}^(2).", "__{^do}__ and *never* {do}.", "***{^adj}***.",
	        "snake\\_case\\_{#1-99} and 5 \\* {#2-9} = {adj}", "# {head}\n\n{^claim}.",
	        "{^claim}.\n\n---\n\n{^claim}.", "&nbsp;\n\n{^claim}.", "&#x200B;\n\n{^claim}.",
	        "{^claim} &amp; {claim}.", "![img](emote|t5_example|{#1000-9999}) {^claim}.",
	        "![gif](giphy|Example{#100-999})", "*Processing img {#100-999}example...*",
	        "{name} -> {name} => {adj} <- {thing}", "\"{^claim}\", he said. \"{^claim}?\"",
	        "It's \xe2\x80\x9c{adj}\xe2\x80\x9d \xe2\x80\x94 {claim}\xe2\x80\xa6",
	        "na\xc3\xafve caf\xc3\xa9s cost {#2-9}\xe2\x82\xac, {tail}",
	        "path is C:\\Users\\{#1-9}\\new", "2 < {#3-9} && {#3-9} > 2", "if a|b then {do}"};

	grammar_fill(v, PICK(v->rng, forms), out);
}
