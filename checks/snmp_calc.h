/* snmp_calc.h - arithmetic and conditions over named values: `+ - * /`, `== != < <= > >=`, `&& || !`, parentheses, numbers,
 * names, and the words of a value that a comparison speaks of ("oper != up", "state == 'not-present'"). Compiled once. */
#ifndef VIGIA_CHECKS_SNMP_CALC_H
#define VIGIA_CHECKS_SNMP_CALC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

enum { SNMP_CALC_TEXT_MAX = 1000, SNMP_CALC_DEPTH_MAX = 32 };

struct snmp_calc;

/* What the names of an expression are. */
struct snmp_calc_names {
	int (*find)(void *user, struct slice name); /* index of a value, -1: there is none */
	bool (*word)(void *user, int value, struct slice word, double *ret); /* its number */
	const char *(*nearest)(void *user, struct slice name); /* "did you mean", NULL: nothing */
	void *user;
};

/* A fault is one sentence without a path. */
enum err snmp_calc_compile(struct slice text, const struct snmp_calc_names *names,
			   struct arena *arena, const struct snmp_calc **ret, struct err_info *info)
	NONNULL(2, 3, 4, 5) MUST_CHECK;
/* The values that it speaks of, each once. */
size_t snmp_calc_parts(const struct snmp_calc *c, const int **ret) NONNULL_ALL;
enum snmp_calc_end { SNMP_CALC_OK, SNMP_CALC_MISSING, SNMP_CALC_ZERO, SNMP_CALC_RANGE };
/* `value` gives the number of a value, false: it has none. MISSING: a part has no value (*part says which); ZERO: a division
 * by zero; RANGE: beyond what a number holds. */
enum snmp_calc_end snmp_calc_run(const struct snmp_calc *c,
				 bool (*value)(void *user, int index, double *ret), void *user,
				 double *ret, int *part) NONNULL(1, 2, 4, 5);

#endif
