/* ready: go or no-go, as GET /v1/ready tells it. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/parse.h"
#include "cli/api.h"
#include "cli/commands.h"
#include "cli/output.h"

static const struct {
	const char *id, *es, *en;
} names[] = {
	{"seats-held", "Cada asiento tiene a quién llamar", "Each seat has somebody to call"},
	{"seats-ahead", "Y lo tendrá toda la jornada", "And will have all through the day"},
	{"people-reached", "Quien está de turno ha contestado", "Whoever is on duty has answered"},
	{"channels", "Los canales funcionan", "The channels work"},
	{"services", "Los procesos funcionan", "The processes work"},
	{"services-spare", "Con redundancia completa", "With all their redundancy"},
	{"checks-seen", "Todas las pruebas dan datos", "All checks give data"},
	{"checks-well", "Ninguna prueba en crítico", "No check is critical"},
	{"backups", "Respaldos dentro de su RPO", "Backups within their RPO"},
	{"agents-heard", "Se oye a todos los agentes", "All agents are heard"},
	{"sites-watched", "Cada sitio se mira desde otro", "Each site is looked at from another"},
	{"clock-own", "Reloj del colector", "The collector's clock"},
	{"clocks-agents", "Relojes de los agentes", "The agents' clocks"},
	{"plan-findings", "Plan sin errores abiertos", "No open errors in the plan"},
	{"plan-on-disk", "El plan en disco es el vigente", "The plan on disk is the one in force"},
	{"program", "El programa en uso es el instalado",
	 "The program that runs is the one installed"},
	{"agent-versions", "Agentes con la misma versión", "Agents of the same version"},
	{"certificate", "Certificado vigente", "Certificate is good"},
	{"journal", "La bitácora se escribe", "The journal is written"},
	{"disk", "Espacio en disco", "Room on the disk"},
	{"series", "Las gráficas se guardan", "Graphs are kept"},
	{"journal-backup", "Respaldo de la bitácora", "Backup of the journal"},
	{"heartbeat", "Vigilante externo", "The outside watcher"},
	{"incidents", "Sin incidentes abiertos", "No open incidents"},
	{"owed", "Sin avisos ni informes debidos", "No words or papers owed"},
	{"silences", "Sin silencios ni ventanas", "No silences or windows"},
	{"drill", "Sin simulacro en curso", "No drill under way"},
};

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* A newer collector may know more items than we do: they come as they are. */
static const char *name_of(const char *id, bool english)
{
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (strcmp(names[i].id, id) == 0)
			return english ? names[i].en : names[i].es;
	}
	return id;
}

static const char *mark_of(const json_t *item, bool english)
{
	const char *state = text_of(item, "state");

	if (json_is_true(json_object_get(item, "blocks")))
		return english ? "NO GO     " : "IMPIDE    ";
	if (strcmp(state, "go") == 0)
		return english ? "go        " : "en orden  ";
	return strcmp(state, "unknown") == 0 ? (english ? "unknown   " : "sin saber ")
					     : (english ? "reserve   " : "reserva   ");
}

static void put_details(struct buf *out, const json_t *item, bool english)
{
	const json_t *list = json_object_get(item, "detail"), *d;
	json_int_t more = json_integer_value(json_object_get(item, "unlisted"));
	size_t i;

	json_array_foreach(list, i, d)
	{
		buf_puts(out, i == 0 ? "            " : ", ");
		output_put_clean(out, text_of(d, "what"));
		if (text_of(d, "why")[0] != '\0') {
			buf_puts(out, " (");
			output_put_clean(out, text_of(d, "why"));
			buf_putc(out, ')');
		}
	}
	if (more > 0)
		buf_printf(out, english ? " and %lld more" : " y %lld más", (long long)more);
	if (json_array_size(list) > 0)
		buf_putc(out, '\n');
}

static void put_item(struct buf *out, const json_t *item, bool english)
{
	const json_t *value = json_object_get(item, "value"), *of = json_object_get(item, "of");

	buf_printf(out, "  %s", mark_of(item, english));
	output_put_clean(out, name_of(text_of(item, "id"), english));
	if (json_is_number(value) && json_is_number(of) && text_of(item, "unit")[0] == '\0')
		buf_printf(out, ": %lld / %lld", (long long)json_number_value(value),
			   (long long)json_number_value(of));
	if (strcmp(text_of(item, "state"), "go") != 0 && text_of(item, "why")[0] != '\0') {
		buf_puts(out, "  [");
		output_put_clean(out, text_of(item, "why"));
		buf_putc(out, ']');
	}
	buf_putc(out, '\n');
	if (strcmp(text_of(item, "state"), "go") != 0)
		put_details(out, item, english);
}

static const char *verdict_text(const char *verdict, bool english)
{
	if (strcmp(verdict, "go") == 0)
		return english ? "GO" : "ADELANTE";
	return strcmp(verdict, "no-go") == 0 ? (english ? "NO GO" : "NO EMPEZAR")
					     : (english ? "WITH RESERVATIONS" : "CON RESERVAS");
}

enum err ready_cmd_write(const char *json, size_t n, bool english, struct buf *out, bool *ret_go)
{
	json_t *root = json_loadb(json, n, JSON_REJECT_DUPLICATES, NULL), *item;
	const json_t *items = json_object_get(root, "items");
	const char *verdict = text_of(root, "verdict");
	enum err e = verdict[0] != '\0' && json_is_array(items) ? ERR_OK : ERR_SYNTAX;
	size_t i;

	*ret_go = strcmp(verdict, "go") == 0 || strcmp(verdict, "reserved") == 0;
	if (e == ERR_OK) {
		buf_printf(out, "%s\n", verdict_text(verdict, english));
		json_array_foreach(items, i, item)
		{
			put_item(out, item, english);
		}
	}
	json_decref(root);
	return e;
}

int ready_cmd_run(const struct options *o)
{
	struct buf answer CLEANUP(buf_release) = {0}, out CLEANUP(buf_release) = {0};
	struct api a CLEANUP(api_close) = {0};
	struct err_info info = {0};
	bool go = false;
	enum err e;

	buf_init(&answer, API_ANSWER_MAX);
	buf_init(&out, API_ANSWER_MAX);
	e = api_open(o, &a, &info);
	if (e == ERR_OK)
		e = api_call(&a, "GET", "/v1/ready", (struct slice){"", 0}, &answer, &info);
	if (e != ERR_OK) {
		(void)options_fail(e, &info);
		return EXIT_UNUSABLE;
	}
	e = ready_cmd_write(buf_cstr(&answer), answer.len, options_is_english(o), &out, &go);
	if (e != ERR_OK)
		return options_fail_text(EXIT_UNUSABLE, "the answer of %s is not a collector's",
					 a.url);
	if (options_has(o, OPTION_JSON)) {
		buf_reset(&out);
		buf_put(&out, answer.data, answer.len);
		buf_putc(&out, '\n');
	}
	e = output_print(buf_slice(&out), &info);
	if (e != ERR_OK)
		return options_fail(e, &info);
	return go ? EXIT_OK : EXIT_NO;
}
