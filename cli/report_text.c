#include "cli/report_text.h"

#include <jansson.h>

#include "base/instant.h"
#include "base/timefmt.h"
#include "cli/output.h"
#include "cli/words.h"

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static bool put_time(struct buf *out, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	double s = json_number_value(v);
	char text[TIMEFMT_SIZE];

	if (!json_is_number(v) || s < 0 || s > 1e11)
		return false;
	timefmt_local(text, (struct wall_time){(int64_t)(s * 1e6)});
	buf_puts(out, text);
	return true;
}

static void put_labelled(struct buf *out, const json_t *o, const char *key, const char *label)
{
	const char *s = text_of(o, key);

	if (s[0] == '\0')
		return;
	buf_printf(out, "  %s", label);
	output_put_clean(out, s);
}

static void put_dated(struct buf *out, const json_t *o, const char *key, const char *label)
{
	if (!json_is_number(json_object_get(o, key)))
		return;
	buf_printf(out, "  %s", label);
	put_time(out, o, key);
}

/* --- what is owed -------------------------------------------------------------------------------------- */

void report_text_put_debts(struct buf *out, const json_t *status, bool english)
{
	const json_t *list = json_object_get(status, "debts"), *d;
	size_t i;

	json_array_foreach(list, i, d)
	{
		if (i == 0)
			buf_puts(out, english ? "OWED\n" : "PENDIENTES\n");
		buf_puts(out, "  folio ");
		output_put_clean(out, text_of(d, "folio"));
		buf_puts(out, "  ");
		output_put_clean(out, words_of(text_of(d, "what"), english));
		put_labelled(out, d, "person", "");
		put_dated(out, d, "due", english ? "due " : "vence ");
		if (json_is_true(json_object_get(d, "overdue")))
			buf_puts(out, english ? "  OVERDUE" : "  VENCIDO");
		buf_putc(out, '\n');
	}
}

void report_text_put_marks(struct buf *out, const json_t *incident, bool english)
{
	const json_t *into = json_object_get(incident, "merged_into");
	const json_t *first = json_array_get(json_object_get(incident, "reports"), 0);

	if (first != NULL && json_array_size(json_object_get(incident, "services")) == 0) {
		put_labelled(out, first, "name", "");
		put_labelled(out, first, "site", "");
	}
	if (json_integer_value(json_object_get(incident, "report_count")) > 0)
		buf_printf(
			out, english ? "  %s, reports: %lld" : "  %s, reportes: %lld",
			words_of(text_of(incident, "class"), english),
			(long long)json_integer_value(json_object_get(incident, "report_count")));
	if (json_is_true(json_object_get(incident, "contradicted")))
		buf_puts(out, english ? "  REPORTED, BUT MEASURED AS WELL"
				      : "  LO REPORTAN, PERO LA MEDICIÓN DICE QUE FUNCIONA");
	if (json_is_integer(into))
		buf_printf(out,
			   english ? "  goes on in incident %lld" : "  sigue en el incidente %lld",
			   (long long)json_integer_value(into));
}

/* --- the final report --------------------------------------------------------------------------------- */

static void put_line(struct buf *out, const json_t *x, bool english)
{
	buf_printf(out, "    %6lld  ", (long long)json_integer_value(json_object_get(x, "seq")));
	put_time(out, x, "at");
	if (text_of(x, "what")[0] != '\0') {
		buf_puts(out, "  ");
		output_put_clean(out, words_of(text_of(x, "what"), english));
	}
	if (text_of(x, "via")[0] != '\0') {
		buf_puts(out, "  ");
		output_put_clean(out, words_of(text_of(x, "via"), english));
	}
	put_labelled(out, x, "note", "");
	put_labelled(out, x, "ref", "ref ");
	if (json_is_number(json_object_get(x, "amount")))
		buf_printf(out, "  $%.0f", json_number_value(json_object_get(x, "amount")));
	put_labelled(out, x, "authorised_by", english ? "authorised by " : "autoriza ");
	put_labelled(out, x, "owner", english ? "owner " : "responsable ");
	put_dated(out, x, "due", english ? "due " : "para ");
	put_dated(out, x, "done", english ? "done " : "hecho ");
	put_dated(out, x, "verified", english ? "verified " : "verificado ");
	put_labelled(out, x, "by", english ? "(by " : "(asentó ");
	buf_puts(out, text_of(x, "by")[0] != '\0' ? ")\n" : "\n");
}

static const struct {
	const char *key, *es, *en;
} parts[] = {
	{"reports", "Lo reportado", "Reported"},
	{"activities", "Actividades realizadas", "Activities"},
	{"areas", "Áreas que participaron", "Areas"},
	{"suppliers", "Proveedores", "Suppliers"},
	{"purchases", "Compras o rentas", "Purchases or rentals"},
	{"problems", "Problemas", "Problems"},
	{"improvements", "Plan de mejora", "Improvement plan"},
};

static bool says_something(const json_t *r)
{
	for (size_t k = 0; k < COUNT_OF(parts); k++) {
		if (json_array_size(json_object_get(r, parts[k].key)) > 0)
			return true;
	}
	return json_is_number(json_object_get(r, "handed_in")) ||
	       json_is_number(json_object_get(r, "return_began"));
}

void report_text_put(struct buf *out, const json_t *incident, bool english)
{
	const json_t *r = json_object_get(incident, "final_report"), *x;
	size_t i;

	if (!json_is_object(r) || !says_something(r))
		return;
	buf_puts(out, english ? "FINAL REPORT\n" : "INFORME FINAL\n");
	put_dated(out, r, "start", english ? "start " : "inicio ");
	if (text_of(r, "start_by")[0] == 'w')
		buf_puts(out, english ? " (by word)" : " (según lo reportado)");
	put_dated(out, r, "end", english ? "end " : "fin ");
	put_dated(out, r, "return_began", english ? "way back from " : "regreso desde ");
	put_dated(out, r, "return_done", english ? "to " : "hasta ");
	put_dated(out, r, "handed_in", english ? "handed in " : "entregado ");
	put_dated(out, incident, "report_due", english ? "due " : "vence ");
	buf_putc(out, '\n');
	for (size_t k = 0; k < COUNT_OF(parts); k++) {
		const json_t *list = json_object_get(r, parts[k].key);

		if (json_array_size(list) > 0)
			buf_printf(out, "  %s\n", english ? parts[k].en : parts[k].es);
		json_array_foreach(list, i, x)
		{
			put_line(out, x, english);
		}
	}
}
