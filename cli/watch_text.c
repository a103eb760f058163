#include "cli/watch_text.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/catalog.h"
#include "base/parse.h"
#include "base/timefmt.h"
#include "cli/output.h"

struct phrase {
	const char *word, *es, *en;
};

static const struct phrase alarms[] = {
	{"journal-failing",
	 "LA BITÁCORA NO SE PUEDE ESCRIBIR. Los hechos esperan en memoria; las llamadas salen. "
	 "Revise el disco del colector.",
	 "THE JOURNAL CANNOT BE WRITTEN. What happens waits in memory; calls leave. Look at the "
	 "collector's disk."},
	{"journal-damaged",
	 "LA BITÁCORA SE DAÑÓ. La vigilancia siguió en un tramo nuevo. Guarde el archivo dañado en "
	 "otro lugar para el auditor.",
	 "THE JOURNAL WAS DAMAGED. The watch went on in a new segment. Keep the damaged file "
	 "elsewhere for the auditor."},
	{"disk-full",
	 "DISCO LLENO EN EL COLECTOR. Las gráficas se detuvieron; la vigilancia y las llamadas "
	 "siguen. Libere espacio.",
	 "THE COLLECTOR'S DISK IS FULL. Graphs have stopped; the watch and the calls go on. Free "
	 "some space."},
	{"series-damaged",
	 "Una gráfica se dañó. El archivo se apartó y se empezó otro: falta historia en la "
	 "gráfica, no en la bitácora.",
	 "A graph's file was damaged. It was put aside and another begun: history is missing in "
	 "the graph, not in the journal."},
	{"series-failing",
	 "Hay gráficas que no se pueden escribir. Los relojes y las llamadas siguen. Revise "
	 "permisos y disco del colector.",
	 "Some graphs cannot be written. Clocks and calls go on. Look at rights and disk of the "
	 "collector."},
	{"clock-off",
	 "EL RELOJ DEL COLECTOR ESTÁ MAL PUESTO. Los relojes del RTO no se mueven por ello. "
	 "Corrija la hora del sistema.",
	 "THE COLLECTOR'S CLOCK IS WRONG. The RTO clocks are not moved by it. Set the system's "
	 "time right."},
	{"accounts-damaged",
	 "NADIE PUEDE ENTRAR: LAS CUENTAS NO SE PUEDEN LEER. La vigilancia y las llamadas siguen. "
	 "Restaure accounts.db de un respaldo y reinicie el colector.",
	 "NOBODY CAN LOG IN: THE ACCOUNTS CANNOT BE READ. The watch and the calls go on. Restore "
	 "accounts.db from a backup and restart the collector."},
};

static const struct phrase troubles[] = {
	{"journal-failing", "La bitácora no se puede escribir desde hace {span}",
	 "The journal cannot be written for {span}"},
	{"loop-late", "El colector va retrasado {span}", "The collector is late by {span}"},
	{"agent-clock", "El reloj del agente {who} está desviado {span}",
	 "The clock of agent {who} is off by {span}"},
	{"agent-late", "El agente {who} va retrasado {span}", "The agent {who} is late by {span}"},
	{"agent-behind", "El agente {who} tiene muestras sin entregar desde hace {span}",
	 "The agent {who} has undelivered samples since {span} ago"},
	{"agent-silent", "El agente {who} calla desde las {at}: {cause}",
	 "The agent {who} is silent since {at}: {cause}"},
	{"agent-site", "El sitio del agente {who}: {cause}", "The site of agent {who}: {cause}"},
	{"heartbeat-failing", "El vigilante externo no contesta la señal de vida: {why}",
	 "The outside watcher does not answer the sign of life: {why}"},
	{"heartbeat-withheld",
	 "La señal de vida se retiene, para que el vigilante externo avise: {why}",
	 "The sign of life is withheld, so that the outside watcher rings: {why}"},
	{"channel-failed", "Lo último que se envió por el canal {who} falló",
	 "The last message through channel {who} failed"},
};

static const struct phrase causes[] = {
	{"unknown", "no se sabe por qué", "why is not known"},
	{"link-cut", "enlace cortado: el sitio tampoco responde desde otro lugar",
	 "link cut: the site does not answer from elsewhere either"},
	{"agent-dead", "agente o equipo caído: el sitio sí responde desde otro lugar",
	 "agent or its machine dead: the site answers from elsewhere"},
	{"partial", "al sitio se llega solo desde algunos lugares",
	 "the site is reached from some places only"},
	{"far-side-down", "el destino falla desde dentro y desde fuera: el enlace sirve",
	 "the target fails from inside and from outside: the link works"},
	{"one-way", "desde fuera no se llega, desde dentro todo sirve: un solo sentido",
	 "not reached from outside, all works inside: one way only"},
};

static const struct phrase whys[] = {
	{"nobody-looks", "nadie mira su sitio desde otro lugar",
	 "nobody looks at its site from elsewhere"},
	{"not-yet", "aún no hay muestra posterior al silencio", "no sample since the silence yet"},
	{"failed-before", "su sitio ya fallaba antes", "its site had failed before"},
	{"journal-failing", "la bitácora no se puede escribir", "the journal cannot be written"},
	{"journal-old", "la bitácora no se ha escrito en un minuto",
	 "the journal was not written for a minute"},
	{"calls-stuck", "hay llamadas que no salen", "calls do not leave"},
	{"loop-late", "el colector va muy retrasado", "the collector is very late"},
};

/* NULL for a word that is not in the table. */
static const char *phrase_of(const struct phrase *table, size_t n, const char *word, bool english)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(table[i].word, word) == 0)
			return english ? table[i].en : table[i].es;
	}
	return NULL;
}
#define PHRASE(table, word, english) phrase_of(table, COUNT_OF(table), word, english)

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static void put_cause(struct buf *out, const char *cause, const char *why, bool english)
{
	const char *text = PHRASE(causes, cause, english), *reason = PHRASE(whys, why, english);

	buf_puts(out, text != NULL ? text : cause);
	if (why[0] != '\0')
		buf_printf(out, " (%s)", reason != NULL ? reason : why);
}

void watch_text_put_cause(struct buf *out, const json_t *agent, bool english)
{
	struct buf text CLEANUP(buf_release) = {0};
	const char *cause = text_of(agent, "cause");

	if (cause[0] == '\0' || strcmp(cause, "none") == 0)
		return;
	buf_init(&text, 1024);
	put_cause(&text, cause, text_of(agent, "cause_why"), english);
	buf_puts(out, "  ");
	output_put_clean(out, buf_cstr(&text));
}

static bool is_alarm_on(const json_t *status, const char *word)
{
	const json_t *list = json_object_get(status, "alarms"), *alarm;
	size_t i;

	json_array_foreach(list, i, alarm)
	{
		if (strcmp(text_of(alarm, "alarm"), word) == 0)
			return true;
	}
	return false;
}

static void put_alarm(struct buf *out, const char *word, const char *detail, bool english)
{
	const char *text = PHRASE(alarms, word, english);

	buf_puts(out, english ? "OWN ALARM " : "ALARMA PROPIA ");
	output_put_clean(out, text != NULL ? text : word);
	if (detail[0] != '\0') {
		buf_puts(out, " (");
		output_put_clean(out, detail);
		buf_putc(out, ')');
	}
	buf_putc(out, '\n');
}

static void put_span(char *dst, size_t size, const json_t *seconds)
{
	double s = json_number_value(seconds);

	snprintf(dst, size, "-");
	if (json_is_number(seconds) && s < 1e10 && s > -1e10)
		format_duration(dst, size, (int64_t)((s < 0 ? -s : s) * 1e6));
}

static void put_hour(char dst[TIMEFMT_SIZE], const json_t *seconds)
{
	double s = json_number_value(seconds);

	snprintf(dst, TIMEFMT_SIZE, "--:--:--");
	if (json_is_number(seconds) && s >= 0 && s <= 253402300799.0)
		timefmt_local_clock(dst, (struct wall_time){(int64_t)(s * 1e6)});
}

static void put_trouble(struct buf *out, const json_t *t, bool english)
{
	struct buf cause CLEANUP(buf_release) = {0}, text CLEANUP(buf_release) = {0};
	const char *what = text_of(t, "what"), *why = text_of(t, "why");
	const char *phrase = PHRASE(troubles, what, english), *reason = PHRASE(whys, why, english);
	char span[32], at[TIMEFMT_SIZE];

	buf_init(&cause, 1024);
	buf_init(&text, 8192);
	put_span(span, sizeof(span), json_object_get(t, "seconds"));
	put_hour(at, json_object_get(t, "since"));
	put_cause(&cause, text_of(t, "cause"), why, english);
	{
		const struct catalog_pair pairs[] = {{"what", what},
						     {"who", text_of(t, "who")},
						     {"span", span},
						     {"at", at},
						     {"cause", buf_cstr(&cause)},
						     {"why", reason != NULL ? reason : why}};

		catalog_fill(&text, phrase != NULL ? phrase : "{what} {who} {why}", pairs,
			     COUNT_OF(pairs));
	}
	buf_puts(out, "  ");
	output_put_clean(out, buf_cstr(&text));
	buf_putc(out, '\n');
}

void watch_text_put(struct buf *out, const json_t *status, bool english)
{
	const json_t *list = json_object_get(status, "alarms"), *item;
	bool failing = is_alarm_on(status, "journal-failing");
	size_t i, shown = 0;

	if (!failing && json_is_false(json_object_get(json_object_get(status, "journal"), "ok"))) {
		put_alarm(out, "journal-failing", "", english);
		failing = true;
	}
	json_array_foreach(list, i, item)
		put_alarm(out, text_of(item, "alarm"), text_of(item, "text"), english);
	list = json_object_get(json_object_get(status, "watch"), "troubles");
	json_array_foreach(list, i, item)
	{
		if (failing && strcmp(text_of(item, "what"), "journal-failing") == 0)
			continue;
		if (shown++ == 0)
			buf_puts(out, english ? "THE WATCH ITSELF\n" : "LA VIGILANCIA MISMA\n");
		put_trouble(out, item, english);
	}
}
