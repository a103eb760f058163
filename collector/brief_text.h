/* brief_text.h - the facts of an incident (engine/brief.h) as sentences of a message: scope, forecast, what was done, who has not
 * answered, by which clause of the plan it is asked. Spanish is the source (base/catalog.h). */
#ifndef VIGIA_COLLECTOR_BRIEF_TEXT_H
#define VIGIA_COLLECTOR_BRIEF_TEXT_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/catalog.h"
#include "engine/brief.h"

/* Texts are never NULL, "" where there is nothing to say; they live in the arena. */
struct brief_text {
	const char *scope; /* "Registro (DEPCyC, criticidad muy alta, RTO 5m)" */
	const char *
		forecast; /* "a este paso se cumple el RTO a las 08:08:00; fallan 2 de 5 revisiones ..." */
	const char *done; /* "08:04:10 Mesa de ayuda: anota «...»; ..." */
	const char *unanswered; /* "Coordinadora (2 llamadas)" */
	const char
		*clause; /* "UTSI/PL/01 rev. 01, política critical, paso 3; procedimiento «DRP»" */
	const char
		*gate; /* to a coordinator while level 1 is not called: "Convoque al nivel 1 ..." */
};
void brief_text_of(const struct brief *b, const struct catalog *words, struct arena *arena,
		   struct brief_text *ret) NONNULL(1, 3, 4);

#endif
