/* plan_look.h - what people see of the plan in force: the plan itself, its names, what the checker says of it, and whether the
 * files on disk still say the same. Made of copies, off the loop: reading and judging a large plan takes longer than a turn may. */
#ifndef VIGIA_COLLECTOR_PLAN_LOOK_H
#define VIGIA_COLLECTOR_PLAN_LOOK_H

#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/sha256.h"
#include "base/slice.h"
#include "engine/plan.h"

enum { PLAN_LOOK_MAX = 256 << 20 };

enum plan_on_disk { PLAN_DISK_SAME, PLAN_DISK_DIFFERS, PLAN_DISK_REFUSED };
/* "same", "differs", "refused". */
const char *plan_on_disk_word(enum plan_on_disk d);

struct plan_look_ask {
	const char *path; /* of the files; NULL: nobody looks at them */
	struct slice json; /* the plan in force, as journalled */
	const char *hash;
	int64_t today_s; /* Unix seconds: reviews that are past, acceptances that ended */
};
struct plan_look {
	char hash[SHA256_HEX_SIZE];
	int64_t day; /* of today_s */
	/* Members of an object: `names` after "hash", the others `totals`, `findings`, `plan`; `open` with contacts. */
	struct buf names, open, closed;
	size_t errors, warnings, notes, accepted,
		left_out; /* findings; not accepted but the fourth */
	enum plan_on_disk disk;
	char disk_hash[SHA256_HEX_SIZE]; /* "" if refused */
	char disk_text[512]; /* why it is refused; "" */
	struct plan *on_disk; /* NULL if refused */
};

/* Blocking. ERR_CORRUPT if the plan in force does not read. Released with plan_look_release either way. */
enum err plan_look_make(const struct plan_look_ask *ask, struct plan_look *ret,
			struct err_info *info) NONNULL_ALL MUST_CHECK;
void plan_look_release(struct plan_look *l) NONNULL_ALL;

#endif
