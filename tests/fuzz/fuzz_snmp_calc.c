/* fuzz_snmp_calc - any expression is told or comes out as a number, no number, or why not; the stack holds. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "checks/snmp_calc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Letters a to h are values; "up" is a word of each of them; h has no value. */
static int find(void *user, struct slice name)
{
	(void)user;
	return name.n == 1 && name.p[0] >= 'a' && name.p[0] <= 'h' ? name.p[0] - 'a' : -1;
}

static bool word(void *user, int value, struct slice w, double *ret)
{
	(void)user;
	assert(value >= 0 && value < 8);
	*ret = 1;
	return slice_is(w, "up");
}

static const char *nearest(void *user, struct slice name)
{
	(void)user;
	return name.n == 2 ? "a" : NULL;
}

static bool value(void *user, int index, double *ret)
{
	static const double numbers[] = {0, 1, -1, 0.5, 1e18, 1.8e19, 3};

	(void)user;
	assert(index >= 0 && index < 8);
	if (index == 7)
		return false;
	*ret = numbers[index];
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct snmp_calc_names names = {find, word, nearest, NULL};
	struct arena *arena = arena_new();
	const struct snmp_calc *c = NULL;
	struct err_info info = {0};
	const int *parts;
	double number = 77;
	int part;

	if (snmp_calc_compile((struct slice){(const char *)data, size}, &names, arena, &c, &info) !=
	    ERR_OK) {
		assert(info.text[0] != '\0' && c == NULL);
	} else {
		enum snmp_calc_end end = snmp_calc_run(c, value, NULL, &number, &part);

		assert(snmp_calc_parts(c, &parts) <= 8);
		assert(end == SNMP_CALC_OK ? isfinite(number) : number == 77);
		assert(end != SNMP_CALC_MISSING || part == 7);
	}
	arena_free(arena);
	return 0;
}
