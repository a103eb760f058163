/* graph_args.h - what is asked of a chart (docs/API.md "Charts"), judged before anything is done for it. Pure. */
#ifndef VIGIA_DASHBOARD_GRAPH_ARGS_H
#define VIGIA_DASHBOARD_GRAPH_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum {
	GRAPH_ID_SIZE = 160,
	GRAPH_NAME_SIZE = 16, /* of a value: it names a data source */
	GRAPH_WIDTH_DEFAULT = 1000,
	GRAPH_HEIGHT_DEFAULT = 420,
	GRAPH_WIDTH_MAX = 2400,
	GRAPH_HEIGHT_MAX = 1400,
	GRAPH_TIME_MIN = 315532800, /* 1980; librrd reads smaller numbers as dates */
	GRAPH_SPAN_MIN_S = 60,
	GRAPH_SPAN_MAX_S = 750 * 86400 /* the longest archive */
};

/* The texts of a query, decoded; NULL = absent. */
struct graph_query {
	const char *check, *from, *value, *start, *end, *width, *height, *theme, *lang;
};
struct graph_args {
	char check[GRAPH_ID_SIZE], from[GRAPH_ID_SIZE]; /* from: "" = the collector chooses */
	char value[GRAPH_NAME_SIZE]; /* "" = the value that says most of its type */
	int64_t start, end;
	int64_t width, height;
	bool dark, english;
};

/* `info` names the argument, what is wrong with it and what was expected. */
enum err graph_args_read(const struct graph_query *q, struct graph_args *ret,
			 struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
