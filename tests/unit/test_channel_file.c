/* channel_file - one line a message, whole or not at all, synced before it counts as delivered.
 * wrap: fdatasync
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "collector/channel.h"
#include "base/files.h"

static int syncs, sync_errno;

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
int __wrap_fdatasync(int fd)
{
	syncs++;
	if (sync_errno != 0) {
		errno = sync_errno;
		return -1;
	}
	return __real_fdatasync(fd);
}

struct place {
	char dir[64], path[96];
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	snprintf(p->dir, sizeof(p->dir), "/tmp/vigia-unit-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->path, sizeof(p->path), "%s/messages.jsonl", p->dir);
	syncs = sync_errno = 0;
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	unlink(p->path);
	rmdir(p->path);
	rmdir(p->dir);
	free(p);
	return 0;
}

static unsigned said;

static void on_done(void *user, enum delivery what, const char *detail)
{
	struct err_info *info = user;

	said++;
	if (what != DELIVERY_RECEIPT)
		assert_int_equal(what, DELIVERY_FAILED);
	snprintf(info->text, sizeof(info->text), "%s", detail);
}

/* True: with a receipt. It is always said at once. */
static bool send_text(struct place *p, const char *json, struct err_info *info)
{
	struct plan_kv path = {"path", p->path};
	struct plan_channel channel = {
		.id = "archivo", .type = "file", .params = &path, .param_count = 1};
	struct channel_env env = {.loop = NULL};
	struct message m = {.json = slice_of(json)};

	said = 0;
	assert_null(channel_file.start(&env, &channel, &m, on_done, info));
	assert_int_equal(said, 1);
	return info->text[0] == '\0';
}

static void is_file(struct place *p, const char *want)
{
	struct err_info info;
	struct buf text;

	buf_init(&text, 1 << 20);
	assert_int_equal(files_read(p->path, &text, &info), ERR_OK);
	assert_string_equal(buf_cstr(&text), want);
	buf_release(&text);
}

static void one_line_a_message(void **state)
{
	struct place *p = *state;
	struct err_info info;
	struct stat st;

	assert_true(send_text(p, "{\"id\":1}", &info));
	assert_true(send_text(p, "{\"id\":2}", &info));
	is_file(p, "{\"id\":1}\n{\"id\":2}\n");
	assert_int_equal(syncs, 2);
	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600); /* it names people */
}

static void a_torn_line_does_not_swallow_the_next(void **state)
{
	struct place *p = *state;
	struct err_info info;

	assert_int_equal(files_replace(p->path, SLICE_LIT("{\"id\":1}\n{\"id\""), 0600, &info),
			 ERR_OK);
	assert_true(send_text(p, "{\"id\":3}", &info));
	is_file(p, "{\"id\":1}\n{\"id\"\n{\"id\":3}\n");
}

static void what_is_not_synced_is_not_delivered(void **state)
{
	struct place *p = *state;
	struct err_info info = {0};

	sync_errno = ENOSPC;
	assert_false(send_text(p, "{\"id\":1}", &info));
	assert_non_null(strstr(info.text, p->path));
	sync_errno = EIO;
	assert_false(send_text(p, "{\"id\":1}", &info));
}

static void a_folder_in_its_place_is_an_error(void **state)
{
	struct place *p = *state;
	struct err_info info = {0};

	assert_int_equal(mkdir(p->path, 0700), 0);
	assert_false(send_text(p, "{\"id\":1}", &info));
	assert_non_null(strstr(info.text, p->path));
}

static void a_pipe_does_not_hold_us_up(void **state)
{
	struct place *p = *state;
	struct err_info info = {0};

	assert_int_equal(mkfifo(p->path, 0600), 0);
	assert_false(send_text(p, "{\"id\":1}", &info));
	assert_non_null(strstr(info.text, "no plain file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_line_a_message, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_torn_line_does_not_swallow_the_next, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_not_synced_is_not_delivered, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_pipe_does_not_hold_us_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_folder_in_its_place_is_an_error, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
