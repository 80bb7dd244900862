/*
 * Sequences that are no picture: clipboard, title, notification, questions. Pure; texts are made
 * safe here, so that no byte of theirs can end a sequence. Multiplexers take what is meant for the
 * terminal behind them in an envelope.
 */
#ifndef UI_ESCAPE_H
#define UI_ESCAPE_H

#include "base/buf.h"
#include "base/slice.h"

#include <stdbool.h>

enum envelope { ENVELOPE_NONE, ENVELOPE_TMUX, ENVELOPE_SCREEN };
/* By TERM and TMUX (NULL allowed). */
enum envelope envelope_of(const char *term, const char *tmux);

/* Base64 of a text; false, nothing added: longer than terminals take (74,000 bytes encoded). */
bool escape_copy(struct buf *out, enum envelope e, struct slice text);
/* At most 120 columns are taken. */
void escape_title(struct buf *out, const char *text);
/* osc777: for urxvt, foot, VTE; else OSC 9. */
void escape_notify(
        struct buf *out, enum envelope e, bool osc777, const char *title, const char *body);

/* Terminals that know CSI and nothing that begins with OSC: the Linux console, VT100 .. VT420. */
bool term_is_plain(const char *term);
/* Whether a locale's name (LC_ALL, LC_CTYPE or LANG) says UTF-8; NULL and "": nothing said, yes. */
bool locale_is_utf8(const char *name);
/* "15;0" of rxvt and others: whether the background is light. */
bool colorfgbg_is_light(const char *value);
/* 0xRRGGBB: light when black text reads better on it than white. */
bool rgb_is_light(unsigned rgb);

#endif
