/* tls_home - the authority is made once and never again; the certificate under it when it must be; nothing half written counts. */
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

#include "base/files.h"
#include "base/tls_home.h"

enum { DAY = 86400 };
static const int64_t now = 1780000000;
static char data[64];
static struct cert_names names;

static int set_up(void **state)
{
	(void)state;
	snprintf(data, sizeof(data), "/tmp/vigia-unit-XXXXXX");
	names = (struct cert_names){.count = 0};
	assert_int_equal(cert_names_add(&names, "127.0.0.1"), ERR_OK);
	return mkdtemp(data) != NULL ? 0 : 1;
}

static const char *in(const char *name)
{
	static char text[4][128];
	static unsigned i;

	snprintf(text[++i % 4], sizeof(text[0]), "%s/%s", data, name);
	return text[i % 4];
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", data);
	return system(command);
}

static enum err look(int64_t at, struct tls_home *h, struct err_info *info)
{
	*info = (struct err_info){0};
	return tls_home_open(data, &names, at, h, info);
}

static struct identity first(void)
{
	struct tls_home h CLEANUP(tls_home_release);
	struct err_info info;

	if (look(now, &h, &info) != ERR_OK)
		fail_msg("%s", info.text);
	assert_true(h.is_new);
	return h.identity;
}

static unsigned mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(in(name), &st), 0);
	return st.st_mode & 0777;
}

static void made_once_and_kept(void **state)
{
	struct identity id = first(), told;
	struct tls_home h CLEANUP(tls_home_release);
	struct err_info info;

	(void)state;
	assert_int_equal(mode_of("tls"), 0700);
	assert_int_equal(mode_of("tls/ca.key"), 0600);
	assert_int_equal(mode_of("tls/cert.key"), 0600);
	assert_int_equal(look(now + 200 * DAY, &h, &info), ERR_OK);
	assert_false(h.is_new || h.has_changed);
	assert_null(h.renewed);
	assert_string_equal(h.identity.text, id.text);
	assert_int_equal(identity_read_file(in("identity"), &told, &info), ERR_OK);
	assert_string_equal(told.text, id.text);
}

static void renewed_when_it_must_be(void **state)
{
	static const struct {
		int64_t days;
		const char *spoil, *why;
	} cases[] = {
		{304, NULL, NULL},
		{306, NULL, "expires"}, /* less than sixty days are left */
		{306, NULL, NULL}, /* the new one is good for a year */
		{307, "tls/cert.pem", "not there"},
		{307, "tls/cert.key", "not there"},
		{-100, NULL, "not valid yet"}, /* made under a clock that ran ahead */
	};
	struct identity id = first();
	struct err_info info;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct tls_home h CLEANUP(tls_home_release);

		if (cases[i].spoil != NULL)
			assert_int_equal(unlink(in(cases[i].spoil)), 0);
		assert_int_equal(look(now + cases[i].days * DAY, &h, &info), ERR_OK);
		if (cases[i].why == NULL)
			assert_null(h.renewed);
		else
			assert_string_equal(h.renewed, cases[i].why);
		assert_string_equal(h.identity.text, id.text);
	}
	assert_int_equal(cert_names_add(&names, "noc.example.org"), ERR_OK);
	{
		struct tls_home h CLEANUP(tls_home_release);

		assert_int_equal(look(now, &h, &info), ERR_OK);
		assert_string_equal(h.renewed, "names changed");
	}
}

/* The power failed between certificate and key. */
static void a_pair_that_does_not_fit_is_made_again(void **state)
{
	struct identity id = first();
	struct tls_home h CLEANUP(tls_home_release);
	struct buf key CLEANUP(buf_release);
	struct err_info info;

	(void)state;
	buf_init(&key, CERT_FILE_MAX);
	assert_int_equal(files_read(in("tls/ca.key"), &key, &info), ERR_OK);
	assert_int_equal(files_replace(in("tls/cert.key"), buf_slice(&key), 0600, &info), ERR_OK);
	assert_int_equal(look(now, &h, &info), ERR_OK);
	assert_string_equal(h.renewed, "damaged");
	assert_string_equal(h.identity.text, id.text);
}

static void an_authority_is_never_made_again(void **state)
{
	static const char *const files[] = {"tls/ca.pem", "tls/ca.key"};
	struct identity id = first(), told;
	struct buf kept CLEANUP(buf_release);
	struct err_info info;

	(void)state;
	buf_init(&kept, CERT_FILE_MAX);
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		for (off_t size = -1; size < 200; size += 100) { /* gone, empty, cut */
			struct tls_home h CLEANUP(tls_home_release);

			buf_reset(&kept);
			assert_int_equal(files_read(in(files[i]), &kept, &info), ERR_OK);
			assert_int_equal(
				size < 0 ? unlink(in(files[i])) : truncate(in(files[i]), size), 0);
			assert_int_equal(look(now, &h, &info), ERR_CORRUPT);
			assert_non_null(strstr(info.text, "Restore both files"));
			assert_int_equal(files_replace(in(files[i]), buf_slice(&kept), 0600, &info),
					 ERR_OK);
		}
	}
	assert_int_equal(rename(in("tls"), in("away")), 0);
	{
		struct tls_home h CLEANUP(tls_home_release);

		assert_int_equal(look(now, &h, &info), ERR_CORRUPT);
		assert_non_null(strstr(info.text, "restore the folder"));
	}
	assert_int_equal(identity_read_file(in("identity"), &told, &info), ERR_OK);
	assert_string_equal(told.text, id.text);
	assert_int_not_equal(access(in("tls"), F_OK), 0);
}

static void a_start_that_died_while_making_it(void **state)
{
	struct tls_home h CLEANUP(tls_home_release);
	struct err_info info;

	(void)state;
	assert_int_equal(mkdir(in("tls.new"), 0700), 0);
	assert_int_equal(files_replace(in("tls.new/ca.key"), SLICE_LIT("half"), 0600, &info),
			 ERR_OK);
	assert_int_equal(look(now, &h, &info), ERR_OK); /* nobody has seen that one */
	assert_true(h.is_new);
	assert_int_not_equal(access(in("tls.new"), F_OK), 0);
}

static void a_key_that_others_may_read(void **state)
{
	struct tls_home h CLEANUP(tls_home_release);
	struct err_info info;

	(void)state;
	first();
	assert_int_equal(chmod(in("tls/ca.key"), 0640), 0);
	assert_int_equal(look(now, &h, &info), ERR_DENIED);
	assert_non_null(strstr(info.text, "chmod 600"));
}

static void given_by_the_institution(void **state)
{
	struct identity id = first();
	struct err_info info;

	(void)state;
	for (int days = -10; days <= 390; days += 200) {
		struct tls_home h CLEANUP(tls_home_release);
		enum err e = tls_home_open_given(data, in("tls/cert.pem"), in("tls/cert.key"),
						 now + days * (int64_t)DAY, &h, &info);

		assert_int_equal(e, days == 190 ? ERR_OK : ERR_RANGE);
		if (e == ERR_OK)
			assert_string_equal(h.identity.text, id.text); /* the topmost's */
	}
	/* Its identity is told, and that it is another one. */
	{
		struct cert_pair other CLEANUP(cert_pair_release);
		struct tls_home h CLEANUP(tls_home_release);
		struct identity told;

		cert_pair_init(&other);
		assert_int_equal(cert_make_authority(now, &other, &info), ERR_OK);
		assert_int_equal(files_replace(in("o.pem"), buf_slice(&other.cert), 0644, &info),
				 ERR_OK);
		assert_int_equal(files_replace(in("o.key"), buf_slice(&other.key), 0640, &info),
				 ERR_OK);
		assert_int_equal(
			tls_home_open_given(data, in("o.pem"), in("o.key"), now, &h, &info),
			ERR_OK);
		assert_true(h.has_changed);
		assert_int_equal(identity_read_file(in("identity"), &told, &info), ERR_OK);
		assert_string_equal(told.text, h.identity.text);
	}
}

#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(made_once_and_kept),
		IN_FOLDER(renewed_when_it_must_be),
		IN_FOLDER(a_pair_that_does_not_fit_is_made_again),
		IN_FOLDER(an_authority_is_never_made_again),
		IN_FOLDER(a_start_that_died_while_making_it),
		IN_FOLDER(a_key_that_others_may_read),
		IN_FOLDER(given_by_the_institution),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
