/* series - what is measured gets into its file, each result becomes durable exactly once and
 * only when it is, and reads see what is not written yet.
 * wrap: uv_now series_file_update series_file_sync files_sync_system series_file_refine
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <glob.h>
#include <ftw.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "base/micro.h"
#include "collector/series_file.h"
#include "tests/support/http_raw.h"
#include "tests/support/probe_once.h"
#include "tests/support/test_plan.h"

enum { MANY = 80, REFS_MAX = 200 };

static const char plan_text[] =
	"institution: {name: Prueba, code: X, revision: '1'}\n"
	"agents: [{id: dc}, {id: lejos}]\n"
	"components:\n"
	"  - id: sitio/web\n"
	"    checks:\n"
	"      - {id: a, type: tcp, address: 127.0.0.1, port: 9, from: [dc, lejos], interval: 5s}\n"
	"      - {id: b, type: tcp, address: 127.0.0.1, port: 9, from: [dc], interval: 5s}\n";

/* a is another type now, b comes first, agent lejos is gone. */
static const char changed_text[] =
	"institution: {name: Prueba, code: X, revision: '2'}\n"
	"agents: [{id: dc}]\n"
	"components:\n"
	"  - id: sitio/web\n"
	"    checks:\n"
	"      - {id: b, type: tcp, address: 127.0.0.1, port: 9, from: [dc], interval: 5s}\n"
	"      - {id: a, type: icmp, address: 127.0.0.1, from: [dc], interval: 5s}\n";

static const char dotted_text[] = "institution: {name: Prueba, code: X, revision: '3'}\n"
				  "agents: [{id: dc}]\n"
				  "components:\n"
				  "  - id: sitio/web\n"
				  "    checks: [{id: a, type: tcp, address: 127.0.0.1, port: 9}]\n"
				  "  - id: sitio.web\n"
				  "    checks: [{id: a, type: tcp, address: 127.0.0.1, port: 9}]\n";

/* In the order of plan_text. */
enum { A_DC, A_LEJOS, B_DC };

static uv_loop_t loop;
static char folder[64];
static struct plan *plan;
static struct series *series;
static struct series_ref durable[REFS_MAX];
static size_t durable_count;
static uint64_t later_ms; /* how far the clock of the loop is put forward */
static enum err update_fails, sync_fails;
static unsigned syncs_each, syncs_all, refined;

/* Stands still but for what a test puts it forward. */
uint64_t __wrap_uv_now(const uv_loop_t *l);
uint64_t __wrap_uv_now(const uv_loop_t *l)
{
	(void)l;
	return 1000000 + later_ms;
}

enum err __real_series_file_update(const char *path, const struct series_layout *l,
				   struct series_facts *facts, struct undo_slot *undo,
				   const struct series_rows *rows, size_t from,
				   struct err_info *info);
enum err __wrap_series_file_update(const char *path, const struct series_layout *l,
				   struct series_facts *facts, struct undo_slot *undo,
				   const struct series_rows *rows, size_t from,
				   struct err_info *info);
enum err __wrap_series_file_update(const char *path, const struct series_layout *l,
				   struct series_facts *facts, struct undo_slot *undo,
				   const struct series_rows *rows, size_t from,
				   struct err_info *info)
{
	if (update_fails != ERR_OK)
		return err_fail(info, update_fails, "no update");
	return __real_series_file_update(path, l, facts, undo, rows, from, info);
}

enum err __wrap_series_file_sync(const char *path, struct err_info *info);
enum err __wrap_series_file_sync(const char *path, struct err_info *info)
{
	assert_int_equal(access(path, F_OK), 0);
	syncs_each++;
	return sync_fails == ERR_OK ? ERR_OK : err_fail(info, sync_fails, "no sync");
}

enum err __wrap_files_sync_system(const char *path, struct err_info *info);
enum err __wrap_files_sync_system(const char *path, struct err_info *info)
{
	(void)info;
	assert_string_equal(path, folder);
	syncs_all++;
	return ERR_OK;
}

void __wrap_series_file_refine(const char *path);
void __wrap_series_file_refine(const char *path)
{
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(sync_fails, ERR_OK);
	refined++;
}

static void on_durable(void *user, const struct series_ref *refs, size_t count)
{
	assert_ptr_equal(user, &loop);
	assert_true(durable_count + count <= REFS_MAX);
	for (size_t i = 0; i < count; i++)
		durable[durable_count++] = refs[i];
}

static uint64_t waiting_max;
static int64_t our_time; /* 0: the system's */

static int64_t now_s(void *user)
{
	assert_ptr_equal(user, &loop);
	return our_time != 0 ? our_time : time(NULL);
}

static void open_series(void)
{
	struct series_options o = {.folder = folder,
				   .archives = {100, 10, 10, 10},
				   .waiting_max = waiting_max,
				   .flush_us = 30 * US_PER_S,
				   .durable = on_durable,
				   .now_s = now_s,
				   .user = &loop};
	struct err_info info;

	assert_int_equal(series_open(&loop, &o, &series, &info), ERR_OK);
}

static void use_plan(const char *text)
{
	plan_free(plan);
	plan = test_plan_from_text(text);
	series_set_plan(series, plan);
}

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vigia-series-XXXXXX");
	assert_non_null(mkdtemp(folder));
	uv_loop_init(&loop);
	durable_count = later_ms = syncs_each = syncs_all = refined = 0;
	update_fails = sync_fails = ERR_OK;
	plan = NULL;
	open_series();
	use_plan(plan_text);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	series_close(series);
	plan_free(plan);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return uv_loop_close(&loop);
}

/* The beginning of a slot that was over long ago; the test's own time zero. */
static int64_t zero(void)
{
	static int64_t t;

	if (t == 0)
		t = (time(NULL) - 200) / 5 * 5;
	return t;
}

/* A result in the slot `after` seconds from zero; its number is that of its ref. */
static void add(uint32_t vantage, int64_t after, enum health health, int64_t connect, uint64_t seq)
{
	struct sample s = {.vantage = vantage,
			   .t = {(zero() + after) * US_PER_S + 1000},
			   .health = health,
			   .value_count = 1,
			   .values = {connect}};

	series_add(series, &s, (struct series_ref){vantage, seq});
}

static void on_flushed(void *user)
{
	*(bool *)user = true;
}

static void flush(void)
{
	bool done = false;

	series_flush(series, on_flushed, &done);
	http_raw_until(&loop, &done);
}

struct reading {
	bool done;
	enum err err;
	char json[1024];
	uint64_t rows; /* written when the answer came */
};

static void on_read(void *user, enum err e, struct slice json)
{
	struct reading *r = user;

	r->done = true;
	r->err = e;
	r->rows = series_stats(series).rows;
	snprintf(r->json, sizeof(r->json), "%.*s", (int)json.n, json.p);
}

/* The rows of the slots from zero to `after` seconds later. */
static const char *rows_of(uint32_t vantage, int64_t after)
{
	static struct reading r;
	const char *rows;

	r = (struct reading){0};
	series_read(series, vantage, zero(), zero() + after, 100, on_read, &r);
	http_raw_until(&loop, &r.done);
	assert_int_equal(r.err, ERR_OK);
	rows = strstr(r.json, "\"rows\":");
	assert_non_null(rows);
	return rows + 7;
}

static bool is_durable(uint32_t vantage, uint64_t seq)
{
	unsigned times = 0;

	for (size_t i = 0; i < durable_count; i++)
		times += durable[i].boot_slot == vantage && durable[i].seq == seq;
	assert_true(times <= 1);
	return times == 1;
}

static bool is_there(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

/* --- the way of a row ------------------------------------------------------------------------- */

static void a_flush_writes_and_makes_durable(void **state)
{
	struct series_stats s;

	(void)state;
	add(A_DC, 0, HEALTH_OK, 1500, 1);
	add(A_DC, 5, HEALTH_CRITICAL, MICRO_NONE, 2);
	add(A_DC, 15, HEALTH_BLIND, 2500, 3);
	add(B_DC, 0, HEALTH_WARNING, 7, 1);
	assert_int_equal(series_stats(series).pending_rows, 4);
	assert_int_equal(durable_count, 0);
	flush();
	assert_int_equal(durable_count, 4);
	for (uint64_t seq = 1; seq <= 3; seq++)
		assert_true(is_durable(A_DC, seq));
	assert_true(is_durable(B_DC, 1));
	s = series_stats(series);
	assert_int_equal(s.rows, 4);
	assert_int_equal(s.calls, 2); /* many timestamps per call */
	assert_int_equal(s.pending_rows, 0);
	assert_int_equal(s.syncs, 1);
	assert_int_equal(syncs_each, 2);
	assert_int_equal(s.failed_files + s.dropped_late + s.merged, 0);
	assert_string_equal(rows_of(A_DC, 15),
			    "[[0,0,0.0015],[2,1,null],[null,null,null],[3,null,0.0025]]}");
	assert_string_equal(rows_of(B_DC, 0), "[[1,1,0.000007]]}");
	/* Another flush has nothing to do, and is over all the same. */
	flush();
	assert_int_equal(series_stats(series).syncs, 1);
	assert_int_equal(durable_count, 4);
}

/* Ids hold dots and slashes: dc/fw and dc.fw are two. */
static void no_two_checks_share_a_file(void **state)
{
	char path[256];

	(void)state;
	use_plan(dotted_text);
	series_path(series, 0, path, sizeof(path));
	assert_non_null(strstr(path, "/sitio.web:a/dc.rrd"));
	series_path(series, 1, path, sizeof(path));
	assert_non_null(strstr(path, "/sitio..web:a/dc.rrd"));
}

static void files_are_named_by_check_and_agent(void **state)
{
	char path[256], want[256];

	(void)state;
	series_path(series, A_LEJOS, path, sizeof(path));
	snprintf(want, sizeof(want), "%s/sitio.web:a/lejos.rrd", folder);
	assert_string_equal(path, want);
	series_path(series, 3, path, sizeof(path)); /* there are three */
	assert_string_equal(path, "");
	assert_false(is_there("sitio.web:a")); /* made on first use */
	add(A_LEJOS, 0, HEALTH_OK, 1, 1);
	flush();
	assert_true(is_there("sitio.web:a/lejos.rrd"));
	assert_false(is_there("sitio.web:a/dc.rrd"));
}

static void a_slot_is_its_worst_result(void **state)
{
	(void)state;
	add(A_DC, 1, HEALTH_OK, 1000, 1);
	add(A_DC, 2, HEALTH_CRITICAL, 2000, 2);
	add(A_DC, 4, HEALTH_WARNING, 3000, 3);
	assert_int_equal(series_stats(series).pending_rows, 1);
	assert_int_equal(series_stats(series).merged, 2);
	flush();
	assert_int_equal(series_stats(series).rows, 1);
	assert_true(is_durable(A_DC, 1) && is_durable(A_DC, 2) && is_durable(A_DC, 3));
	assert_string_equal(rows_of(A_DC, 0), "[[2,1,0.002]]}");
}

/* Order does not matter before the file is written; afterwards its past is fixed, and the agent
 * may forget. */
static void late_rows_are_merged_or_counted(void **state)
{
	(void)state;
	add(A_DC, 20, HEALTH_OK, 4000, 4);
	add(A_DC, 10, HEALTH_OK, 2000, 2);
	add(A_DC, 15, HEALTH_OK, 3000, 3);
	flush();
	assert_string_equal(rows_of(A_DC, 20), "[[null,null,null],[null,null,null],[0,0,0.002],"
					       "[0,0,0.003],[0,0,0.004]]}");
	add(A_DC, 5, HEALTH_CRITICAL, 1000, 1);
	add(A_DC, 25, HEALTH_OK, 5000, 5);
	flush();
	assert_int_equal(series_stats(series).dropped_late, 1);
	assert_int_equal(series_stats(series).rows, 4);
	assert_true(is_durable(A_DC, 1) && is_durable(A_DC, 5));
	assert_int_equal(durable_count, 5);
}

/* A row of a slot that is not over waits for more of its slot, but not for ever. */
static void rows_are_written_when_they_are_ripe(void **state)
{
	int64_t coming = time(NULL) - zero() + 60;

	(void)state;
	add(A_DC, 0, HEALTH_OK, 1000, 1);
	later_ms = 19000;
	add(B_DC, 0, HEALTH_OK, 1000, 1);
	for (int i = 0; durable_count == 0 && i < 500; i++)
		loop_turn(&loop);
	assert_int_equal(durable_count, 1);
	assert_true(is_durable(A_DC, 1));
	assert_int_equal(series_stats(series).pending_rows, 1);
	assert_false(is_there("sitio.web:b"));
	/* A slot that is not over before the test is: forced at last. */
	add(A_LEJOS, coming, HEALTH_OK, 1000, 1);
	later_ms += 19000;
	for (int i = 0; durable_count < 3 && i < 500; i++)
		loop_turn(&loop);
	assert_true(is_durable(B_DC, 1) && is_durable(A_LEJOS, 1));
}

/* --- reads ------------------------------------------------------------------------------------ */

static void a_read_sees_what_is_not_written(void **state)
{
	(void)state;
	add(A_DC, 0, HEALTH_OK, 1000, 1);
	flush();
	add(A_DC, 5, HEALTH_CRITICAL, 2000, 2);
	assert_string_equal(rows_of(A_DC, 5), "[[0,0,0.001],[2,1,0.002]]}");
	assert_int_equal(series_stats(series).pending_rows, 1); /* too young to be written */
	assert_int_equal(durable_count, 1);
	/* Settled rows are written by the read, and durable with the next sync. */
	later_ms = 3000;
	assert_string_equal(rows_of(A_DC, 5), "[[0,0,0.001],[2,1,0.002]]}");
	assert_int_equal(series_stats(series).pending_rows, 0);
	for (int i = 0; durable_count < 2 && i < 500; i++)
		loop_turn(&loop);
	assert_true(is_durable(A_DC, 2));
}

static void what_was_never_drawn_is_not_found(void **state)
{
	struct reading r = {0};

	(void)state;
	series_read(series, B_DC, zero(), zero() + 100, 100, on_read, &r);
	http_raw_until(&loop, &r.done);
	assert_int_equal(r.err, ERR_NOT_FOUND);
	assert_string_equal(r.json, "");
	assert_false(is_there("sitio.web:b"));
}

static void use_many_checks(void)
{
	struct buf text CLEANUP(buf_release);

	buf_init(&text, 1 << 20);
	buf_puts(&text, "institution: {name: P, code: X, revision: '1'}\nagents: [{id: dc}]\n"
			"components:\n  - id: web\n    checks:\n");
	for (int i = 0; i < MANY; i++)
		buf_printf(&text,
			   "      - {id: c%d, type: tcp, address: 127.0.0.1, port: 9, from: [dc], "
			   "interval: 5s}\n",
			   i);
	use_plan(buf_cstr(&text));
}

static void reads_have_their_turn_in_a_long_round(void **state)
{
	struct reading first = {0}, second = {0};
	bool flushed = false;

	(void)state;
	use_many_checks();
	for (uint32_t i = 0; i < MANY; i++)
		add(i, 0, HEALTH_OK, i * 1000, 1);
	later_ms = 3000; /* a read writes them, they are settled */
	series_flush(series, on_flushed, &flushed);
	series_read(series, MANY - 1, zero(), zero(), 10, on_read, &first);
	series_read(series, 0, zero(), zero(), 10, on_read, &second);
	http_raw_until(&loop, &flushed);
	assert_true(first.done && second.done);
	assert_true(first.rows < second.rows && second.rows < MANY / 2);
	assert_non_null(strstr(first.json, "\"rows\":[[0,0,0.079]]}"));
	assert_non_null(strstr(second.json, "\"rows\":[[0,0,0]]}"));
	assert_int_equal(durable_count, MANY);
	for (uint32_t i = 0; i < MANY; i++)
		assert_true(is_durable(i, 1));
	/* So many files are synced in one. */
	assert_int_equal(syncs_all, 1);
	assert_int_equal(syncs_each, 0);
}

/* --- what goes wrong -------------------------------------------------------------------------- */

static void what_cannot_be_written_waits(void **state)
{
	(void)state;
	add(A_DC, 0, HEALTH_OK, 1000, 1);
	add(B_DC, 0, HEALTH_OK, 1000, 1);
	update_fails = ERR_NO_SPACE;
	flush();
	assert_int_equal(durable_count, 0);
	assert_int_equal(series_stats(series).failed_files, 2);
	assert_int_equal(series_stats(series).pending_rows, 2);
	assert_true(series_stats(series).disk_full);
	assert_int_equal(series_stats(series).rows, 0);
	/* What came meanwhile goes with it. */
	add(A_DC, 5, HEALTH_OK, 2000, 2);
	update_fails = ERR_OK;
	flush();
	assert_int_equal(durable_count, 3);
	assert_false(series_stats(series).disk_full);
	assert_int_equal(series_stats(series).pending_rows, 0);
	assert_string_equal(rows_of(A_DC, 5), "[[0,0,0.001],[0,0,0.002]]}");
}

static void what_is_not_synced_is_never_called_durable(void **state)
{
	(void)state;
	add(A_DC, 0, HEALTH_OK, 1000, 1);
	sync_fails = ERR_IO;
	flush();
	assert_int_equal(durable_count, 0);
	assert_int_equal(series_stats(series).syncs, 0);
	assert_int_equal(series_stats(series).failed_files, 1);
	sync_fails = ERR_OK;
	add(A_DC, 5, HEALTH_OK, 1000, 2);
	flush();
	assert_int_equal(durable_count, 1);
	assert_true(is_durable(A_DC, 2));
}

/* After its first sync, not before and not again; a file made anew is another one. */
static void a_file_is_refined_once_it_is_safe(void **state)
{
	char path[256];

	(void)state;
	add(A_DC, 0, HEALTH_OK, 1000, 1);
	sync_fails = ERR_IO;
	flush();
	assert_int_equal(refined, 0);
	sync_fails = ERR_OK;
	add(A_DC, 5, HEALTH_OK, 1000, 2);
	flush();
	assert_int_equal(refined, 1);
	add(A_DC, 10, HEALTH_OK, 1000, 3);
	flush();
	assert_int_equal(refined, 1);
	series_path(series, A_DC, path, sizeof(path));
	assert_int_equal(unlink(path), 0);
	add(A_DC, 15, HEALTH_OK, 1000, 4);
	flush();
	assert_int_equal(refined, 2);
}

/* The file that was put aside, whenever that was. */
static bool is_aside(const char *name)
{
	char pattern[512];
	glob_t g = {0};
	bool found;

	snprintf(pattern, sizeof(pattern), "%s/%s.damaged-*Z", folder, name);
	found = glob(pattern, 0, NULL, &g) == 0 && g.gl_pathc == 1;
	globfree(&g);
	return found;
}

static void a_foreign_file_is_set_aside(void **state)
{
	char path[256];
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s/sitio.web:a", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	series_path(series, A_DC, path, sizeof(path));
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, "RRD?", 4), 4);
	close(fd);
	add(A_DC, 0, HEALTH_OK, 1000, 1);
	flush();
	assert_true(is_aside("sitio.web:a/dc.rrd"));
	assert_true(is_durable(A_DC, 1));
	assert_string_equal(rows_of(A_DC, 0), "[[0,0,0.001]]}");
}

/* --- a full disk, damaged files --------------------------------------------------------------- */

static void while_it_is_paused_rows_wait(void **state)
{
	(void)state;
	add(A_DC, 0, HEALTH_OK, 1000, 1);
	flush();
	series_pause(series, true);
	add(A_DC, 5, HEALTH_OK, 2000, 2);
	flush(); /* whoever waits is answered, though nothing was written */
	assert_int_equal(durable_count, 1);
	assert_int_equal(series_stats(series).pending_rows, 1);
	/* What waits can be looked at. */
	assert_string_equal(rows_of(A_DC, 5), "[[0,0,0.001],[0,0,0.002]]}");
	series_pause(series, false);
	flush();
	assert_true(is_durable(A_DC, 2));
	assert_int_equal(series_stats(series).pending_rows, 0);
}

static void what_memory_cannot_hold_is_shed(void **state)
{
	(void)state;
	series_close(series);
	waiting_max = 3;
	open_series();
	series_set_plan(series, plan);
	series_pause(series, true);
	for (uint64_t n = 1; n <= 5;
	     n++) /* two of them in one slot: they take their place as well */
		add(A_DC, (int64_t)(n / 2) * 5, HEALTH_OK, 1000, n);
	assert_int_equal(series_stats(series).shed, 2);
	series_pause(series, false);
	flush();
	assert_true(is_durable(A_DC, 3));
	assert_false(is_durable(A_DC, 4));
	assert_int_equal(durable_count, 3);
	add(A_DC, 10, HEALTH_OK, 1000, 4); /* it came again, and there is room */
	flush();
	assert_true(is_durable(A_DC, 4));
	waiting_max = 0;
}

/* Damaged after it was known: what comes after is drawn in a new file, the others go on. */
static void a_file_damaged_at_run_time_is_put_aside(void **state)
{
	char path[256];

	(void)state;
	add(A_DC, 0, HEALTH_OK, 1000, 1);
	add(B_DC, 0, HEALTH_OK, 1000, 2);
	flush();
	series_path(series, A_DC, path, sizeof(path));
	assert_int_equal(truncate(path, 5000), 0);
	add(A_DC, 5, HEALTH_OK, 2000, 3);
	add(B_DC, 5, HEALTH_OK, 2000, 4);
	flush();
	assert_true(is_aside("sitio.web:a/dc.rrd"));
	assert_int_equal(series_stats(series).set_aside, 1);
	assert_non_null(strstr(series_trouble(series), "dc.rrd"));
	assert_true(is_durable(A_DC, 3) && is_durable(B_DC, 4));
	assert_string_equal(rows_of(A_DC, 5), "[[null,null,null],[0,0,0.002]]}");
	assert_string_equal(rows_of(B_DC, 5), "[[0,0,0.001],[0,0,0.002]]}");
}

/* Drawn by a clock that ran ahead: all that is true would be late for ever. */
static void a_file_of_the_future_is_put_aside(void **state)
{
	(void)state;
	add(A_DC, 0, HEALTH_OK, 1000, 1);
	flush();
	our_time = zero() - 2 * 86400;
	add(A_DC, -2 * 86400, HEALTH_OK, 2000, 2);
	flush();
	assert_true(is_aside("sitio.web:a/dc.rrd"));
	assert_int_equal(series_stats(series).dropped_late, 0);
	our_time = 0;
}

/* --- plans and ends --------------------------------------------------------------------------- */

static void a_changed_plan_keeps_the_files(void **state)
{
	enum { B_NOW, A_NOW };
	char before[256], after[256];

	(void)state;
	add(B_DC, 0, HEALTH_OK, 1000, 1);
	flush();
	add(B_DC, 5, HEALTH_OK, 2000, 2);
	add(A_LEJOS, 0, HEALTH_OK, 1000, 3); /* of an agent that goes */
	series_path(series, B_DC, before, sizeof(before));
	use_plan(changed_text);
	series_path(series, B_NOW, after, sizeof(after));
	assert_string_equal(before, after);
	add(B_NOW, 10, HEALTH_OK, 3000, 4);
	flush();
	assert_string_equal(rows_of(B_NOW, 10), "[[0,0,0.001],[0,0,0.002],[0,0,0.003]]}");
	assert_true(is_there("sitio.web:a/lejos.rrd"));
	assert_int_equal(durable_count, 4);
}

/* Values of another type are nothing to draw; the agent may forget them, and the old file is
 * kept beside. */
static void a_check_of_another_type_begins_anew(void **state)
{
	enum { B_NOW, A_NOW };

	(void)state;
	add(A_DC, 0, HEALTH_OK, 1000, 1);
	flush();
	add(A_DC, 5, HEALTH_OK, 1000, 2);
	use_plan(changed_text);
	flush();
	assert_true(is_durable(A_DC, 2));
	assert_int_equal(series_stats(series).dropped_late, 1);
	add(A_NOW, 10, HEALTH_OK, 2000, 3);
	flush();
	assert_true(is_durable(A_NOW, 3));
	assert_true(is_aside("sitio.web:a/dc.rrd"));
	assert_non_null(strstr(rows_of(A_NOW, 10), "[0,0,0.002,null]]}"));
}

/* A file has a place for what its check reads, and for nothing else: a type that learns to read more leaves the files of
 * those who do not ask for it as they are. */
static void what_a_check_does_not_read_has_no_place(void **state)
{
	static const char text[] =
		"institution: {name: Prueba, code: X, revision: '4'}\n"
		"agents: [{id: dc}]\n"
		"components:\n"
		"  - id: sitio/web\n"
		"    checks: [{id: h, type: http, url: 'http://127.0.0.1/', interval: 5s%s}]\n";
	char yaml[512];

	(void)state;
	snprintf(yaml, sizeof(yaml), text, "");
	use_plan(yaml);
	add(0, 0, HEALTH_OK, 1000, 1);
	flush();
	assert_string_equal(rows_of(0, 0), "[[0,0,0.001,null,null,null,null,null]]}");
	snprintf(yaml, sizeof(yaml), text, ", body: listo");
	use_plan(yaml);
	add(0, 5, HEALTH_OK, 2000, 2);
	flush();
	assert_false(is_aside("sitio.web:h/dc.rrd"));
	snprintf(yaml, sizeof(yaml), text, ", value_json: /corte");
	add(0, 10, HEALTH_OK, 2000, 3);
	use_plan(yaml);
	flush();
	assert_true(is_durable(0, 3)); /* made for the old shape: nothing to draw */
	assert_int_equal(series_stats(series).dropped_late, 1);
	add(0, 15, HEALTH_OK, 3000, 4);
	flush();
	assert_true(is_aside("sitio.web:h/dc.rrd"));
	assert_non_null(strstr(rows_of(0, 15), "[0,0,0.003,null,null,null,null,null,null,null]]}"));
}

static void closing_writes_all(void **state)
{
	(void)state;
	add(A_DC, 0, HEALTH_OK, 1000, 1);
	add(B_DC, time(NULL) - zero(), HEALTH_OK, 1000, 1);
	series_close(series);
	assert_int_equal(durable_count, 2);
	open_series();
	series_set_plan(series, plan);
	assert_int_equal(series_stats(series).pending_rows, 0);
	assert_int_equal(series_stats(series).restored_headers, 0);
	assert_string_equal(rows_of(A_DC, 0), "[[0,0,0.001]]}");
	/* After a restart the files' ends are known: late is late. */
	add(A_DC, 0, HEALTH_CRITICAL, 1000, 2);
	flush();
	assert_int_equal(series_stats(series).dropped_late, 1);
}

static void an_armed_slot_is_restored_first(void **state)
{
	struct undo_slot *slot;
	struct err_info info;
	char path[256];
	bool restored;

	(void)state;
	add(A_DC, 0, HEALTH_OK, 1000, 1);
	flush();
	series_path(series, A_DC, path, sizeof(path));
	series_close(series);
	assert_int_equal(undo_slot_open(folder, &slot, &restored, &info), ERR_OK);
	assert_int_equal(undo_slot_arm(slot, path, 128, &info), ERR_OK);
	undo_slot_close(slot);
	open_series();
	series_set_plan(series, plan);
	assert_int_equal(series_stats(series).restored_headers, 1);
	assert_string_equal(rows_of(A_DC, 0), "[[0,0,0.001]]}");
}

#define WITH_SERIES(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SERIES(a_flush_writes_and_makes_durable),
		WITH_SERIES(files_are_named_by_check_and_agent),
		WITH_SERIES(no_two_checks_share_a_file),
		WITH_SERIES(a_slot_is_its_worst_result),
		WITH_SERIES(late_rows_are_merged_or_counted),
		WITH_SERIES(rows_are_written_when_they_are_ripe),
		WITH_SERIES(a_read_sees_what_is_not_written),
		WITH_SERIES(what_was_never_drawn_is_not_found),
		WITH_SERIES(reads_have_their_turn_in_a_long_round),
		WITH_SERIES(what_cannot_be_written_waits),
		WITH_SERIES(what_is_not_synced_is_never_called_durable),
		WITH_SERIES(a_file_is_refined_once_it_is_safe),
		WITH_SERIES(a_foreign_file_is_set_aside),
		WITH_SERIES(while_it_is_paused_rows_wait),
		WITH_SERIES(what_memory_cannot_hold_is_shed),
		WITH_SERIES(a_file_damaged_at_run_time_is_put_aside),
		WITH_SERIES(a_file_of_the_future_is_put_aside),
		WITH_SERIES(a_changed_plan_keeps_the_files),
		WITH_SERIES(a_check_of_another_type_begins_anew),
		WITH_SERIES(what_a_check_does_not_read_has_no_place),
		WITH_SERIES(closing_writes_all),
		WITH_SERIES(an_armed_slot_is_restored_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
