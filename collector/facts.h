/* facts.h - what a message has to say, worked out once; message.h makes text, mail and JSON of it. Every sentence is in
 * the language of the incident's plan (Spanish is the source, base/catalog.h holds the others). */
#ifndef VIGIA_COLLECTOR_FACTS_H
#define VIGIA_COLLECTOR_FACTS_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/catalog.h"
#include "collector/brief_text.h"
#include "engine/view.h"

/* Texts are never NULL, "" where there is nothing to say; they live in the arena or in the plan. */
struct facts {
	const struct effect *effect;
	const struct plan *plan; /* of the incident */
	struct view_incident incident;
	struct view_clock clock; /* of the effect's service */
	struct wall_time now;
	bool real, maybe_duplicate, journalled;
	bool is_running; /* a clock runs: elapsed and left mean something */
	const char *language; /* "es-MX", "en" */
	const char *label; /* "REAL", "SIMULACRO" */
	const char *folio; /* "07" */
	const char *state; /* the incident's state (docs/STATES.md) */
	const char *headline; /* "No funciona «Registro de candidaturas»" */
	const char *service_names; /* of the whole incident: "A, B" */
	const char *since; /* "08:03:00"; "" where nothing is known to have failed */
	const char *elapsed, *uncertainty, *left; /* "48s"; left: "quedan 4m 12s del RTO" */
	const char *lasted; /* "estuvo fuera 4m 3s" once it is over */
	const char *causes; /* why nothing is seen: "El agente catd-01 (CATD 01) calla: ..." */
	const char *
		report; /* what somebody reported, and what is measured against it; "" if nobody did */
	const char *copy; /* how old the newest copy of the data is, where that is known */
	const char *others; /* "También: «X», «Y»." */
	const char *impact; /* "mesas: 33, distritos: 1 (1 sitio)" */
	const char *impact_title; /* "Impacto", "Impacto posible" */
	const char *todo; /* "Confirme de enterado." */
	const char *answered; /* posts that have answered: "Mesa de ayuda, DII" */
	const char *duplicate; /* "(posible duplicado)" */
	const char *unjournalled; /* "Aún no consta en la bitácora." */
	const char *link; /* URL at which the message can be answered, "" if there is none */
	const char *post; /* whom it is for */
	const char *
		role; /* "Se le llama como titular de A y suplente de B." where it is more than one seat, or another's; "" */
	/* Of a decision that is asked for, and to the coordinator; all "" otherwise. */
	struct brief_text brief;
};

struct facts_input {
	const struct engine *engine;
	const struct effect *effect;
	struct wall_time now;
	bool journalled;
	const struct catalog *english; /* NULL: Spanish for everybody */
	const char *link; /* "" for none; borrowed */
};

/* False if the incident is gone. `in` and what it points to outlive `ret`. */
bool facts_build(const struct facts_input *in, struct arena *arena, struct facts *ret) NONNULL_ALL;
/* The catalogue for messages of these facts: NULL for Spanish. */
const struct catalog *facts_catalog(const struct facts_input *in,
				    const struct plan *plan) NONNULL_ALL;

#endif
