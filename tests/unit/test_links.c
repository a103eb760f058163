/* links - the same token for the same call, another for any other; found again only whole, in time, with this key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/sha256.h"
#include "base/files.h"
#include "collector/links.h"
#include "tests/support/collector_world.h"

struct place {
	struct collector_world w;
	struct links *links;
	uint64_t call;
};

static struct links *open_links(struct place *p, const char *url, int64_t valid_us)
{
	struct links *l = NULL;
	struct err_info info = {0};

	if (links_open(p->w.dir, url, valid_us, &l, &info) != ERR_OK)
		fail_msg("%s", info.text);
	return l;
}

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	collector_world_open(&p->w);
	collector_world_fail(&p->w);
	p->call = p->w.effects.items[0].id;
	p->links = open_links(p, "https://noc.example.org/", 60 * US_PER_S);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	links_close(p->links);
	collector_world_close(&p->w);
	free(p);
	return 0;
}

static struct engine *engine(struct place *p)
{
	return core_engine(p->w.c.core);
}

static const char *token_of(struct place *p, struct links *l)
{
	static char url[LINKS_URL_SIZE];

	assert_true(links_url(l, engine(p), p->call, url));
	assert_memory_equal(url, "https://noc.example.org/a/", 26);
	return url + 26;
}

static bool find(struct place *p, struct links *l, const char *token, int64_t after_s)
{
	struct link_found f;
	struct view_incident i;
	struct view_call c;

	assert_true(view_find_call(engine(p), p->call, &i, &c));
	return links_find(l, engine(p), slice_of(token), wall_add_us(c.at, after_s * US_PER_S), &f);
}

static void a_link_leads_to_its_call(void **state)
{
	struct place *p = *state;
	const char *token = token_of(p, p->links);
	struct sha256 h = sha256_of(slice_of(token), SLICE_LIT(""));
	char hex[SHA256_HEX_SIZE], digest[SHA256_HEX_SIZE];
	struct link_found f;

	sha256_hex(hex, &h);
	links_digest(p->links, engine(p), p->call, digest);
	assert_string_equal(digest, hex);
	assert_true(links_find(p->links, engine(p), slice_of(token), clock_now(&p->w.c.clock), &f));
	assert_int_equal(f.call.id, p->call);
	assert_string_equal(f.incident.plan->people[f.call.person].id, "mesa");
	assert_string_equal(f.digest, hex);
	assert_int_equal(f.until.us, f.call.at.us + 60 * US_PER_S);
}

/* Each sample with a time of its own: two within a microsecond would be one. */
static void sample(struct place *p, enum health health)
{
	struct wall_time before = clock_now(&p->w.c.clock);

	while (clock_now(&p->w.c.clock).us == before.us)
		;
	collector_world_sample(&p->w, health);
}

/* Whoever is told that it is intermittent is asked for an answer as well. */
static void what_flaps_can_be_answered(void **state)
{
	struct place *p = *state;
	uint64_t call = 0;
	char url[LINKS_URL_SIZE];

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 3; i++)
			sample(p, HEALTH_OK);
		for (int i = 0; i < 3; i++)
			sample(p, HEALTH_CRITICAL);
		collector_world_commit(&p->w);
	}
	for (size_t i = 0; i < p->w.effects.count; i++) {
		if (p->w.effects.items[i].kind == CALL_FLAPPING)
			call = p->w.effects.items[i].id;
	}
	assert_int_not_equal(call, 0);
	assert_true(links_url(p->links, engine(p), call, url));
}

static void it_lives_its_time_and_not_longer(void **state)
{
	struct place *p = *state;
	char token[LINK_TOKEN_SIZE];

	snprintf(token, sizeof(token), "%s", token_of(p, p->links));
	assert_true(find(p, p->links, token, 0));
	assert_true(find(p, p->links, token, 59));
	assert_false(find(p, p->links, token, 60));
	assert_false(find(p, p->links, token, 86400));
}

static void another_byte_is_another_link(void **state)
{
	struct place *p = *state;
	char token[LINK_TOKEN_SIZE + 1];
	size_t n;

	snprintf(token, sizeof(token), "%s", token_of(p, p->links));
	n = strlen(token);
	for (size_t i = 0; i < n; i++) {
		for (const char *c = "0123456789abcdefz-AF"; *c != '\0'; c++) {
			char was = token[i];

			if (was == *c)
				continue;
			token[i] = *c;
			if (find(p, p->links, token, 0))
				fail_msg("%s", token);
			token[i] = was;
		}
	}
	token[n] = '0';
	token[n + 1] = '\0';
	assert_false(find(p, p->links, token, 0));
	assert_false(find(p, p->links, "", 0));
	token[n] = '\0';
	assert_true(find(p, p->links, token, 0));
}

static void a_restart_changes_nothing_and_another_key_all(void **state)
{
	struct place *p = *state;
	char token[LINK_TOKEN_SIZE];
	struct links *again;
	struct stat st;

	snprintf(token, sizeof(token), "%s", token_of(p, p->links));
	collector_world_restart(&p->w);
	again = open_links(p, "https://noc.example.org", 60 * US_PER_S);
	assert_string_equal(token_of(p, again), token);
	assert_true(find(p, again, token, 0));
	links_close(again);
	assert_int_equal(stat(collector_world_path(&p->w, "links.key"), &st), 0);
	assert_int_equal(st.st_size, LINKS_KEY_SIZE);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(unlink(collector_world_path(&p->w, "links.key")), 0);
	again = open_links(p, "https://noc.example.org", 60 * US_PER_S);
	assert_string_not_equal(token_of(p, again), token);
	assert_false(find(p, again, token, 0));
	links_close(again);
}

/* What was sent yesterday must be known to the program of tomorrow. */
static void the_tag_is_made_of_call_moment_person_and_channel(void **state)
{
	struct place *p = *state;
	char key[LINKS_KEY_SIZE], text[128], hex[SHA256_HEX_SIZE];
	struct err_info info;
	struct view_incident i;
	struct view_call c;
	struct links *l;
	struct sha256 h;

	memset(key, 'k', sizeof(key));
	assert_int_equal(files_replace(collector_world_path(&p->w, "links.key"),
				       (struct slice){key, sizeof(key)}, 0600, &info),
			 ERR_OK);
	l = open_links(p, "https://noc.example.org", 60 * US_PER_S);
	assert_true(view_find_call(engine(p), p->call, &i, &c));
	snprintf(text, sizeof(text), "vigia link\n%llu\n%lld\nmesa\narchivo",
		 (unsigned long long)p->call, (long long)c.at.us);
	h = sha256_hmac((struct slice){key, sizeof(key)}, slice_of(text));
	sha256_hex(hex, &h);
	hex[2 * LINK_TAG_SIZE] = '\0';
	assert_string_equal(strchr(token_of(p, l), '-') + 1, hex);
	links_close(l);
}

static void a_damaged_key_is_said(void **state)
{
	struct place *p = *state;
	const char *path = collector_world_path(&p->w, "links.key");

	for (size_t n = 0; n <= 100; n++) {
		struct links *l = NULL;
		struct err_info info = {0};
		char bytes[100] = {0};

		if (n == LINKS_KEY_SIZE)
			continue;
		assert_int_equal(files_replace(path, (struct slice){bytes, n}, 0600, &info),
				 ERR_OK);
		assert_int_equal(links_open(p->w.dir, NULL, US_PER_S, &l, &info), ERR_CORRUPT);
		assert_non_null(
			strstr(info.text, "links.key is not 32 bytes long; put the file back"));
		assert_null(l);
	}
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	{
		struct links *l = NULL;
		struct err_info info = {0};

		assert_int_equal(links_open(p->w.dir, NULL, US_PER_S, &l, &info), ERR_IO);
		assert_int_equal(links_open("/nonexistent", NULL, US_PER_S, &l, &info), ERR_IO);
	}
}

static void without_an_address_there_is_no_link(void **state)
{
	struct place *p = *state;
	struct links *none = open_links(p, NULL, US_PER_S);
	char url[LINKS_URL_SIZE] = "x", hex[SHA256_HEX_SIZE] = "x";

	assert_false(links_url(none, engine(p), p->call, url));
	links_digest(none, engine(p), p->call, hex);
	assert_string_equal(url, "");
	assert_string_equal(hex, "");
	links_close(none);
	assert_false(links_url(p->links, engine(p), p->call + 1, url)); /* no call */
}

static void good_news_needs_no_answer(void **state)
{
	struct place *p = *state;
	char url[LINKS_URL_SIZE];
	uint64_t up = 0;

	collector_world_sample(&p->w, HEALTH_OK);
	collector_world_sample(&p->w, HEALTH_OK);
	collector_world_commit(&p->w);
	for (size_t i = 0; i < p->w.effects.count; i++) {
		if (p->w.effects.items[i].kind == CALL_UP)
			up = p->w.effects.items[i].id;
	}
	if (up == 0) { /* it is owed once the call has left */
		struct input in = {.kind = INPUT_DELIVERY};

		in.u.delivery.call = p->call;
		in.u.delivery.what = DELIVERY_SENT;
		in.u.delivery.detail = "";
		collector_world_input(&p->w, &in);
		collector_world_commit(&p->w);
		up = p->w.effects.items[p->w.effects.count - 1].id;
		assert_int_equal(p->w.effects.items[p->w.effects.count - 1].kind, CALL_UP);
	}
	assert_false(links_url(p->links, engine(p), up, url));
}

static void wrong_ones_are_counted_per_address_and_over_all(void **state)
{
	struct place *p = *state;
	struct mono_time now = {1000 * US_PER_S};
	unsigned taken = 0;
	int64_t wait = 0;

	for (int i = 0; i < 20; i++)
		assert_int_equal(links_take_wrong(p->links, SLICE_LIT("192.0.2.1"), now, &wait),
				 i < 10);
	assert_in_range(wait, 1, 6 * US_PER_S);
	assert_int_equal(links_stats(p->links).wrong, 10);
	assert_int_equal(links_stats(p->links).limited, 10);
	for (int i = 0; i < 1000; i++) {
		char address[32];

		snprintf(address, sizeof(address), "198.51.%d.%d", i / 250, i % 250);
		taken += links_take_wrong(p->links, slice_of(address), now, &wait);
	}
	assert_int_equal(taken, 50); /* 60 in all, ten of which were gone */
	now = mono_add_us(now, US_PER_S);
	assert_true(links_take_wrong(p->links, SLICE_LIT("203.0.113.9"), now, &wait));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_link_leads_to_its_call, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_flaps_can_be_answered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(it_lives_its_time_and_not_longer, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(another_byte_is_another_link, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_restart_changes_nothing_and_another_key_all,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_tag_is_made_of_call_moment_person_and_channel,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_damaged_key_is_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_an_address_there_is_no_link, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(good_news_needs_no_answer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(wrong_ones_are_counted_per_address_and_over_all,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
