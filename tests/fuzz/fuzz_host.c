/* fuzz_host - what procfs and the system's bus say is taken within its bounds; what is taken can be reckoned with. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/micro.h"
#include "checks/host_disk.h"
#include "checks/host_proc.h"
#include "checks/host_units.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_proc(struct slice text)
{
	struct host_cpu cpu;
	struct host_memory memory;
	struct host_paging paging;
	struct host_links links;
	int64_t load[3], up;

	if (host_proc_cpu(text, &cpu)) {
		int64_t share = host_share(cpu.user, cpu.idle > 0 ? cpu.idle : 1);

		assert(cpu.processors > 0 && share >= 0 && share <= MICRO);
	}
	if (host_proc_memory(text, &memory))
		assert(memory.total > 0 && host_micro(memory.total) > 0);
	if (host_proc_paging(text, &paging))
		assert(host_rate(paging.in, paging.out, 1) >= -1);
	if (host_proc_load(text, load))
		assert(load[0] >= 0 && load[1] >= 0 && load[2] >= 0);
	if (host_proc_uptime(text, &up))
		assert(up >= 0);
	if (host_proc_links(text, "", &links)) {
		assert(links.count <= HOST_LINKS_MAX);
		for (size_t i = 0; i < links.count; i++)
			assert(strlen(links.items[i].name) > 0 &&
			       strlen(links.items[i].name) < HOST_LINK_NAME);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of just this size, so that one byte too far is seen. */
	char *copy = malloc(size > 0 ? size : 1);
	struct slice text = {copy, size};
	struct host_units units;
	struct host_mount mount;

	memcpy(copy, data, size);
	read_proc(text);
	if (host_disk_find_mount(text, "/var/log", &mount))
		assert(mount.point[0] == '/' && mount.type.p >= copy &&
		       mount.source.p + mount.source.n <= copy + size);
	if (host_units_read(text, &units) == HOST_UNITS_DONE)
		assert(units.down <= units.told);
	assert(strlen(units.text) < HOST_UNIT_TEXT);
	free(copy);
	return 0;
}
