/* check_trap.h - the parameters of a check of type trap, for the receiver that brings it what it hears (agent/traps.h). */
#ifndef VIGIA_CHECKS_CHECK_TRAP_H
#define VIGIA_CHECKS_CHECK_TRAP_H

#include <stdint.h>

#include "checks/check.h"
#include "checks/trap_rules.h"

enum { TRAP_ADDRESSES_MAX = 64 };
struct trap_params {
	const char *address, *sources, *nat; /* lists as text (param_next_item), NULL if absent */
	const char *when_text, *notifications;
	const struct trap_conditions *when; /* NULL: none */
	const struct trap_rules *rules;
	int others; /* 1: told as well */
	int64_t budget;
};
extern const struct check_type check_trap;

#endif
