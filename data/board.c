#include "data/board.h"

#include "base/ban.h"

/* Traps: foraging, magicTCG and Magicdeckbuilding hold "agi", FullmetalAlchemist "llm" ... */
static const struct board boards[] = {
        {"MachineLearning", TOPIC_RESEARCH, 38},
        {"deeplearning", TOPIC_RESEARCH, 16},
        {"learnmachinelearning", TOPIC_RESEARCH, 22},
        {"LanguageTechnology", TOPIC_RESEARCH, 10},
        {"computervision", TOPIC_RESEARCH, 11},
        {"reinforcementlearning", TOPIC_RESEARCH, 9},
        {"LocalLLaMA", TOPIC_TOOLS, 52},
        {"OpenAI", TOPIC_TOOLS, 44},
        {"ChatGPT", TOPIC_TOOLS, 66},
        {"ClaudeAI", TOPIC_TOOLS, 28},
        {"StableDiffusion", TOPIC_IMAGE, 30},
        {"datascience", TOPIC_DATA, 28},
        {"statistics", TOPIC_DATA, 12},
        {"datasets", TOPIC_DATA, 5},
        {"artificial", TOPIC_FUTURE, 22},
        {"singularity", TOPIC_FUTURE, 40},
        {"ArtificialInteligence", TOPIC_FUTURE, 16},
        {"AskReddit", TOPIC_TALK, 110},
        {"CasualConversation", TOPIC_TALK, 26},
        {"Advice", TOPIC_TALK, 20},
        {"gaming", TOPIC_GAMING, 44},
        {"patientgamers", TOPIC_GAMING, 14},
        {"programming", TOPIC_CODING, 36},
        {"learnpython", TOPIC_CODING, 26},
        {"cooking", TOPIC_COOKING, 34},
        {"Breadit", TOPIC_COOKING, 10},
        {"foraging", TOPIC_OUTDOORS, 12},
        {"gardening", TOPIC_OUTDOORS, 18},
        {"magicTCG", TOPIC_CARDS, 26},
        {"Magicdeckbuilding", TOPIC_CARDS, 6},
        {"footballmanagergames", TOPIC_FOOTBALL, 14},
        {"FullmetalAlchemist", TOPIC_STORIES, 9},
        {"books", TOPIC_STORIES, 26},
        {"imaginarymaps", TOPIC_STORIES, 4},
        {"chillmusic", TOPIC_MUSIC, 5},
        {"LofiHipHop", TOPIC_MUSIC, 7},
        {"personalfinance", TOPIC_MONEY, 30},
        {"Fitness", TOPIC_FITNESS, 24},
        {"running", TOPIC_FITNESS, 12},
        {"u_quiet_lantern_07", TOPIC_TALK, 1},
};

#define COUNT (sizeof boards / sizeof *boards)

size_t board_count(void)
{
	return COUNT;
}

const struct board *board_get(size_t i)
{
	return &boards[i];
}

size_t board_pick(struct rng *r)
{
	uint32_t total = 0, at;
	size_t i;

	for (i = 0; i < COUNT; i++)
		total += boards[i].weight;
	at = rng_below(r, total);
	for (i = 0; at >= boards[i].weight; i++)
		at -= boards[i].weight;
	return i;
}
