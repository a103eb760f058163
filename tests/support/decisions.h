/* decisions.h - a world with the plan of the decision scenarios (tests/scenario/plans/decisions.yaml) and acts with all that they
 * take. mesa: ana, beto; level 2: ceci, dario; level 1: elsa/fabi and gina/hugo, two of them decide; redes: ivan. `portal` (web) and
 * `consulta` (web, db) have an RTO of 300 s: coordinator at 30 s, level 1 at 120 s; `aviso` (correo) calls no coordinator. */
#ifndef VIGIA_TESTS_SUPPORT_DECISIONS_H
#define VIGIA_TESTS_SUPPORT_DECISIONS_H

#include "tests/support/engine_world.h"

int decisions_setup(void **state);
/* An act on the newest incident; `by` NULL: recorded by the same; more "key=value" after it, ended by NULL. */
enum err decisions_act(struct engine_world *w, const char *person, enum act act, const char *by,
		       enum proof proof, const char *note, ...) __attribute__((sentinel));
#define ACT_OK(w, person, act, ...)                                                                \
	assert_int_equal(decisions_act(w, person, ACT_##act, NULL, PROOF_OPERATOR_TOKEN,           \
				       __VA_ARGS__, NULL),                                         \
			 ERR_OK)
#define ACT_REFUSED(w, why, person, act, ...)                                                      \
	do {                                                                                       \
		assert_int_not_equal(decisions_act(w, person, ACT_##act, NULL,                     \
						   PROOF_OPERATOR_TOKEN, __VA_ARGS__, NULL),       \
				     ERR_OK);                                                      \
		assert_string_equal((w)->refusal.text, why);                                       \
	} while (0)
/* The number of the newest entry of a kind. */
uint64_t decisions_entry(const struct engine_world *w, enum event_kind kind);
/* web fails, level 1 is convened and declares: from second 0 to 20. */
void decisions_declare(struct engine_world *w);
/* Level 1 is convened at 5 s and silent for both of its turns: second 70. */
void decisions_silence(struct engine_world *w);

#endif
