/* The editor's text against any sequence of edits: each byte is an operation, some take the next as
 * text. Undoing everything must give the start. */
#include "ui/textedit.h"

#include "base/slice.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/ban.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct textedit *t)
{
	size_t lines = 1;
	for (size_t i = 0; i < t->len; i++)
		lines += t->text[i] == '\n';
	if (lines != t->n_lines || t->cursor > t->len || t->anchor > t->len || t->text[t->len])
		abort();
}

static void line_op(struct textedit *t, uint8_t n)
{
	switch (n % 8) {
	case 0: textedit_comment(t); break;
	case 1: textedit_indent(t); break;
	case 2: textedit_unindent(t); break;
	case 3:
		if (t->len < 1 << 16) /* doubles */
			textedit_duplicate(t);
		break;
	case 4: textedit_move_lines(t, -1); break;
	case 5: textedit_move_lines(t, 1); break;
	case 6: textedit_replace_word(t, 0, t->len, slice_str("a"), slice_str("b\n")); break;
	default: textedit_find(t, slice_str("b"), n & 8 ? 1 : -1);
	}
	(void)sql_lines_at(&t->sql, textedit_text(t), t->line, t->n_lines * n / 16);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct textedit t;
	if (size > 20000)
		return 0;
	textedit_init(&t);
	for (size_t i = 0; i < size; i++) {
		uint8_t op = data[i], n = op >> 4;
		switch (op & 15) {
		case 0: textedit_backspace(&t, n & 1); break;
		case 1: textedit_delete(&t, n & 1); break;
		case 2: textedit_undo(&t); break;
		case 3: textedit_redo(&t); break;
		case 4: textedit_newline(&t); break;
		case 5: textedit_move(&t, (enum text_move)(n % 12), i & 1, 3); break;
		case 6: textedit_goto(&t, t.len ? (size_t)n * 7919 % t.len : 0, i & 1); break;
		case 7: textedit_select_all(&t); break;
		case 8: line_op(&t, n); break;
		default:
			n = n < size - i - 1 ? n : (uint8_t)(size - i - 1);
			textedit_insert(&t, slice_of((const char *)data + i + 1, n));
			i += n;
		}
		check(&t);
	}
	(void)textedit_column(&t, t.cursor);
	while (textedit_undo(&t))
		check(&t);
	if (t.len != 0)
		abort();
	textedit_release(&t);
	return 0;
}
