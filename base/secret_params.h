/* secret_params.h - the parameters of a check with the values of its ${secret:NAME}: a getter (base/schema.h) around another.
 * Only rows that may refer (PARAM_REFERS, PARAM_SECRET) are looked into: an address never carries a secret away. */
#ifndef VIGIA_BASE_SECRET_PARAMS_H
#define VIGIA_BASE_SECRET_PARAMS_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/param.h"
#include "base/schema.h"
#include "base/secrets.h"

struct secret_params {
	param_getter get; /* the texts as written */
	void *user;
	const struct param *rows;
	const struct secrets *secrets;
	struct arena *arena; /* for the values: to be wiped */
	/* The first secret that is missing: without it the parameters are not usable, whatever else is wrong with them. */
	enum err err;
	struct err_info info;
};

static inline bool secret_params_refers(const struct param *row)
{
	return (row->flags & (PARAM_REFERS | PARAM_SECRET)) != 0;
}
/* `user` is a struct secret_params. */
const char *secret_params_get(void *user, const char *key) NONNULL_ALL;

#endif
