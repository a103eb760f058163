/* check_host.c - the agent's own machine: processors, memory, swap, load, network, file systems, services. Shares and rates
 * span the time since the last probe of the same check; the first one takes two samples of its own. procfs is read on the
 * loop (it is memory of the kernel), file systems in a job, services over D-Bus. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "checks/check.h"
#include "checks/host_disk.h"
#include "checks/host_proc.h"
#include "checks/host_sources.h"
#include "checks/host_units.h"

extern const struct check_type check_host;

enum {
	VALUE_CPU,
	VALUE_CPU_USER,
	VALUE_CPU_SYSTEM,
	VALUE_CPU_IOWAIT,
	VALUE_CPU_STEAL,
	VALUE_LOAD1,
	VALUE_LOAD5,
	VALUE_LOAD15,
	VALUE_LOAD_CORE,
	VALUE_MEM_USED,
	VALUE_MEM_FREE,
	VALUE_SWAP_USED,
	VALUE_SWAP_IN,
	VALUE_SWAP_OUT,
	VALUE_DISK_USED,
	VALUE_DISK_FREE,
	VALUE_INODES_USED,
	VALUE_READ_ONLY,
	VALUE_NET_IN,
	VALUE_NET_OUT,
	VALUE_NET_ERRORS,
	VALUE_NET_DROPS,
	VALUE_SERVICES_DOWN,
	VALUE_UPTIME,
	VALUE_COUNT
};
_Static_assert((int)VALUE_COUNT <= (int)SCHEMA_VALUES_MAX, "room in a verdict");

#define FIRST_SPAN_US (500 * US_PER_MS) /* between the two samples of a first probe */
#define SPAN_LEAST_US (100 * US_PER_MS) /* fifty ticks at ten processors, ten at one */
enum { DISKS_MAX = 32 };

struct host_params {
	const char *disks, *mounts, *interfaces, *services;
	bool read_only;
};
struct sample {
	bool is_there;
	struct mono_time at;
	struct host_cpu cpu;
	struct host_paging paging;
	struct host_links links;
};
enum stage { STAGE_FIRST, STAGE_UNITS, STAGE_DISKS };
struct host_state {
	enum stage stage;
	struct sample now;
	int fd; /* 0 = none */
	struct buf answer;
	struct host_disk_job *disks;
};

static const struct param host_params[] = {
	PARAM_LIST(struct host_params, disks, "disks", "/", DISKS_MAX, PARAM_PATHS,
		   "paths whose file systems are measured, wherever they lie"),
	PARAM_LIST(struct host_params, mounts, "mounts", "", DISKS_MAX, PARAM_PATHS,
		   "the same, and each must be a mount of its own: nothing mounted there is bad"),
	PARAM_BOOL(struct host_params, read_only, "read_only", "false", 0,
		   "these file systems may be read-only"),
	PARAM_LIST(struct host_params, interfaces, "interfaces", "", HOST_LINKS_MAX, 0,
		   "network interfaces that must be there (none given: all but lo)"),
	PARAM_LIST(struct host_params, services, "services", "", HOST_UNITS_MAX, 0,
		   "systemd units that must be active, such as nginx.service"),
	PARAM_END,
};
static const struct value_desc host_values[] = {
	{"cpu", "1", "processors at work: user, system, steal"},
	{"cpu_user", "1", "share in programs"},
	{"cpu_system", "1", "share in the kernel"},
	{"cpu_iowait", "1", "share idle that waits for disks"},
	{"cpu_steal", "1", "share that the hypervisor gave to others"},
	{"load1", "", "tasks that run or wait, mean of 1 minute"},
	{"load5", "", "the same, of 5 minutes"},
	{"load15", "", "the same, of 15 minutes"},
	{"load_core", "", "load5 per processor"},
	{"mem_used", "1", "share of the memory that is not available"},
	{"mem_free", "B", "memory that is available"},
	{"swap_used", "1", "share of the swap space in use, 0 without swap"},
	{"swap_in", "B", "read from swap per second"},
	{"swap_out", "B", "written to swap per second"},
	{"disk_used", "1", "used share of the fullest file system"},
	{"disk_free", "B", "least room of a file system"},
	{"inodes_used", "1", "greatest used share of inodes"},
	{"disks_read_only", "", "file systems that are read-only"},
	{"net_in", "B", "received per second, all interfaces"},
	{"net_out", "B", "sent per second, all interfaces"},
	{"net_errors", "", "packets with errors per second"},
	{"net_drops", "", "packets dropped per second"},
	{"services_down", "", "watched units that are not active"},
	{"uptime", "s", "since the start of the machine"},
};

/* --- the outcome ------------------------------------------------------------------------------------------ */

static int weight(enum outcome o)
{
	static const int weights[] = {[CLASS_OK] = 0, [CLASS_BLIND] = 1, [CLASS_BAD] = 2};

	return weights[outcome_class(o)];
}

/* What is bad outweighs what could not be measured; of two alike the first is told. */
static void note(struct probe *p, enum outcome o, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void note(struct probe *p, enum outcome o, const char *fmt, ...)
{
	va_list args;

	if (weight(o) <= weight(p->verdict.outcome) && p->verdict.detail[0] != '\0')
		return;
	p->verdict.outcome = o;
	va_start(args, fmt);
	vsnprintf(p->verdict.detail, sizeof(p->verdict.detail), fmt, args);
	va_end(args);
}

static struct check_step done(void)
{
	return (struct check_step){.kind = STEP_DONE};
}

/* --- procfs ------------------------------------------------------------------------------------------------- */

static bool read_text(struct probe *p, const char *name, struct buf *text)
{
	if (host_proc_read(host_sources()->proc, name, text) == ERR_OK)
		return true;
	note(p, OUTCOME_SOURCE_MISSING, "%s/%s cannot be read", host_sources()->proc, name);
	return false;
}

static void missing(struct probe *p, const char *name)
{
	note(p, OUTCOME_SOURCE_MISSING, "%s/%s lacks what is needed", host_sources()->proc, name);
}

/* What is counted since the start of the machine. */
static void take_sample(struct probe *p, struct mono_time now, struct sample *s)
{
	const struct host_params *params = p->params;
	struct buf text CLEANUP(buf_release);

	buf_init(&text, HOST_TEXT_MAX + (1 << 16));
	s->is_there = true;
	s->at = now;
	if (read_text(p, "stat", &text) && !host_proc_cpu(buf_slice(&text), &s->cpu))
		missing(p, "stat");
	if (read_text(p, "vmstat", &text) && !host_proc_paging(buf_slice(&text), &s->paging))
		missing(p, "vmstat");
	if (read_text(p, "net/dev", &text) &&
	    !host_proc_links(buf_slice(&text), params->interfaces, &s->links))
		missing(p, "net/dev");
}

/* Counters of waiting and idling may go back a little on some kernels: then nothing was waited. */
static uint64_t grown(uint64_t before, uint64_t after)
{
	return after > before ? after - before : 0;
}

static void judge_cpu(struct probe *p, const struct host_cpu *a, const struct host_cpu *b)
{
	uint64_t user = grown(a->user, b->user), kernel = grown(a->kernel, b->kernel),
		 steal = grown(a->steal, b->steal), wait = grown(a->iowait, b->iowait);
	uint64_t busy = user + kernel + steal, total = busy + wait + grown(a->idle, b->idle);
	int64_t *v = p->verdict.values;

	if (b->processors == 0)
		return; /* told already */
	if (total == 0) {
		note(p, OUTCOME_LAG_OWN, "no tick between two samples");
		return;
	}
	v[VALUE_CPU] = host_share(busy, total);
	v[VALUE_CPU_USER] = host_share(user, total);
	v[VALUE_CPU_SYSTEM] = host_share(kernel, total);
	v[VALUE_CPU_IOWAIT] = host_share(wait, total);
	v[VALUE_CPU_STEAL] = host_share(steal, total);
}

static const struct host_link *find_link(const struct host_links *links, const char *name)
{
	for (size_t i = 0; i < links->count; i++) {
		if (strcmp(links->items[i].name, name) == 0)
			return &links->items[i];
	}
	return NULL;
}

static int64_t plus(int64_t a, int64_t b)
{
	if (b < 0)
		return a; /* a counter that began anew says nothing */
	if (a == MICRO_NONE)
		return b;
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static void judge_links(struct probe *p, const struct host_links *a, const struct host_links *b,
			int64_t us)
{
	int64_t *v = p->verdict.values;

	for (size_t i = 0; i < b->count; i++) {
		const struct host_link *after = &b->items[i], *before = find_link(a, after->name);

		if (before == NULL)
			continue; /* it has just come */
		v[VALUE_NET_IN] = plus(v[VALUE_NET_IN], host_rate(before->in, after->in, us));
		v[VALUE_NET_OUT] = plus(v[VALUE_NET_OUT], host_rate(before->out, after->out, us));
		v[VALUE_NET_ERRORS] =
			plus(v[VALUE_NET_ERRORS], host_rate(before->errors, after->errors, us));
		v[VALUE_NET_DROPS] =
			plus(v[VALUE_NET_DROPS], host_rate(before->drops, after->drops, us));
	}
}

static void find_wanted_links(struct probe *p, const struct host_links *links)
{
	const struct host_params *params = p->params;
	struct slice rest = slice_of(params->interfaces), item;
	char name[PARAM_ITEM_MAX + 1];

	while (param_next_item(&rest, &item)) {
		snprintf(name, sizeof(name), "%.*s", (int)item.n, item.p);
		if (find_link(links, name) == NULL)
			note(p, OUTCOME_DEVICE_MISSING, "no interface %.40s", name);
	}
}

static int64_t swapped(uint64_t before, uint64_t after, int64_t us)
{
	int64_t page = sysconf(_SC_PAGESIZE), pages = host_rate(before, after, us);

	if (pages < 0)
		return MICRO_NONE;
	return pages > INT64_MAX / page ? INT64_MAX : pages * page;
}

static void judge_growth(struct probe *p, const struct sample *before, const struct sample *after)
{
	int64_t us = mono_diff_us(after->at, before->at), *v = p->verdict.values;

	judge_cpu(p, &before->cpu, &after->cpu);
	judge_links(p, &before->links, &after->links, us);
	v[VALUE_SWAP_IN] = swapped(before->paging.in, after->paging.in, us);
	v[VALUE_SWAP_OUT] = swapped(before->paging.out, after->paging.out, us);
}

static void judge_memory(struct probe *p, struct buf *text)
{
	struct host_memory m;
	int64_t *v = p->verdict.values;

	if (!read_text(p, "meminfo", text))
		return;
	if (!host_proc_memory(buf_slice(text), &m)) {
		missing(p, "meminfo");
		return;
	}
	v[VALUE_MEM_FREE] = host_micro(m.available);
	v[VALUE_MEM_USED] = host_share(grown(m.available, m.total), m.total);
	v[VALUE_SWAP_USED] =
		m.swap_total > 0 ? host_share(grown(m.swap_free, m.swap_total), m.swap_total) : 0;
}

static void judge_present(struct probe *p, uint32_t processors)
{
	struct buf text CLEANUP(buf_release);
	int64_t load[3], *v = p->verdict.values;

	buf_init(&text, HOST_TEXT_MAX + (1 << 16));
	judge_memory(p, &text);
	if (read_text(p, "loadavg", &text)) {
		if (host_proc_load(buf_slice(&text), load)) {
			memcpy(&v[VALUE_LOAD1], load, sizeof(load));
			if (processors > 0)
				v[VALUE_LOAD_CORE] = load[1] / (int64_t)processors;
		} else {
			missing(p, "loadavg");
		}
	}
	if (read_text(p, "uptime", &text) && !host_proc_uptime(buf_slice(&text), &v[VALUE_UPTIME]))
		missing(p, "uptime");
}

/* --- services ------------------------------------------------------------------------------------------------ */

static struct check_step start_disks(struct probe *p);

static struct check_step no_bus(struct probe *p, const char *why)
{
	note(p, OUTCOME_SOURCE_MISSING, "services: %s", why);
	return start_disks(p);
}

/* An answer that never comes must leave time for the disks. */
static struct check_step wait_for_bus(struct probe *p, struct mono_time now)
{
	struct host_state *s = p->state;
	int64_t half = mono_diff_us(p->deadline, now) / 2;

	return (struct check_step){.kind = STEP_WAIT_FD,
				   .fd = s->fd,
				   .events = STEP_READABLE,
				   .deadline = mono_add_us(now, half)};
}

static struct check_step start_units(struct probe *p, struct mono_time now)
{
	const struct host_params *params = p->params;
	struct host_state *s = p->state;
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	struct buf question CLEANUP(buf_release);

	s->stage = STAGE_UNITS;
	buf_init(&question, 1 << 16);
	if (params->services[0] == '\0')
		return start_disks(p);
	snprintf(to.sun_path, sizeof(to.sun_path), "%s", host_sources()->bus);
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0) {
		s->fd = 0;
		note(p, OUTCOME_DESCRIPTORS_EXHAUSTED, "services: %s", strerror(errno));
		return start_disks(p);
	}
	if (connect(s->fd, (const struct sockaddr *)&to, sizeof(to)) != 0)
		return no_bus(p, errno == ENOENT || errno == ECONNREFUSED
					 ? "this machine has no systemd, or no D-Bus to ask it"
					 : "the system's D-Bus takes no connection");
	host_units_ask(&question, getuid(), params->services);
	if (send(s->fd, question.data, question.len, MSG_NOSIGNAL) != (ssize_t)question.len)
		return no_bus(p, "the system's D-Bus takes no question");
	return wait_for_bus(p, now);
}

static struct check_step judge_units(struct probe *p, const struct host_units *u)
{
	p->verdict.values[VALUE_SERVICES_DOWN] = (int64_t)u->down * MICRO;
	if (u->down > 0)
		note(p, OUTCOME_SERVICE_INACTIVE, "%s", u->text);
	return start_disks(p);
}

static struct check_step read_units(struct probe *p, struct mono_time now, unsigned ready)
{
	struct host_state *s = p->state;
	struct host_units units;
	char chunk[16384];
	ssize_t n;

	if (ready == 0)
		return no_bus(p, "systemd does not answer in time");
	n = read(s->fd, chunk, sizeof(chunk));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return wait_for_bus(p, now);
	if (n <= 0)
		return no_bus(p, "the system's D-Bus hung up");
	buf_put(&s->answer, chunk, (size_t)n);
	if (!buf_is_ok(&s->answer))
		return no_bus(p, "the answer is too large");
	switch (host_units_read(buf_slice(&s->answer), &units)) {
	case HOST_UNITS_MORE:
		return wait_for_bus(p, now);
	case HOST_UNITS_DONE:
		return judge_units(p, &units);
	case HOST_UNITS_REFUSED:
		return no_bus(p, units.text);
	case HOST_UNITS_MALFORMED:
		break;
	}
	return no_bus(p, "the answer is no D-Bus message that we know");
}

/* --- file systems ---------------------------------------------------------------------------------------------- */

static struct check_step start_disks(struct probe *p)
{
	const struct host_params *params = p->params;
	struct host_state *s = p->state;

	s->stage = STAGE_DISKS;
	if (params->disks[0] == '\0' && params->mounts[0] == '\0')
		return done();
	s->disks = host_disk_job_new(host_sources()->proc, params->disks, params->mounts,
				     params->read_only);
	return (struct check_step){
		.kind = STEP_WAIT_JOB, .job = &s->disks->job, .deadline = p->deadline};
}

static struct check_step judge_disks(struct probe *p)
{
	const struct host_disk_job *j = ((struct host_state *)p->state)->disks;
	int64_t *v = p->verdict.values;

	switch (p->job_result) {
	case JOB_LATE:
	case JOB_STUCK:
		note(p, OUTCOME_DISK_FAILED, "file systems do not answer in time");
		return done();
	case JOB_REFUSED:
		note(p, OUTCOME_AGENT_FAULT, "too many file systems hang");
		return done();
	case JOB_DONE:
		break;
	}
	v[VALUE_DISK_USED] = j->figures.used;
	v[VALUE_DISK_FREE] = j->figures.free;
	v[VALUE_INODES_USED] = j->figures.inodes_used;
	v[VALUE_READ_ONLY] = j->figures.read_only;
	if (j->detail[0] != '\0')
		note(p, j->outcome, "%s", j->detail);
	return done();
}

/* --- the probe --------------------------------------------------------------------------------------------------- */

static struct check_step go_on(struct probe *p, struct mono_time now, const struct sample *before)
{
	struct host_state *s = p->state;

	find_wanted_links(p, &s->now.links);
	judge_growth(p, before, &s->now);
	judge_present(p, s->now.cpu.processors);
	*(struct sample *)p->memory = s->now;
	return start_units(p, now);
}

static struct check_step host_start(struct probe *p, struct mono_time now)
{
	const struct sample *before = p->memory;
	struct host_state *s = p->state;
	int64_t span = mono_diff_us(p->deadline, p->started) / 4;

	buf_init(&s->answer, HOST_UNITS_ANSWER_MAX);
	p->verdict.outcome = OUTCOME_OK;
	take_sample(p, now, &s->now);
	if (before->is_there && mono_diff_us(now, before->at) >= SPAN_LEAST_US)
		return go_on(p, now, before);
	s->stage = STAGE_FIRST;
	return (struct check_step){
		.kind = STEP_WAIT_TIME,
		.deadline = mono_add_us(now, span < FIRST_SPAN_US ? span : FIRST_SPAN_US)};
}

static struct check_step host_resume(struct probe *p, struct mono_time now, unsigned ready)
{
	struct host_state *s = p->state;
	struct sample first;

	switch (s->stage) {
	case STAGE_FIRST:
		first = s->now;
		take_sample(p, now, &s->now);
		return go_on(p, now, &first);
	case STAGE_UNITS:
		return read_units(p, now, ready);
	case STAGE_DISKS:
		break;
	}
	return judge_disks(p);
}

static void host_stop(struct probe *p)
{
	struct host_state *s = p->state;

	if (s->fd > 0)
		close(s->fd);
	s->fd = 0;
	buf_release(&s->answer);
}

static enum err host_validate(const void *params, struct err_info *info)
{
	const struct host_params *host = params;
	struct slice rest = slice_of(host->services), item;

	while (param_next_item(&rest, &item)) {
		if (!host_units_is_name(item))
			return err_fail(info, ERR_SYNTAX,
					"services: '%.*s' is no name of a systemd unit",
					(int)item.n, item.p);
	}
	return ERR_OK;
}

const struct check_type check_host = {
	.schema = {.type = "host",
		   .help = "the agent's own machine: processors, memory, swap, load, network, file "
			   "systems, "
			   "services",
		   .params = host_params,
		   .values = host_values,
		   .value_count = VALUE_COUNT,
		   .of_agent = true},
	.params_size = sizeof(struct host_params),
	.state_size = sizeof(struct host_state),
	.memory_size = sizeof(struct sample),
	.validate = host_validate,
	.start = host_start,
	.resume = host_resume,
	.stop = host_stop,
};
