#include "agent/generation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

enum { PATH_SIZE = 4200 };

static const char *find_param(void *user, const char *key)
{
	const struct wire_check *c = user;

	for (size_t i = 0; i < c->param_count; i++) {
		if (strcmp(c->params[i].key, key) == 0)
			return c->params[i].value;
	}
	return NULL;
}

static void build_check(struct generation *g, const struct wire_check *w)
{
	const struct check_type *type = check_type_find(slice_of(w->type));
	struct prober_check *c = &g->checks[g->count];
	struct err_info info;
	enum err e = ERR_OK;

	if (type == NULL) {
		log_event(LOG_WARNING, "check.unknown-type", "check=%s type=%s", w->id, w->type);
		return;
	}
	*c = (struct prober_check){.id = w->id,
				   .type = type,
				   .interval_us = w->interval_us,
				   .retry_interval_us = w->retry_interval_us,
				   .timeout_us = w->timeout_us};
	e = prober_fill_params(type, find_param, (void *)(uintptr_t)w, g->arena, &c->params, &info);
	if (e == ERR_OK)
		e = judge_compile(slice_of(w->warning), &type->schema, g->arena, &c->warning,
				  &info);
	if (e == ERR_OK)
		e = judge_compile(slice_of(w->critical), &type->schema, g->arena, &c->critical,
				  &info);
	if (e != ERR_OK) {
		log_event(LOG_WARNING, "check.unusable", "check=%s text=%s", w->id,
			  log_quote(info.text));
		return;
	}
	g->count++;
}

enum err generation_build(struct slice text, struct generation *ret, struct err_info *info)
{
	struct generation g = {.arena = arena_new()};
	enum err e = check_list_decode(text, g.arena, &g.list, info);

	if (e != ERR_OK) {
		arena_free(g.arena);
		return e;
	}
	g.checks = arena_calloc(g.arena, g.list.count, sizeof(*g.checks));
	for (size_t i = 0; i < g.list.count; i++)
		build_check(&g, &g.list.checks[i]);
	*ret = g;
	return ERR_OK;
}

void generation_release(struct generation *g)
{
	arena_free(g->arena);
	*g = (struct generation){0};
}

static void copy_path(const char *folder, const char *suffix, char dst[PATH_SIZE])
{
	snprintf(dst, PATH_SIZE, "%s/checks.json%s", folder, suffix);
}

void generation_write_copy(const char *folder, struct slice text)
{
	char path[PATH_SIZE], beside[PATH_SIZE];
	bool ok;
	int fd;

	copy_path(folder, "", path);
	copy_path(folder, ".new", beside);
	fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ok = fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n && fdatasync(fd) == 0;
	if (fd >= 0)
		close(fd);
	if (!ok || rename(beside, path) != 0)
		log_event(LOG_WARNING, "cache.unwritable", "path=%s text=%s", path,
			  log_quote(strerror(errno)));
}

bool generation_read_copy(const char *folder, struct buf *ret)
{
	char path[PATH_SIZE], chunk[4096];
	ssize_t n = 0;
	int fd;

	copy_path(folder, "", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_put(ret, chunk, (size_t)n);
	close(fd);
	return n == 0 && ret->len > 0 && buf_is_ok(ret);
}
