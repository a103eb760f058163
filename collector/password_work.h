/* password_work.h - passwords and PINs are checked and made in libuv's queue (scrypt takes some 60 ms and 32 MiB each): two at once, so that
 * drawing and names go on, and a bounded number that waits. Who is logged in already (a PIN in the middle of a decision) comes before
 * whoever is at the door. */
#ifndef VIGIA_COLLECTOR_PASSWORD_WORK_H
#define VIGIA_COLLECTOR_PASSWORD_WORK_H

#include <stdbool.h>
#include <stddef.h>

#include "access/scrypt.h"
#include "base/attr.h"

struct uv_loop_s;
struct password_work;

enum { PASSWORD_WORK_AT_ONCE = 2, PASSWORD_WORK_WAITING_MAX = 32 };

struct password_order {
	const char *
		stored; /* what `secret` must be behind; "" is nobody's; NULL: nothing is checked */
	const char *secret; /* may be NULL if nothing is checked */
	const char *
		fresh; /* to be written if the check holds; NULL: only what is outdated is written anew */
	bool inside; /* for somebody who is logged in */
};
struct password_result {
	bool abandoned; /* the program ends, or there was no memory: nothing is known */
	bool right;
	const char *text; /* to be kept from now on; "": nothing new */
};

struct password_work *password_work_new(struct uv_loop_s *loop) NONNULL_ALL
	__attribute__((returns_nonnull));
/* Copies what it needs. `done` is called once, in a later turn of the loop (or by password_work_stop). False: too many wait. */
bool password_work_add(struct password_work *w, const struct password_order *o,
		       void (*done)(void *user, const struct password_result *r), void *user)
	NONNULL(1, 2, 3) MUST_CHECK;
size_t password_work_waiting(const struct password_work *w) NONNULL_ALL;
/* What waits is abandoned, and whatever comes; what runs ends by itself. */
void password_work_stop(struct password_work *w) NONNULL_ALL;
/* Turns the loop until nothing runs. Not from a callback. */
void password_work_free(struct password_work *w);

#endif
