#include "tests/unit/test.h"

#include "local/values.h"

#include <math.h>

static void is_double(double v, const char *want)
{
	char out[VALUES_SIZE + 1];
	out[values_double(out, v)] = '\0';
	assert_string_equal(out, want);
}

/* What java.lang.Double.toString gives (JDK 19 and later). */
static void test_double(void **state)
{
	(void)state;
	is_double(1.5, "1.5");
	is_double(100, "100.0");
	is_double(0, "0.0");
	is_double(-0.0, "-0.0");
	is_double(0.001, "0.001");
	is_double(1e-4, "1.0E-4");
	is_double(9999999, "9999999.0");
	is_double(1e7, "1.0E7");
	is_double(12345678.9, "1.23456789E7");
	is_double(123456.75, "123456.75");
	is_double(0.1 + 0.2, "0.30000000000000004");
	is_double(1.0 / 3, "0.3333333333333333");
	is_double(2e23, "2.0E23");
	is_double(1e21, "1.0E21");
	is_double(4.9E-324, "4.9E-324");
	is_double(2.2250738585072014E-308, "2.2250738585072014E-308");
	is_double(1.7976931348623157E308, "1.7976931348623157E308");
	is_double(NAN, "NaN");
	is_double(-INFINITY, "-Infinity");
	is_double(365.1512605042017, "365.1512605042017");
	is_double(-9007199254740993.0, "-9.007199254740992E15");
}

/* Every text reads back as the same number. */
static void test_double_round_trip(void **state)
{
	uint64_t x = 88172645463325252u;
	(void)state;
	for (int i = 0; i < 20000; i++) {
		char out[VALUES_SIZE + 1];
		double v;
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(&v, &x, sizeof(v));
		if (!isfinite(v))
			continue;
		out[values_double(out, v)] = '\0';
		assert_true(strtod(out, NULL) == v);
	}
}

static void test_real(void **state)
{
	char out[VALUES_SIZE + 1];
	(void)state;
	out[values_real(out, 3.4028235E38f)] = '\0';
	assert_string_equal(out, "3.4028235E38");
	out[values_real(out, 0.1f)] = '\0';
	assert_string_equal(out, "0.1");
	out[values_double_cast(out, 100)] = '\0';
	assert_string_equal(out, "1.0E2");
	out[values_double_cast(out, -0.0)] = '\0';
	assert_string_equal(out, "-0E0");
	out[values_real_cast(out, 1.5f)] = '\0';
	assert_string_equal(out, "1.5E0");
}

static void test_integers(void **state)
{
	char out[VALUES_SIZE + 1];
	(void)state;
	out[values_bigint(out, INT64_MIN)] = '\0';
	assert_string_equal(out, "-9223372036854775808");
	out[values_bigint(out, 0)] = '\0';
	assert_string_equal(out, "0");
	out[values_decimal(out, 0, 150, 2)] = '\0';
	assert_string_equal(out, "1.50");
	out[values_decimal(out, -1, (uint64_t)-50, 2)] = '\0';
	assert_string_equal(out, "-0.50");
	out[values_decimal(out, 0, 0, 0)] = '\0';
	assert_string_equal(out, "0");
	/* 10^38 - 1, the largest decimal */
	out[values_decimal(out, 0x4b3b4ca85a86c47a, 0x098a223fffffffffu, 10)] = '\0';
	assert_string_equal(out, "9999999999999999999999999999.9999999999");
	out[values_decimal(out, INT64_MIN, 0, 0)] = '\0';
	assert_string_equal(out, "-170141183460469231731687303715884105728");
}

static void test_times(void **state)
{
	char out[VALUES_SIZE + 1];
	(void)state;
	out[values_date(out, 19723)] = '\0';
	assert_string_equal(out, "2024-01-01");
	out[values_date(out, -141427)] = '\0';
	assert_string_equal(out, "1582-10-15");
	out[values_date(out, INT32_MIN)] = '\0';
	assert_string_equal(out, "-5877641-06-23");
	out[values_timestamp(out, 1672531200123456)] = '\0';
	assert_string_equal(out, "2023-01-01 00:00:00.123");
	out[values_timestamp(out, -1)] = '\0';
	assert_string_equal(out, "1970-01-01 00:00:00.000");
	out[values_timestamp(out, -1000)] = '\0';
	assert_string_equal(out, "1969-12-31 23:59:59.999");
	out[values_time(out, 3723456789)] = '\0';
	assert_string_equal(out, "01:02:03.457");
	out[values_interval(out, 18, 0, 0)] = '\0';
	assert_string_equal(out, "1-6");
	out[values_interval(out, 0, 1, 7384567000)] = '\0';
	assert_string_equal(out, "1 02:03:04.567");
	out[values_interval(out, 0, 0, -18000000000)] = '\0';
	assert_string_equal(out, "-0 05:00:00.000");
	out[values_uuid(out, 0x12151fd2758611e9, 0x8f9e2a86e4085a59)] = '\0';
	assert_string_equal(out, "12151fd2-7586-11e9-8f9e-2a86e4085a59");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_double),
	        cmocka_unit_test(test_double_round_trip),
	        cmocka_unit_test(test_real),
	        cmocka_unit_test(test_integers),
	        cmocka_unit_test(test_times),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
