/* watch_text - the watch's own troubles on a terminal: every word that a collector writes has its sentence in both languages,
 * the same as on the board; the journal that fails is told once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "cli/watch_text.h"
#include "engine/states.h"

/* The page of a status, as text that the caller releases. */
static struct buf page(const char *status, bool english)
{
	json_t *root = json_loads(status, 0, NULL);
	struct buf out;

	assert_non_null(root);
	buf_init(&out, 65536);
	watch_text_put(&out, root, english);
	json_decref(root);
	return out;
}

static void expect(const char *status, bool english, const char *want)
{
	struct buf out = page(status, english);

	assert_string_equal(buf_cstr(&out), want);
	buf_release(&out);
}

static void nothing_is_said_when_all_is_well(void **state)
{
	(void)state;
	expect("{}", false, "");
	expect("{\"journal\":{\"ok\":true},\"alarms\":[],\"watch\":{\"troubles\":[]}}", true, "");
}

static void each_trouble_is_a_sentence(void **state)
{
	static const struct {
		const char *trouble, *es, *en;
	} cases[] = {
		{"\"what\":\"agent-silent\",\"who\":\"catd-01\",\"cause\":\"unknown\",\"why\":"
		 "\"nobody-looks\",\"since\":1760000000",
		 "El agente catd-01 calla desde las 02:53:20: no se sabe por qué (nadie mira su "
		 "sitio desde otro lugar)",
		 "The agent catd-01 is silent since 02:53:20: why is not known (nobody looks at "
		 "its site from elsewhere)"},
		{"\"what\":\"agent-site\",\"who\":\"catd-01\",\"cause\":\"one-way\",\"why\":\"\"",
		 "El sitio del agente catd-01: desde fuera no se llega, desde dentro todo sirve: "
		 "un "
		 "solo sentido",
		 "The site of agent catd-01: not reached from outside, all works inside: one way "
		 "only"},
		{"\"what\":\"agent-clock\",\"who\":\"dc\",\"seconds\":-75.2",
		 "El reloj del agente dc está desviado 1m 15s",
		 "The clock of agent dc is off by 1m 15s"},
		{"\"what\":\"heartbeat-failing\",\"who\":null,\"why\":\"status 500\"",
		 "El vigilante externo no contesta la señal de vida: status 500",
		 "The outside watcher does not answer the sign of life: status 500"},
		{"\"what\":\"heartbeat-withheld\",\"who\":null,\"why\":\"calls-stuck\"",
		 "La señal de vida se retiene, para que el vigilante externo avise: hay llamadas "
		 "que no salen",
		 "The sign of life is withheld, so that the outside watcher rings: calls do not "
		 "leave"},
		{"\"what\":\"channel-failed\",\"who\":\"correo\\u001b[2J\"",
		 "Lo último que se envió por el canal correo?[2J falló",
		 "The last message through channel correo?[2J failed"},
		{"\"what\":\"of-tomorrow\",\"who\":\"dc\",\"why\":\"so\"", "of-tomorrow dc so",
		 "of-tomorrow dc so"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char status[400], want[400];

		snprintf(status, sizeof(status), "{\"watch\":{\"troubles\":[{%s}]}}",
			 cases[i].trouble);
		snprintf(want, sizeof(want), "LA VIGILANCIA MISMA\n  %s\n", cases[i].es);
		expect(status, false, want);
		snprintf(want, sizeof(want), "THE WATCH ITSELF\n  %s\n", cases[i].en);
		expect(status, true, want);
	}
}

static unsigned count(const char *text, const char *word)
{
	unsigned n = 0;

	for (const char *p = strstr(text, word); p != NULL; p = strstr(p + 1, word))
		n++;
	return n;
}

/* The state of the journal, an alarm and a trouble name it. */
static void a_journal_that_fails_is_told_once(void **state)
{
	static const char trouble[] = "\"watch\":{\"troubles\":[{\"what\":\"journal-failing\","
				      "\"who\":null,\"seconds\":5}]}";
	char status[400];
	struct buf out;

	(void)state;
	snprintf(status, sizeof(status),
		 "{\"journal\":{\"ok\":false},\"alarms\":[{\"alarm\":\"journal-failing\",\"since\":"
		 "1,"
		 "\"text\":\"disk I/O error\"}],%s}",
		 trouble);
	out = page(status, true);
	assert_int_equal(count(buf_cstr(&out), "ournal"), 0);
	assert_int_equal(count(buf_cstr(&out), "JOURNAL CANNOT BE WRITTEN"), 1);
	assert_int_equal(count(buf_cstr(&out), "(disk I/O error)\n"), 1);
	buf_release(&out);
	snprintf(status, sizeof(status), "{\"journal\":{\"ok\":false},%s}", trouble);
	out = page(status, true);
	assert_int_equal(count(buf_cstr(&out), "\n"), 1);
	buf_release(&out);
	/* Only the trouble names it: it is told there. */
	snprintf(status, sizeof(status), "{\"journal\":{\"ok\":true},%s}", trouble);
	expect(status, true, "THE WATCH ITSELF\n  The journal cannot be written for 5s\n");
}

/* The text of a word in the board's own file. */
static const char *on_board(const json_t *words, const char *group, const char *word)
{
	const char *text = json_string_value(json_object_get(json_object_get(words, group), word));

	if (text == NULL)
		fail_msg("the board has no text for %s '%s'", group, word);
	return text;
}

static void as_on_the_board(void **state)
{
	(void)state;
	for (int english = 0; english < 2; english++) {
		json_t *words = json_load_file(
			english ? "dashboard/web/en.json" : "dashboard/web/es.json", 0, NULL);
		char status[200], want[300];
		const char *word;
		json_t *text;

		assert_non_null(words);
		for (int i = CAUSE_NONE + 1; i < AGENT_CAUSE_COUNT; i++) {
			const char *cause = agent_cause_word((enum agent_cause)i);
			json_t *agent = json_pack("{s:s,s:s}", "cause", cause, "cause_why", "");
			struct buf out;

			buf_init(&out, 1024);
			watch_text_put_cause(&out, agent, english);
			snprintf(want, sizeof(want), "  %s", on_board(words, "cause", cause));
			assert_string_equal(buf_cstr(&out), want);
			buf_release(&out);
			json_decref(agent);
		}
		/* The board's own test sees to it that these are all of the collector's. */
		assert_true(json_object_size(json_object_get(words, "alarm")) > 0);
		json_object_foreach(json_object_get(words, "alarm"), word, text)
		{
			struct buf out;

			snprintf(status, sizeof(status), "{\"alarms\":[{\"alarm\":\"%s\"}]}", word);
			out = page(status, english);
			snprintf(want, sizeof(want), "%s %s. ",
				 english ? "OWN ALARM" : "ALARMA PROPIA", json_string_value(text));
			assert_ptr_equal(strstr(buf_cstr(&out), want), buf_cstr(&out));
			buf_release(&out);
		}
		json_decref(words);
	}
}

static void an_agent_with_nothing_to_tell(void **state)
{
	static const char *const agents[] = {"{}", "{\"cause\":\"none\",\"cause_why\":\"\"}",
					     "{\"cause\":7}"};
	struct buf out;

	(void)state;
	buf_init(&out, 1024);
	for (size_t i = 0; i < COUNT_OF(agents); i++) {
		json_t *agent = json_loads(agents[i], 0, NULL);

		watch_text_put_cause(&out, agent, true);
		json_decref(agent);
	}
	assert_int_equal(out.len, 0);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_said_when_all_is_well),
		cmocka_unit_test(each_trouble_is_a_sentence),
		cmocka_unit_test(a_journal_that_fails_is_told_once),
		cmocka_unit_test(as_on_the_board),
		cmocka_unit_test(an_agent_with_nothing_to_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
