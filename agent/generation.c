#include "agent/generation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/secret_params.h"

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

static void build_check(struct generation *g, const struct wire_check *w,
			const struct secrets *secrets)
{
	const struct check_type *type = check_type_find(slice_of(w->type));
	struct prober_check *c = &g->checks[g->count];
	struct secret_params s = {.get = find_param,
				  .user = (void *)(uintptr_t)w,
				  .secrets = secrets,
				  .arena = g->arena};
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
	s.rows = type->schema.params;
	e = prober_fill_params(type, secret_params_get, &s, g->arena, &c->params, &info);
	if (e == ERR_OK)
		e = schema_of_check(&type->schema, secret_params_get, &s, g->arena, &c->schema,
				    &info);
	if (e == ERR_OK)
		e = judge_compile(slice_of(w->warning), c->schema, g->arena, &c->warning, &info);
	if (e == ERR_OK)
		e = judge_compile(slice_of(w->critical), c->schema, g->arena, &c->critical, &info);
	if (e != ERR_OK || s.err != ERR_OK) {
		/* Without its secret it fails at that parameter as well: the secret is what is to be mended. */
		log_event(LOG_WARNING, "check.unusable", "check=%s text=%s", w->id,
			  log_quote(s.err != ERR_OK ? s.info.text : info.text));
		return;
	}
	g->count++;
}

enum err generation_build(struct slice text, const struct secrets *secrets, struct generation *ret,
			  struct err_info *info)
{
	struct generation g = {.arena = arena_new()};
	enum err e = check_list_decode(text, g.arena, &g.list, info);

	if (e != ERR_OK) {
		arena_free(g.arena);
		return e;
	}
	g.checks = arena_calloc(g.arena, g.list.count, sizeof(*g.checks));
	for (size_t i = 0; i < g.list.count; i++)
		build_check(&g, &g.list.checks[i], secrets);
	*ret = g;
	return ERR_OK;
}

void generation_release(struct generation *g)
{
	arena_wipe(g->arena);
	*g = (struct generation){0};
}

static void check_one(const struct wire_check *c, const struct secrets *secrets,
		      const struct yaml_node *at, struct findings *f)
{
	const struct check_type *type = check_type_find(slice_of(c->type));
	struct slice name;

	for (size_t i = 0; type != NULL && i < c->param_count; i++) {
		const struct param *row =
			param_find(type->schema.params, slice_of(c->params[i].key));

		if (row == NULL || !secret_params_refers(row) ||
		    secrets_has_all(secrets, slice_of(c->params[i].value), &name))
			continue;
		findings_add(f, FINDING_ERROR, at, "missing-secret",
			     "check '%s', %s: the secrets file has no '%.*s'; the check is blind",
			     c->id, row->key, (int)(name.n < 63 ? name.n : 63), name.p);
	}
}

enum err generation_check_secrets(struct slice text, const struct secrets *secrets, const char *at,
				  struct findings *f, struct err_info *info)
{
	struct yaml_node where = {.file = at, .line = 1, .column = 1};
	struct wire_check_list list;
	struct arena *arena = arena_new();
	enum err e = check_list_decode(text, arena, &list, info);

	for (size_t i = 0; e == ERR_OK && i < list.count; i++)
		check_one(&list.checks[i], secrets, &where, f);
	arena_free(arena);
	return e;
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
