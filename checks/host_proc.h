/* host_proc.h - readers of the texts of procfs (proc(5)). All are pure, bounded and strict about what they need; more lines
 * and columns than we know are skipped. Numbers past 64 bits saturate. */
#ifndef VIGIA_CHECKS_HOST_PROC_H
#define VIGIA_CHECKS_HOST_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

enum { HOST_TEXT_MAX = 1 << 20, HOST_LINKS_MAX = 64, HOST_LINK_NAME = 16 };

/* Ticks since the start, of all processors together. Guests' time is part of the user's. */
struct host_cpu {
	uint64_t user, kernel, idle, iowait, steal;
	uint32_t processors;
};
struct host_memory {
	uint64_t total, available, swap_total, swap_free; /* bytes */
};
struct host_paging {
	uint64_t in, out; /* pages since the start */
};
struct host_link {
	char name[HOST_LINK_NAME];
	uint64_t in, out, errors, drops; /* bytes, packets; both directions of the last two */
};
struct host_links {
	size_t count;
	bool more; /* there are more than HOST_LINKS_MAX */
	struct host_link items[HOST_LINKS_MAX];
};

/* false: what is needed is not there. The text's name and the missing part are for the caller to tell. */
bool host_proc_cpu(struct slice stat, struct host_cpu *ret) NONNULL(2) MUST_CHECK;
bool host_proc_memory(struct slice meminfo, struct host_memory *ret) NONNULL(2) MUST_CHECK;
bool host_proc_paging(struct slice vmstat, struct host_paging *ret) NONNULL(2) MUST_CHECK;
/* Of 1, 5 and 15 minutes, micro. */
bool host_proc_load(struct slice loadavg, int64_t ret[3]) NONNULL(2) MUST_CHECK;
bool host_proc_uptime(struct slice uptime, int64_t *ret_micro) NONNULL(2) MUST_CHECK;
/* Those of `wanted` (a list of PARAM_TYPE_LIST), or all but lo if it is empty, in the order of the text. */
bool host_proc_links(struct slice net_dev, const char *wanted, struct host_links *ret)
	NONNULL(2, 3) MUST_CHECK;

/* Takes the first line, the first word of a line off; false at the end. */
bool host_next_line(struct slice *text, struct slice *ret) NONNULL_ALL;
bool host_next_word(struct slice *line, struct slice *ret) NONNULL_ALL;

/* The share of `part` in `total` as micro, 0..MICRO; `total` > 0. */
int64_t host_share(uint64_t part, uint64_t total);
/* What grew per second in `us` > 0 microseconds, as micro; a counter that went backwards began anew and says nothing: -1. */
int64_t host_rate(uint64_t before, uint64_t after, int64_t us);
/* Bytes as micro; past its range (8 TiB) the greatest. */
int64_t host_micro(uint64_t n);

/* Reads `root`/`name` whole, up to HOST_TEXT_MAX bytes, into `out`, which is emptied first. */
enum err host_proc_read(const char *root, const char *name, struct buf *out) NONNULL_ALL MUST_CHECK;

#endif
