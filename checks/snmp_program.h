/* snmp_program.h - what a check over SNMP asks of one device and makes of the answers: the document `values` (docs/SNMP.md),
 * compiled once. A program is immutable; one poll of it is checks/snmp_poll.h. */
#ifndef VIGIA_CHECKS_SNMP_PROGRAM_H
#define VIGIA_CHECKS_SNMP_PROGRAM_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/schema.h"
#include "base/slice.h"
#include "checks/snmp_ask.h"

struct snmp_calc;

enum {
	SNMP_DOC_MAX = 64 << 10, /* octets of the document */
	SNMP_VALUES_MAX = 64, /* kept ones and parts; of them SCHEMA_VALUES_MAX are kept */
	SNMP_ALTERNATIVES_MAX = 4, /* OIDs of one value: the first that is there counts */
	SNMP_WORDS_MAX = 64, /* of one value */
	SNMP_FILTER_MAX = 32, /* items of one `is` */
	SNMP_WHENS_MAX = 4
};

enum snmp_form {
	SNMP_FORM_ONE, /* one instance */
	SNMP_FORM_ROW, /* the one row that has a text in another column */
	SNMP_FORM_ROWS, /* over rows of a column */
	SNMP_FORM_CALC
};
/* UNTIL: the value is a moment in Unix seconds, the result the time that is left until then. */
enum snmp_take { SNMP_TAKE_VALUE, SNMP_TAKE_UNTIL, SNMP_TAKE_RATE, SNMP_TAKE_DELTA };
static inline bool snmp_is_growth(enum snmp_take take)
{
	return take >= SNMP_TAKE_RATE;
}
enum snmp_over { SNMP_SUM, SNMP_MAX, SNMP_MIN, SNMP_MEAN, SNMP_COUNT };

/* A number of the device and what people call it. */
struct snmp_word {
	int64_t number;
	const char *word;
};
/* Text of the device that stands for a number (`texts`): the first that matches counts. */
struct snmp_text {
	const char *glob;
	int64_t number;
};
/* One thing that a row may be: a text, and the number or the name that it reads as. */
struct snmp_wanted {
	const char *text;
	bool is_number;
	double number;
	struct snmp_oid name; /* count 0: it reads as none */
};
/* `is` (any of them) or `like`; neither: every row. */
struct snmp_match {
	const struct snmp_wanted *is;
	size_t is_count;
	const char *like; /* NULL: none */
};
struct snmp_when {
	struct snmp_oid by;
	struct snmp_match match;
};
/* The row whose `by` column says `match`: its index is learnt (snmp_poll.h). Values that name the same row share it. */
struct snmp_row_key {
	struct snmp_oid by;
	struct snmp_match match;
	const char *text; /* as written, for people */
};

struct snmp_program_value {
	const char *name, *unit, *help;
	enum snmp_form form;
	struct snmp_oid oids[SNMP_ALTERNATIVES_MAX]; /* instances, or columns */
	struct snmp_oid
		breaks[SNMP_ALTERNATIVES_MAX]; /* ifCounterDiscontinuityTime along; count 0: none */
	size_t oid_count;
	size_t row; /* SNMP_FORM_ROW: index of keys */
	enum snmp_over over; /* SNMP_FORM_ROWS */
	struct snmp_match is; /* SNMP_FORM_ROWS */
	struct snmp_when *whens;
	size_t when_count;
	const struct snmp_calc *calc; /* SNMP_FORM_CALC */
	enum snmp_take take;
	bool is_unsigned; /* a negative integer is one of 32 bits that the device could not tell otherwise */
	bool kept, optional;
	double scale;
	const struct snmp_word *words;
	size_t word_count;
	const struct snmp_text *texts;
	size_t text_count;
};

struct snmp_program {
	const struct snmp_program_value *values; /* as in the document */
	size_t value_count, kept_count;
	const uint8_t *order; /* of working them out: what a `calc` speaks of comes before it */
	const struct snmp_row_key *keys;
	size_t key_count;
	size_t item_max; /* of one round */
	bool clocked; /* a rate, a delta or a row: the device's clock is asked along */
};

/* Compiles JSON of a map (leaves are texts, as PARAM_TYPE_DOC hands them; numbers and booleans are taken too). A fault is one
 * sentence that begins with its path: "values.link.oid: '1.3.x' is no object identifier ...". Everything lives in `arena`. */
enum err snmp_program_compile(struct slice doc, struct arena *arena,
			      const struct snmp_program **ret, struct err_info *info)
	NONNULL(2, 3, 4) MUST_CHECK;

/* Index in `values`, -1: there is no such name. */
int snmp_program_value_index(const struct snmp_program *p, struct slice name) NONNULL(1);

/* The schema of a check with this program: the kept values in their order, with units, help and words. */
const struct check_schema *snmp_program_schema(const struct snmp_program *p,
					       const struct check_schema *type,
					       struct arena *arena) NONNULL_ALL;

#endif
