/* link_page - what a person reads on a telephone, in both languages, and what never gets onto the page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/micro.h"
#include "dashboard/link_page.h"

#define NOW INT64_C(1780000048)

static struct link_facts facts(void)
{
	struct link_facts f = {.now = {NOW * US_PER_S},
			       .real = true,
			       .institution = "Prueba",
			       .locale = "es-MX",
			       .folio = "07",
			       .service_count = 1,
			       .post = "Mesa de ayuda",
			       .called = {(NOW - 38) * US_PER_S},
			       .used_at = WALL_UNKNOWN,
			       .can_ack = true,
			       .can_attend = true,
			       .can_pass = true};

	f.services[0] = (struct link_service){.name = "Publicación",
					      .state = "down",
					      .since = {(NOW - 48) * US_PER_S},
					      .restored = WALL_UNKNOWN,
					      .left_us = 252 * US_PER_S};
	return f;
}

static const char *page(const struct link_facts *f, bool english)
{
	static char text[LINK_PAGE_MAX + 1];
	struct buf out;

	buf_init(&out, LINK_PAGE_MAX);
	link_page_put(&out, f, "3f-00112233445566778899aabbccddeeff", english);
	assert_true(buf_is_ok(&out));
	snprintf(text, sizeof(text), "%s", buf_cstr(&out));
	buf_release(&out);
	assert_null(strstr(text, "<script"));
	assert_null(strstr(text, "style="));
	assert_non_null(strstr(text, "name=\"viewport\" content=\"width=device-width"));
	assert_non_null(strstr(text, "content=\"noindex, nofollow\""));
	assert_non_null(strstr(text, "</html>"));
	return text;
}

#define put(dst, text) snprintf(dst, sizeof(dst), "%s", text)

static void has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("'%s' is not in %s", part, text);
}

static void has_not(const char *text, const char *part)
{
	if (strstr(text, part) != NULL)
		fail_msg("'%s' is in %s", part, text);
}

static void what_fails_and_what_to_press(void **state)
{
	struct link_facts f = facts();
	const char *text = page(&f, false);

	(void)state;
	has(text, "<html lang=\"es\">");
	has(text, "<p class=\"real\">REAL</p>\n<h1>Folio 07</h1>");
	has(text, "<h2>Publicación</h2><p>No funciona desde las <b>14:26:40</b></p><p "
		  "class=\"left\">Quedan <b>4m 12s</b> del RTO</p>");
	has(text, "Se avisó a: <b>Mesa de ayuda</b>, a las 14:26:50");
	has(text, "<form method=\"post\" action=\"/a/3f-00112233445566778899aabbccddeeff\">");
	has(text,
	    "<button name=\"act\" value=\"attend\" class=\"attend\">Voy yo, lo atiendo</button>");
	has(text, "<button name=\"act\" value=\"ack\" class=\"ack\">Enterado</button>");
	has(text, "<button name=\"act\" value=\"pass\" class=\"pass\">No puedo</button>");
	has(text, "<textarea id=\"note\" name=\"note\"");
	has(text, "Autorizar o declarar la contingencia no se hace aquí");
	has(text, "Datos de 2026-05-28 14:27:28");
	f.real = false;
	text = page(&f, true);
	has(text, "<p class=\"drill\">DRILL</p>");
	has(text, "Down since <b>14:26:40</b>");
	has(text, "Left: <b>4m 12s</b> of the RTO");
	has(text, ">I am on it</button>");
	has(page(&f, false), "<p class=\"drill\">SIMULACRO</p>");
}

static void a_report_of_no_process_says_so(void **state)
{
	struct link_facts f = facts();

	(void)state;
	f.service_count = 0;
	has(page(&f, false), "Lo reporta una persona; no se señala ningún proceso.");
	has(page(&f, true), "A person reports it; no process is named.");
}

/* A report that nobody has confirmed has no clock; a confirmed one is a person's word, not a lack of data. */
static void what_is_only_reported_says_so(void **state)
{
	struct link_facts f = facts();
	const char *text;

	(void)state;
	f.services[0].by_word = f.services[0].estimated = true;
	f.services[0].left_us = MICRO_NONE;
	text = page(&f, false);
	has(text, "<p>Reportan que no funciona, desde las <b>14:26:40</b></p><p "
		  "class=\"left\">Falta confirmarlo. El reloj del RTO aún no corre.</p>");
	has_not(text, "Quedan");
	has(page(&f, true), "Reported as not working, since <b>14:26:40</b>");
	f.services[0].left_us = 252 * US_PER_S;
	text = page(&f, false);
	has(text, "Reportado y confirmado: no funciona desde las <b>14:26:40</b>");
	has(text, "Quedan <b>4m 12s</b> del RTO");
}

static void the_words_fit_the_clock(void **state)
{
	struct link_facts f = facts();

	(void)state;
	f.services[0].since.us -= 86400 * US_PER_S;
	has(page(&f, false), "No funciona desde las <b>2026-05-27 14:26:40</b>");
	f.services[0].since.us += 86400 * US_PER_S;
	f.services[0].left_us = -61 * US_PER_S;
	has(page(&f, false), "<p class=\"left\">RTO rebasado hace <b>1m 01s</b></p>");
	f.services[0].estimated = true;
	has(page(&f, false), "Sin datos desde las <b>14:26:40</b>");
	f.services[0].restored = (struct wall_time){(NOW - 8) * US_PER_S};
	has(page(&f, false), "Ya funciona, desde las <b>14:27:20</b></p><p class=\"left\">Estuvo "
			     "fuera <b>40s</b></p>");
	f.services[0].restored = f.services[0].since = WALL_UNKNOWN;
	has(page(&f, false), "Hora de inicio desconocida");
}

static void what_was_recorded(void **state)
{
	struct link_facts f = facts();
	const char *text;

	(void)state;
	f.can_ack = f.can_attend = f.can_pass = false;
	put(f.used, "attend");
	put(f.why, "used");
	f.used_at = (struct wall_time){NOW * US_PER_S};
	f.used_seq = 31;
	text = page(&f, false);
	has_not(text, "<form");
	has_not(text, "<button");
	has(text, "Quedó registrado: <b>Voy yo, lo atiendo</b>, 14:27:28 (asiento 31)");
	has(text, "El reloj no se detiene con esto");
	has(text, "Este enlace ya sirvió");
	f.used[0] = '\0';
	put(f.why, "closed");
	text = page(&f, false);
	has_not(text, "<form");
	has(text, "El incidente terminó. Ya no hace falta contestar.");
	has(page(&f, true), "The incident is over.");
}

static void nothing_of_the_plan_becomes_markup(void **state)
{
	static const char bad[] = "</p><script>alert(1)</script>\"'&";
	struct link_facts f = facts();
	const char *text;

	(void)state;
	put(f.institution, bad);
	put(f.services[0].name, bad);
	put(f.post, bad);
	put(f.folio, "<b>\"'&");
	f.can_ack = f.can_attend = f.can_pass = false;
	put(f.used, "<i>");
	text = page(&f, false);
	has_not(text, "<script");
	has_not(text, "<i>");
	has_not(text, "<b>\"");
	has(text, "&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;");
}

/* The longest names, each byte of which becomes six, still make a page. */
static void a_page_has_an_end(void **state)
{
	struct link_facts f = facts();
	const char *text;

	(void)state;
	memset(f.institution, '"', sizeof(f.institution) - 1);
	memset(f.post, '"', sizeof(f.post) - 1);
	for (size_t i = 0; i < LINK_SERVICES_SHOWN; i++) {
		f.services[i] = f.services[0];
		memset(f.services[i].name, '"', sizeof(f.services[i].name) - 1);
	}
	f.service_count = 40;
	text = page(&f, false);
	has(text, "&quot;…</h2>");
	has(text, "y 35 servicios más");
	/* Never cut within a letter. */
	f = facts();
	for (size_t i = 0; i + 2 < sizeof(f.post); i += 2)
		memcpy(f.post + i, "ñ", 2);
	f.post[0] = 'n';
	memmove(f.post + 1, f.post + 2, sizeof(f.post) - 2);
	has(page(&f, false), "ñ…</b>");
	has_not(page(&f, false), "\xEF\xBF\xBD");
}

static void troubles_say_what_to_do(void **state)
{
	static const char *const words[] = {
		"no existe o ya venció",      "Demasiados enlaces",
		"No se registró nada",        "no se puede contestar por aquí",
		"No sabemos si su respuesta", "aún no consta"};

	(void)state;
	_Static_assert(COUNT_OF(words) == LINK_TROUBLE_COUNT, "every trouble");
	for (int t = 0; t < LINK_TROUBLE_COUNT; t++) {
		for (int english = 0; english < 2; english++) {
			struct buf out;

			buf_init(&out, LINK_PAGE_MAX);
			link_page_put_trouble(&out, (enum link_trouble)t, english != 0);
			assert_true(buf_is_ok(&out));
			has(buf_cstr(&out), english != 0
						    ? "Telephone the post that called you"
						    : "Llame por teléfono al puesto que le avisó");
			if (english == 0)
				has(buf_cstr(&out), words[t]);
			else
				has_not(buf_cstr(&out), words[t]);
			has_not(buf_cstr(&out), "(null)");
			buf_release(&out);
		}
	}
}

static void spanish_unless_the_plan_or_the_browser_wants_english(void **state)
{
	static const struct {
		const char *locale, *accept;
		bool english;
	} cases[] = {
		{NULL, NULL, false},
		{"es-MX", NULL, false},
		{"en", NULL, true},
		{"en-US", "es", true},
		{"es-MX", "en", true},
		{NULL, "en-US,en;q=0.9", true},
		{NULL, "en-US,en;q=0.9,es;q=0.8", true},
		{NULL, "es-MX,es;q=0.9,en;q=0.8", false},
		{NULL, "es;q=0.4,en;q=0.5", true},
		{NULL, "es;q=0.45, en;q=0.449", false},
		{NULL, "fr,de;q=0.9", false},
		{NULL, "en;q=0", false},
		{NULL, "eng", false},
		{NULL, "", false},
		{NULL, ",,;=;q=,en;q=", false},
		{NULL, "*", false},
		{NULL, "en ", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (link_page_is_english(cases[i].locale, cases[i].accept) != cases[i].english)
			fail_msg("%zu: %s", i, cases[i].accept);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fails_and_what_to_press),
		cmocka_unit_test(a_report_of_no_process_says_so),
		cmocka_unit_test(what_is_only_reported_says_so),
		cmocka_unit_test(the_words_fit_the_clock),
		cmocka_unit_test(what_was_recorded),
		cmocka_unit_test(nothing_of_the_plan_becomes_markup),
		cmocka_unit_test(a_page_has_an_end),
		cmocka_unit_test(troubles_say_what_to_do),
		cmocka_unit_test(spanish_unless_the_plan_or_the_browser_wants_english),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
