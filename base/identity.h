/* identity.h - who a collector is: "sha256:" and the digest of the public key (SubjectPublicKeyInfo, RFC 5280) of its
 * certification authority, or of the topmost certificate that an institution gave it. It outlives addresses, names and
 * certificates; clients pin it. */
#ifndef VIGIA_BASE_IDENTITY_H
#define VIGIA_BASE_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

enum { IDENTITY_SIZE = 72, IDENTITIES_MAX = 4 };

struct identity {
	char text[IDENTITY_SIZE]; /* lower case; "" = none */
};
/* Several while a collector changes its identity. */
struct identity_set {
	struct identity items[IDENTITIES_MAX];
	size_t count;
};

bool identity_parse(struct slice text, struct identity *ret) NONNULL(2);
struct identity identity_of_key(struct slice public_key_der);
bool identity_set_has(const struct identity_set *set, const char *text) NONNULL_ALL;
bool identity_set_equal(const struct identity_set *a, const struct identity_set *b) NONNULL_ALL;

/* One line with an identity. ERR_NOT_FOUND if the file is not there, ERR_SYNTAX if it holds something else. */
enum err identity_read_file(const char *path, struct identity *ret,
			    struct err_info *info) NONNULL_ALL MUST_CHECK;
enum err identity_write_file(const char *path, const struct identity *id,
			     struct err_info *info) NONNULL_ALL MUST_CHECK;
/* The file `identity` in the folder of another file (of a token, say). */
void identity_path_beside(const char *file, char *dst, size_t size) NONNULL_ALL;

#endif
