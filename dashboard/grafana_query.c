#include "dashboard/grafana_query.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "base/parse.h"

enum { WORDS = 4 };

bool grafana_time(const char *text, int64_t *ret)
{
	struct tm tm = {0};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);

	if (rest != NULL && *rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	if (rest == NULL || strcmp(rest, "Z") != 0)
		return false;
	*ret = (int64_t)timegm(&tm);
	return true;
}

/* Splits at single blanks; how many words there are, 0 if more than there may be. */
static int split(const char *text, struct slice words[WORDS])
{
	int n = 0;

	while (*text != '\0') {
		size_t length = strcspn(text, " ");

		if (n == WORDS || length == 0)
			return 0;
		words[n++] = (struct slice){text, length};
		text += length;
		if (*text == ' ' && *++text == '\0')
			return 0;
	}
	return n;
}

static bool copy_id(char *dst, size_t size, struct slice word, const char *extra)
{
	return parse_is_id(word, extra) &&
	       snprintf(dst, size, "%.*s", (int)word.n, word.p) < (int)size;
}

static bool is_name(struct slice word)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

	for (size_t i = 0; i < word.n; i++) {
		if (memchr(allowed, word.p[i], sizeof(allowed) - 1) == NULL)
			return false;
	}
	return word.n > 0 && word.n < 20;
}

bool grafana_target_read(const char *text, struct grafana_target *ret)
{
	struct slice w[WORDS];
	int n = split(text, w);

	*ret = (struct grafana_target){0};
	if ((size_t)snprintf(ret->text, sizeof(ret->text), "%s", text) >= sizeof(ret->text))
		return false;
	if (n == 1 && slice_is(w[0], "services")) {
		ret->kind = GRAFANA_SERVICES;
		return true;
	}
	if (n == 1 && slice_is(w[0], "incidents")) {
		ret->kind = GRAFANA_INCIDENTS;
		return true;
	}
	if (n == 3 && slice_is(w[0], "service")) {
		ret->kind = slice_is(w[2], "state") ? GRAFANA_SERVICE_STATE : GRAFANA_SERVICE_LEFT;
		return copy_id(ret->id, sizeof(ret->id), w[1], "/") &&
		       (slice_is(w[2], "state") || slice_is(w[2], "rto_left"));
	}
	if (n != 4 || !slice_is(w[0], "check") || !is_name(w[2]))
		return false;
	ret->kind = GRAFANA_CHECK;
	snprintf(ret->value, sizeof(ret->value), "%.*s", (int)w[2].n, w[2].p);
	return copy_id(ret->id, sizeof(ret->id), w[1], "/:") &&
	       copy_id(ret->agent, sizeof(ret->agent), w[3], "/");
}

static enum err read_range(const json_t *range, struct grafana_query *q, struct err_info *info)
{
	const char *from = json_string_value(json_object_get(range, "from")),
		   *to = json_string_value(json_object_get(range, "to"));

	if (from == NULL && to == NULL)
		return ERR_OK;
	if (from == NULL || to == NULL || !grafana_time(from, &q->from) ||
	    !grafana_time(to, &q->to))
		return err_fail(info, ERR_SYNTAX,
				"range: from and to must be of the form 2026-06-07T14:03:00.000Z");
	if (q->from <= 0 || q->to <= q->from || q->to > INT32_MAX ||
	    q->to - q->from > GRAFANA_SPAN_MAX_S)
		return err_fail(info, ERR_RANGE,
				"range: to must lie after from, two years at most");
	return ERR_OK;
}

static enum err read_targets(const json_t *targets, struct grafana_query *q, struct err_info *info)
{
	size_t i;
	json_t *t;

	json_array_foreach(targets, i, t)
	{
		const char *text = json_string_value(json_object_get(t, "target")),
			   *ref = json_string_value(json_object_get(t, "refId"));

		if (json_is_true(json_object_get(t, "hide")) || text == NULL || text[0] == '\0')
			continue; /* a row of the panel where nothing was chosen yet */
		if (q->count == GRAFANA_TARGETS_MAX)
			return err_fail(info, ERR_TOO_LARGE, "targets: at most %d in one panel",
					GRAFANA_TARGETS_MAX);
		if (!grafana_target_read(text, &q->targets[q->count]))
			return err_fail(info, ERR_SYNTAX,
					"target: '%.80s' is no metric of this board", text);
		snprintf(q->targets[q->count].ref, sizeof(q->targets[0].ref), "%s",
			 ref != NULL ? ref : "");
		q->count++;
	}
	return ERR_OK;
}

/* What a list is to be narrowed to: `metric` of today's plugin, `target` of the older one, `payload.target` of a variable. */
static void read_search(const json_t *root, struct grafana_query *q)
{
	const json_t *payload = json_object_get(root, "payload");
	const char *text = json_string_value(json_object_get(root, "metric"));

	if (text == NULL)
		text = json_string_value(json_object_get(root, "target"));
	if (text == NULL)
		text = json_string_value(json_object_get(payload, "target"));
	snprintf(q->search, sizeof(q->search), "%s", text != NULL ? text : "");
}

enum err grafana_query_read(struct slice json, struct grafana_query *ret, struct err_info *info)
{
	json_t *root;
	const json_t *points;
	enum err e;

	*ret = (struct grafana_query){.points = 500};
	if (json.n == 0)
		return ERR_OK;
	root = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(root)) {
		json_decref(root);
		return err_fail(info, ERR_SYNTAX, "the body is no JSON object");
	}
	points = json_object_get(root, "maxDataPoints");
	if (json_is_integer(points))
		ret->points = json_integer_value(points);
	if (ret->points < 1)
		ret->points = 1;
	if (ret->points > GRAFANA_POINTS_MAX)
		ret->points = GRAFANA_POINTS_MAX;
	read_search(root, ret);
	e = read_range(json_object_get(root, "range"), ret, info);
	if (e == ERR_OK)
		e = read_targets(json_object_get(root, "targets"), ret, info);
	json_decref(root);
	return e;
}
