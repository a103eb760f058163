#include "probing/snmp_io.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/mem.h"
#include "probing/snmp_codec.h"
#include "probing/snmp_io_impl.h"
#include "probing/snmp_user.h"

enum { CEILING_DEFAULT = 500, CEILING_MOST = 8000, SILENT_V3_MOST = 2 };

/* In memory of its own, which goes when the loop has closed it. */
struct snmp_timer {
	uv_timer_t uv;
	struct snmp_io *io;
	int64_t armed_us; /* INT64_MAX = not */
};

int64_t snmp_io_now_us(void)
{
	return (int64_t)(uv_hrtime() / 1000);
}

static void on_due(uv_timer_t *t);

static void arm(struct snmp_io *io)
{
	const struct heap_node *q = heap_top(&io->requests), *r = heap_top(&io->runs);
	int64_t at = INT64_MAX, us;

	if (q != NULL)
		at = q->key;
	if (r != NULL && r->key < at)
		at = r->key;
	if (snmp_sockets_has_unsent(io->sockets))
		at = 0;
	if (at == io->timer->armed_us || io->busy)
		return;
	io->timer->armed_us = at;
	if (at == INT64_MAX) {
		uv_timer_stop(&io->timer->uv);
		return;
	}
	us = at - snmp_io_now_us();
	uv_update_time(io->loop);
	uv_timer_start(&io->timer->uv, on_due, us > 0 ? (uint64_t)((us + 999) / 1000) : 0, 0);
}

/* The end of what the loop called for. */
static void rest(struct snmp_io *io)
{
	io->busy = false;
	if (io->closing)
		return;
	snmp_sockets_flush(io->sockets);
	arm(io);
}

/* --- turns ----------------------------------------------------------------------------------------------- */

static void append_run(struct snmp_device *d, struct snmp_run *r)
{
	r->next = NULL;
	r->prev = d->last;
	*(d->last != NULL ? &d->last->next : &d->first) = r;
	d->last = r;
}

static void unlink_run(struct snmp_device *d, struct snmp_run *r)
{
	*(r->prev != NULL ? &r->prev->next : &d->first) = r->next;
	*(r->next != NULL ? &r->next->prev : &d->last) = r->prev;
}

/* Who the device is must be asked first: never known, or silent to version 3 since. */
static bool needs_engine(const struct snmp_run *r)
{
	return r->ask->target->version == SNMP_VERSION_3 &&
	       (r->device->engine.id_size == 0 || r->device->silent_v3 >= SILENT_V3_MOST);
}

static bool can_send(const struct snmp_run *r)
{
	unsigned most = r->ask->target->outstanding_max;

	if (r->over || r->device->in_flight >= (most > 0 ? most : 1) ||
	    !snmp_work_has_open(r->work))
		return false;
	return !needs_engine(r) || !r->device->discovering;
}

static void send_one(struct snmp_run *r)
{
	struct snmp_batch b;

	if (needs_engine(r))
		snmp_request_discover(r);
	else if (snmp_work_next(r->work, r->device, &b))
		snmp_request_ask(r, &b);
}

static void wait_for_place(struct snmp_io *io, struct snmp_device *d)
{
	if (d->waiting)
		return;
	d->waiting = true;
	d->next_waiting = NULL;
	*(io->last_waiting != NULL ? &io->last_waiting->next_waiting : &io->first_waiting) = d;
	io->last_waiting = d;
}

static struct snmp_device *next_waiting(struct snmp_io *io)
{
	struct snmp_device *d = io->first_waiting;

	if (d == NULL)
		return NULL;
	io->first_waiting = d->next_waiting;
	if (io->first_waiting == NULL)
		io->last_waiting = NULL;
	d->waiting = false;
	return d;
}

static void pump_one(struct snmp_io *io, struct snmp_device *d)
{
	for (;;) {
		struct snmp_run *r = d->first;

		while (r != NULL && !can_send(r))
			r = r->next;
		if (r == NULL)
			return;
		if (io->in_flight >= io->ceiling) {
			wait_for_place(io, d);
			return;
		}
		unlink_run(d, r); /* its next turn comes after the others' */
		append_run(d, r);
		send_one(r);
	}
}

void snmp_device_pump(struct snmp_io *io, struct snmp_device *d)
{
	if (io->closing)
		return;
	pump_one(io, d);
	while (io->in_flight < io->ceiling && io->first_waiting != NULL)
		pump_one(io, next_waiting(io));
}

/* --- ends ------------------------------------------------------------------------------------------------ */

void snmp_run_tell(struct snmp_run *r, enum outcome o, const char *why, ...)
{
	va_list ap;

	va_start(ap, why);
	vsnprintf(r->ask->detail, sizeof(r->ask->detail), why, ap);
	va_end(ap);
	r->failure = o;
}

void snmp_run_fail(struct snmp_run *r, enum outcome o, const char *why)
{
	snmp_run_tell(r, o, "%s", why);
	r->over = true;
	heap_put(&r->io->runs, &r->deadline, 0);
}

static bool is_whole(const struct snmp_ask *ask)
{
	for (size_t i = 0; i < ask->item_count; i++) {
		if (ask->items[i].end != SNMP_END_WHOLE && ask->items[i].end != SNMP_END_ROWS)
			return false;
	}
	return true;
}

/* Takes it out of everything and frees it; what was answered goes into the ask's arena. */
static void release(struct snmp_run *r)
{
	struct snmp_io *io = r->io;
	struct snmp_device *d = r->device;

	while (r->requests != NULL)
		snmp_request_release(r->requests);
	heap_remove(&io->runs, &r->deadline);
	if (d != NULL) {
		unlink_run(d, r);
		d->runs--;
		if (r->answered > 0 && r->ask->target->version == SNMP_VERSION_3 &&
		    d->engines_told != d->engines_seen) {
			d->engines_told = d->engines_seen;
			r->ask->identity_changed = true;
		}
	}
	snmp_work_free(r->work, SNMP_END_SILENT);
	r->ask->outcome = r->answered > 0 ? OUTCOME_OK : r->failure;
	if (is_whole(r->ask))
		r->ask->detail[0] = '\0';
	free(r);
}

void snmp_run_finish(struct snmp_run *r)
{
	void (*done)(void *) = r->done;
	void *user = r->user;
	struct snmp_io *io = r->io;
	struct snmp_device *d = r->device;

	if (d != NULL)
		d->runs++; /* it stays, whatever is asked next */
	release(r);
	done(user);
	if (io->closing || d == NULL)
		return;
	d->runs--;
	snmp_device_pump(io, d);
}

void snmp_run_go_on(struct snmp_run *r)
{
	if (snmp_work_is_done(r->work))
		snmp_run_finish(r);
	else
		snmp_device_pump(r->io, r->device);
}

/* The deadline, or a failure that was to be told from the loop. */
static void run_over(struct snmp_run *r)
{
	if (!r->over && r->requests != NULL)
		snmp_run_tell(r, OUTCOME_ANSWER_TIMEOUT, "the time for the whole was over");
	else if (!r->over && r->device->in_flight > 0)
		snmp_run_tell(r, OUTCOME_ANSWER_TIMEOUT,
			      "its turn did not come: the device was busy with another ask");
	else if (!r->over)
		snmp_run_tell(r, OUTCOME_LAG_OWN,
			      "its turn did not come: %u requests were under way",
			      r->io->in_flight);
	snmp_run_finish(r);
}

static void on_due(uv_timer_t *t)
{
	struct snmp_timer *timer = t->data;
	struct snmp_io *io = timer->io;
	int64_t now = snmp_io_now_us();
	struct heap_node *n;

	timer->armed_us = INT64_MAX;
	io->busy = true;
	while (!io->closing && (n = heap_top(&io->requests)) != NULL && n->key <= now)
		snmp_request_due(CONTAINER_OF(n, struct snmp_request, due));
	while (!io->closing && (n = heap_top(&io->runs)) != NULL && n->key <= now)
		run_over(CONTAINER_OF(n, struct snmp_run, deadline));
	rest(io);
}

/* --- the sockets' events --------------------------------------------------------------------------------- */

static void on_packet(void *user, struct slice packet, const union snmp_address *from)
{
	((struct snmp_io *)user)->busy = true;
	snmp_request_packet(user, packet, from);
}

static void on_drained(void *user)
{
	rest(user);
}

static void on_failed(void *user, const union snmp_address *to, int error)
{
	struct snmp_io *io = user;
	struct snmp_device *d = snmp_devices_find(&io->devices, to);

	for (struct snmp_run *r = d != NULL ? d->first : NULL; r != NULL; r = r->next) {
		for (struct snmp_request *q = r->requests; q != NULL; q = q->next_of_run)
			q->error = error;
		if (error == ECONNREFUSED && r->requests != NULL && !r->over)
			snmp_run_fail(r, OUTCOME_CONNECT_REFUSED,
				      "nobody listens at the device's SNMP port");
	}
}

/* --- life ------------------------------------------------------------------------------------------------ */

struct snmp_io *snmp_io_new(struct uv_loop_s *loop)
{
	struct snmp_io *io = mem_calloc(1, sizeof(*io));
	struct snmp_socket_events events = {
		.packet = on_packet, .drained = on_drained, .failed = on_failed, .user = io};
	uint64_t seed;

	io->loop = loop;
	io->ceiling = CEILING_DEFAULT;
	rand_system(&seed, sizeof(seed));
	rand_seed(&io->rand, seed);
	heap_init(&io->requests);
	heap_init(&io->runs);
	snmp_devices_init(&io->devices);
	io->codec = snmp_codec_new();
	io->keys = snmp_keys_new();
	io->sockets = snmp_sockets_new(loop, &events);
	io->timer = mem_calloc(1, sizeof(*io->timer));
	*io->timer = (struct snmp_timer){.io = io, .armed_us = INT64_MAX};
	uv_timer_init(loop, &io->timer->uv);
	io->timer->uv.data = io->timer;
	return io;
}

/* Places for requests are made as they are needed; a request never moves. */
static void make_places(struct snmp_io *io)
{
	uint32_t count = io->ceiling;

	if (io->slot_count >= count)
		return;
	io->slots = mem_realloc(io->slots, count, sizeof(struct snmp_request *));
	io->free_slots = mem_realloc(io->free_slots, count, sizeof(*io->free_slots));
	for (uint32_t i = count; i > io->slot_count; i--) {
		io->slots[i - 1] = NULL;
		io->free_slots[io->free_count++] = i - 1;
	}
	io->slot_count = count;
}

void snmp_io_set_ceiling(struct snmp_io *io, unsigned in_flight_max)
{
	io->ceiling = in_flight_max < 1              ? 1
		      : in_flight_max > CEILING_MOST ? CEILING_MOST
						     : in_flight_max;
}

static enum outcome outcome_of(int error)
{
	return error == EMFILE || error == ENFILE ? OUTCOME_DESCRIPTORS_EXHAUSTED
						  : OUTCOME_AGENT_FAULT;
}

static void begin(struct snmp_run *r)
{
	struct snmp_io *io = r->io;
	const struct snmp_target *t = r->ask->target;
	union snmp_address a;
	int error;

	if (!snmp_address_parse(t->address, t->port, &a)) {
		snmp_run_fail(r, OUTCOME_NAME_FAILED, "the target is no numeric address");
		return;
	}
	error = snmp_sockets_open(io->sockets, &a);
	if (error != 0) {
		snmp_run_fail(r, outcome_of(error), strerror(error));
		return;
	}
	make_places(io);
	r->device = snmp_devices_use(&io->devices, &a, snmp_io_now_us());
	r->device->runs++;
	append_run(r->device, r);
	if (t->version == SNMP_VERSION_3)
		r->print = snmp_user_print(io->keys, t);
	snmp_device_pump(io, r->device);
}

struct snmp_run *snmp_io_run(struct snmp_io *io, struct snmp_ask *ask, int64_t deadline_us,
			     void (*done)(void *user), void *user)
{
	struct snmp_run *r = mem_calloc(1, sizeof(*r));

	assert(!io->closing && ask->item_count > 0);
	*r = (struct snmp_run){.io = io,
			       .ask = ask,
			       .failure = OUTCOME_ANSWER_TIMEOUT,
			       .done = done,
			       .user = user};
	ask->outcome = OUTCOME_ANSWER_TIMEOUT;
	ask->rtt_us = -1;
	ask->requests = ask->resent = 0;
	ask->identity_changed = false;
	ask->detail[0] = '\0';
	r->work = snmp_work_new(ask);
	heap_put(&io->runs, &r->deadline, deadline_us);
	begin(r);
	arm(io);
	return r;
}

void snmp_io_cancel(struct snmp_run *r)
{
	struct snmp_io *io = r->io;
	struct snmp_device *d = r->device;

	release(r);
	if (io->closing)
		return;
	if (d != NULL)
		snmp_device_pump(io, d);
	arm(io);
}

struct snmp_io_stats snmp_io_stats(const struct snmp_io *io)
{
	struct snmp_io_stats s = io->stats;

	s.in_flight = io->in_flight;
	s.devices = (unsigned)io->devices.count;
	for (const struct snmp_device *d = io->devices.newest; d != NULL; d = d->older) {
		for (size_t i = 0; i < SNMP_USERS_MAX; i++)
			s.sessions += d->users[i].user != NULL;
	}
	return s;
}

static void on_closed(uv_handle_t *h)
{
	struct snmp_timer *timer = h->data;

	free(timer->io);
	free(timer);
}

void snmp_io_free(struct snmp_io *io)
{
	struct heap_node *n;

	if (io == NULL)
		return;
	io->closing = true;
	while ((n = heap_top(&io->runs)) != NULL)
		snmp_io_cancel(CONTAINER_OF(n, struct snmp_run, deadline));
	snmp_sockets_free(io->sockets);
	snmp_devices_release(&io->devices);
	snmp_keys_free(io->keys);
	snmp_codec_free(io->codec);
	heap_release(&io->requests);
	heap_release(&io->runs);
	free(io->slots);
	free(io->free_slots);
	uv_close((uv_handle_t *)&io->timer->uv, on_closed);
}
