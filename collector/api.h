/* api.h - the HTTP interface (docs/API.md): a table of routes over engine, journal and series. */
#ifndef VIGIA_COLLECTOR_API_H
#define VIGIA_COLLECTOR_API_H

#include "base/attr.h"
#include "base/err.h"
#include "collector/collector.h"

struct api;

/* Starts to listen. */
enum err api_start(struct collector *c, struct api **ret,
		   struct err_info *info) NONNULL_ALL MUST_CHECK;
/* New entries are committed: streams wake. */
void api_wake_streams(struct api *a) NONNULL_ALL;
/* The commit that answers waited for has been done, or has failed (503). */
void api_finish(struct api *a, bool committed) NONNULL_ALL;
/* Answers that were held because too many rows wait: those that may go, go (at the end: all). A few times a second. */
void api_agents_release(struct api *a, bool all) NONNULL_ALL;
/* What waits for somebody else is answered: the server is about to stop. */
void api_stop(struct api *a) NONNULL_ALL;
void api_free(struct api *a); /* after the server has stopped */

/* run.c: commits, answers, sends, wakes streams, arms the next deadline. */
void collector_end_turn(struct collector *c) NONNULL_ALL;
/* The same at the end of this turn of the loop, together with what else comes in it; at once when much
 * has gathered. */
void collector_end_turn_soon(struct collector *c) NONNULL_ALL;

#endif
