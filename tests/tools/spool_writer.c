/* spool_writer - what an agent keeps after days without its collector: real spool folders, written through the agent's own
 * functions, from a seed. For tests and benchmarks.
 *
 *	spool_writer FOLDER SEED NOW HOURS BOOTS CHECK... [-- OUTAGE...]
 * CHECK  ID:TYPE:INTERVAL  TYPE icmp | tcp | http; INTERVAL in seconds. Phases differ by check and seed.
 * OUTAGE ID:FROM:TO        seconds before NOW; TO 0 = it lasts still.
 * BOOTS starts of the agent divide the time; between two starts it was off for ten seconds. Prints what was written: one line
 * of JSON with the number of results and bytes and, by check, how many results there are in each hour before NOW. */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/spool.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/rand.h"
#include "checks/check.h"
#include "wire/result.h"

enum { CHECKS_MAX = 256, OUTAGES_MAX = 64, HOURS_MAX = 24 * 7, OFF_S = 10, SPOOL_BYTES = 1 << 30 };

struct one_check {
	const char *id;
	const struct check_type *type;
	int64_t interval_us, due_us;
	enum outcome last;
	unsigned per_hour[HOURS_MAX + 1];
};
struct outage {
	const char *id;
	int64_t from_us, to_us;
};
struct writer {
	const char *folder;
	struct rand rand;
	int64_t now_us, begin_us;
	unsigned boots;
	struct one_check checks[CHECKS_MAX];
	size_t check_count;
	struct outage outages[OUTAGES_MAX];
	size_t outage_count;
	struct spool *spool;
	uint64_t seq, results;
};

static _Noreturn void die(const char *what, const char *text)
{
	fprintf(stderr, "spool_writer: %s: %s\n", what, text);
	exit(2);
}

static int64_t number(struct slice s, const char *what)
{
	int64_t v;

	if (parse_i64(s, 0, INT64_MAX / US_PER_S, &v) != ERR_OK)
		die(what, "a whole number is expected");
	return v;
}

/* The n-th part of "a:b:c", counted from the end, for ids have colons too. */
static struct slice part_from_end(char *text, unsigned n)
{
	struct slice s = {text, strlen(text)};

	for (; n > 0; n--) {
		while (s.n > 0 && text[s.n - 1] != ':')
			s.n--;
		s.n -= s.n > 0;
	}
	for (size_t at = s.n; at > 0; at--) {
		if (text[at - 1] == ':')
			return (struct slice){text + at, s.n - at};
	}
	return s;
}

static const char *id_before(char *text, unsigned parts)
{
	struct slice s = part_from_end(text, parts - 1);

	text[s.p - text - 1] = '\0';
	return text;
}

static void add_check(struct writer *w, char *text)
{
	struct one_check *c = &w->checks[w->check_count++];
	struct slice type = part_from_end(text, 1);

	if (w->check_count > CHECKS_MAX)
		die(text, "too many checks");
	c->type = check_type_find(type);
	c->interval_us = number(part_from_end(text, 0), text) * US_PER_S;
	if (c->type == NULL || c->interval_us == 0)
		die(text, "ID:TYPE:INTERVAL is expected");
	c->id = id_before(text, 2);
	c->due_us = w->begin_us + (int64_t)rand_below(&w->rand, (uint64_t)c->interval_us);
	c->last = OUTCOME_COUNT;
}

static void add_outage(struct writer *w, char *text)
{
	struct outage *o = &w->outages[w->outage_count++];

	if (w->outage_count > OUTAGES_MAX)
		die(text, "too many outages");
	o->from_us = w->now_us - number(part_from_end(text, 1), text) * US_PER_S;
	o->to_us = w->now_us - number(part_from_end(text, 0), text) * US_PER_S;
	if (o->to_us == w->now_us)
		o->to_us = INT64_MAX;
	o->id = id_before(text, 2);
}

static bool is_down(const struct writer *w, const struct one_check *c, int64_t t_us)
{
	for (size_t i = 0; i < w->outage_count; i++) {
		const struct outage *o = &w->outages[i];

		if (strcmp(o->id, c->id) == 0 && t_us >= o->from_us && t_us < o->to_us)
			return true;
	}
	return false;
}

/* When all is well: a status, a size, nothing lost, a few milliseconds. */
static int64_t usual_value(struct writer *w, const char *name)
{
	if (strcmp(name, "status") == 0)
		return 200 * MICRO;
	if (strcmp(name, "size") == 0)
		return 24 * MICRO;
	if (strcmp(name, "loss") == 0)
		return 0;
	if (strcmp(name, "days_left") == 0)
		return MICRO_NONE;
	return 400 + (int64_t)rand_below(&w->rand, 9000);
}

static void fill_values(struct writer *w, const struct one_check *c, bool down,
			int64_t values[SCHEMA_VALUES_MAX])
{
	const struct check_schema *schema = &c->type->schema;

	for (size_t i = 0; i < SCHEMA_VALUES_MAX; i++)
		values[i] = MICRO_NONE;
	for (size_t i = 0; !down && i < schema->value_count; i++)
		values[i] = usual_value(w, schema->values[i].name);
}

static void write_result(struct writer *w, struct one_check *c, int64_t t_us)
{
	bool down = is_down(w, c, t_us);
	enum outcome outcome = down ? OUTCOME_CONNECT_REFUSED : OUTCOME_OK;
	int64_t values[SCHEMA_VALUES_MAX];
	struct result_writer out = {0};
	struct err_info info;
	struct buf json;

	fill_values(w, c, down, values);
	buf_init(&json, SPOOL_RECORD_MAX);
	out.out = &json;
	result_write_result(&out, ++w->seq, c->id, (struct wall_time){t_us}, outcome, false,
			    &c->type->schema, values, c->type->schema.value_count);
	if (spool_append(w->spool, w->seq, buf_slice(&json), down || outcome != c->last, &info) !=
	    ERR_OK)
		die(w->folder, info.text);
	buf_release(&json);
	c->last = outcome;
	w->results++;
	c->per_hour[(w->now_us - t_us) / (3600 * US_PER_S)]++;
}

static struct one_check *next_due(struct writer *w)
{
	struct one_check *best = &w->checks[0];

	for (size_t i = 1; i < w->check_count; i++) {
		if (w->checks[i].due_us < best->due_us)
			best = &w->checks[i];
	}
	return best;
}

static void write_boot(struct writer *w, unsigned boot)
{
	int64_t share = (w->now_us - w->begin_us) / w->boots;
	int64_t next = w->begin_us + share * (boot + 1);
	int64_t end = boot + 1 < w->boots ? next - OFF_S * US_PER_S : next;
	struct err_info info;
	char id[SPOOL_BOOT_SIZE];

	snprintf(id, sizeof(id), "%016" PRIx64, rand_u64(&w->rand));
	if (spool_open(w->folder, SPOOL_BYTES, id, &w->spool, &info) != ERR_OK)
		die(w->folder, info.text);
	w->seq = 0;
	for (;;) {
		struct one_check *c = next_due(w);

		if (c->due_us >= next)
			break;
		if (c->due_us < end)
			write_result(w, c, c->due_us);
		c->due_us += c->interval_us;
	}
	spool_close(w->spool);
}

static int64_t folder_bytes(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	char path[SPOOL_PATH_SIZE];
	int64_t sum = 0;
	struct stat st;

	while (d != NULL && (e = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
			sum += st.st_size;
	}
	if (d != NULL)
		closedir(d);
	return sum;
}

static void say(const struct writer *w, unsigned hours)
{
	printf("{\"results\":%" PRIu64 ",\"bytes\":%lld,\"checks\":{", w->results,
	       (long long)folder_bytes(w->folder));
	for (size_t i = 0; i < w->check_count; i++) {
		printf("%s\"%s\":[", i > 0 ? "," : "", w->checks[i].id);
		for (unsigned h = 0; h <= hours; h++)
			printf("%s%u", h > 0 ? "," : "", w->checks[i].per_hour[h]);
		printf("]");
	}
	printf("}}\n");
}

int main(int argc, char **argv)
{
	static struct writer w;
	bool outages = false;
	unsigned hours;

	if (argc < 7)
		die("usage", "FOLDER SEED NOW HOURS BOOTS CHECK... [-- OUTAGE...]");
	w.folder = argv[1];
	rand_seed(&w.rand, (uint64_t)number(slice_of(argv[2]), "SEED"));
	w.now_us = number(slice_of(argv[3]), "NOW") * US_PER_S;
	hours = (unsigned)number(slice_of(argv[4]), "HOURS");
	w.boots = (unsigned)number(slice_of(argv[5]), "BOOTS");
	if (hours == 0 || hours > HOURS_MAX || w.boots == 0)
		die("usage", "HOURS from 1 to 168, BOOTS from 1");
	w.begin_us = w.now_us - hours * 3600 * US_PER_S;
	for (int i = 6; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0)
			outages = true;
		else if (outages)
			add_outage(&w, argv[i]);
		else
			add_check(&w, argv[i]);
	}
	for (unsigned b = 0; b < w.boots; b++)
		write_boot(&w, b);
	say(&w, hours);
	return 0;
}
