/* snmp_document.h - reads the document `values` (checks/snmp_program.h) piece by piece; every fault is one sentence that begins
 * with its path. The pieces know nothing of one another. */
#ifndef VIGIA_CHECKS_SNMP_DOCUMENT_H
#define VIGIA_CHECKS_SNMP_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "checks/snmp_program.h"

enum { SNMP_DOCUMENT_PATH_SIZE = 96 };
/* Whole numbers of words: what a measured value can hold. */
#define SNMP_DOCUMENT_NUMBER_MAX INT64_C(9000000000000)

struct json_t; /* of jansson */

struct snmp_document {
	struct arena *arena;
	struct err_info *info;
	char path[SNMP_DOCUMENT_PATH_SIZE]; /* where the reader stands: "values.NAME" */
};

/* Fails with "PATH.KEY: sentence"; an empty key is the path itself. */
enum err snmp_document_fail(struct snmp_document *d, const char *key, const char *fmt, ...)
	NONNULL(1, 2, 3) PRINTF_LIKE(3, 4);
/* The word that was perhaps meant, NULL. `words` ends with NULL. */
const char *snmp_document_nearest(const char *const *words, struct slice word) NONNULL(1);
/* There is no such word; the nearest, or all. */
enum err snmp_document_fail_word(struct snmp_document *d, const char *key, const char *const *words,
				 const char *word) NONNULL_ALL;
enum err snmp_document_check_keys(struct snmp_document *d, const char *key, struct json_t *map,
				  const char *const *known) NONNULL_ALL;

/* Text of a leaf, in the arena; on the command line numbers and booleans need no quotes. */
enum err snmp_document_text(struct snmp_document *d, const char *key, const struct json_t *v,
			    const char **ret) NONNULL(1, 2, 4);
/* Of a map's key; left alone if it is not there. */
enum err snmp_document_bool(struct snmp_document *d, struct json_t *map, const char *key,
			    bool *ret) NONNULL_ALL;
/* Place of the word among `words`; left alone if the key is not there. */
enum err snmp_document_choice(struct snmp_document *d, struct json_t *map, const char *key,
			      const char *const *words, int *ret) NONNULL_ALL;
enum err snmp_document_oid(struct snmp_document *d, const char *key, const struct json_t *v,
			   struct snmp_oid *ret) NONNULL(1, 2, 4);
/* One item or a list of up to `max`: `read` is called for each. */
enum err snmp_document_each(struct snmp_document *d, const char *key, const struct json_t *v,
			    size_t max,
			    enum err (*read)(struct snmp_document *d, const char *key,
					     const struct json_t *item, size_t i, void *user),
			    void *user, size_t *ret_count) NONNULL(1, 2, 5, 7);
/* As JSON writes numbers, whatever the locale. */
bool snmp_document_number(const char *text, double *ret) NONNULL_ALL;
bool snmp_document_whole_number(const char *text, int64_t *ret) NONNULL_ALL;

/* Items of an `is`. `words_of`: words of this value stand for their numbers, and if it has any, nothing else may stand
 * there but numbers; NULL: a text that is no number is a text. */
enum err snmp_document_is(struct snmp_document *d, const char *key, const struct json_t *v,
			  const struct snmp_program_value *words_of, struct snmp_match *ret)
	NONNULL(1, 2, 5);
/* {by: COLUMN, is: ... | like: GLOB} */
enum err snmp_document_by(struct snmp_document *d, const char *key, struct json_t *map,
			  struct snmp_oid *by, struct snmp_match *ret) NONNULL(1, 2, 4, 5);

#endif
