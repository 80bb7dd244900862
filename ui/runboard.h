/*
 * The pieces of the run's dashboard. Each draws from row y of its pane and returns the row after
 * its last; what does not fit is left out. Only numbers that are known.
 */
#ifndef UI_RUNBOARD_H
#define UI_RUNBOARD_H

#include "ui/parts.h"

int board_facts(struct model *m, const struct pane *p, int y);       /* a fact a line */
int board_facts_tight(struct model *m, const struct pane *p, int y); /* three lines */
int board_activity(struct model *m, const struct pane *p, int y);    /* what moves now */
int board_ending(struct model *m, const struct pane *p, int y);      /* failed, cancelled */
int board_notes(struct model *m, const struct pane *p, int y);
/* runbars.c */
int board_timeline(struct model *m, const struct pane *p, int y);
int board_funnel(struct model *m, const struct pane *p, int y);
int board_throughput(struct model *m, const struct pane *p, int y, int rows);
/* The newest rates in one line, ending before column right. */
void board_sparkline(const struct run *r, const struct pane *p, int right, int y, int w);
int board_runs(struct model *m, const struct pane *p, int y); /* nothing for a single run */
/* runstages.c: the engine's stages as a tree, from line `skip`; returns all lines. */
int board_stages(const struct run *r, const struct pane *p, int skip);

#endif
