/* drill_stage.h - requests to the collector of the drill that is being played beside this one (current_drill.h): it listens on this
 * machine, at the address in FOLDER/listen, and takes the tokens in FOLDER (operator.token, board.token), which go nowhere else. */
#ifndef VIGIA_COLLECTOR_DRILL_STAGE_H
#define VIGIA_COLLECTOR_DRILL_STAGE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/http_client.h"
#include "base/slice.h"

struct drill_stage;
struct uv_loop_s;

struct drill_request {
	const char *method;
	const char *target; /* path and query, sound for a URL as it is */
	struct slice body; /* JSON; empty: none */
	bool reads; /* for somebody who may only look, and not at telephones: the drill's board token, not its operator's */
	/* Called once, in a later turn; reply NULL: the collector stops and no answer will come. */
	void (*done)(void *user, const struct http_reply *reply);
	void *user;
};

/* What became of an asking: DRILL_ASKED calls back, the others never do. */
enum drill_asked { DRILL_ASKED, DRILL_NONE, DRILL_BUSY };

/* `data`: the real collector's data folder, borrowed. */
struct drill_stage *drill_stage_new(struct uv_loop_s *loop, const char *data) NONNULL_ALL;
/* NONE: no drill is being played, or it is not ready yet. BUSY: too many requests wait for it. */
enum drill_asked drill_stage_ask(struct drill_stage *s,
				 const struct drill_request *q) NONNULL_ALL MUST_CHECK;
/* Whoever waits is told that no answer will come. */
void drill_stage_stop(struct drill_stage *s); /* accepts NULL */
void drill_stage_free(struct drill_stage *s); /* accepts NULL; the same */

#endif
