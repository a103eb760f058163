#include "play/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "plan/plan_file.h"

void record_append(struct record *r, const struct engine *e, struct event *ev)
{
	struct buf body CLEANUP(buf_release);

	ev->seq = r->count + 1;
	buf_init(&body, BUF_MAX_EVENT);
	engine_encode(e, ev, &body);
	r->entries = mem_grow(r->entries, r->count, &r->cap, sizeof(*r->entries));
	r->entries[r->count++] =
		(struct record_entry){ev->kind, ev->at, ev->recorded, mem_strdup(buf_cstr(&body))};
}

static enum err fold(struct engine *e, uint64_t seq, const struct record_entry *r,
		     const struct schema_list *schemas, struct err_info *info)
{
	struct slice json = {"", 0};
	struct err_info why = {0};
	struct findings f;
	struct event ev;

	if (engine_decode(e, seq, slice_of(event_kind_word(r->kind)), EVENT_VERSION, r->at,
			  r->recorded, slice_of(r->body), &ev, &json, &why) != ERR_OK)
		return err_fail(info, ERR_CORRUPT, "entry %llu does not read back: %.300s",
				(unsigned long long)seq, why.text);
	if (ev.kind == EVENT_PLAN_APPLIED) {
		findings_init(&f);
		ev.plan = plan_file_load_json(json, schemas, &f);
		findings_release(&f);
		if (ev.plan == NULL)
			return err_fail(info, ERR_CORRUPT,
					"the plan of entry %llu does not read back",
					(unsigned long long)seq);
	}
	engine_reserve(e, 1);
	engine_apply(e, &ev);
	return ERR_OK;
}

struct engine *record_replay(const struct record *r, const struct schema_list *schemas,
			     struct err_info *info)
{
	struct engine *e = engine_new(&engine_limits_default);

	for (size_t i = 0; i < r->count; i++) {
		if (fold(e, i + 1, &r->entries[i], schemas, info) != ERR_OK) {
			engine_free(e);
			return NULL;
		}
	}
	return e;
}

/* A list of ids as the journal writes it: [a,b] stands for ["a","b"]. */
static bool has_list(const char *body, const char *word, const char *eq)
{
	char text[512];
	size_t n = (size_t)snprintf(text, sizeof(text), "\"%.*s\":[", (int)(eq - word), word);

	for (const char *c = eq + 2; *c != '\0' && n + 4 < sizeof(text); c++) {
		bool edge = c[-1] == '[' || c[-1] == ',';

		if (edge && *c != ']')
			text[n++] = '"';
		if ((*c == ',' || *c == ']') && c[-1] != '[')
			text[n++] = '"';
		text[n++] = *c;
	}
	text[n] = '\0';
	return strstr(body, text) != NULL;
}

/* "key":[..., "value", ...] */
static bool is_in_list(const char *body, const char *key, size_t n, const char *value)
{
	char text[512];
	const char *at, *end, *item;

	snprintf(text, sizeof(text), "\"%.*s\":[", (int)n, key);
	at = strstr(body, text);
	if (at == NULL)
		return false;
	end = strchr(at, ']');
	snprintf(text, sizeof(text), "\"%s\"", value);
	item = strstr(at + n + 4, text);
	return item != NULL && end != NULL && item < end;
}

static bool has_pair(const char *body, const char *word)
{
	const char *eq = strchr(word, '='), *at;
	char text[512], number[512];

	if (eq == NULL)
		return false;
	if (eq[1] == '[')
		return has_list(body, word, eq);
	snprintf(text, sizeof(text), "\"%.*s\":\"%s\"", (int)(eq - word), word, eq + 1);
	snprintf(number, sizeof(number), "\"%.*s\":%s", (int)(eq - word), word, eq + 1);
	at = strstr(body, number);
	return strstr(body, text) != NULL || is_in_list(body, word, (size_t)(eq - word), eq + 1) ||
	       (at != NULL && strchr(",}", at[strlen(number)]) != NULL);
}

bool record_matches(const struct record_entry *e, char *const *words, size_t count)
{
	if (count == 0 || strcmp(event_kind_word(e->kind), words[0]) != 0)
		return false;
	for (size_t i = 1; i < count; i++) {
		if (!has_pair(e->body, words[i]))
			return false;
	}
	return true;
}

void record_release(struct record *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->entries[i].body);
	free(r->entries);
	*r = (struct record){0};
}
