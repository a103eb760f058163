#include "cli/words.h"

#include <string.h>

static const struct {
	const char *word, *es, *en;
} table[] = {
	/* states (docs/STATES.md) */
	{"unknown", "sin datos aún", "unknown"},
	{"ok", "bien", "ok"},
	{"warning", "aviso", "warning"},
	{"critical", "CRÍTICO", "CRITICAL"},
	{"blind", "A CIEGAS", "BLIND"},
	{"unreachable", "inalcanzable", "unreachable"},
	{"degraded", "DEGRADADO", "DEGRADED"},
	{"down", "CAÍDO", "DOWN"},
	{"silent", "EN SILENCIO", "SILENT"},
	{"never-seen", "nunca visto", "never seen"},
	{"suspect", "sospecha", "suspect"},
	{"confirmed", "CONFIRMADO", "CONFIRMED"},
	{"activation-asked", "ACTIVACIÓN PEDIDA", "ACTIVATION ASKED"},
	{"authorised", "AUTORIZADO", "AUTHORISED"},
	{"declared", "CONTINGENCIA DECLARADA", "DECLARED"},
	{"declined", "declinado", "declined"},
	{"restored", "restablecido", "restored"},
	{"resumed", "operación reanudada", "resumed"},
	{"closed", "cerrado", "closed"},
	{"false-alarm", "falsa alarma", "false alarm"},
	{"catch-all", "fallas reunidas", "catch-all"},
	{"pending", "por salir", "pending"},
	{"sent", "enviada", "sent"},
	{"received", "recibida", "received"},
	{"acknowledged", "enterado", "acknowledged"},
	{"expired", "enterado vencido", "expired"},
	{"unanswered", "sin respuesta", "unanswered"},
	{"failed", "fallida", "failed"},
	{"stopped", "detenida", "stopped"},
	/* kinds of calls */
	{"update", "actualización", "update"},
	{"mark", "marca del RTO", "RTO mark"},
	{"ask", "se pide decisión", "decision asked"},
	{"rto-breached", "RTO rebasado", "RTO breached"},
	{"up", "restablecimiento", "up"},
	{"system", "asunto propio", "system"},
	{"not-observed", "no se observó falla", "not observed"},
	/* entries (docs/EVENTS.md) */
	{"collector.started", "colector arranca", "collector started"},
	{"collector.stopped", "colector se detiene", "collector stopped"},
	{"clock.stepped", "salto del reloj", "clock stepped"},
	{"journal.segment", "la bitácora sigue en un tramo nuevo",
	 "the journal goes on in a new segment"},
	{"input.skipped", "entrada omitida", "input skipped"},
	{"access.changed", "cambio de claves", "keys changed"},
	{"agent.silent", "agente en silencio", "agent silent"},
	{"agent.back", "agente de vuelta", "agent back"},
	{"agent.gap", "pérdida de datos", "data lost"},
	{"plan.applied", "plan en vigor", "plan applied"},
	{"check.suspect", "sospecha", "suspicion"},
	{"check.cleared", "sospecha descartada", "suspicion cleared"},
	{"check.bad", "falla confirmada", "failure confirmed"},
	{"check.good", "vuelve a responder", "answers again"},
	{"check.blind", "a ciegas", "blind"},
	{"component.state", "componente", "component"},
	{"service.state", "servicio", "service"},
	{"incident.opened", "incidente abierto", "incident opened"},
	{"incident.joined", "servicio se suma", "service joins"},
	{"incident.episode", "falla de nuevo", "fails again"},
	{"incident.state", "estado del incidente", "incident state"},
	{"clock.started", "reloj del RTO corre", "RTO clock starts"},
	{"clock.corrected", "inicio corregido", "beginning corrected"},
	{"clock.mark", "marca del RTO", "RTO mark"},
	{"clock.breached", "RTO REBASADO", "RTO BREACHED"},
	{"clock.restored", "servicio restablecido", "service restored"},
	{"step.fired", "paso del árbol", "step"},
	{"step.done", "paso terminado", "step done"},
	{"tree.exhausted", "ÁRBOL AGOTADO", "TREE EXHAUSTED"},
	{"seat.vacant", "ASIENTO VACANTE", "SEAT VACANT"},
	{"call.intent", "se llama a", "calling"},
	{"call.sent", "llamada enviada", "call sent"},
	{"call.received", "llamada recibida", "call received"},
	{"call.failed", "llamada fallida", "call failed"},
	{"call.unknown", "llamada incierta", "call unknown"},
	{"call.unanswered", "sin respuesta", "unanswered"},
	{"call.stopped", "llamada detenida", "call stopped"},
	{"ack.given", "acuse", "acknowledged"},
	{"ack.expired", "acuse vencido", "acknowledgement expired"},
	{"act.authorize", "autoriza", "authorizes"},
	{"act.declare", "declara", "declares"},
	{"act.decline", "declina", "declines"},
	{"act.false-alarm", "falsa alarma", "false alarm"},
	{"act.resume", "reanuda operación", "resumes"},
	{"act.close", "cierra", "closes"},
	{"act.note", "nota", "note"},
	{"act.refused", "acto rechazado", "act refused"},
};

const char *words_of(const char *word, bool english)
{
	for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(table[i].word, word) == 0)
			return english ? table[i].en : table[i].es;
	}
	return word;
}
