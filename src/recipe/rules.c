/* The built-in rules: one table feeds the reader, the canonical text and the legend. */
#include "recipe/plan.h"

#include "base/ban.h"

const char *const role_names[ROLE_COUNT + 1] = {
        "text", "id", "subreddit", "score", "author", "distinguished", "stickied", "over_18", NULL};

/*
 * Character classes are spelled out, so that a rule means the same in PCRE2 and in any other
 * engine; SPACE is white space as Python and Unicode see it.
 */
#define SPACE                                                                                      \
	"\\x09-\\x0d\\x1c-\\x20\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{"   \
	"202f}"                                                                                    \
	"\\x{205f}\\x{3000}"
#define BLANK   "[ \\t]"
#define WORD    "\\p{L}\\p{N}_"
#define ALNUM   "A-Za-z0-9"
#define NOT_ESC "(?<!\\\\)"

const struct rule rules[] = {
        {"empty", "no text", STEP_DROP, OP_EMPTY, ARG_NONE},
        {"deleted", "deleted by its author", STEP_DROP, OP_DELETED, ARG_NONE},
        {"removed", "removed by moderators or Reddit", STEP_DROP, OP_REMOVED, ARG_NONE},
        {"bots", "written by a bot", STEP_DROP, OP_BOTS, ARG_PATTERN,
                .re =
                        {
                                {"\\A(?:AutoModerator|autotldr|imgurtranscriber|RemindMeBot)\\z"
                                 "|(?:[_-][Bb]ot|[a-z0-9]Bot|BOT)[0-9]*\\z",
                                        NULL, NULL, 0},
                                {"(?<![" WORD "])(?:I am|I'm|I\xE2\x80\x99m) a bot(?![" WORD "])",
                                        NULL, "b", REGEX_CASELESS},
                        }},
        {"moderator", "a moderator's or pinned", STEP_DROP, OP_MODERATOR, ARG_NONE},
        {"over_18", "marked over 18", STEP_DROP, OP_OVER_18, ARG_NONE},
        {"min_score", "score too low", STEP_DROP, OP_MIN_SCORE, ARG_NUMBER},
        {"max_score", "score too high", STEP_DROP, OP_MAX_SCORE, ARG_NUMBER},
        {"raw_min_chars", "raw text too short", STEP_DROP, OP_RAW_MIN_CHARS, ARG_NUMBER},
        {"raw_max_chars", "raw text too long", STEP_DROP, OP_RAW_MAX_CHARS, ARG_NUMBER},

        {"entities", "HTML entities", STEP_CLEAN, OP_ENTITIES, ARG_NONE},
        {"invisible", "invisible characters", STEP_CLEAN, OP_INVISIBLE, ARG_NONE},
        {"nfc", "Unicode composed (NFC)", STEP_CLEAN, OP_NFC, ARG_NONE},
        {"newlines", "line ends and blank lines", STEP_CLEAN, OP_NEWLINES, ARG_NONE},
        {"code", "code blocks", STEP_CLEAN, OP_CODE, ARG_CHOICE, .choices = {"drop", "keep"}},
        {"quotes", "quoted lines", STEP_CLEAN, OP_REPLACE, ARG_NONE,
                .re =
                        {
                                {"(?m)^" BLANK "*>(?!!)[^\\n]*\\n?", "", ">", 0},
                        }},
        {"images", "images", STEP_CLEAN, OP_REPLACE, ARG_NONE,
                .re =
                        {
                                {"!\\[[^\\[\\]\\n]*\\]\\([^()\\n]*\\)", "", "!", 0},
                                {"\\*?Processing img [^*\\n]*\\*?", "", "P", 0},
                        }},
        {"md_links", "Markdown links", STEP_CLEAN, OP_REPLACE, ARG_NONE,
                .re =
                        {
                                {"\\[((?:[^\\[\\]\\\\\\n]|\\\\.)*)\\]\\((?:[^()\\\\" SPACE
                                 "]|\\\\.|"
                                 "\\((?:[^()\\\\" SPACE "]|\\\\.)*\\))*(?:" BLANK
                                 "+\"[^\"\\n]*\")?\\)",
                                        "$1", "]", 0},
                        }},
        {"urls", "URLs", STEP_CLEAN, OP_URLS, ARG_CHOICE, .choices = {"careful", "seed"},
                .re =
                        {
                                {"(?:[Hh][Tt][Tt][Pp][Ss]?://|(?<![" WORD "])[Ww][Ww][Ww]\\.)"
                                 "(?:\\([^<>()" SPACE "]*\\)|[^<>()" SPACE "])*"
                                 "(?:\\([^<>()" SPACE "]*\\)|[^<>().,;:!?'\"\\]}*_~" SPACE "])",
                                        "", ":.", 0},
                        }},
        {"user_mentions", "u/user mentions", STEP_CLEAN, OP_USER_MENTIONS, ARG_CHOICE,
                .choices = {"careful", "seed"},
                .re =
                        {
                                {"(?<![" WORD "/])/?[uU]/[" ALNUM "_-]{3,20}(?![" ALNUM "_-])", "",
                                        "/", 0},
                        }},
        {"sub_mentions", "r/sub mentions", STEP_CLEAN, OP_SUB_MENTIONS, ARG_CHOICE,
                .choices = {"careful", "seed"},
                .re =
                        {
                                {"(?<![" WORD "/])/?[rR]/[" ALNUM "_]{2,21}(?![" ALNUM "_])", "",
                                        "/", 0},
                        }},
        {"emphasis", "Markdown marks", STEP_CLEAN, OP_REPLACE, ARG_NONE,
                .re =
                        {
                                {"(?m)^" BLANK "*(?:[*_-]" BLANK "*){3,}$", "", "*_-", 0},
                                {"(?m)^" BLANK "*(?:#{1,6}|[*+-])" BLANK "+(?=[^" SPACE "])", "",
                                        "#*+-", 0},
                                {NOT_ESC "\\*{1,3}(?![*" SPACE "])([^*\\n]*[^*\\\\" SPACE
                                         "])\\*{1,3}",
                                        "$1", "*", 0},
                                {"(?<![" WORD "\\\\])_{1,3}(?![_" SPACE "])([^_\\n]*[^_\\\\" SPACE
                                 "])_{1,3}(?![" WORD "])",
                                        "$1", "_", 0},
                                {NOT_ESC "~~([^~\\n]+)~~", "$1", "~", 0},
                                {"(?<![" WORD ")\\]^\\\\])\\^+(?:\\(([^()\\n]*)\\)|(?=[" ALNUM
                                 "]))",
                                        "$1", "^", 0},
                        }},
        {"escapes", "backslash escapes", STEP_CLEAN, OP_REPLACE, ARG_NONE,
                .re =
                        {
                                {"\\\\([\\\\`*_{}\\[\\]()#+.!~^>|/&<-])", "$1", "\\", 0},
                        }},
        {"edit_notes", "edit notes", STEP_CLEAN, OP_REPLACE, ARG_NONE,
                .re =
                        {
                                {"(?m)^[ \\t*_]*[Ee][Dd][Ii][Tt]" BLANK
                                 "*[0-9]*[ \\t*_]*[:-][^\\n]*"
                                 "(?:\\n" BLANK "*[^ \\t\\n][^\\n]*)*",
                                        "", ":-", 0},
                        }},
        {"emails", "e-mail addresses", STEP_CLEAN, OP_REPLACE, ARG_TEXT, .text = "[email]",
                .re =
                        {
                                {"(?<![" ALNUM "._%+-])[" ALNUM "._%+-]+@(?:[" ALNUM
                                 "-]+\\.)+[A-Za-z]{2,24}(?![" ALNUM "-])",
                                        NULL, "@", 0},
                        }},
        {"whitespace", "white space", STEP_CLEAN, OP_WHITESPACE, ARG_NONE},
        {"trim", "blanks at both ends", STEP_CLEAN, OP_TRIM, ARG_NONE},

        {"min_chars", "cleaned text too short", STEP_KEEP, OP_MIN_CHARS, ARG_NUMBER},
        {"max_chars", "cleaned text too long", STEP_KEEP, OP_MAX_CHARS, ARG_NUMBER},
        {"min_words", "too few words", STEP_KEEP, OP_MIN_WORDS, ARG_NUMBER},
        {"max_words", "too many words", STEP_KEEP, OP_MAX_WORDS, ARG_NUMBER},
        {"not_empty", "nothing left after cleaning", STEP_KEEP, OP_NOT_EMPTY, ARG_NONE},
};
const size_t n_rules = sizeof rules / sizeof *rules;

const struct rule *rule_find(enum step_kind kind, const char *name)
{
	for (size_t i = 0; i < n_rules; i++)
		if (rules[i].kind == kind && strcmp(rules[i].name, name) == 0)
			return &rules[i];
	return NULL;
}

enum measure op_measure(enum op op)
{
	switch (op) {
	case OP_MIN_SCORE:
	case OP_MAX_SCORE: return MEASURE_SCORE;
	case OP_RAW_MIN_CHARS:
	case OP_RAW_MAX_CHARS: return MEASURE_RAW_CHARS;
	case OP_MIN_CHARS:
	case OP_MAX_CHARS: return MEASURE_CHARS;
	case OP_MIN_WORDS:
	case OP_MAX_WORDS: return MEASURE_WORDS;
	default: return MEASURE_NONE;
	}
}

bool op_is_upper(enum op op)
{
	return op == OP_MAX_SCORE || op == OP_RAW_MAX_CHARS || op == OP_MAX_CHARS ||
	       op == OP_MAX_WORDS;
}

enum step_takes rule_takes(const struct rule *rule)
{
	switch (rule->arg) {
	case ARG_PATTERN: return TAKES_PATTERN;
	case ARG_CHOICE: return TAKES_CHOICE;
	case ARG_TEXT: return TAKES_TEXT;
	default: return TAKES_NOTHING;
	}
}

const char *const *rule_choices(const struct rule *rule)
{
	return rule->arg == ARG_CHOICE ? rule->choices : NULL;
}

const char *measure_title(enum measure m)
{
	static const char *const titles[] = {"score", "characters of the raw text",
	        "characters of the cleaned text", "words of the cleaned text", ""};

	return titles[m];
}

bool recipe_rule(size_t i, struct recipe_step *out)
{
	if (i >= n_rules)
		return false;
	*out = (struct recipe_step){rules[i].kind, rules[i].name, rules[i].title, true,
	        op_measure(rules[i].op), op_is_upper(rules[i].op), 0, rule_takes(&rules[i]), NULL,
	        rule_choices(&rules[i])};
	return true;
}
