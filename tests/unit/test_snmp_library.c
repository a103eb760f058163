/* snmp_library - the library comes up without reading, writing or saying anything. */
#include <locale.h>
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

#include "probing/snmp_codec.h"
#include "probing/snmp_library.h"

static void nothing_is_read_written_or_changed(void **state)
{
	char folder[] = "/tmp/vigia-snmp-XXXXXX", file[64];
	struct stat st;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/snmp.conf", folder);
	f = fopen(file, "w");
	assert_non_null(f);
	/* If it were read, every packet would leave in hexadecimal on stderr, and the MIBs be looked for. */
	fputs("dumpPacket yes\ndoDebugging 1\nmibs ALL\n", f);
	fclose(f);
	setenv("SNMPCONFPATH", folder, 1);
	setenv("SNMP_PERSISTENT_DIR", folder, 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	snmp_library_start();
	snmp_library_start();
	assert_string_equal(setlocale(LC_ALL, NULL), "C");
	unlink(file);
	assert_int_equal(rmdir(folder), 0); /* nothing else came into it */
	assert_int_equal(stat(folder, &st), -1);
}

static void it_says_nothing(void **state)
{
	struct snmp_codec *c = snmp_codec_new();
	struct snmp_answer a;
	char said[256];
	int pipes[2], err = dup(2);

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	dup2(pipes[1], 2);
	/* A PDU of a kind that it has words for. */
	assert_int_equal(
		snmp_codec_read(c, SNMP_VERSION_2C, NULL,
				SLICE_LIT("0\x0c\x02\x01\x01\x04\x01p\xaf\x04\x02\x01\x01\x05"),
				&a),
		SNMP_READ_MALFORMED);
	fflush(stderr);
	dup2(err, 2);
	close(pipes[1]);
	assert_int_equal(read(pipes[0], said, sizeof(said)), 0);
	close(pipes[0]);
	close(err);
	snmp_codec_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_read_written_or_changed),
		cmocka_unit_test(it_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
