#include "collector/ready.h"

#include "base/micro.h"

/* A certificate that ends within a jornada and its preparation stops everything; one that ends within a month is to be renewed. */
#define DAY_US (86400 * US_PER_S)
#define CERTIFICATE_STOPS_US (3 * DAY_US)
#define CERTIFICATE_LATE_US (30 * DAY_US)
#define BACKUP_OLD_US DAY_US
#define HEARTBEAT_OLD_US (10 * 60 * US_PER_S)
#define SERIES_OLD_US (120 * US_PER_S)

struct kind {
	const char *id, *group;
	bool blocks;
};
static const struct kind kinds[READY_COUNT] = {
#define X(sym, id, group, blocks) [READY_##sym] = {id, group, blocks},
	READY_TABLE(X)
#undef X
};

const char *ready_id_word(enum ready_id id)
{
	return kinds[id].id;
}

const char *ready_group_word(enum ready_id id)
{
	return kinds[id].group;
}

const char *ready_state_word(enum ready_state s)
{
	static const char *const words[] = {
		[READY_GO] = "go", [READY_NO_GO] = "no-go", [READY_UNKNOWN] = "unknown"};

	return words[s];
}

const char *ready_verdict_word(enum ready_verdict v)
{
	static const char *const words[] = {
		[VERDICT_GO] = "go", [VERDICT_RESERVED] = "reserved", [VERDICT_NO_GO] = "no-go"};

	return words[v];
}

void ready_count_add(struct ready_count *c, enum ready_detail_kind kind, struct ready_detail d)
{
	c->all++;
	c->bad += kind == READY_BAD;
	c->unknown += kind == READY_NOT_KNOWN;
	if (kind != READY_FINE && c->listed < READY_DETAILS_MAX)
		c->details[c->listed++] = d;
}

/* --- items ---------------------------------------------------------------------------------------------- */

static struct ready_item begin(enum ready_id id)
{
	return (struct ready_item){.id = id,
				   .state = READY_GO,
				   .since = WALL_UNKNOWN,
				   .micro = MICRO_NONE,
				   .unit = "",
				   .of_micro = MICRO_NONE,
				   .why = "",
				   .text = ""};
}

static struct ready_item no_go(struct ready_item i, const char *why)
{
	i.state = READY_NO_GO;
	i.why = why;
	return i;
}

static struct ready_item unknown(struct ready_item i, const char *why)
{
	i.state = READY_UNKNOWN;
	i.why = why;
	return i;
}

/* Bad ones decide; else what nobody knows; the figure is how many are fine out of all. */
static struct ready_item counted(enum ready_id id, const struct ready_count *c)
{
	struct ready_item i = begin(id);

	i.micro = (int64_t)(c->all - c->bad - c->unknown) * MICRO;
	i.of_micro = (int64_t)c->all * MICRO;
	i.details = c;
	if (c->bad > 0)
		return no_go(i, "some-bad");
	return c->unknown > 0 ? unknown(i, "some-unknown") : i;
}

/* There should be none: the figure is how many there are. */
static struct ready_item none_wanted(enum ready_id id, const struct ready_count *c)
{
	struct ready_item i = begin(id);

	i.micro = (int64_t)(c->bad + c->unknown) * MICRO;
	i.details = c;
	return c->bad + c->unknown > 0 ? no_go(i, "there-are") : i;
}

/* Without anything to count nobody would be called, or nothing watched: that is no go. */
static struct ready_item counted_some(enum ready_id id, const struct ready_count *c)
{
	struct ready_item i = counted(id, c);

	return c->all == 0 ? no_go(i, "none-there") : i;
}

static struct ready_item ahead(const struct ready_figures *f)
{
	struct ready_item i = counted_some(READY_SEATS_AHEAD, &f->seats_ahead);

	i.since = f->ahead_until;
	return i;
}

/* Of what nobody sees it is not known that it is well. */
static struct ready_item checks_well(const struct ready_figures *f)
{
	struct ready_item i = counted(READY_CHECKS_WELL, &f->checks_well);

	return f->checks_well.all == 0 && f->checks_seen.all > 0 ? unknown(i, "nothing-seen") : i;
}

static struct ready_item clock_own(const struct ready_figures *f)
{
	struct ready_item i = begin(READY_CLOCK_OWN);

	i.micro = f->clock_off_us;
	i.unit = "s";
	return f->clock_alarm ? no_go(i, "clock-off") : i;
}

static struct ready_item plan_findings(const struct ready_figures *f)
{
	struct ready_item i = begin(READY_PLAN_FINDINGS);

	i.micro = (int64_t)f->plan_errors * MICRO;
	i.since = f->plan_applied;
	i.text = f->plan_hash;
	return f->plan_errors > 0 ? no_go(i, "errors-open") : i;
}

static struct ready_item plan_on_disk(const struct ready_figures *f)
{
	struct ready_item i = begin(READY_PLAN_ON_DISK);

	i.text = f->disk_plan_text;
	if (f->disk_plan == READY_PLAN_REFUSED)
		return no_go(i, "would-be-refused");
	return f->disk_plan == READY_PLAN_DIFFERS ? no_go(i, "not-loaded") : i;
}

static struct ready_item program(const struct ready_figures *f)
{
	struct ready_item i = begin(READY_PROGRAM);

	i.text = f->program_hash;
	if (f->program == READY_PROGRAM_NOT_KNOWN)
		return unknown(i, "not-read");
	return f->program == READY_PROGRAM_REPLACED ? no_go(i, "replaced") : i;
}

static struct ready_item certificate(const struct ready_figures *f)
{
	struct ready_item i = begin(READY_CERTIFICATE);

	i.unit = "s";
	if (!f->tls) {
		i.why = "not-used";
		return i;
	}
	i.micro = f->certificate_us;
	if (f->certificate_us == MICRO_NONE)
		return unknown(i, "not-read");
	if (f->certificate_us < CERTIFICATE_STOPS_US)
		return no_go(i, f->certificate_us <= 0 ? "ended" : "ends-now");
	return f->certificate_us < CERTIFICATE_LATE_US ? no_go(i, "ends-soon") : i;
}

static struct ready_item journal(const struct ready_figures *f)
{
	struct ready_item i = begin(READY_JOURNAL);

	i.since = f->last_commit;
	if (f->journal_failing)
		return no_go(i, "journal-failing");
	return f->journal_damaged ? no_go(i, "journal-damaged") : i;
}

static struct ready_item disk(const struct ready_figures *f)
{
	struct ready_item i = begin(READY_DISK);

	i.unit = "B";
	if (f->disk_free < 0)
		return unknown(i, "not-read");
	i.micro = f->disk_free < INT64_MAX / MICRO ? f->disk_free * MICRO : INT64_MAX;
	i.of_micro = f->disk_wanted < INT64_MAX / MICRO ? f->disk_wanted * MICRO : INT64_MAX;
	if (f->disk_full)
		return no_go(i, "disk-full");
	return f->disk_free < f->disk_wanted ? no_go(i, "disk-low") : i;
}

static struct ready_item series(const struct ready_figures *f)
{
	struct ready_item i = begin(READY_SERIES);

	i.micro = f->series_age_us;
	i.unit = "s";
	if (f->series_failing)
		return no_go(i, "series-failing");
	if (f->series_damaged)
		return no_go(i, "series-damaged");
	if (f->series_paused)
		return no_go(i, "series-held");
	return f->series_age_us != MICRO_NONE && f->series_age_us > SERIES_OLD_US
		       ? no_go(i, "series-old")
		       : i;
}

static struct ready_item journal_backup(const struct ready_figures *f)
{
	struct ready_item i = begin(READY_JOURNAL_BACKUP);

	i.since = f->backup_at;
	i.unit = "s";
	if (!wall_is_known(f->backup_at))
		return unknown(i, "never-seen");
	i.micro = wall_diff_us(f->now, f->backup_at);
	return i.micro > BACKUP_OLD_US ? no_go(i, "too-old") : i;
}

static struct ready_item heartbeat(const struct ready_figures *f)
{
	struct ready_item i = begin(READY_HEARTBEAT);

	i.since = f->heartbeat_at;
	if (f->heartbeat == READY_BEAT_OFF)
		return no_go(i, "not-configured");
	if (f->heartbeat == READY_BEAT_WAITING)
		return unknown(i, "not-yet");
	if (f->heartbeat == READY_BEAT_BAD)
		return no_go(i, "not-heard");
	return wall_is_known(f->heartbeat_at) &&
			       wall_diff_us(f->now, f->heartbeat_at) > HEARTBEAT_OLD_US
		       ? no_go(i, "too-old")
		       : i;
}

static struct ready_item drill(const struct ready_figures *f)
{
	struct ready_item i = begin(READY_DRILL);

	return f->drill ? no_go(i, "drill-on") : i;
}

/* --- the whole ------------------------------------------------------------------------------------------ */

/* Some reasons weigh less than their item: they can be lived with for a day. */
static bool is_light(const struct ready_item *i)
{
	static const char *const light[] = {"ends-soon", "journal-damaged", "disk-low"};

	for (size_t k = 0; k < COUNT_OF(light); k++) {
		if (slice_is(slice_of(i->why), light[k]))
			return true;
	}
	return false;
}

static enum ready_verdict weigh(struct ready_item *i)
{
	i->blocks = i->state == READY_NO_GO && kinds[i->id].blocks && !is_light(i);
	if (i->blocks)
		return VERDICT_NO_GO;
	return i->state == READY_GO ? VERDICT_GO : VERDICT_RESERVED;
}

enum ready_verdict ready_judge(const struct ready_figures *f, struct ready_item ret[READY_COUNT])
{
	enum ready_verdict verdict = VERDICT_GO;

	ret[READY_SEATS_HELD] = counted_some(READY_SEATS_HELD, &f->seats);
	ret[READY_SEATS_AHEAD] = ahead(f);
	ret[READY_PEOPLE_REACHED] = counted(READY_PEOPLE_REACHED, &f->people);
	ret[READY_CHANNELS] = counted_some(READY_CHANNELS, &f->channels);
	ret[READY_SERVICES] = counted_some(READY_SERVICES, &f->services);
	ret[READY_SERVICES_SPARE] = counted(READY_SERVICES_SPARE, &f->spare);
	ret[READY_CHECKS_SEEN] = counted(READY_CHECKS_SEEN, &f->checks_seen);
	ret[READY_CHECKS_WELL] = checks_well(f);
	ret[READY_BACKUPS] = counted(READY_BACKUPS, &f->backups);
	ret[READY_AGENTS_HEARD] = counted_some(READY_AGENTS_HEARD, &f->agents);
	ret[READY_SITES_WATCHED] = counted(READY_SITES_WATCHED, &f->sites);
	ret[READY_CLOCK_OWN] = clock_own(f);
	ret[READY_CLOCKS_AGENTS] = counted(READY_CLOCKS_AGENTS, &f->agent_clocks);
	ret[READY_PLAN_FINDINGS] = plan_findings(f);
	ret[READY_PLAN_ON_DISK] = plan_on_disk(f);
	ret[READY_PROGRAM] = program(f);
	ret[READY_AGENT_VERSIONS] = counted(READY_AGENT_VERSIONS, &f->agent_versions);
	ret[READY_CERTIFICATE] = certificate(f);
	ret[READY_JOURNAL] = journal(f);
	ret[READY_DISK] = disk(f);
	ret[READY_SERIES] = series(f);
	ret[READY_JOURNAL_BACKUP] = journal_backup(f);
	ret[READY_HEARTBEAT] = heartbeat(f);
	ret[READY_INCIDENTS] = none_wanted(READY_INCIDENTS, &f->incidents);
	ret[READY_OWED] = none_wanted(READY_OWED, &f->owed);
	ret[READY_SILENCES] = none_wanted(READY_SILENCES, &f->silences);
	ret[READY_DRILL] = drill(f);
	for (size_t i = 0; i < READY_COUNT; i++) {
		enum ready_verdict v = weigh(&ret[i]);

		verdict = v > verdict ? v : verdict;
	}
	return verdict;
}
