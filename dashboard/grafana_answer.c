#include "dashboard/grafana_answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* Rising with what must be done about it, so that thresholds of a panel are a simple thing. */
static const char *const states[] = {"ok", "degraded", "unknown", "blind", "down"};

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* jansson's own json_null is hidden behind base/json_emit.h's, which the linker finds first. */
static json_t *nothing(void)
{
	return json_pack("n");
}

static json_t *load(struct slice text)
{
	return json_loadb(text.p, text.n, 0, NULL);
}

/* Writes `what` (which it takes over) behind what is there. */
static void put(struct buf *out, json_t *what)
{
	char *text = json_dumps(what, JSON_COMPACT | JSON_REAL_PRECISION(15) | JSON_ENCODE_ANY);

	if (text != NULL)
		buf_puts(out, text);
	free(text);
	json_decref(what);
}

static json_t *milliseconds(const json_t *seconds)
{
	return json_is_number(seconds)
		       ? json_integer((json_int_t)(json_number_value(seconds) * 1000))
		       : nothing();
}

/* --- names ---------------------------------------------------------------------------------------- */

static void add_metric(json_t *list, const char *text, const char *label, const char *search)
{
	if (json_array_size(list) < GRAFANA_METRICS_MAX && strcasestr(label, search) != NULL)
		json_array_append_new(list, json_pack("{s:s,s:s}", "label", label, "value", text));
}

static void add_services(json_t *list, const json_t *status, const char *search)
{
	static const char *const what[] = {"state", "rto_left"};
	size_t i;
	json_t *s;

	add_metric(list, "services", "services", search);
	add_metric(list, "incidents", "incidents", search);
	json_array_foreach(json_object_get(status, "services"), i, s)
	{
		for (int k = 0; k < 2; k++) {
			char text[GRAFANA_TEXT_SIZE];

			snprintf(text, sizeof(text), "service %s %s", text_of(s, "id"), what[k]);
			add_metric(list, text, text, search);
		}
	}
}

static void add_check(json_t *list, const json_t *check, const char *search)
{
	size_t i;
	json_t *v, *value;
	const char *name;

	json_array_foreach(json_object_get(check, "vantages"), i, v)
	{
		char text[GRAFANA_TEXT_SIZE];

		json_object_foreach(json_object_get(v, "values"), name, value)
		{
			snprintf(text, sizeof(text), "check %s %s %s", text_of(check, "id"), name,
				 text_of(v, "agent"));
			add_metric(list, text, text, search);
		}
		snprintf(text, sizeof(text), "check %s state %s", text_of(check, "id"),
			 text_of(v, "agent"));
		add_metric(list, text, text, search);
	}
}

bool grafana_put_metrics(struct buf *out, struct slice text, const char *search)
{
	json_t *status = load(text), *list, *component, *check;
	size_t i, k;

	if (!json_is_object(status)) {
		json_decref(status);
		return false;
	}
	list = json_array();
	add_services(list, status, search);
	json_array_foreach(json_object_get(status, "components"), i, component)
	{
		json_array_foreach(json_object_get(component, "checks"), k, check)
		{
			add_check(list, check, search);
		}
	}
	put(out, list);
	json_decref(status);
	return true;
}

static void add_variable(json_t *list, const char *text, const char *value)
{
	size_t i;
	json_t *there;

	json_array_foreach(list, i, there)
	{
		if (strcmp(text_of(there, "__value"), value) == 0)
			return;
	}
	if (value[0] != '\0' && json_array_size(list) < GRAFANA_METRICS_MAX)
		json_array_append_new(list,
				      json_pack("{s:s,s:s}", "__text",
						text[0] != '\0' ? text : value, "__value", value));
}

bool grafana_put_variable(struct buf *out, struct slice text, const char *of)
{
	json_t *status = load(text), *list, *x, *check;
	bool checks = strcmp(of, "checks") == 0, sites = strcmp(of, "sites") == 0;
	const char *key = checks || sites ? "components" : of;
	size_t i, k;

	if (!json_is_object(status) ||
	    (!checks && !sites && strcmp(of, "services") != 0 && strcmp(of, "components") != 0 &&
	     strcmp(of, "agents") != 0)) {
		json_decref(status);
		return false;
	}
	list = json_array();
	json_array_foreach(json_object_get(status, key), i, x)
	{
		if (sites)
			add_variable(list, text_of(x, "site"), text_of(x, "site"));
		else if (!checks)
			add_variable(list, text_of(x, "name"), text_of(x, "id"));
		json_array_foreach(checks ? json_object_get(x, "checks") : NULL, k, check)
		{
			add_variable(list, "", text_of(check, "id"));
		}
	}
	put(out, list);
	json_decref(status);
	return true;
}

/* --- answers to a query -------------------------------------------------------------------------------- */

static json_t *series_of(const struct grafana_target *t, json_t *points)
{
	return json_pack("{s:s,s:s,s:o}", "target", t->text, "refId", t->ref, "datapoints", points);
}

void grafana_put_empty(struct buf *out, const struct grafana_target *t)
{
	put(out, series_of(t, json_array()));
}

static bool put_series(struct buf *out, const json_t *root, const struct grafana_target *t)
{
	const json_t *names = json_object_get(root, "names");
	json_int_t start = json_integer_value(json_object_get(root, "start")),
		   step = json_integer_value(json_object_get(root, "step"));
	json_t *points, *row, *name;
	size_t i, at = SIZE_MAX;

	json_array_foreach(names, i, name)
	{
		if (json_is_string(name) && strcmp(json_string_value(name), t->value) == 0)
			at = i;
	}
	if (!json_is_array(json_object_get(root, "rows")))
		return false;
	points = json_array();
	json_array_foreach(at != SIZE_MAX ? json_object_get(root, "rows") : NULL, i, row)
	{
		json_t *v = json_array_get(row, at);

		json_array_append_new(points, json_pack("[O,I]", v != NULL ? v : nothing(),
							(start + (json_int_t)i * step) * 1000));
	}
	put(out, series_of(t, points));
	return true;
}

static json_t *column(const char *text, const char *type)
{
	return json_pack("{s:s,s:s}", "text", text, "type", type);
}

static void put_table(struct buf *out, const struct grafana_target *t, json_t *columns,
		      json_t *rows)
{
	put(out, json_pack("{s:s,s:s,s:s,s:o,s:o}", "type", "table", "target", t->text, "refId",
			   t->ref, "columns", columns, "rows", rows));
}

static json_t *copy_of(const json_t *o, const char *key)
{
	json_t *x = json_object_get(o, key);

	return x != NULL ? json_incref(x) : nothing();
}

static void put_services(struct buf *out, const json_t *status, const struct grafana_target *t)
{
	json_t *rows = json_array(), *s;
	size_t i;

	json_array_foreach(json_object_get(status, "services"), i, s)
	{
		json_t *left = json_object_get(json_object_get(s, "clock"), "left");

		json_array_append_new(rows, json_pack("[s,s,s,s,o,o,o]", text_of(s, "id"),
						      text_of(s, "name"), text_of(s, "state"),
						      text_of(s, "criticality"), copy_of(s, "rto"),
						      left != NULL ? json_incref(left) : nothing(),
						      milliseconds(json_object_get(s, "since"))));
	}
	put_table(out, t,
		  json_pack("[o,o,o,o,o,o,o]", column("id", "string"), column("name", "string"),
			    column("state", "string"), column("criticality", "string"),
			    column("rto (s)", "number"), column("left (s)", "number"),
			    column("since", "time")),
		  rows);
}

static void put_incidents(struct buf *out, const json_t *root, const struct grafana_target *t)
{
	json_t *rows = json_array(), *x;
	size_t i;

	json_array_foreach(json_object_get(root, "incidents"), i, x)
	{
		char services[512] = "";
		size_t k, n = 0;
		json_t *id;

		json_array_foreach(json_object_get(x, "services"), k, id)
		{
			if (json_is_string(id) && n < sizeof(services))
				n += (size_t)snprintf(services + n, sizeof(services) - n, "%s%s",
						      k > 0 ? ", " : "", json_string_value(id));
		}
		json_array_append_new(
			rows, json_pack("[s,s,s,s,s,o,o]", text_of(x, "folio"), text_of(x, "state"),
					text_of(x, "stamp"), services, text_of(x, "root"),
					milliseconds(json_object_get(x, "began")),
					milliseconds(json_object_get(x, "restored"))));
	}
	put_table(out, t,
		  json_pack("[o,o,o,o,o,o,o]", column("folio", "string"), column("state", "string"),
			    column("stamp", "string"), column("services", "string"),
			    column("root", "string"), column("began", "time"),
			    column("restored", "time")),
		  rows);
}

/* The state, or what is left of the RTO, at this moment: one point. The history of states is the journal's. */
static void put_present(struct buf *out, const json_t *status, const struct grafana_target *t)
{
	json_t *points = json_array(), *s, *left, *value = NULL;
	size_t i;

	json_array_foreach(json_object_get(status, "services"), i, s)
	{
		const char *state = json_is_true(json_object_get(s, "degraded")) &&
						    strcmp(text_of(s, "state"), "ok") == 0
					    ? "degraded"
					    : text_of(s, "state");

		if (strcmp(text_of(s, "id"), t->id) != 0)
			continue;
		left = json_object_get(json_object_get(s, "clock"), "left");
		if (t->kind == GRAFANA_SERVICE_LEFT)
			value = json_is_number(left) ? json_incref(left) : copy_of(s, "rto");
		for (size_t k = 0; t->kind == GRAFANA_SERVICE_STATE && k < COUNT_OF(states); k++) {
			if (strcmp(state, states[k]) == 0)
				value = json_integer((json_int_t)k);
		}
	}
	if (value != NULL)
		json_array_append_new(
			points,
			json_pack("[o,o]", value, milliseconds(json_object_get(status, "now"))));
	put(out, series_of(t, points));
}

bool grafana_put_target(struct buf *out, struct slice json, const struct grafana_target *t,
			const struct grafana_query *q)
{
	json_t *root = load(json);
	bool ok = json_is_object(root);

	(void)q;
	if (ok && t->kind == GRAFANA_CHECK)
		ok = put_series(out, root, t);
	else if (ok && t->kind == GRAFANA_SERVICES)
		put_services(out, root, t);
	else if (ok && t->kind == GRAFANA_INCIDENTS)
		put_incidents(out, root, t);
	else if (ok)
		put_present(out, root, t);
	json_decref(root);
	return ok;
}

/* --- annotations ------------------------------------------------------------------------------------------- */

static void add_annotation(json_t *list, const json_t *x)
{
	char title[128], text[600] = "";
	json_t *restored = json_object_get(x, "restored"),
	       *services = json_object_get(x, "services"), *one, *entry;
	size_t i, n = 0;

	snprintf(title, sizeof(title), "%s · Folio %s", text_of(x, "stamp"), text_of(x, "folio"));
	json_array_foreach(services, i, one)
	{
		if (json_is_string(one) && n < sizeof(text))
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", i > 0 ? ", " : "",
					      json_string_value(one));
	}
	entry = json_pack("{s:o,s:s,s:s,s:[s,s]}", "time",
			  milliseconds(json_object_get(x, "began")), "title", title, "text", text,
			  "tags", text_of(x, "state"),
			  json_is_true(json_object_get(x, "real")) ? "real" : "drill");
	if (json_is_number(restored)) {
		json_object_set_new(entry, "timeEnd", milliseconds(restored));
		json_object_set_new(entry, "isRegion", json_true());
	}
	json_array_append_new(list, entry);
}

bool grafana_put_annotations(struct buf *out, struct slice incidents, const struct grafana_query *q)
{
	json_t *root = load(incidents), *list, *x;
	size_t i;

	if (!json_is_array(json_object_get(root, "incidents"))) {
		json_decref(root);
		return false;
	}
	list = json_array();
	json_array_foreach(json_object_get(root, "incidents"), i, x)
	{
		double began = json_number_value(json_object_get(x, "began")),
		       restored = json_number_value(json_object_get(x, "restored"));

		if (began > 0 && (q->to == 0 || began <= (double)q->to) &&
		    (q->from == 0 || restored == 0 || restored >= (double)q->from) &&
		    json_array_size(list) < GRAFANA_METRICS_MAX)
			add_annotation(list, x);
	}
	put(out, list);
	json_decref(root);
	return true;
}
