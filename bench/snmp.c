/* SNMP: what a GET and a row of a table cost, and a thousand devices each ten seconds, beside snmpbulkwalk and snmp_exporter
 * against the same agent on the loopback (a child of this process; its own cost is not counted). Nothing is judged. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <uv.h>

#include "base/mem.h"
#include "bench/measure.h"
#include "probing/snmp_io.h"
#include "tests/support/fake_snmp_agent.h"

enum {
	DEVICES = 1000,
	GETS = 100000,
	AT_ONCE = 200,
	OIDS_MAX = 10,
	ROWS = 4000,
	WALKS = 50,
	REPETITIONS = 25,
	ROUNDS = 3,
	STEADY_S = 30,
	PERIOD_MS = 10000,
	SCRAPES = 20
};
#define COLUMN "1.3.6.1.2.1.2.2.1.10"
#define SCALARS "1.3.6.1.4.1.99999.1"

static uint16_t agent_port;
static struct shared { /* what a child tells */
	double wall_us, cpu_us;
	long rss_kib, lost;
} * told;

/* --- the agent ------------------------------------------------------------------------------------------- */

static void pin(size_t cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void serve(int tell)
{
	struct fake_agent a;
	uv_loop_t loop;
	char oid[64];

	pin(1);
	uv_loop_init(&loop);
	fake_agent_start(&a, &loop, "0.0.0.0");
	for (int i = 0; i < OIDS_MAX; i++) {
		snprintf(oid, sizeof(oid), SCALARS ".%d.0", i + 1);
		fake_agent_number(&a, oid, 0x41, 1000000 + i);
	}
	for (int i = 1; i <= ROWS; i++) {
		snprintf(oid, sizeof(oid), COLUMN ".%d", i);
		fake_agent_number(&a, oid, 0x41, 1000000 + i);
	}
	fake_agent_ready(&a);
	(void)!write(tell, &a.port, sizeof(a.port));
	uv_run(&loop, UV_RUN_DEFAULT);
	_exit(1);
}

static pid_t start_agent(void)
{
	int tell[2];
	pid_t pid;

	if (pipe(tell) != 0)
		abort();
	pid = fork();
	if (pid == 0)
		serve(tell[1]);
	if (read(tell[0], &agent_port, sizeof(agent_port)) != sizeof(agent_port))
		abort();
	return pid;
}

/* --- ours ------------------------------------------------------------------------------------------------ */

struct asker {
	char address[32];
	struct snmp_target target;
	struct snmp_item items[OIDS_MAX];
	struct snmp_ask ask;
	uv_timer_t timer;
};

static uv_loop_t loop;
static struct snmp_io *io;
static struct asker *askers;
static struct arena *oids_parsed;
static unsigned oids_asked = 1, left, started, wanted;

static void prepare(struct asker *a, int i, enum snmp_ask_kind kind, unsigned oids)
{
	snprintf(a->address, sizeof(a->address), "127.1.%d.%d", i / 250, i % 250 + 1);
	a->target = (struct snmp_target){.address = a->address,
					 .port = agent_port,
					 .version = SNMP_VERSION_2C,
					 .community = "public",
					 .try_us = 2000000,
					 .retries = 1,
					 .outstanding_max = 1,
					 .repetitions_max = REPETITIONS};
	a->ask = (struct snmp_ask){.target = &a->target, .items = a->items, .item_count = oids};
	if (oids_parsed == NULL)
		oids_parsed = arena_new();
	for (unsigned j = 0; j < oids; j++) {
		char oid[64];

		if (kind == SNMP_WALK)
			snprintf(oid, sizeof(oid), COLUMN);
		else
			snprintf(oid, sizeof(oid), SCALARS ".%u.0", j + 1);
		a->items[j] = (struct snmp_item){.kind = kind, .rows_max = SNMP_ROWS_MAX};
		/* All ask the same: the OIDs are not the driver's memory. */
		if (i > 0)
			a->items[j].oid = askers[0].items[j].oid;
		else if (!snmp_oid_parse(slice_of(oid), oids_parsed, &a->items[j].oid))
			abort();
	}
}

static void begin(struct asker *a, void (*done)(void *))
{
	a->ask.memory = arena_new();
	snmp_io_run(io, &a->ask, (int64_t)(uv_hrtime() / 1000) + 10000000, done, a);
}

static void check(struct asker *a, size_t rows)
{
	told->lost +=
		a->ask.outcome != OUTCOME_OK || a->items[0].row_count != rows || a->ask.resent > 0;
	arena_free(a->ask.memory);
}

static void on_got(void *user)
{
	struct asker *a = user;

	check(a, 1);
	left--;
	if (started < wanted) {
		started++;
		begin(a, on_got);
	}
}

static double now_us(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void open_driver(void)
{
	pin(0);
	uv_loop_init(&loop);
	io = snmp_io_new(&loop);
	askers = mem_calloc(DEVICES, sizeof(*askers));
}

/* AT_ONCE devices at one time, each again as soon as it has answered. */
static void get_all(void)
{
	double start;

	open_driver();
	left = wanted = GETS;
	for (int i = 0; i < AT_ONCE; i++)
		prepare(&askers[i], i, SNMP_GET, oids_asked);
	start = now_us(CLOCK_MONOTONIC);
	for (started = 0; started < AT_ONCE; started++)
		begin(&askers[started], on_got);
	while (left > 0)
		uv_run(&loop, UV_RUN_ONCE);
	told->wall_us = now_us(CLOCK_MONOTONIC) - start;
	_exit(told->lost != 0);
}

static void on_walked(void *user)
{
	check(user, ROWS);
	left--;
}

/* One walk at a time, as snmpbulkwalk. */
static void walk_all(void)
{
	open_driver();
	prepare(&askers[0], 0, SNMP_WALK, 1);
	for (int i = 0; i < WALKS; i++) {
		left = 1;
		begin(&askers[0], on_walked);
		while (left > 0)
			uv_run(&loop, UV_RUN_ONCE);
	}
	_exit(told->lost != 0);
}

/* --- a thousand devices ---------------------------------------------------------------------------------- */

static void on_polled(void *user)
{
	check(user, 1);
}

static void on_turn(uv_timer_t *t)
{
	struct asker *a = t->data;

	begin(a, on_polled);
}

static void on_end(uv_timer_t *t)
{
	uv_stop(t->loop);
}

static long rss_kib(void)
{
	char text[256] = "";
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f != NULL && fgets(text, sizeof(text), f) != NULL)
		pages = strtol(strchr(text, ' '), NULL, 10);
	if (f != NULL)
		fclose(f);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static unsigned steady_devices;

static void poll_steadily(void)
{
	uv_timer_t end;
	double before;

	open_driver();
	for (unsigned i = 0; i < steady_devices; i++) {
		prepare(&askers[i], (int)i, SNMP_GET, OIDS_MAX);
		uv_timer_init(&loop, &askers[i].timer);
		askers[i].timer.data = &askers[i];
		/* Some share a moment, as the prober's checks do. */
		uv_timer_start(&askers[i].timer, on_turn, i / 4 * 4 * PERIOD_MS / DEVICES,
			       PERIOD_MS);
	}
	before = now_us(CLOCK_PROCESS_CPUTIME_ID);
	uv_timer_init(&loop, &end);
	uv_timer_start(&end, on_end, STEADY_S * 1000, 0);
	uv_run(&loop, UV_RUN_DEFAULT);
	told->cpu_us = now_us(CLOCK_PROCESS_CPUTIME_ID) - before;
	told->rss_kib = rss_kib();
	_exit(told->lost != 0);
}

/* --- peers ----------------------------------------------------------------------------------------------- */

static void run_bulkwalk(void)
{
	char target[32], repetitions[16];
	int null = open("/dev/null", O_WRONLY);

	dup2(null, 1);
	snprintf(target, sizeof(target), "127.1.0.1:%u", agent_port);
	snprintf(repetitions, sizeof(repetitions), "-Cr%d", REPETITIONS);
	setenv("MIBS", "", 1);
	execlp("snmpbulkwalk", "snmpbulkwalk", "-v2c", "-c", "public", "-On", repetitions, target,
	       COLUMN, (char *)NULL);
	_exit(127);
}

static double cpu_of(pid_t pid)
{
	char path[64], text[1024], *p;
	double ticks;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (f == NULL || fgets(text, sizeof(text), f) == NULL)
		abort();
	fclose(f);
	p = strrchr(text, ')') + 1;
	for (int i = 0; i < 11; i++) /* behind the name comes field 3; utime is field 14 */
		p = strchr(p + 1, ' ');
	ticks = strtod(p, &p);
	ticks += strtod(p, NULL);
	return ticks * 1e6 / (double)sysconf(_SC_CLK_TCK);
}

/* One request; the bytes of the answer, -1: nobody there. */
static long http_get(uint16_t port, const char *path)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons(port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	char text[65536];
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	long total = 0;
	ssize_t n;

	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		close(fd);
		return -1;
	}
	snprintf(text, sizeof(text), "GET %s HTTP/1.0\r\n\r\n", path);
	(void)!write(fd, text, strlen(text));
	while ((n = read(fd, text, sizeof(text))) > 0)
		total += n;
	close(fd);
	return total;
}

static pid_t start_exporter(const char *folder, uint16_t port)
{
	char config[80], option[100], listen_at[64];
	FILE *f;
	pid_t pid;

	snprintf(config, sizeof(config), "%s/snmp.yml", folder);
	f = fopen(config, "w");
	if (f == NULL)
		abort();
	fprintf(f,
		"bench:\n  version: 2\n  max_repetitions: %d\n  timeout: 5s\n  auth: {community: "
		"public}\n"
		"  walk: [" COLUMN "]\n  metrics:\n  - {name: ifInOctets, oid: " COLUMN
		", type: counter, help: bench, indexes: [{labelname: ifIndex, type: gauge}]}\n",
		REPETITIONS);
	fclose(f);
	snprintf(option, sizeof(option), "--config.file=%s", config);
	snprintf(listen_at, sizeof(listen_at), "--web.listen-address=127.0.0.1:%u", port);
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, 1);
		dup2(null, 2);
		execlp("prometheus-snmp-exporter", "prometheus-snmp-exporter", option, listen_at,
		       (char *)NULL);
		_exit(127);
	}
	return pid;
}

/* CPU of a row, or -1: it is not there. */
static double measure_exporter(void)
{
	char folder[] = "/tmp/vigia-bench-XXXXXX", path[128], config[80];
	uint16_t port = 39116;
	double before, us = -1;
	long size = -1;
	pid_t pid;

	if (mkdtemp(folder) == NULL)
		abort();
	pid = start_exporter(folder, port);
	snprintf(path, sizeof(path), "/snmp?module=bench&target=127.1.0.1:%u", agent_port);
	for (int i = 0; i < 100 && size < 0 && waitpid(pid, NULL, WNOHANG) == 0; i++) {
		size = http_get(port, path);
		if (size < 0)
			usleep(50000);
	}
	if (size > ROWS) {
		before = cpu_of(pid);
		for (int i = 0; i < SCRAPES; i++)
			size = http_get(port, path);
		us = (cpu_of(pid) - before) / SCRAPES / ROWS;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	snprintf(config, sizeof(config), "%s/snmp.yml", folder);
	unlink(config);
	rmdir(folder);
	return us;
}

/* --- all of it ------------------------------------------------------------------------------------------- */

static int bad;

static void bench_gets(unsigned oids)
{
	double best = 1e9, rate = 0;

	oids_asked = oids;
	for (int i = 0; i < ROUNDS; i++) {
		int status = 0;
		double us = measure(get_all, GETS, &status);

		bad |= status;
		best = us < best ? us : best;
		rate = GETS / told->wall_us * 1e6 > rate ? GETS / told->wall_us * 1e6 : rate;
	}
	printf("snmp GET of %u OIDs, %d devices at a time: vigia %.2f us of CPU a GET, %.0f GETs/s "
	       "on one core "
	       "(best of %d)\n",
	       oids, AT_ONCE, best, rate, ROUNDS);
}

static void bench_rows(void)
{
	double ours = 1e9, theirs = 1e9, exporter;
	int status = 0, other = 0;

	for (int i = 0; i < ROUNDS; i++) {
		double a = measure(walk_all, WALKS * ROWS, &status), b = 0;

		bad |= status;
		for (int j = 0; j < 5; j++)
			b += measure(run_bulkwalk, ROWS, &other) / 5;
		ours = a < ours ? a : ours;
		theirs = b < theirs ? b : theirs;
	}
	exporter = measure_exporter();
	printf("snmp table of %d rows, %d a request: vigia %.2f us, snmpbulkwalk %.2f us%s, ", ROWS,
	       REPETITIONS, ours, theirs, other != 0 ? " (ended with an error)" : "");
	if (exporter < 0)
		printf("snmp_exporter is missing");
	else
		printf("snmp_exporter %.2f us", exporter);
	printf(" of CPU a row (best of %d)\n", ROUNDS);
}

static void bench_steady(void)
{
	struct shared idle;
	int status = 0;

	steady_devices = 0;
	measure(poll_steadily, 1, &status);
	idle = *told;
	steady_devices = DEVICES;
	measure(poll_steadily, 1, &status);
	bad |= status;
	printf("snmp, %d devices x %d OIDs each %d s: %.2f %% of a core, %.1f MiB above an idle "
	       "loop (%.1f MiB)\n",
	       DEVICES, OIDS_MAX, PERIOD_MS / 1000, (told->cpu_us - idle.cpu_us) / STEADY_S / 1e4,
	       (double)(told->rss_kib - idle.rss_kib) / 1024, (double)idle.rss_kib / 1024);
}

/* Only the agent, for bench/devices.py: tells its port and answers until its standard input ends. */
static int serve_alone(void)
{
	pid_t agent = start_agent();
	char c;

	printf("%u\n", agent_port);
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	kill(agent, SIGKILL);
	waitpid(agent, NULL, 0);
	return 0;
}

int main(int argc, char **argv)
{
	pid_t agent;

	if (argc == 2 && strcmp(argv[1], "--serve") == 0)
		return serve_alone();

	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (told == MAP_FAILED)
		abort();
	agent = start_agent();
	bench_gets(1);
	bench_gets(OIDS_MAX);
	bench_rows();
	bench_steady();
	kill(agent, SIGKILL);
	waitpid(agent, NULL, 0);
	if (bad)
		printf("snmp: VIGIA LOST ANSWERS (%ld)\n", told->lost);
	return bad != 0;
}
