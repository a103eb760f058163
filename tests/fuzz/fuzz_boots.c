/* fuzz_boots - which numbers have come and which are safe, whatever an agent claims: nothing counts twice, cursors never go
 * back nor pass what was received, and a damaged cursors file is refused or read whole. */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/boots.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[64], path[96];

static void remove_folder(void)
{
	unlink(path);
	rmdir(folder);
}

static void write_cursors(const uint8_t *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
}

/* Eight bytes an act: what, a small number, a length, or numbers that are far away. */
static void act(struct boots *b, uint32_t slot, const uint8_t *op, struct wall_time *now)
{
	uint64_t seq = 1 + (uint64_t)(op[1] | op[2] << 8);
	uint64_t before = boots_received(b, slot), far = (uint64_t)op[4] << (op[3] % 56);
	struct err_info info;

	switch (op[0] % 6) {
	case 0:
		if (boots_receive(b, slot, seq) == BOOT_NEW)
			assert(boots_receive(b, slot, seq) == BOOT_DUPLICATE);
		break;
	case 1:
		if (boots_receive(b, slot, seq) != BOOT_TOO_FAR)
			boots_make_safe(b, slot, seq);
		break;
	case 2:
		boots_skip(b, slot, seq, seq + op[5]);
		assert(boots_skip(b, slot, seq, seq + op[5]) == 0);
		break;
	case 3:
		boots_receive(b, slot, 1 + far);
		break;
	case 4:
		now->us += op[5] * US_PER_S;
		boots_note_batch(b, slot, seq, *now);
		break;
	default:
		err_ignore(boots_save(b, &info));
		break;
	}
	assert(boots_received(b, slot) >= before);
	assert(boots_cursor(b, slot) <= boots_received(b, slot));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wall_time now = {0};
	struct boots *b;
	struct err_info info;
	uint32_t slot;

	if (folder[0] == '\0') {
		snprintf(folder, sizeof(folder), "/tmp/vigia-fuzz-XXXXXX");
		if (mkdtemp(folder) == NULL)
			abort();
		snprintf(path, sizeof(path), "%s/cursors.json", folder);
		atexit(remove_folder);
	}
	write_cursors(data, size);
	if (boots_open(folder, &b, &info) == ERR_OK)
		boots_close(b);
	else
		assert(strlen(info.text) > 0);
	unlink(path);
	if (boots_open(folder, &b, &info) != ERR_OK)
		abort();
	slot = boots_slot(b, "a", (struct slice){"b", 1});
	for (size_t i = 0; i + 6 <= size; i += 6)
		act(b, slot, data + i, &now);
	boots_close(b);
	return 0;
}
