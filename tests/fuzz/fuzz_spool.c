/* fuzz_spool - a spool file that a power cut or a bad disk left: it is read as far as it is sound, what it holds can be sent,
 * thinned and read again, and the sums stay right. */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/spool.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[64];

static void remove_folder(void)
{
	char path[128];

	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/b-%012d.seg", folder, i);
		unlink(path);
	}
	rmdir(folder);
}

static void write_file(int number, const uint8_t *data, size_t size)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/b-%012d.seg", folder, number);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
}

static void take_all(struct spool *s)
{
	struct spool_gap gaps[8];
	struct buf out;

	buf_init(&out, 64 << 20);
	while (spool_take(s, "b", 100, 1 << 20, &out) > 0)
		buf_reset(&out);
	while (spool_take_gaps(s, "b", gaps, 8) > 0) {
		for (int i = 0; i < 8; i++)
			assert(memchr(gaps[i].reason, '\0', sizeof(gaps[i].reason)) != NULL);
	}
	assert(spool_unsent(s) == 0 && spool_oldest_unsent_boot(s) == NULL);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct spool *s;
	struct err_info info;
	uint64_t kept;

	if (folder[0] == '\0') {
		snprintf(folder, sizeof(folder), "/tmp/vigia-fuzz-XXXXXX");
		if (mkdtemp(folder) == NULL)
			abort();
		atexit(remove_folder);
	}
	write_file(0, data, size / 2);
	write_file(1, data + size / 2, size - size / 2);
	write_file(2, data, size / 2);
	if (spool_open(folder, 1 << 20, "c", &s, &info) != ERR_OK)
		abort();
	kept = spool_count(s);
	take_all(s);
	spool_rewind_all(s);
	assert(spool_count(s) <= kept);
	take_all(s);
	spool_set_max(s, 1); /* thins, then lets go */
	assert(spool_count(s) <= kept);
	spool_rewind(s, "b", 0);
	take_all(s);
	spool_delete(s, "b", UINT64_MAX);
	assert(spool_count(s) == 0);
	spool_close(s);
	return 0;
}
