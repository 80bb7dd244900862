/* The topics' grammars, one variable each; words.h explains the form. */
#ifndef DATA_TOPICS_H
#define DATA_TOPICS_H

extern const char topic_research[], topic_tools[], topic_image[], topic_data[], topic_future[];
extern const char topic_coding[], topic_cooking[], topic_outdoors[], topic_cards[];
extern const char topic_football[], topic_gaming[], topic_stories[], topic_music[];
extern const char topic_talk[], topic_money[], topic_fitness[];

#endif
