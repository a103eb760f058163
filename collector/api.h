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
void api_free(struct api *a); /* after the server has stopped */

/* Decides what is due, commits, sends, wakes streams, arms the next deadline: the end of every turn. */
void collector_end_turn(struct collector *c) NONNULL_ALL;

#endif
