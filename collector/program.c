#include "collector/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "base/mem.h"

#define SELF "/proc/self/exe"

struct program {
	uv_work_t work;
	char found[SHA256_HEX_SIZE]; /* the work's */
	char hash[SHA256_HEX_SIZE];
	bool done, dropped;
};

static void on_work(uv_work_t *work)
{
	struct program *p = CONTAINER_OF(work, struct program, work);
	struct err_info info;
	struct sha256 digest;

	if (sha256_of_file(SELF, &digest, NULL, &info) == ERR_OK)
		sha256_hex(p->found, &digest);
}

static void on_done(uv_work_t *work, int status)
{
	struct program *p = CONTAINER_OF(work, struct program, work);

	(void)status;
	p->done = true;
	snprintf(p->hash, sizeof(p->hash), "%s", p->found);
	if (p->dropped)
		free(p);
}

struct program *program_start(struct uv_loop_s *loop)
{
	struct program *p = mem_calloc(1, sizeof(*p));

	uv_queue_work(loop, &p->work, on_work, on_done);
	return p;
}

const char *program_hash(const struct program *p)
{
	return p->hash;
}

bool program_is_replaced(void)
{
	static const char gone[] = " (deleted)";
	char path[4096];
	ssize_t n = readlink(SELF, path, sizeof(path) - 1);
	size_t end = sizeof(gone) - 1;

	if (n < 0)
		return false;
	path[n] = '\0';
	return (size_t)n > end && strcmp(path + (size_t)n - end, gone) == 0;
}

void program_stop(struct program *p)
{
	if (p == NULL)
		return;
	if (p->done)
		free(p);
	else
		p->dropped = true;
}
