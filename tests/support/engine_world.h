/* engine_world.h - the engine alone, on a clock of its own: a plan from text, samples once a second, acts of
 * people, messages that arrive or fail, every event kept. Moments are milliseconds since the start of the
 * world. When a world is closed its journal is replayed and must give the same digest. */
#ifndef VIGIA_TESTS_SUPPORT_ENGINE_WORLD_H
#define VIGIA_TESTS_SUPPORT_ENGINE_WORLD_H

#include "engine/engine.h"
#include "engine/view.h"

/* What becomes of a message that leaves. */
enum world_delivery { WORLD_OK, WORLD_FAILS, WORLD_SILENT, WORLD_NO_RECEIPT };

struct world_event {
	struct event ev;
	char *body;
};
struct engine_world {
	struct engine *engine;
	struct world_event *events; /* the journal; seq = index + 1 */
	size_t count, cap, mark;
	struct effect_list effects; /* all that was asked for, in order */
	size_t delivered;
	enum health *health; /* per vantage: what its samples say */
	int64_t *
		value; /* per vantage: the first value of its good samples; MICRO_NONE = they have none */
	bool *cut; /* per agent: it is not heard */
	struct wall_time now;
	enum world_delivery delivery;
	const char *channel; /* the only one that fails; NULL = all */
	struct err_info refusal; /* of the last act */
};

/* Parts of plans. A check is sampled once a second and blind after five. */
#define WORLD_CHECK(id, rest)                                                                      \
	"{id: " id ", type: tcp, address: a, port: 1, interval: 1s, fresh_within: 5s, " rest "}"
#define WORLD_COMPONENT(id, rest)                                                                  \
	"  - {id: " id ", checks: [" WORLD_CHECK("p", "from: [dc], " rest) "]}\n"

/* Components: switch with fw-a and fw-b behind it, web (confirm 3, recover 2), db (three agents, quorum
 * 2). Services: portal (web) and consulta (web and db) with an RTO of 100 s, acceso (fw-a or fw-b) with one of
 * 200 s. Policy: at once mesa (ana, then beto), at 40 % coordinacion (ceci, then dario), at 60 % level 1
 * (elsa, then dario) is asked to activate; each may take 10 s to answer; all again after 60 s. ana has the
 * channels uno and dos, the others uno; a receipt may take 3 s. Cool-down 60 s. */
extern const char world_plan[];

/* Opens a world, its first plan applied at moment 0. */
struct engine_world *world_open(const char *yaml) NONNULL_ALL;
void world_close(struct engine_world *w);
/* Set-up and tear-down of a cmocka test: a world with world_plan. */
int world_setup(void **state);
int world_teardown(void **state);

/* Every check says ok again and every agent is heard afterwards. */
void world_apply_plan(struct engine_world *w, const char *yaml) NONNULL_ALL;
/* Gives the engine an input and lets it settle; messages that this asks for are delivered. */
enum err world_input(struct engine_world *w, struct input *in) NONNULL_ALL;
/* Lets the time pass: contacts and samples each second, a tick at every deadline. */
void world_until(struct engine_world *w, int64_t ms) NONNULL_ALL;
/* What a check's samples say from now on; agent NULL = at every one. */
void world_set(struct engine_world *w, const char *check, const char *agent, enum health health)
	NONNULL(1, 2);
void world_cut(struct engine_world *w, const char *agent, bool cut) NONNULL_ALL;
/* The vantage of a check and an agent, NULL = its first. */
uint32_t world_vantage(const struct engine_world *w, const char *check, const char *agent)
	NONNULL(1, 2);
/* One sample by hand, the clock moved on to it unless it is older. True if the engine wanted it. */
bool world_sample(struct engine_world *w, const char *check, const char *agent, int64_t ms,
		  enum health health) NONNULL(1, 2);
bool world_backlog(struct engine_world *w, const char *check, const char *agent, int64_t ms,
		   enum health health) NONNULL(1, 2);
void world_tick(struct engine_world *w, int64_t ms) NONNULL_ALL;

/* An act on the newest incident. `by` records it, NULL = the person. */
enum err world_act(struct engine_world *w, const char *person, enum act act, const char *note,
		   const char *by) NONNULL(1, 2, 4);
enum err world_deliver(struct engine_world *w, uint64_t call, enum delivery what) NONNULL_ALL;

/* The journal is folded into a new engine, which the caller frees ... */
struct engine *world_replay(struct engine_world *w) NONNULL_ALL;
/* ... or takes the place of the old one, as when the collector starts again. */
void world_restart(struct engine_world *w) NONNULL_ALL;

/* Events are asked for as "kind key=value ..."; a value "@1.5" is the moment 1.5 s. */
/* How many there are since the mark, or since the start. */
unsigned world_count(const struct engine_world *w, const char *spec) NONNULL_ALL;
void world_mark(struct engine_world *w) NONNULL_ALL;
/* The first since the mark; the mark is set behind it. The test fails if there is none. */
const struct event *world_expect(struct engine_world *w, const char *spec) NONNULL_ALL;
/* None since the mark, or the test fails. */
void world_never(const struct engine_world *w, const char *spec) NONNULL_ALL;

int64_t world_ms(struct wall_time t); /* INT64_MIN = not known */
struct wall_time world_time(int64_t ms);
struct view_check world_check(const struct engine_world *w, const char *id) NONNULL_ALL;
enum component_state world_component(const struct engine_world *w, const char *id) NONNULL_ALL;
struct view_service world_service(const struct engine_world *w, const char *id) NONNULL_ALL;
struct view_incident world_incident(const struct engine_world *w, size_t index) NONNULL_ALL;
/* The last call to a person in the newest incident; the test fails if there is none. */
struct view_call world_call(const struct engine_world *w, const char *person) NONNULL_ALL;

#endif
