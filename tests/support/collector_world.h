/* collector_world.h - a collector without loop and HTTP in a folder of its own: engine, journal
 * and plan, as the program wires them, for the unit tests of its parts. */
#ifndef VIGIA_TESTS_SUPPORT_COLLECTOR_WORLD_H
#define VIGIA_TESTS_SUPPORT_COLLECTOR_WORLD_H

#include "collector/collector.h"
#include "collector/turn.h"

struct collector_world_http;
struct account;

#define COLLECTOR_WORLD_IDENTITY                                                                   \
	"sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

struct collector_world {
	struct collector c;
	char dir[64];
	struct effect_list effects; /* handed out by commits */
	unsigned commits;
	struct collector_world_http *http; /* after collector_world_serve */
	const char *operator_token, *agent_token; /* the same; the agent is dc */
};

/* Opens it with the plan below (checks web:http and net:ping at agent dc, other:http at agent
 * lejos; service publicacion with an RTO of 5 m; the first step calls mesa) and commits. */
void collector_world_open(struct collector_world *w);
void collector_world_close(struct collector_world *w);
/* Stops and folds the journal again, as a restart does. */
void collector_world_restart(struct collector_world *w);
/* Gives the core an input at the present moment; the test fails if it is refused. */
void collector_world_input(struct collector_world *w, struct input *in);
/* A judged sample of web:http of this moment, observed and, if it matters, decided. */
void collector_world_sample(struct collector_world *w, enum health health);
/* web:http fails and is confirmed: an incident is open and its first call intended, all
 * committed. */
void collector_world_fail(struct collector_world *w);
void collector_world_commit(struct collector_world *w);
/* An entry that means nothing to the engine, not committed yet. */
void collector_world_append(struct collector_world *w, const char *kind, struct slice body);
/* The last committed entry. */
uint64_t collector_world_head(struct collector_world *w);
/* How many entries of a kind the journal holds. */
unsigned collector_world_count(struct collector_world *w, const char *kind);
/* A path below the folder, valid for the next calls but three. */
const char *collector_world_path(const struct collector_world *w, const char *name);

/* The HTTP interface over it, on a loop and a free port of the world's own. A test that uses
 * this has " * wrap: collector_end_turn_soon" in its first comment: turns then end with a turn
 * of that loop. Without series: calls into it are the test's to wrap. */
void collector_world_serve(struct collector_world *w);
/* One request on a connection of its own and its answer, which lasts until the next. `headers`
 * and `body` may be NULL, `token` too; headers are lines with their CRLF. */
struct collector_world_ask {
	const char *method, *target, *token, *headers, *body;
};
struct collector_world_answer {
	int status;
	const char *head, *body;
};
struct collector_world_answer collector_world_ask(struct collector_world *w,
						  const struct collector_world_ask *ask);
/* A GET with the operator's token. */
struct collector_world_answer collector_world_get(struct collector_world *w, const char *target);
/* Somebody with an account of this role and person ("": none) who is logged in: their session's token. Their password is
 * COLLECTOR_WORLD_PASSWORD, their PIN COLLECTOR_WORLD_PIN; a role that needs a one-time code has one. */
#define COLLECTOR_WORLD_PASSWORD "cuatro palabras sin nexo"
#define COLLECTOR_WORLD_PIN "271828"
enum { COLLECTOR_WORLD_TOKEN_SIZE = 48 };
void collector_world_person(struct collector_world *w, const char *login, unsigned role,
			    const char *person, char ret_token[COLLECTOR_WORLD_TOKEN_SIZE]);
/* The account, for a test that changes it by hand. */
const struct account *collector_world_account(struct collector_world *w, const char *login);
/* The body of the last entry of a kind; "" if there is none. Lasts until the next. */
const char *collector_world_last(struct collector_world *w, const char *kind);
/* The answer is this error and nothing else. */
void collector_world_says(const struct collector_world_answer *a, int status, const char *word,
			  const char *text);
/* The loop and the port, for peers that a test opens itself. */
struct uv_loop_s *collector_world_loop(struct collector_world *w);
uint16_t collector_world_port(const struct collector_world *w);

#endif
