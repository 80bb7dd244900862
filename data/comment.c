#include "data/comment.h"

#include "base/mem.h"
#include "data/board.h"
#include "data/body.h"
#include "data/decorate.h"
#include "data/grammar.h"

#include "base/ban.h"

#define SLOTS        10    /* open threads of a board */
#define LAST         8     /* their newest comments, that a reply can go to */
#define RECENT       24    /* texts of a topic that are quoted or repeated */
#define AUTHORS      24000 /* the most active write one comment in a hundred */
#define FIRST_ID     UINT64_C(41800000000)
#define FIRST_THREAD UINT64_C(880000000)
#define ID_SIZE      16
#define SLUG_SIZE    52

struct thread {
	char link[ID_SIZE], slug[SLUG_SIZE];
	char last[LAST][ID_SIZE];
	size_t n; /* comments so far */
};

struct comments {
	struct rng rng;
	uint64_t seed;
	uint64_t comment_id, thread_id;
	struct grammar *grammar;
	struct thread *thread; /* SLOTS for each board */
	char *recent[TOPIC_COUNT][RECENT];
	struct buf raw, body, author;
};

/* What a row holds beside its thread's data. */
struct made {
	const struct board *board;
	struct thread *thread;
	char id[ID_SIZE];
	bool null_body, moderator, sticky;
};

struct comments *comments_new(uint64_t seed)
{
	struct comments *c = MEM_NEW(struct comments);

	c->seed = seed;
	c->rng.state = seed * UINT64_C(0x2545f4914f6cdd1d) + 1;
	c->comment_id = FIRST_ID;
	c->thread_id = FIRST_THREAD;
	c->grammar = grammar_new();
	c->thread = mem_calloc(board_count() * SLOTS, sizeof *c->thread);
	buf_init(&c->raw, BUF_NO_LIMIT);
	buf_init(&c->body, BUF_NO_LIMIT);
	buf_init(&c->author, BUF_NO_LIMIT);
	return c;
}

void comments_free(struct comments *c)
{
	size_t i;

	if (!c)
		return;
	for (i = 0; i < TOPIC_COUNT * RECENT; i++)
		mem_free(c->recent[i / RECENT][i % RECENT]);
	buf_release(&c->raw);
	buf_release(&c->body);
	buf_release(&c->author);
	mem_free(c->thread);
	grammar_free(c->grammar);
	mem_free(c);
}

static void base36(uint64_t n, char out[ID_SIZE])
{
	char digits[ID_SIZE];
	size_t len = 0, i;

	do {
		digits[len++] = "0123456789abcdefghijklmnopqrstuvwxyz"[n % 36];
		n /= 36;
	} while (n);
	for (i = 0; i < len; i++)
		out[i] = digits[len - 1 - i];
	out[len] = '\0';
}

/* "How do you freeze the encoder?" as how_do_you_freeze_the_encoder */
static void make_slug(struct slice title, char out[SLUG_SIZE])
{
	size_t n = 0, i;

	for (i = 0; i < title.len && n < SLUG_SIZE - 1; i++) {
		char ch = title.ptr[i];

		if (ch >= 'A' && ch <= 'Z')
			ch = (char)(ch - 'A' + 'a');
		if ((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9'))
			out[n++] = ch;
		else if (n && out[n - 1] != '_')
			out[n++] = '_';
	}
	while (n && out[n - 1] == '_')
		n--;
	out[n] = '\0';
}

static struct thread *pick_thread(struct comments *c, size_t board, const struct voice *v)
{
	struct thread *t = &c->thread[board * SLOTS + rng_below(&c->rng, SLOTS)];

	if (*t->link && !rng_chance(&c->rng, 70))
		return t;
	*t = (struct thread){0};
	c->thread_id += 1 + rng_below(&c->rng, 400);
	base36(c->thread_id, t->link);
	buf_clear(&c->raw);
	grammar_add(v, "title", &c->raw);
	make_slug(buf_slice(&c->raw), t->slug);
	return t;
}

/* Author number k has one name for ever; small numbers write more. */
static void pick_author(struct comments *c, struct buf *out)
{
	uint64_t a = rng_below(&c->rng, AUTHORS), b = rng_below(&c->rng, AUTHORS);
	struct rng r = {(a * b / AUTHORS) * UINT64_C(0x9e3779b9) + c->seed};

	rng_next(&r);
	decorate_user(&r, out);
}

static const char *pick_recent(struct comments *c, enum topic topic)
{
	return c->recent[topic][rng_below(&c->rng, RECENT)];
}

static void remember(struct comments *c, enum topic topic, const char *text)
{
	char **slot = &c->recent[topic][rng_below(&c->rng, RECENT)];

	mem_free(*slot);
	*slot = mem_strdup(text);
}

static void make_bot(struct comments *c, const struct voice *v, struct made *m)
{
	static const char *const names[] = {"AutoModerator", "AutoModerator", "RemindMeBot",
	        "tidy-units-bot", "example_link_bot"};
	size_t k = rng_below(&c->rng, 5);

	buf_clear(&c->author);
	buf_add_str(&c->author, names[k]);
	m->moderator = k < 2;
	m->sticky = k < 2 && rng_chance(&c->rng, 600);
	grammar_add(v, "bot", &c->raw);
}

/* Comments that somebody took away: the author's name goes with most of them. */
static void make_gone(struct comments *c, uint32_t dice)
{
	const char *body = dice < 30   ? "[deleted]"
	                   : dice < 52 ? "[removed]"
	                               : "[ Removed by Reddit ]";

	buf_add_str(&c->raw, body);
	if (dice < 30 || rng_chance(&c->rng, 600)) {
		buf_clear(&c->author);
		buf_add_str(&c->author, "[deleted]");
	}
}

static void make_text(struct comments *c, const struct voice *v, struct made *m)
{
	uint32_t dice = rng_below(&c->rng, 1000);
	const char *old = pick_recent(c, v->topic);

	buf_clear(&c->raw);
	buf_clear(&c->author);
	pick_author(c, &c->author);
	if (dice < 53) {
		make_gone(c, dice);
	} else if (dice < 68) {
		make_bot(c, v, m);
	} else if (dice < 83 && old) {
		buf_add_str(&c->raw, old);
	} else if (dice < 98 && old) {
		body_vary(v, old, &c->raw);
	} else {
		body_make(v, old, &c->raw);
		if (c->raw.len < 600)
			remember(c, v->topic, buf_str(&c->raw));
		if (rng_chance(&c->rng, 8)) {
			buf_clear(&c->author);
			buf_add_str(&c->author, "[deleted]");
		}
	}
	m->null_body = rng_below(&c->rng, 4000) == 0;
	buf_clear(&c->body);
	body_encode(&c->rng, buf_slice(&c->raw), &c->body);
}

/* Half have one point or less; every doubling is half as likely; some are negative. */
static int32_t make_score(struct rng *r)
{
	int32_t k = 0;

	if (rng_chance(r, 55))
		return -(int32_t)rng_below(r, 1u << rng_below(r, 8)); /* 0 to -127 */
	while (k < 14 && rng_chance(r, 555))
		k++;
	return (1 << k) + (int32_t)rng_below(r, 1u << k);
}

static void json_string(struct buf *out, struct slice s)
{
	size_t i;

	buf_add_char(out, '"');
	for (i = 0; i < s.len; i++) {
		unsigned char ch = (unsigned char)s.ptr[i];

		if (ch == '"' || ch == '\\')
			buf_printf(out, "\\%c", ch);
		else if (ch == '\n')
			buf_add_str(out, "\\n");
		else if (ch < 0x20 || ch == 0x7f)
			buf_printf(out, "\\u%04x", ch);
		else
			buf_add_char(out, (char)ch);
	}
	buf_add_char(out, '"');
}

static void json_key(struct buf *out, const char *key)
{
	buf_printf(out, "%s\"%s\":", out->ptr[out->len - 1] == '{' ? "" : ",", key);
}

static void json_text(struct buf *out, const char *key, struct slice s)
{
	json_key(out, key);
	json_string(out, s);
}

static void add_origin(struct comments *c, const struct made *m, struct buf *out)
{
	struct rng r = {(uint64_t)(m->board - board_get(0)) * 7919 + 17};
	char sub[ID_SIZE];

	base36(2000000 + rng_below(&r, 5000000), sub);
	json_text(out, "id", slice_str(m->id));
	json_text(out, "author", buf_slice(&c->author));
	json_text(out, "subreddit", slice_str(m->board->name));
	json_key(out, "subreddit_id");
	buf_printf(out, "\"t5_%s\"", sub);
}

static void add_place(struct comments *c, const struct made *m, struct buf *out)
{
	const struct thread *t = m->thread;
	size_t known = t->n < LAST ? t->n : LAST;
	bool reply = known && rng_chance(&c->rng, 560);

	json_key(out, "parent_id");
	buf_printf(out, reply ? "\"t1_%s\"" : "\"t3_%s\"",
	        reply ? t->last[rng_below(&c->rng, (uint32_t)known)] : t->link);
	json_key(out, "link_id");
	buf_printf(out, "\"t3_%s\"", t->link);
}

static void add_marks(
        struct comments *c, const struct made *m, int32_t score, int64_t created, struct buf *out)
{
	json_key(out, "controversiality");
	buf_add_char(out, score < 3 && score > -5 && rng_chance(&c->rng, 60) ? '1' : '0');
	json_key(out, "gilded");
	buf_printf(
	        out, "%u", score > 300 && rng_chance(&c->rng, 200) ? rng_range(&c->rng, 1, 4) : 0);
	json_key(out, "edited");
	if (rng_chance(&c->rng, 45))
		buf_printf(out, "\"%lld\"", (long long)created + rng_range(&c->rng, 60, 90000));
	else
		buf_add_str(out, "\"false\"");
	json_key(out, "distinguished");
	buf_add_str(out, m->moderator || rng_chance(&c->rng, 2) ? "\"moderator\"" : "null");
	json_key(out, "stickied");
	buf_add_str(out, m->sticky ? "true" : "false");
	json_key(out, "permalink");
	if (rng_chance(&c->rng, 10))
		buf_add_str(out, "null"); /* older dumps have none */
	else
		buf_printf(out, "\"/r/%s/comments/%s/%s/%s/\"", m->board->name, m->thread->link,
		        m->thread->slug, m->id);
}

void comments_next(struct comments *c, int64_t created_utc, struct buf *out)
{
	size_t board = board_pick(&c->rng);
	struct made m = {.board = board_get(board)};
	struct voice v = {c->grammar, m.board->topic, m.board->name, &c->rng};
	int32_t score = make_score(&c->rng);

	m.thread = pick_thread(c, board, &v);
	c->comment_id += 1 + rng_below(&c->rng, 60);
	base36(c->comment_id, m.id);
	make_text(c, &v, &m);
	buf_add_char(out, '{');
	add_origin(c, &m, out);
	json_key(out, "body");
	if (m.null_body)
		buf_add_str(out, "null");
	else
		json_string(out, buf_slice(&c->body));
	json_key(out, "score");
	buf_printf(out, "%d", m.moderator ? 1 : score);
	json_key(out, "created_utc");
	buf_printf(out, "%lld", (long long)created_utc);
	add_place(c, &m, out);
	add_marks(c, &m, score, created_utc, out);
	buf_add_str(out, "}\n");
	memcpy(m.thread->last[m.thread->n++ % LAST], m.id, ID_SIZE);
}

const char *comments_columns(void)
{
	return "id VARCHAR, author VARCHAR, subreddit VARCHAR, subreddit_id VARCHAR, body VARCHAR, "
	       "score BIGINT, created_utc BIGINT, parent_id VARCHAR, link_id VARCHAR, "
	       "controversiality BIGINT, gilded BIGINT, edited VARCHAR, distinguished VARCHAR, "
	       "stickied BOOLEAN, permalink VARCHAR";
}
