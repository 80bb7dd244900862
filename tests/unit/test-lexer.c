/* Trino's tokens. */
#include "tests/unit/test.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sql/lexer.h"

/* One letter per token, blanks left out. */
static const char letters[] = "E_CKIQFSNOPA!";

static void lex(struct slice text, struct buf *out)
{
	struct sql_lexer lx;
	struct sql_tok t;
	size_t at = 0;

	sql_lexer_init(&lx, text);
	while ((t = sql_lexer_next(&lx)).kind != SQL_END) {
		assert_int_equal(t.start, at); /* the whole input is covered, in order */
		assert_true(t.end > t.start);
		at = t.end;
		if (t.kind == SQL_SPACE)
			continue;
		buf_add_char(out, letters[t.kind]);
		buf_add(out, text.ptr + t.start, t.end - t.start);
		buf_add_char(out, ' ');
	}
	assert_int_equal(at, text.len);
	assert_int_equal(sql_lexer_next(&lx).kind, SQL_END);
}

static void test_tokens(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
	        {"SELECT id, Body FROM t;", "KSELECT Iid P, IBody KFROM It P; "},
	        {"a<>1!=2<=3>=4||'x'->y=>z",
	                "Ia O<> N1 O!= N2 O<= N3 O>= N4 O|| S'x' O-> Iy O=> Iz "},
	        {"'it''s' 'a\nb' '' ''''", "S'it''s' S'a\nb' S'' S'''' "},
	        {"U&'\\0041' u&'x' X'0F' x'a' U &'x'",
	                "SU&'\\0041' Su&'x' SX'0F' Sx'a' IU !& S'x' "},
	        {"X'a''b'", "SX'a' S'b' "}, /* no doubling in a binary literal */
	        {"\"a\"\"b\" `c``d`", "Q\"a\"\"b\" Q`c``d` "},
	        {"-- to the end\nx /* a\n b */ y", "C-- to the end Ix C/* a\n b */ Iy "},
	        {"/* a /* b */ c */", "C/* a /* b */ Ic O* O/ "},
	        {"1 1.5 .5 1. 1e5 1.5E-3 1_000 0xFF 0b01 0o17 1e",
	                "N1 N1.5 N.5 N1. N1e5 N1.5E-3 N1_000 "
	                "N0xFF N0b01 N0o17 I1e "},
	        {"1abc 0xZZ t.5 a.b", "I1abc I0xZZ It N.5 Ia P. Ib "},
	        {"count(*) COUNT (x) \"f\"(x) foo(bar)",
	                "Fcount P( O* P) KCOUNT P( Ix P) Q\"f\" P( Ix P) Ffoo P( Ibar P) "},
	        {"sum(x) over(partition by y) in(1) if(a,b)",
	                "Fsum P( Ix P) Kover P( Kpartition Kby Iy P) Kin P( N1 P) Fif P( Ia P, Ib "
	                "P) "},
	        {"? :min_score a::b :", "A? A:min_score Ia O:: Ib O: "},
	        {"ARRAY[1, 2] x[1] {1} ^$|",
	                "KARRAY P[ N1 P, N2 P] Ix P[ N1 P] O{ N1 O} O^ O$ O| "},
	        {"'open", "!'open "},
	        {"\"open", "!\"open "},
	        {"a /* open", "Ia !/* open "},
	        {"caf\xc3\xa9 \xf0\x9f\x98\x80 \xff @ #",
	                "Icaf !\xc3\xa9 !\xf0\x9f\x98\x80 !\xff !@ !# "},
	        {"- - --", "O- O- C-- "},
	        {"", ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out;

		buf_init(&out, BUF_NO_LIMIT);
		lex(slice_str(cases[i].in), &out);
		assert_string_equal(buf_str(&out), cases[i].out);
		buf_release(&out);
	}
}

/* Every prefix and every single byte lexes to its end: an editor's text is rarely finished. */
static void test_any_prefix(void **state)
{
	static const char text[] = "WITH x AS (SELECT U&'\\00e9', X'0a', 1.5e-3 /* c */ FROM \"t\" "
	                           "WHERE a->b => 'it''s' "
	                           "-- end\n AND `q` <> :p) SELECT ? FROM x;";
	struct buf out;
	int byte;
	size_t i;

	(void)state;
	buf_init(&out, BUF_NO_LIMIT);
	for (i = 0; i < sizeof text; i++)
		lex(slice_of(text, i), &out);
	for (byte = 0; byte < 256; byte++) {
		char one[3] = {(char)byte, (char)byte, 'a'};

		lex(slice_of(one, 1), &out);
		lex(slice_of(one, 3), &out);
	}
	buf_release(&out);
}

static void test_keywords(void **state)
{
	(void)state;
	assert_true(sql_is_keyword(slice_str("select")));
	assert_true(sql_is_keyword(slice_str("Try_Cast")));
	assert_true(sql_is_keyword(slice_str("MATCH_RECOGNIZE")));
	assert_true(sql_is_keyword(slice_str("zone")));
	assert_true(sql_is_keyword(slice_str("absent")));
	assert_false(sql_is_keyword(slice_str("body")));
	assert_false(sql_is_keyword(slice_str("")));
	assert_false(sql_is_keyword(slice_str("a_word_much_longer_than_all_keywords")));
	assert_true(sql_is_reserved(slice_str("with")));
	assert_false(sql_is_reserved(slice_str("date")));
}

static void test_places(void **state)
{
	static const char text[] = "a\n\xd0\xb6\xf0\x9f\x98\x80x\r\n\nend";
	struct slice s = slice_str(text);
	int line, col;
	size_t i;

	(void)state;
	sql_line_col(s, 8, &line, &col); /* the x, behind two code points of 2 and 4 bytes */
	assert_int_equal(line, 2);
	assert_int_equal(col, 3);
	sql_line_col(s, 1000, &line, &col);
	assert_int_equal(line, 4);
	assert_int_equal(col, 4);
	for (i = 0; i <= s.len; i++) {
		sql_line_col(s, i, &line, &col);
		if ((i > 2 && i < 4) || (i > 4 && i < 8)) /* inside a code point */
			continue;
		assert_int_equal(sql_offset(s, line, col), i);
	}
	assert_int_equal(sql_offset(s, 1, 99), 1);
	assert_int_equal(sql_offset(s, 99, 1), s.len);
	sql_line_col(slice_of(NULL, 0), 0, &line, &col);
	assert_int_equal(line, 1);
	assert_int_equal(col, 1);
	assert_int_equal(sql_offset(slice_of(NULL, 0), 1, 5), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_tokens),
	        cmocka_unit_test(test_any_prefix),
	        cmocka_unit_test(test_keywords),
	        cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests_name("lexer", tests, NULL, NULL);
}
