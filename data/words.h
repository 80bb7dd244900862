/*
 * The vocabulary of the synthetic comments. A topic is a grammar in text form: lines
 * "name=alt|alt", where {name} in an alternative is another symbol (the topic's own, else the
 * common one), {^name} begins with a capital, {#2-9} is a number. "{(" and "{)" are the braces
 * themselves. Symbols that every topic has: thing (noun phrase), doing (gerund), do (infinitive
 * without to), adj, name, claim (a clause, lower case, no full stop), ask (a question, no question
 * mark).
 */
#ifndef DATA_WORDS_H
#define DATA_WORDS_H

enum topic {
	TOPIC_RESEARCH,
	TOPIC_TOOLS,
	TOPIC_IMAGE,
	TOPIC_DATA,
	TOPIC_FUTURE,
	TOPIC_CODING,
	TOPIC_COOKING,
	TOPIC_OUTDOORS,
	TOPIC_CARDS,
	TOPIC_FOOTBALL,
	TOPIC_GAMING,
	TOPIC_STORIES,
	TOPIC_MUSIC,
	TOPIC_TALK,
	TOPIC_MONEY,
	TOPIC_FITNESS,
	TOPIC_COUNT
};

extern const char *const words_common;
extern const char *const words_topic[TOPIC_COUNT];

/* Whole sentences of other languages, {thing} from the topic (English, as people do write it). */
extern const char *const words_scripts;

#endif
