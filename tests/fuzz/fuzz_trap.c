/* fuzz_trap - anybody can send to the port on which an agent hears: whatever arrives is taken whole, answered within bounds, or
 * dropped with a reason; and what is taken can be matched, told and kept. The first byte chooses how far the clock goes on. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "checks/trap_book.h"
#include "probing/trap_codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char rules_json[] =
	"[{\"oid\":\"1.3.6.1.6.3.1.1.5.3\",\"name\":\"linkDown\",\"severity\":\"major\",\"raises\":"
	"\"link {1}\","
	"\"varbinds\":{\"i\":\"1.3.6.1.2.1\"},\"text\":\"{i} {i.index} {2}\"},"
	"{\"oid\":\"1.3.6.1.6.3.1.1.5.4\",\"name\":\"linkUp\",\"clears\":\"link {1}\"},"
	"{\"oid\":\"1.3.6.1.4.1.318.5\",\"name\":\"ups\",\"when\":{\"oid\":\"1.3.6\",\"like\":\"*U*"
	"\"}}]";

static struct trap_codec *codec;
static struct arena *arena;
static const struct trap_rules *rules;
static struct trap_book *book;

static void prepare(void)
{
	static const struct trap_engine device = {{0x80, 0, 0, 0, 1, 2, 3, 4}, 8};
	static const char *const community[] = {"traplab"};
	static const struct trap_user users[] = {
		{.name = "trapuser", .engines = &device, .engine_count = 1},
		{.name = "signed", .auth = SNMP_AUTH_SHA1, .auth_secret = "auth-secret-1"}};
	const struct trap_codec_options o = {.communities = community,
					     .community_count = 1,
					     .users = users,
					     .user_count = 2,
					     .engine = "vigia-fuzz",
					     .boots = 1};
	struct err_info info;
	enum err e = trap_codec_new(&o, &codec, &info);

	arena = arena_new();
	if (e != ERR_OK) {
		fputs(info.text, stderr);
		abort();
	}
	e = trap_rules_compile(rules_json, arena, &rules, &info);
	assert(e == ERR_OK);
	(void)e;
	book = trap_book_new(NULL);
}

static void is_clean(const char *text, size_t size)
{
	assert(memchr(text, '\0', size) != NULL);
	for (; *text != '\0'; text++)
		assert((unsigned char)*text >= 0x20 && *text != 0x7f);
}

static void keep_and_read_back(void)
{
	struct trap_book *again = trap_book_new(NULL);
	struct json_emit j;
	struct json_pull in;
	struct buf b;

	buf_init(&b, 1 << 20);
	j = json_emit_to(&b);
	trap_book_write(book, &j);
	assert(buf_is_ok(&b));
	in = json_pull_from(buf_slice(&b));
	trap_book_read(again, &in);
	json_end(&in);
	assert(in.error == NULL);
	assert(trap_book_open(again) == trap_book_open(book));
	trap_book_free(again);
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct trap_now now = {{INT64_C(1760000000000000)}, {1000000}};
	enum trap_drop why = TRAP_DROP_COUNT;
	struct notification n;
	struct trap_note note;
	struct slice answer;

	if (codec == NULL)
		prepare();
	if (size < 1)
		return 0;
	now.wall = wall_add_us(now.wall, data[0] * US_PER_S);
	now.mono = mono_add_us(now.mono, data[0] * US_PER_S);
	switch (trap_codec_read(codec, (struct slice){(const char *)data + 1, size - 1},
				"192.0.2.1", now.mono, &n, &answer, &why)) {
	case TRAP_READ_DROPPED:
		assert(why < TRAP_DROP_COUNT);
		return 0;
	case TRAP_READ_ASKED:
		assert(answer.n > 0 && answer.n < 1500);
		return 0;
	case TRAP_READ_TAKEN:
		break;
	}
	assert(n.oid.count > 0 && (answer.n > 0) <= n.inform);
	trap_book_hear(book, trap_rules_find(rules, &n), &n, true, now);
	trap_book_settle(book, now);
	while (trap_book_next_note(book, &note)) {
		is_clean(note.name, sizeof(note.name));
		is_clean(note.text, sizeof(note.text));
		assert(note.count >= 1);
	}
	keep_and_read_back();
	return 0;
}
