#include "collector/drill_stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/peer_url.h"
#include "collector/current_drill.h"

enum {
	PATIENCE_MS = 3000,
	UNDER_WAY_MAX = 32, /* wrong links are guessed by many at once, right ones are not */
	ANSWER_MAX = 16 << 20, /* a status */
	SECRET_MAX = 256,
	TARGET_MAX = 2048
};

struct under_way {
	struct under_way *next;
	struct drill_stage *stage;
	void (*done)(void *user, const struct http_reply *reply);
	void *user;
};

struct drill_stage {
	struct uv_loop_s *loop;
	const char *data;
	struct http_client *http; /* made when it is needed first */
	struct under_way *under_way;
	unsigned count;
};

struct drill_stage *drill_stage_new(struct uv_loop_s *loop, const char *data)
{
	struct drill_stage *s = mem_calloc(1, sizeof(*s));

	s->loop = loop;
	s->data = data;
	return s;
}

/* --- where it stands -------------------------------------------------------------------------------- */

struct place {
	struct peer_url url;
	char token[SECRET_MAX];
};

static bool read_line(const char *folder, const char *name, char *dst, size_t size)
{
	char path[4200];
	struct err_info info;
	struct buf text;
	bool ok;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	buf_init(&text, size);
	ok = files_read(path, &text, &info) == ERR_OK && text.len > 0;
	if (ok) {
		snprintf(dst, size, "%s", buf_cstr(&text));
		dst[strcspn(dst, "\r\n")] = '\0';
	} else {
		log_event(LOG_WARNING, "drill.links-lost", "text=%s", log_quote(path));
	}
	buf_release(&text);
	return ok;
}

/* Only on this machine: the drill's token goes nowhere else. */
static bool find_place(const char *folder, const char *token, struct place *ret)
{
	char text[PEER_URL_SIZE];
	struct err_info info;

	return read_line(folder, "listen", text, sizeof(text)) &&
	       read_line(folder, token, ret->token, sizeof(ret->token)) &&
	       peer_url_parse(text, &ret->url, &info) == ERR_OK && !ret->url.tls;
}

/* --- asking ----------------------------------------------------------------------------------------- */

/* Takes it out of the list before its owner hears: who is told that all ends may not be told again. */
static void finish(struct under_way *u, const struct http_reply *reply)
{
	struct under_way **at = &u->stage->under_way;

	while (*at != u)
		at = &(*at)->next;
	*at = u->next;
	u->stage->count--;
	u->done(u->user, reply);
	free(u);
}

static void on_reply(void *user, const struct http_reply *reply)
{
	finish(user, reply);
}

static void send(struct drill_stage *s, const struct place *place, const struct drill_request *q)
{
	struct under_way *u = mem_calloc(1, sizeof(*u));
	char url[PEER_URL_SIZE + TARGET_MAX];
	struct http_call call = {.method = q->method,
				 .url = url,
				 .bearer = place->token,
				 .timeout_ms = PATIENCE_MS,
				 .answer_max = ANSWER_MAX};

	*u = (struct under_way){.next = s->under_way, .stage = s, .done = q->done, .user = q->user};
	s->under_way = u;
	s->count++;
	snprintf(url, sizeof(url), "%s%s", place->url.text, q->target);
	if (strcmp(q->method, "POST") == 0) {
		call.content_type = "application/json";
		call.body = q->body;
	}
	http_client_call(s->http, &call, on_reply, u);
}

enum drill_asked drill_stage_ask(struct drill_stage *s, const struct drill_request *q)
{
	struct current_drill drill;
	struct place place = {0};
	struct err_info info;
	bool ok;

	if (strlen(q->target) >= TARGET_MAX || !current_drill_find(s->data, &drill))
		return DRILL_NONE;
	if (s->count >= UNDER_WAY_MAX)
		return DRILL_BUSY;
	ok = find_place(drill.folder, q->reads ? "board.token" : "operator.token", &place) &&
	     (s->http != NULL || http_client_new(s->loop, &s->http, &info) == ERR_OK);
	if (ok)
		send(s, &place, q);
	explicit_bzero(&place, sizeof(place));
	return ok ? DRILL_ASKED : DRILL_NONE;
}

/* --- the end ---------------------------------------------------------------------------------------- */

void drill_stage_stop(struct drill_stage *s)
{
	if (s == NULL)
		return;
	http_client_free(s->http); /* no reply comes any more */
	s->http = NULL;
	while (s->under_way != NULL)
		finish(s->under_way, NULL);
}

void drill_stage_free(struct drill_stage *s)
{
	drill_stage_stop(s);
	free(s);
}
