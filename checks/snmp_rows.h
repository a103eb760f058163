/* snmp_rows.h - rows of a walked column: their index, which of them say what is wanted. */
#ifndef VIGIA_CHECKS_SNMP_ROWS_H
#define VIGIA_CHECKS_SNMP_ROWS_H

#include "base/attr.h"
#include "checks/snmp_ask.h"
#include "checks/snmp_program.h"

/* `*` any characters, `?` one, all else itself. */
bool snmp_glob_matches(const char *glob, struct slice text) NONNULL(1);
/* Text of a device as people compare it: without the blanks and NULs that devices pad with. */
struct slice snmp_text_of(struct slice octets);

/* Does a value say what is wanted? Texts by their letters, numbers by their value, names by their parts, addresses as they
 * are written. Without anything wanted: every value that is there. */
bool snmp_match_accepts(const struct snmp_match *m, const struct snmp_value *v) NONNULL_ALL;

/* What follows the column; count 0 if the row is not below it. */
struct snmp_oid snmp_row_index(struct snmp_oid column, struct snmp_oid row);
/* The row with this index of a walked column, NULL if there is none. Rows are in their order. */
const struct snmp_row *snmp_rows_find(const struct snmp_item *walk, struct snmp_oid index)
	NONNULL(1);
/* How many rows say what is wanted, and the first of them (NULL). */
size_t snmp_rows_seek(const struct snmp_item *walk, const struct snmp_match *m,
		      const struct snmp_row **ret) NONNULL_ALL;

#endif
