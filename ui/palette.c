#include "ui/palette.h"

#include "ui/theme.h"

#include "base/ban.h"

#define B LOOK_BOLD
#define U LOOK_UNDERLINE
#define D LOOK_DIM

const struct palette palette_dark =
        {
                .fg =
                        {
                                [FG_TEXT] = {OWN, OWN, OWN, 0, 0},
                                [FG_DIM] = {0xa0a6b0, 247, 7, D, 0},
                                [FG_LINE] = {0x515866, 240, 8, D, 0},
                                [FG_STRONG] = {OWN, OWN, OWN, B, B},
                                [FG_ACCENT] = {0x5fd0df, 80, 6, B, 0},
                                [FG_GOOD] = {0x8fce7e, 114, 2, 0, 0},
                                [FG_WARN] = {0xe5bf6f, 179, 3, B, 0},
                                [FG_BAD] = {0xff8f87, 210, 1, B, 0},
                                [FG_KEYWORD] = {0x8db4ff, 111, 4, B, 0},
                                [FG_FUNCTION] = {0x5fd0df, 80, 6, 0, 0},
                                [FG_STRING] = {0xb0d58a, 150, 2, 0, 0},
                                [FG_NUMBER] = {0xe0b48a, 180, 3, 0, 0},
                                [FG_COMMENT] = {0x979eaa, 246, 8, D, 0},
                                [FG_FOCUS] = {0x5fd0df, 80, 6, B, B},
                                [FG_FILL] = {0x56b6c2, 73, 6, 0, 0},
                                [FG_FILL2] = {0x8f86d8, 104, 5, 0, 0},
                                [FG_TRACK] = {0x3f4654, 238, 8, D, 0},
                                [FG_RULE0] = {0x5fd0df, 80, 6, U, U},
                                [FG_RULE0 + 1] = {0xe5bf6f, 179, 3, U, U},
                                [FG_RULE0 + 2] = {0xd99be0, 176, 5, U, U},
                                [FG_RULE0 + 3] = {0x8fce7e, 114, 2, U, U},
                                [FG_RULE0 + 4] = {0x8db4ff, 111, 4, U, U},
                                [FG_RULE0 + 5] = {0xff8f87, 210, 1, U, U},
                        },
                .bg =
                        {
                                [BG_NONE] = {OWN, OWN, OWN, OWN, 0},
                                [BG_BAR] = {0x262b34, 235, 0xd8dce4, 253, 0},
                                [BG_SELECT] = {0x323b4b, 237, 0xe6e9ef, 254, 0},
                                [BG_MARK] = {0x24507e, 24, 0xffffff, 231, 1},
                                [BG_ERROR] = {0x86202c, 88, 0xffffff, 231, 1},
                                [BG_MATCH] = {0xe5bf6f, 179, 0x15181d, 16, 1},
                                [BG_HEADER] = {0x2b313c, 236, 0xe6e9ef, 254, 0},
                                [BG_FROZEN] = {0x22272f, 235, 0xd8dce4, 253, 0},
                                [BG_STRIPE] = {0x1f232a, 234, 0xd8dce4, 253, 0},
                        },
};

const struct palette palette_light =
        {
                .fg =
                        {
                                [FG_TEXT] = {OWN, OWN, OWN, 0, 0},
                                [FG_DIM] = {0x59616e, 241, 8, D, 0},
                                [FG_LINE] = {0xc4c9d2, 250, 7, D, 0},
                                [FG_STRONG] = {OWN, OWN, OWN, B, B},
                                [FG_ACCENT] = {0x00627a, 24, 6, B, 0},
                                [FG_GOOD] = {0x1f6a12, 22, 2, 0, 0},
                                [FG_WARN] = {0x7d4e00, 94, 3, B, 0},
                                [FG_BAD] = {0xb0191b, 124, 1, B, 0},
                                [FG_KEYWORD] = {0x1c4db0, 25, 4, B, 0},
                                [FG_FUNCTION] = {0x00606b, 23, 6, 0, 0},
                                [FG_STRING] = {0x46600a, 58, 2, 0, 0},
                                [FG_NUMBER] = {0x7d4e00, 94, 3, 0, 0},
                                [FG_COMMENT] = {0x616874, 242, 8, D, 0},
                                [FG_FOCUS] = {0x00627a, 24, 6, B, B},
                                [FG_FILL] = {0x1687a0, 31, 6, 0, 0},
                                [FG_FILL2] = {0x7a6fc4, 98, 5, 0, 0},
                                [FG_TRACK] = {0xd5d9e0, 252, 7, D, 0},
                                [FG_RULE0] = {0x00627a, 24, 6, U, U},
                                [FG_RULE0 + 1] = {0x7d4e00, 94, 3, U, U},
                                [FG_RULE0 + 2] = {0x83208a, 90, 5, U, U},
                                [FG_RULE0 + 3] = {0x1f6a12, 22, 2, U, U},
                                [FG_RULE0 + 4] = {0x1c4db0, 25, 4, U, U},
                                [FG_RULE0 + 5] = {0xb0191b, 124, 1, U, U},
                        },
                .bg =
                        {
                                [BG_NONE] = {OWN, OWN, OWN, OWN, 0},
                                [BG_BAR] = {0xeceef2, 255, 0x22262d, 235, 0},
                                [BG_SELECT] = {0xd8e9fb, 195, 0x101317, 233, 0},
                                [BG_MARK] = {0xaed4ff, 153, 0x101317, 16, 1},
                                [BG_ERROR] = {0xffd2d0, 224, 0x5c0006, 52, 1},
                                [BG_MATCH] = {0xffd84d, 221, 0x101317, 16, 1},
                                [BG_HEADER] = {0xe6e9ef, 255, 0x22262d, 235, 0},
                                [BG_FROZEN] = {0xf0f2f5, 255, 0x22262d, 235, 0},
                                [BG_STRIPE] = {0xf5f6f8, 255, 0x22262d, 235, 0},
                        },
};

/* Okabe and Ito's eight, made lighter where text needs it: sky blue is good, orange is bad. */
const struct palette palette_colorblind =
        {
                .fg =
                        {
                                [FG_TEXT] = {OWN, OWN, OWN, 0, 0},
                                [FG_DIM] = {0xa0a6b0, 247, 7, D, 0},
                                [FG_LINE] = {0x515866, 240, 8, D, 0},
                                [FG_STRONG] = {OWN, OWN, OWN, B, B},
                                [FG_ACCENT] = {0xe0a0c8, 182, 5, B, 0},
                                [FG_GOOD] = {0x62bcf0, 75, 6, 0, 0},
                                [FG_WARN] = {0xf0e442, 227, 3, B, 0},
                                [FG_BAD] = {0xf98a4c, 209, 1, B, B},
                                [FG_KEYWORD] = {0x62bcf0, 75, 4, B, 0},
                                [FG_FUNCTION] = {0xe0a0c8, 182, 5, 0, 0},
                                [FG_STRING] = {0x3fcfa6, 79, 6, 0, 0},
                                [FG_NUMBER] = {0xf0b030, 214, 3, 0, 0},
                                [FG_COMMENT] = {0x979eaa, 246, 8, D, 0},
                                [FG_FOCUS] = {0xe0a0c8, 182, 5, B, B},
                                [FG_FILL] = {0x56b4e9, 74, 6, 0, 0},
                                [FG_FILL2] = {0xe69f00, 172, 3, 0, 0},
                                [FG_TRACK] = {0x3f4654, 238, 8, D, 0},
                                [FG_RULE0] = {0x62bcf0, 75, 6, U, U},
                                [FG_RULE0 + 1] = {0xf0b030, 214, 3, U, U},
                                [FG_RULE0 + 2] = {0xe0a0c8, 182, 5, U, U},
                                [FG_RULE0 + 3] = {0xf0e442, 227, 7, U, U},
                                [FG_RULE0 + 4] = {0x3fcfa6, 79, 4, U, U},
                                [FG_RULE0 + 5] = {0xf98a4c, 209, 1, U, U},
                        },
                .bg =
                        {
                                [BG_NONE] = {OWN, OWN, OWN, OWN, 0},
                                [BG_BAR] = {0x262b34, 235, 0xd8dce4, 253, 0},
                                [BG_SELECT] = {0x323b4b, 237, 0xe6e9ef, 254, 0},
                                [BG_MARK] = {0x005a8f, 24, 0xffffff, 231, 1},
                                [BG_ERROR] = {0x8a3c00, 88, 0xffffff, 231, 1},
                                [BG_MATCH] = {0xf0e442, 227, 0x15181d, 16, 1},
                                [BG_HEADER] = {0x2b313c, 236, 0xe6e9ef, 254, 0},
                                [BG_FROZEN] = {0x22272f, 235, 0xd8dce4, 253, 0},
                                [BG_STRIPE] = {0x1f232a, 234, 0xd8dce4, 253, 0},
                        },
};

const struct palette palette_colorblind_light =
        {
                .fg =
                        {
                                [FG_TEXT] = {OWN, OWN, OWN, 0, 0},
                                [FG_DIM] = {0x59616e, 241, 8, D, 0},
                                [FG_LINE] = {0xc4c9d2, 250, 7, D, 0},
                                [FG_STRONG] = {OWN, OWN, OWN, B, B},
                                [FG_ACCENT] = {0x8a3568, 89, 5, B, 0},
                                [FG_GOOD] = {0x005a9c, 25, 4, 0, 0},
                                [FG_WARN] = {0x756200, 94, 3, B, 0},
                                [FG_BAD] = {0x7a1f00, 88, 1, B, B},
                                [FG_KEYWORD] = {0x005a9c, 25, 4, B, 0},
                                [FG_FUNCTION] = {0x8a3568, 89, 5, 0, 0},
                                [FG_STRING] = {0x00634a, 23, 6, 0, 0},
                                [FG_NUMBER] = {0x7d4e00, 94, 3, 0, 0},
                                [FG_COMMENT] = {0x616874, 242, 8, D, 0},
                                [FG_FOCUS] = {0x8a3568, 89, 5, B, B},
                                [FG_FILL] = {0x0072b2, 31, 4, 0, 0},
                                [FG_FILL2] = {0xd55e00, 166, 3, 0, 0},
                                [FG_TRACK] = {0xd5d9e0, 252, 7, D, 0},
                                [FG_RULE0] = {0x005a9c, 25, 4, U, U},
                                [FG_RULE0 + 1] = {0x7d4e00, 94, 3, U, U},
                                [FG_RULE0 + 2] = {0x8a3568, 89, 5, U, U},
                                [FG_RULE0 + 3] = {0x6b5c00, 58, 8, U, U},
                                [FG_RULE0 + 4] = {0x00634a, 23, 6, U, U},
                                [FG_RULE0 + 5] = {0x7a1f00, 88, 1, U, U},
                        },
                .bg =
                        {
                                [BG_NONE] = {OWN, OWN, OWN, OWN, 0},
                                [BG_BAR] = {0xeceef2, 255, 0x22262d, 235, 0},
                                [BG_SELECT] = {0xd8e9fb, 195, 0x101317, 233, 0},
                                [BG_MARK] = {0xa5d3f5, 153, 0x101317, 16, 1},
                                [BG_ERROR] = {0xffd9bd, 223, 0x5c0006, 52, 1},
                                [BG_MATCH] = {0xf0e442, 227, 0x101317, 16, 1},
                                [BG_HEADER] = {0xe6e9ef, 255, 0x22262d, 235, 0},
                                [BG_FROZEN] = {0xf0f2f5, 255, 0x22262d, 235, 0},
                                [BG_STRIPE] = {0xf5f6f8, 255, 0x22262d, 235, 0},
                        },
};
