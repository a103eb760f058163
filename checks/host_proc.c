#include "checks/host_proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/micro.h"
#include "base/param.h"

/* --- words and numbers --------------------------------------------------------------------------------- */

bool host_next_line(struct slice *text, struct slice *ret)
{
	const char *end;

	if (text->n == 0)
		return false;
	end = memchr(text->p, '\n', text->n);
	*ret = (struct slice){text->p, end != NULL ? (size_t)(end - text->p) : text->n};
	text->p += ret->n + (end != NULL);
	text->n -= ret->n + (end != NULL);
	return true;
}

bool host_next_word(struct slice *line, struct slice *ret)
{
	for (; line->n > 0 && (line->p[0] == ' ' || line->p[0] == '\t'); line->n--)
		line->p++;
	ret->p = line->p;
	for (; line->n > 0 && line->p[0] != ' ' && line->p[0] != '\t'; line->n--)
		line->p++;
	ret->n = (size_t)(line->p - ret->p);
	return ret->n > 0;
}

static uint64_t add(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t times(uint64_t a, uint64_t b)
{
	return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

static bool read_number(struct slice word, uint64_t *ret)
{
	uint64_t n = 0;

	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] < '0' || word.p[i] > '9')
			return false;
		n = add(times(n, 10), (uint64_t)(word.p[i] - '0'));
	}
	*ret = n;
	return word.n > 0;
}

static bool next_number(struct slice *line, uint64_t *ret)
{
	struct slice word;

	return host_next_word(line, &word) && read_number(word, ret);
}

static bool begins(struct slice s, const char *with)
{
	size_t n = strlen(with);

	return s.n >= n && memcmp(s.p, with, n) == 0;
}

/* --- figures ------------------------------------------------------------------------------------------- */

__extension__ typedef unsigned __int128 wide;

static int64_t clamp(wide n)
{
	return n > (wide)INT64_MAX ? INT64_MAX : (int64_t)n;
}

int64_t host_share(uint64_t part, uint64_t total)
{
	return part >= total ? MICRO : clamp((wide)part * (wide)MICRO / (wide)total);
}

int64_t host_rate(uint64_t before, uint64_t after, int64_t us)
{
	if (after < before)
		return -1;
	return clamp((wide)(after - before) * (wide)MICRO * (wide)MICRO / (wide)us);
}

int64_t host_micro(uint64_t n)
{
	return clamp((wide)n * (wide)MICRO);
}

/* --- the texts ----------------------------------------------------------------------------------------- */

bool host_proc_cpu(struct slice stat, struct host_cpu *ret)
{
	enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, FIELDS };
	struct slice line, word;
	bool found = false;

	memset(ret, 0, sizeof(*ret));
	while (host_next_line(&stat, &line) && begins(line, "cpu")) {
		uint64_t f[FIELDS] = {0};
		size_t n = 0;

		(void)host_next_word(&line, &word);
		if (word.n > 3) {
			ret->processors++;
			continue;
		}
		while (n < FIELDS && next_number(&line, &f[n]))
			n++;
		if (n <= IDLE) /* 2.4 knew no more; steal came last */
			return false;
		ret->user = add(f[USER], f[NICE]);
		ret->kernel = add(f[SYSTEM], add(f[IRQ], f[SOFTIRQ]));
		ret->idle = f[IDLE];
		ret->iowait = f[IOWAIT];
		ret->steal = f[STEAL];
		found = true;
	}
	return found && ret->processors > 0;
}

struct number_row {
	const char *key;
	uint64_t *to;
	bool found;
};

/* Lines of `KEY NUMBER`; false unless all keys are there. */
static bool read_rows(struct slice text, struct number_row *rows, size_t count)
{
	struct slice line, key;
	size_t found = 0;

	while (found < count && host_next_line(&text, &line)) {
		if (!host_next_word(&line, &key))
			continue;
		for (size_t i = 0; i < count; i++) {
			if (rows[i].found || !slice_is(key, rows[i].key))
				continue;
			if (!next_number(&line, rows[i].to))
				return false;
			rows[i].found = true;
			found++;
		}
	}
	return found == count;
}

bool host_proc_memory(struct slice meminfo, struct host_memory *ret)
{
	struct number_row rows[] = {{"MemTotal:", &ret->total, false},
				    {"MemAvailable:", &ret->available, false},
				    {"SwapTotal:", &ret->swap_total, false},
				    {"SwapFree:", &ret->swap_free, false}};

	if (!read_rows(meminfo, rows, COUNT_OF(rows)) || ret->total == 0)
		return false;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		*rows[i].to = times(*rows[i].to, 1024);
	return true;
}

bool host_proc_paging(struct slice vmstat, struct host_paging *ret)
{
	struct number_row rows[] = {{"pswpin", &ret->in, false}, {"pswpout", &ret->out, false}};

	return read_rows(vmstat, rows, COUNT_OF(rows));
}

/* Numbers like 0.25 that are not negative. */
static bool next_decimal(struct slice *line, int64_t *ret)
{
	struct slice word;

	return host_next_word(line, &word) && micro_parse(word, ret) == ERR_OK && *ret >= 0;
}

bool host_proc_load(struct slice loadavg, int64_t ret[3])
{
	struct slice line;

	if (!host_next_line(&loadavg, &line))
		return false;
	for (int i = 0; i < 3; i++) {
		if (!next_decimal(&line, &ret[i]))
			return false;
	}
	return true;
}

bool host_proc_uptime(struct slice uptime, int64_t *ret_micro)
{
	struct slice line;

	return host_next_line(&uptime, &line) && next_decimal(&line, ret_micro);
}

static bool is_wanted(struct slice name, const char *wanted)
{
	struct slice rest = slice_of(wanted), item;

	if (rest.n == 0)
		return !slice_is(name, "lo");
	while (param_next_item(&rest, &item)) {
		if (slice_eq(item, name))
			return true;
	}
	return false;
}

/* "  eth0: bytes packets errs drop fifo frame compressed multicast  bytes packets errs drop ..." */
static bool read_link(struct slice counters, struct host_link *ret)
{
	enum {
		IN_BYTES,
		IN_ERRORS = 2,
		IN_DROPS,
		OUT_BYTES = 8,
		OUT_ERRORS = 10,
		OUT_DROPS,
		FIELDS
	};
	uint64_t f[FIELDS];

	for (size_t i = 0; i < FIELDS; i++) {
		if (!next_number(&counters, &f[i]))
			return false;
	}
	ret->in = f[IN_BYTES];
	ret->out = f[OUT_BYTES];
	ret->errors = add(f[IN_ERRORS], f[OUT_ERRORS]);
	ret->drops = add(f[IN_DROPS], f[OUT_DROPS]);
	return true;
}

bool host_proc_links(struct slice net_dev, const char *wanted, struct host_links *ret)
{
	struct slice line;

	memset(ret, 0, sizeof(*ret));
	while (host_next_line(&net_dev, &line)) {
		const char *colon =
			memchr(line.p, ':', line.n); /* older kernels leave no blank after it */
		struct slice head, name, rest;
		struct host_link *link;

		if (colon == NULL)
			continue; /* the two lines of titles */
		head = (struct slice){line.p, (size_t)(colon - line.p)};
		rest = (struct slice){colon + 1, line.n - head.n - 1};
		if (!host_next_word(&head, &name) || name.n >= HOST_LINK_NAME ||
		    memchr(name.p, '\0', name.n) != NULL)
			return false;
		if (!is_wanted(name, wanted))
			continue;
		if (ret->count == HOST_LINKS_MAX) {
			ret->more = true;
			break;
		}
		link = &ret->items[ret->count++];
		memcpy(link->name, name.p, name.n);
		if (!read_link(rest, link))
			return false;
	}
	return true;
}

enum err host_proc_read(const char *root, const char *name, struct buf *out)
{
	char path[512], chunk[16384];
	enum err e = ERR_OK;
	ssize_t n;
	int fd;

	buf_reset(out);
	snprintf(path, sizeof(path), "%s/%s", root, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
	while ((n = read(fd, chunk, sizeof(chunk))) > 0 && out->len < HOST_TEXT_MAX)
		buf_put(out, chunk, (size_t)n);
	if (n < 0)
		e = ERR_IO;
	close(fd);
	return e;
}
