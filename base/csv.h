/* csv.h - a table in a CSV file (RFC 4180), read strictly, every field with its line:column; what a
 * spreadsheet would guess at is an error with the place and what to do. In detail:
 * - UTF-8, with or without a byte order mark; lines end with LF or CRLF, the last one may lack it;
 * - fields are parted by ',' or by ';', whichever the first line uses between its names;
 * - a field in quotes may hold line ends, the separator, and quotes written twice; one without
 *   quotes holds no quote and neither begins nor ends with a blank;
 * - the first row names the columns (1..63 of a-z 0-9 - _ . each, no two alike);
 * - every row has a field for every column; a row whose fields are all empty is passed over.
 * Fields live in the arena. */
#ifndef VIGIA_BASE_CSV_H
#define VIGIA_BASE_CSV_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/findings.h"
#include "base/slice.h"

enum { CSV_COLUMNS_MAX = 64, CSV_ROWS_MAX = 10000, CSV_FIELD_MAX = 4096 };

struct csv_field {
	struct slice text; /* NUL-terminated as well; holds no NUL */
	unsigned line, column; /* of its first character, from 1; columns count characters */
};
struct csv_row {
	struct csv_field *fields; /* csv_table.column_count of them */
	struct csv_row *next;
};
struct csv_table {
	const char *file;
	struct csv_field *names;
	size_t column_count;
	struct csv_row *first;
	size_t row_count;
};

/* Reads a file (a plain one: no device, no pipe) or a text. NULL after at least one finding. `named`: the
 * node that names the file, where one that cannot be read is told. */
struct csv_table *csv_read(const char *path, const struct yaml_node *named, struct arena *arena,
			   struct findings *f) NONNULL_ALL;
struct csv_table *csv_parse(const char *name, struct slice text, struct arena *arena,
			    struct findings *f) NONNULL(1, 3, 4);

#endif
