#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probing/snmp_codec.h"
#include "probing/snmp_envelope.h"
#include "probing/snmp_io_impl.h"
#include "probing/snmp_user.h"

/* The id of a try: 13 bits of place, 3 of try, 15 of chance, so that an answer finds its request, tells which try it
 * answers, and cannot be guessed ahead. */
enum { TRY_BITS = 3, KEY_BITS = 15, SENDS_MAX = 1 << TRY_BITS, SYNCS_MAX = 2 };
enum { TRIES_MAX = SENDS_MAX - SYNCS_MAX };
static const int64_t TRY_MIN_US = 1000;

static int32_t id_of(const struct snmp_request *q, unsigned try)
{
	return (int32_t)(q->slot << (TRY_BITS + KEY_BITS) | (uint32_t)try << KEY_BITS | q->key);
}

static int wire_version(enum snmp_version v)
{
	return v == SNMP_VERSION_1 ? 0 : v == SNMP_VERSION_2C ? 1 : 3;
}

/* --- life ------------------------------------------------------------------------------------------------ */

static struct snmp_request *request_new(struct snmp_run *r)
{
	struct snmp_io *io = r->io;
	struct snmp_request *q = mem_calloc(1, sizeof(*q));
	uint32_t retries = r->ask->target->retries;

	assert(io->free_count > 0);
	q->run = r;
	q->slot = io->free_slots[--io->free_count];
	q->key = (uint16_t)rand_below(&io->rand, 1u << KEY_BITS);
	q->tries_left = (uint8_t)(retries + 1 < TRIES_MAX ? retries + 1 : TRIES_MAX);
	q->syncs_left = SYNCS_MAX;
	q->malformed_before = r->device->malformed;
	q->next_of_run = r->requests;
	r->requests = q;
	io->slots[q->slot] = q;
	io->in_flight++;
	r->device->in_flight++;
	return q;
}

void snmp_request_release(struct snmp_request *q)
{
	struct snmp_run *r = q->run;
	struct snmp_io *io = r->io;
	struct snmp_request **p = &r->requests;

	while (*p != q)
		p = &(*p)->next_of_run;
	*p = q->next_of_run;
	if (q->discovery)
		r->device->discovering = false;
	heap_remove(&io->requests, &q->due);
	io->slots[q->slot] = NULL;
	io->free_slots[io->free_count++] = q->slot;
	io->in_flight--;
	r->device->in_flight--;
	free(q);
}

/* --- sending --------------------------------------------------------------------------------------------- */

/* Empty: it cannot be sent, and the run has been told why. */
static struct slice packet_of(struct snmp_request *q, int32_t id, uint8_t discovery[], int64_t now)
{
	struct snmp_run *r = q->run;
	const struct snmp_target *t = r->ask->target;
	struct snmp_oid oids[SNMP_BATCH_MAX];
	struct snmp_question ask = {.version = t->version,
				    .operation = q->batch.operation,
				    .id = id,
				    .oids = oids,
				    .count = q->batch.count,
				    .repetitions = q->batch.repetitions,
				    .community = t->community != NULL ? t->community : "",
				    .context = t->context};
	const char *why = "the request cannot be encoded";
	struct snmp_held_user *held;
	struct slice packet;

	if (q->discovery)
		return (struct slice){(const char *)discovery, snmp_discovery_write(discovery, id)};
	snmp_work_oids(r->work, &q->batch, oids);
	if (t->version == SNMP_VERSION_3) {
		held = snmp_device_user(r->device, r->io->keys, t, &r->print, &why);
		if (held == NULL) {
			snmp_run_fail(r, OUTCOME_SNMP_AUTH, why);
			return (struct slice){"", 0};
		}
		ask.user = held->user;
		snmp_user_enter(held->user, r->device->engine.boots,
				snmp_engine_time(&r->device->engine, now));
	}
	packet = snmp_codec_write(r->io->codec, &ask);
	if (ask.user != NULL)
		snmp_user_leave(ask.user);
	if (packet.n == 0)
		snmp_run_fail(r, OUTCOME_AGENT_FAULT, why);
	return packet;
}

static void send_try(struct snmp_request *q)
{
	struct snmp_run *r = q->run;
	struct snmp_io *io = r->io;
	int64_t now = snmp_io_now_us(), wait = r->ask->target->try_us;
	uint8_t discovery[SNMP_DISCOVERY_MAX];
	struct slice packet;

	assert(q->sends < SENDS_MAX);
	packet = packet_of(q, id_of(q, q->sends), discovery, now);
	q->sends++;
	q->sent_us = now;
	heap_put(&io->requests, &q->due, now + (wait > TRY_MIN_US ? wait : TRY_MIN_US));
	if (packet.n == 0)
		return;
	io->stats.requests++;
	r->ask->requests++;
	if (q->sends > 1) {
		io->stats.resent++;
		r->ask->resent++;
	}
	snmp_sockets_send(io->sockets, &r->device->address, packet);
}

void snmp_request_discover(struct snmp_run *r)
{
	struct snmp_request *q = request_new(r);

	q->discovery = true;
	r->device->discovering = true;
	q->tries_left--;
	send_try(q);
}

void snmp_request_ask(struct snmp_run *r, const struct snmp_batch *b)
{
	struct snmp_request *q = request_new(r);

	q->batch = *b;
	q->tries_left--;
	send_try(q);
}

/* --- silence --------------------------------------------------------------------------------------------- */

static const char *v3_silence(const struct snmp_request *q)
{
	const struct snmp_run *r = q->run;

	if (q->discovery)
		return "no answer to the version 3 discovery";
	if (r->engine_asked || !snmp_device_has_accepted(r->device, &r->print))
		return "the device tells its engine but does not answer this user: "
		       "the privacy key or protocol may be wrong";
	return "no answer";
}

static void tell_silence(struct snmp_request *q)
{
	struct snmp_run *r = q->run;
	char from[64];

	if (r->stranger.any.sa_family != 0) {
		snmp_address_format(&r->stranger, from, sizeof(from));
		snmp_run_tell(r, OUTCOME_ANSWER_TIMEOUT,
			      "no answer from where it was asked; %s answered instead, and is not "
			      "believed",
			      from);
	} else if (q->error != 0) {
		snmp_run_tell(r, OUTCOME_CONNECT_UNREACHABLE, "%s", strerror(q->error));
	} else if (r->device->malformed != q->malformed_before) {
		snmp_run_tell(r, OUTCOME_ANSWER_MALFORMED,
			      "what came from the device is no answer, or not authentic");
	} else if (r->ask->target->version == SNMP_VERSION_3) {
		snmp_run_tell(r, OUTCOME_ANSWER_TIMEOUT, "%s", v3_silence(q));
	} else {
		snmp_run_tell(r, OUTCOME_ANSWER_TIMEOUT,
			      "no answer; to a wrong community an agent is silent too");
	}
}

static void give_up(struct snmp_request *q)
{
	struct snmp_run *r = q->run;
	bool discovery = q->discovery;

	tell_silence(q);
	if (!discovery) {
		snmp_work_silent(r->work, r->device, &q->batch);
		r->device->silent_v3 += r->ask->target->version == SNMP_VERSION_3;
	}
	snmp_request_release(q);
	r->silent++;
	/* A device that has answered gets a second chance with its next table. */
	if (discovery || r->answered == 0 || r->silent >= 2)
		snmp_run_finish(r);
	else
		snmp_run_go_on(r);
}

void snmp_request_due(struct snmp_request *q)
{
	struct snmp_run *r = q->run;

	if (r->over) { /* it has its reason, and ends in this turn */
		heap_remove(&r->io->requests, &q->due);
		return;
	}
	r->io->stats.timeouts++;
	if (q->tries_left == 0 || q->sends >= SENDS_MAX) {
		give_up(q);
		return;
	}
	q->tries_left--;
	if (!q->discovery && snmp_work_shrink(r->work, r->device, &q->batch, q->tries_left == 0))
		q->valid_from = q->sends;
	send_try(q);
}

/* --- version 3: reports ---------------------------------------------------------------------------------- */

/* The device has told its engine or clock: the same question again. */
static void send_again(struct snmp_request *q)
{
	if (q->syncs_left == 0 || q->sends >= SENDS_MAX) {
		snmp_run_fail(q->run, OUTCOME_ANSWER_MALFORMED,
			      "the device does not accept the engine and clock that it tells");
		return;
	}
	q->syncs_left--;
	q->valid_from = q->sends;
	send_try(q);
}

static void refuse(struct snmp_request *q, enum outcome o, const char *why)
{
	struct snmp_run *r = q->run;

	snmp_work_end(r->work, &q->batch, SNMP_END_REFUSED);
	snmp_run_fail(r, o, why);
}

static void take_report(struct snmp_request *q, const struct snmp_envelope *e)
{
	struct snmp_device *d = q->run->device;

	q->run->io->stats.reports++;
	switch (e->report) {
	case SNMP_REPORT_ENGINE:
	case SNMP_REPORT_TIME:
		if (e->engine_size > 0)
			snmp_device_set_engine(d, e, snmp_io_now_us());
		send_again(q);
		break;
	case SNMP_REPORT_USER:
		refuse(q, OUTCOME_SNMP_USER, "the device does not know this user");
		break;
	case SNMP_REPORT_LEVEL:
		refuse(q, OUTCOME_SNMP_USER,
		       "the device does not offer this user this security level");
		break;
	case SNMP_REPORT_DIGEST:
		refuse(q, OUTCOME_SNMP_AUTH,
		       "the device refuses the authentication: wrong pass phrase or protocol");
		break;
	case SNMP_REPORT_DECRYPT:
		refuse(q, OUTCOME_SNMP_AUTH,
		       "the device cannot decrypt: wrong privacy pass phrase or protocol");
		break;
	case SNMP_REPORT_OTHER:
		refuse(q, OUTCOME_ANSWER_MALFORMED,
		       "the device refuses the request with a report of another kind");
		break;
	}
}

static void take_discovery(struct snmp_request *q, const struct snmp_envelope *e)
{
	struct snmp_run *r = q->run;
	struct snmp_io *io = r->io;
	struct snmp_device *d = r->device;

	if (e->pdu != SNMP_PDU_REPORT || e->engine_size == 0) {
		io->stats.malformed++;
		d->malformed++;
		return;
	}
	snmp_device_set_engine(d, e, snmp_io_now_us());
	d->silent_v3 = 0;
	r->engine_asked = true;
	if (r->ask->rtt_us < 0 && q->sends == 1)
		r->ask->rtt_us = snmp_io_now_us() - q->sent_us;
	snmp_request_release(q);
	snmp_device_pump(io, d);
}

/* --- answers --------------------------------------------------------------------------------------------- */

static void take_answer(struct snmp_request *q, const struct snmp_answer *a)
{
	struct snmp_run *r = q->run;
	struct snmp_io *io = r->io;
	bool understood;

	io->stats.answers++;
	if (r->ask->rtt_us < 0 && q->sends == 1)
		r->ask->rtt_us = snmp_io_now_us() - q->sent_us;
	understood = snmp_work_answer(r->work, r->device, &q->batch, a);
	if (understood) {
		r->answered++;
		r->silent = 0;
	} else {
		io->stats.malformed++;
		snmp_run_tell(r, OUTCOME_ANSWER_MALFORMED,
			      "the device answered something else than it was asked");
	}
	snmp_request_release(q);
	snmp_run_go_on(r);
}

static void count_malformed(struct snmp_io *io, struct snmp_device *d)
{
	io->stats.malformed++;
	if (d != NULL)
		d->malformed++;
}

static void read_plain(struct snmp_request *q, struct slice packet)
{
	struct snmp_run *r = q->run;
	struct snmp_answer a;

	if (snmp_codec_read(r->io->codec, r->ask->target->version, NULL, packet, &a) ==
	    SNMP_READ_ANSWER)
		take_answer(q, &a);
	else
		count_malformed(r->io, r->device);
}

static void read_v3(struct snmp_request *q, struct slice packet, const struct snmp_envelope *e)
{
	struct snmp_run *r = q->run;
	struct snmp_device *d = r->device;
	bool report = e->pdu == SNMP_PDU_REPORT;
	int64_t now = snmp_io_now_us();
	struct snmp_held_user *held;
	struct snmp_answer a;
	enum snmp_read got;
	const char *why;

	/* Not authenticated: believed as far as a discovery is, since it bears our id and the device's address. */
	if (report && (e->flags & SNMP_FLAG_AUTH) == 0) {
		take_report(q, e);
		return;
	}
	held = snmp_device_user(d, r->io->keys, r->ask->target, &r->print, &why);
	if (held == NULL)
		return;
	/* Whoever reports another time than we know is heard, if the digest is right. */
	snmp_user_enter(held->user, report ? e->boots : d->engine.boots,
			report ? e->time : snmp_engine_time(&d->engine, now));
	got = snmp_codec_read(r->io->codec, SNMP_VERSION_3, held->user, packet, &a);
	snmp_user_leave(held->user);
	if (got == SNMP_READ_REPORT) {
		take_report(q, e);
	} else if (got == SNMP_READ_ANSWER) {
		if ((e->flags & SNMP_FLAG_AUTH) != 0)
			snmp_device_hear(d, e, now);
		held->answered = true;
		d->silent_v3 = 0;
		take_answer(q, &a);
	} else {
		count_malformed(r->io, d);
	}
}

static struct snmp_request *find(const struct snmp_io *io, int32_t id)
{
	uint32_t slot = (uint32_t)id >> (TRY_BITS + KEY_BITS);
	unsigned try = (uint32_t)id >> KEY_BITS & (SENDS_MAX - 1);
	struct snmp_request *q;

	if (id < 0 || slot >= io->slot_count)
		return NULL;
	q = io->slots[slot];
	if (q == NULL || q->key != ((uint32_t)id & ((1u << KEY_BITS) - 1)) || try >= q->sends ||
	    try < q->valid_from)
		return NULL;
	return q;
}

void snmp_request_packet(struct snmp_io *io, struct slice packet, const union snmp_address *from)
{
	struct snmp_envelope e;
	struct snmp_request *q;
	struct snmp_run *r;

	if (!snmp_envelope_read(packet.p, packet.n, &e)) {
		count_malformed(io, snmp_devices_find(&io->devices, from));
		return;
	}
	q = find(io, e.id);
	if (q == NULL || q->run->over) {
		io->stats.late++;
		return;
	}
	r = q->run;
	if (!snmp_address_eq(from, &r->device->address)) {
		io->stats.strangers++;
		r->stranger = *from;
		return;
	}
	if (e.version != wire_version(r->ask->target->version))
		count_malformed(io, r->device);
	else if (q->discovery)
		take_discovery(q, &e);
	else if (e.version == 3)
		read_v3(q, packet, &e);
	else
		read_plain(q, packet);
}
