#include "checks/trap_book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/micro.h"

struct alarm {
	char key[TRAP_KEY_SIZE];
	char name[TRAP_NAME_SIZE];
	char source[TRAP_SOURCE_SIZE];
	enum trap_severity severity;
	struct wall_time raised, told, ends; /* told: the last time that people read of it */
	uint32_t repeats; /* since it was told */
};

/* What was heard and raises nothing: a repeat of it within its window is not told again. */
struct seen {
	uint64_t print; /* of what makes it the same */
	struct wall_time told;
	int64_t window_us;
	uint32_t repeats;
};

struct trap_book {
	struct alarm alarms[TRAP_ALARMS_MAX];
	size_t alarm_count;
	struct seen seen[TRAP_SEEN_MAX];
	size_t seen_count;
	struct trap_note notes[TRAP_NOTES_MAX]; /* a ring */
	size_t note_first, note_count;
	uint64_t heard;
	uint32_t more;
	struct wall_time more_since;
	struct trap_allowance own;
	struct trap_allowance *all; /* NULL: no other */
	bool changed; /* the alarms, since the owner asked */
};

static const char *const note_words[] = {
#define X(sym, word) word,
	TRAP_NOTE_KINDS(X)
#undef X
};

const char *trap_note_word(enum trap_note_kind k)
{
	return note_words[k];
}

struct trap_book *trap_book_new(struct trap_allowance *all)
{
	struct trap_book *b = mem_calloc(1, sizeof(*b));

	b->all = all;
	trap_book_set_budget(b, 20);
	return b;
}

void trap_book_free(struct trap_book *b)
{
	free(b);
}

void trap_book_set_budget(struct trap_book *b, unsigned budget)
{
	b->own.limit = (struct rate_limit){60 * US_PER_S / budget, budget};
}

/* --- telling ----------------------------------------------------------------------------------------------- */

static bool may_tell(struct trap_book *b, struct mono_time now)
{
	int64_t wait;

	return b->note_count < TRAP_NOTES_MAX &&
	       rate_bucket_take(&b->own.bucket, b->own.limit, now, &wait) &&
	       (b->all == NULL || rate_bucket_take(&b->all->bucket, b->all->limit, now, &wait));
}

static void push(struct trap_book *b, const struct trap_note *n)
{
	b->notes[(b->note_first + b->note_count++) % TRAP_NOTES_MAX] = *n;
}

static void tell(struct trap_book *b, const struct trap_note *n, struct trap_now now)
{
	if (may_tell(b, now.mono)) {
		push(b, n);
		return;
	}
	if (b->more++ == 0)
		b->more_since = now.wall;
}

static void tell_more(struct trap_book *b, struct trap_now now)
{
	struct trap_note n = {.kind = TRAP_NOTE_MORE,
			      .severity = TRAP_INFO,
			      .at = b->more_since,
			      .count = b->more};

	if (b->more == 0 || !may_tell(b, now.mono))
		return;
	push(b, &n);
	b->more = 0;
}

bool trap_book_next_note(struct trap_book *b, struct trap_note *ret)
{
	if (b->note_count == 0)
		return false;
	*ret = b->notes[b->note_first];
	b->note_first = (b->note_first + 1) % TRAP_NOTES_MAX;
	b->note_count--;
	return true;
}

bool trap_book_has_notes(const struct trap_book *b)
{
	return b->note_count > 0;
}

/* --- hearing ----------------------------------------------------------------------------------------------- */

static struct alarm *find_alarm(struct trap_book *b, const char *key)
{
	for (size_t i = 0; i < b->alarm_count; i++) {
		if (strcmp(b->alarms[i].key, key) == 0)
			return &b->alarms[i];
	}
	return NULL;
}

static void remove_alarm(struct trap_book *b, struct alarm *a)
{
	*a = b->alarms[--b->alarm_count];
	b->changed = true;
}

/* Room for one of this severity: where all is taken the least severe, and of those the oldest, gives way. NULL: all that
 * are there weigh more. */
static struct alarm *room_for(struct trap_book *b, enum trap_severity severity)
{
	struct alarm *least = &b->alarms[0];

	if (b->alarm_count < TRAP_ALARMS_MAX)
		return &b->alarms[b->alarm_count++];
	for (size_t i = 1; i < b->alarm_count; i++) {
		struct alarm *a = &b->alarms[i];

		if (a->severity < least->severity ||
		    (a->severity == least->severity && a->raised.us < least->raised.us))
			least = a;
	}
	return least->severity <= severity ? least : NULL;
}

static bool within(struct wall_time told, int64_t window_us, struct wall_time now)
{
	/* A clock that was set back makes nobody silent for longer than the window. */
	return now.us >= told.us && now.us - told.us < window_us;
}

static void raise_alarm(struct trap_book *b, const struct trap_rule *rule, const char *key,
			struct trap_note *note, struct trap_now now)
{
	struct alarm *a = find_alarm(b, key);

	note->kind = TRAP_NOTE_RAISED;
	if (a == NULL) {
		a = room_for(b, rule->severity);
		if (a == NULL) {
			tell(b, note, now); /* not counted as open, and not lost either */
			return;
		}
		*a = (struct alarm){.raised = now.wall, .told = WALL_UNKNOWN};
		snprintf(a->key, sizeof(a->key), "%s", key);
	}
	b->changed = true;
	a->ends = wall_add_us(now.wall, rule->lasts_us);
	snprintf(a->source, sizeof(a->source), "%s", note->source);
	if (wall_is_known(a->told) && a->severity == rule->severity &&
	    within(a->told, rule->window_us, now.wall)) {
		a->repeats++;
		return;
	}
	snprintf(a->name, sizeof(a->name), "%s", rule->name);
	a->severity = rule->severity;
	note->count = a->repeats + 1;
	a->repeats = 0;
	a->told = now.wall;
	tell(b, note, now);
}

/* FNV-1a over what makes a notification the same. */
static uint64_t print_of(const char *name, const char *source, const char *same)
{
	const char *const parts[] = {name, source, same};
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		for (const char *p = parts[i]; *p != '\0'; p++)
			h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
		h = (h ^ 0xff) * UINT64_C(1099511628211);
	}
	return h;
}

static void tell_once(struct trap_book *b, uint64_t print, int64_t window_us,
		      struct trap_note *note, struct trap_now now)
{
	struct seen *s = &b->seen[0];

	for (size_t i = 0; i < b->seen_count; i++) {
		if (b->seen[i].print == print) {
			s = &b->seen[i];
			break;
		}
		if (b->seen[i].told.us < s->told.us)
			s = &b->seen[i];
	}
	if (b->seen_count == 0 || (s->print != print && b->seen_count < TRAP_SEEN_MAX)) {
		s = &b->seen[b->seen_count++];
		*s = (struct seen){.print = print, .told = WALL_UNKNOWN};
	} else if (s->print != print) {
		*s = (struct seen){.print = print, .told = WALL_UNKNOWN};
	}
	if (wall_is_known(s->told) && within(s->told, window_us, now.wall)) {
		s->repeats++;
		return;
	}
	note->count = s->repeats + 1;
	*s = (struct seen){.print = print, .told = now.wall, .window_us = window_us};
	tell(b, note, now);
}

static bool clear_alarm(struct trap_book *b, const char *key, struct trap_note *note,
			struct trap_now now)
{
	struct alarm *a = find_alarm(b, key);

	if (a == NULL)
		return false;
	note->kind = TRAP_NOTE_CLEARED;
	note->count = 1;
	remove_alarm(b, a);
	tell(b, note, now);
	return true;
}

static void fill_note(struct trap_note *note, const struct trap_rule *rule,
		      const struct notification *n, struct wall_time now)
{
	*note = (struct trap_note){.kind = TRAP_NOTE_HEARD,
				   .severity = rule != NULL ? rule->severity : TRAP_INFO,
				   .at = now,
				   .count = 1};
	snprintf(note->source, sizeof(note->source), "%s", n->source);
	if (rule != NULL)
		snprintf(note->name, sizeof(note->name), "%s", rule->name);
	else
		snmp_oid_format(n->oid, note->name, sizeof(note->name));
	if (rule != NULL && rule->text != NULL)
		trap_template_write(rule->text, n, note->text, sizeof(note->text));
	else
		trap_values_write(n, note->text, sizeof(note->text));
}

void trap_book_hear(struct trap_book *b, const struct trap_rule *rule, const struct notification *n,
		    bool tell_it, struct trap_now now)
{
	char key[TRAP_KEY_SIZE], same[TRAP_TEXT_SIZE];
	struct trap_note note;

	b->heard++;
	if (rule == NULL && !tell_it)
		return;
	fill_note(&note, rule, n, now.wall);
	if (rule != NULL && rule->raises != NULL) {
		trap_template_write(rule->raises, n, key, sizeof(key));
		raise_alarm(b, rule, key, &note, now);
		return;
	}
	if (rule != NULL && rule->clears != NULL) {
		trap_template_write(rule->clears, n, key, sizeof(key));
		if (clear_alarm(b, key, &note, now))
			return;
	}
	snprintf(same, sizeof(same), "%s", note.text);
	if (rule != NULL && rule->same != NULL)
		trap_template_write(rule->same, n, same, sizeof(same));
	tell_once(b, print_of(note.name, note.source, same),
		  rule != NULL ? rule->window_us : 300 * US_PER_S, &note, now);
}

bool trap_book_take_changed(struct trap_book *b)
{
	bool changed = b->changed;

	b->changed = false;
	return changed;
}

void trap_book_settle(struct trap_book *b, struct trap_now now)
{
	for (size_t i = b->alarm_count; i-- > 0;) {
		struct alarm *a = &b->alarms[i];
		struct trap_note n = {.kind = TRAP_NOTE_LAPSED,
				      .severity = a->severity,
				      .at = a->ends,
				      .count = 1};

		if (a->ends.us > now.wall.us)
			continue;
		snprintf(n.name, sizeof(n.name), "%s", a->name);
		snprintf(n.source, sizeof(n.source), "%s", a->source);
		snprintf(n.text, sizeof(n.text), "%s", a->key);
		remove_alarm(b, a);
		tell(b, &n, now);
	}
	tell_more(b, now);
}

void trap_book_values(struct trap_book *b, int64_t ret[TRAP_VALUE_COUNT])
{
	enum trap_severity worst = TRAP_NONE;

	for (size_t i = 0; i < b->alarm_count; i++)
		worst = b->alarms[i].severity > worst ? b->alarms[i].severity : worst;
	ret[TRAP_VALUE_OPEN] = (int64_t)b->alarm_count * MICRO;
	ret[TRAP_VALUE_WORST] = (int64_t)worst * MICRO;
	ret[TRAP_VALUE_HEARD] = (int64_t)b->heard * MICRO;
	b->heard = 0;
}

struct wall_time trap_book_deadline(const struct trap_book *b)
{
	struct wall_time d = WALL_NEVER;

	for (size_t i = 0; i < b->alarm_count; i++)
		d = wall_min(d, b->alarms[i].ends);
	return d;
}

size_t trap_book_open(const struct trap_book *b)
{
	return b->alarm_count;
}

/* --- on disk ----------------------------------------------------------------------------------------------- */

void trap_book_write(const struct trap_book *b, struct json_emit *j)
{
	json_open_array(j);
	for (size_t i = 0; i < b->alarm_count; i++) {
		const struct alarm *a = &b->alarms[i];

		json_open_object(j);
		json_kv_str(j, "key", a->key);
		json_kv_str(j, "name", a->name);
		json_kv_str(j, "source", a->source);
		json_kv_str(j, "severity", trap_severity_word(a->severity));
		json_kv_time(j, "raised", a->raised);
		json_kv_time(j, "told", a->told);
		json_kv_time(j, "ends", a->ends);
		json_close_object(j);
	}
	json_close_array(j);
}

static void read_alarm(struct json_pull *in, struct alarm *a)
{
	struct slice key, word = {"", 0};

	*a = (struct alarm){.raised = WALL_UNKNOWN, .told = WALL_UNKNOWN, .ends = WALL_UNKNOWN};
	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (slice_is(key, "key"))
			json_read_str(in, a->key, sizeof(a->key));
		else if (slice_is(key, "name"))
			json_read_str(in, a->name, sizeof(a->name));
		else if (slice_is(key, "source"))
			json_read_str(in, a->source, sizeof(a->source));
		else if (slice_is(key, "severity"))
			json_read_slice(in, &word);
		else if (slice_is(key, "raised"))
			json_read_time(in, &a->raised);
		else if (slice_is(key, "told"))
			json_read_time(in, &a->told);
		else if (slice_is(key, "ends"))
			json_read_time(in, &a->ends);
		else
			json_skip(in);
	}
	a->severity = trap_severity_from_word(word);
	if (in->error == NULL && (a->severity == TRAP_SEVERITY_COUNT || a->severity == TRAP_NONE ||
				  !wall_is_known(a->raised) || !wall_is_known(a->ends)))
		json_complain(in, "an alarm lacks severity, raised or ends");
}

void trap_book_read(struct trap_book *b, struct json_pull *in)
{
	struct alarm a;

	json_enter_array(in);
	while (json_next_element(in)) {
		read_alarm(in, &a);
		if (in->error == NULL && b->alarm_count == TRAP_ALARMS_MAX)
			json_complain(in, "too many alarms");
		if (in->error == NULL && find_alarm(b, a.key) == NULL)
			b->alarms[b->alarm_count++] = a;
	}
}
