/* backup: one folder that holds what a collector needs to go on elsewhere (docs/BACKUP.md). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/files.h"
#include "base/folder_lock.h"
#include "base/json_emit.h"
#include "base/sha256.h"
#include "cli/api.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/tree.h"
#include "cli/tree_owner.h"
#include "journal/journal_copy.h"

enum { PATH_SIZE = 4096, HOLD_S = 3600 };

struct backup {
	const char *data, *folder;
	char partial[PATH_SIZE];
	struct api api;
	bool running; /* a collector works in `data`: its series are held still meanwhile */
	bool held; /* it was asked to */
	int lock;
	struct journal_head head;
};

/* What is of one machine, of one moment, or copied in a way of its own. */
static bool is_wanted(const char *relative)
{
	static const char *const names[] = {
		"lock",          "ballast",        "crash.slot",          "journal.head",
		"journal.db",    "journal.db-wal", "journal.db-shm",      "cursors.json",
		"rrd/undo.slot", "accounts.db",    "accounts.db-journal", "last-backup"};
	static const char *const ends[] = {".lock", ".new", ".partial"};
	size_t n = strlen(relative);

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (strcmp(relative, names[i]) == 0)
			return false;
	}
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		if (n > strlen(ends[i]) && strcmp(relative + n - strlen(ends[i]), ends[i]) == 0)
			return false;
	}
	return strncmp(relative, "journal.db.segment", 18) != 0;
}

static enum err hold(struct backup *b, unsigned seconds, struct err_info *info)
{
	struct buf answer CLEANUP(buf_release) = {0};
	char path[64];

	buf_init(&answer, 4096);
	snprintf(path, sizeof(path), "/v1/series/hold?seconds=%u", seconds);
	return api_call(&b->api, "POST", path, SLICE_LIT(""), &answer, info);
}

/* A running collector is asked to hold its series still; one that stands is kept from starting. */
static enum err begin(const struct options *o, struct backup *b, struct err_info *info)
{
	struct options with_token = *o;
	char token[PATH_SIZE];
	const char *env = getenv("VIGIA_TOKEN_FILE");
	enum err e = folder_lock(b->data, &b->lock, info);

	if (e != ERR_BUSY)
		return e;
	b->running = true;
	snprintf(token, sizeof(token), "%s/operator.token", b->data);
	if (!options_has(o, OPTION_TOKEN_FILE) && (env == NULL || env[0] == '\0'))
		with_token.values[OPTION_TOKEN_FILE] = token;
	e = api_open(&with_token, &b->api, info);
	if (e != ERR_OK)
		return e;
	b->held = true;
	return hold(b, HOLD_S, info);
}

/* One moment of it, also while somebody logs in. A damaged one is copied as it lies: it is not for a backup to lose it. */
static enum err copy_accounts(struct backup *b, struct err_info *info)
{
	char from[2 * PATH_SIZE], to[2 * PATH_SIZE];
	enum err e;

	snprintf(from, sizeof(from), "%s/accounts.db", b->data);
	snprintf(to, sizeof(to), "%s/data/accounts.db", b->partial);
	if (access(from, F_OK) != 0)
		return ERR_OK; /* nobody has ever had one */
	e = journal_copy_database(from, to, info);
	return e == ERR_CORRUPT ? tree_copy(from, to, info) : e;
}

static enum err copy_data(struct backup *b, struct err_info *info)
{
	struct tree t CLEANUP(tree_release) = {0};
	char from[3 * PATH_SIZE], to[3 * PATH_SIZE];
	enum err e;

	/* Cursors first: they must not claim more than the series that are copied after them. */
	snprintf(from, sizeof(from), "%s/cursors.json", b->data);
	snprintf(to, sizeof(to), "%s/data/cursors.json", b->partial);
	e = tree_copy(from, to, info);
	if (e == ERR_NOT_FOUND)
		e = tree_make_folders(to, info);
	if (e != ERR_OK)
		return e;
	snprintf(from, sizeof(from), "%s/journal.db", b->data);
	snprintf(to, sizeof(to), "%s/data/journal.db", b->partial);
	e = journal_copy(from, to, &b->head, info);
	if (e == ERR_OK)
		e = copy_accounts(b, info);
	if (e == ERR_OK)
		e = tree_list(b->data, is_wanted, &t, info);
	for (size_t i = 0; e == ERR_OK && i < t.count; i++) {
		snprintf(from, sizeof(from), "%s/%s", b->data, t.paths[i]);
		snprintf(to, sizeof(to), "%s/data/%s", b->partial, t.paths[i]);
		e = tree_copy(from, to, info);
		if (e == ERR_NOT_FOUND) /* gone since: a file that is replaced all the time */
			e = ERR_OK;
	}
	return e;
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Configuration may be links: whoever makes the backup has named them. */
static enum err copy_followed(const char *from, const char *to, struct err_info *info)
{
	char *real = realpath(from, NULL);
	enum err e =
		real != NULL ? tree_copy(real, to, info) : err_fail_errno(info, ERR_IO, "%s", from);

	free(real);
	return e;
}

/* collector.yaml, the plan's folder ...: whatever was named besides the data folder. */
static enum err copy_extra(const struct backup *b, const char *path, struct err_info *info)
{
	struct tree t CLEANUP(tree_release) = {0};
	char from[3 * PATH_SIZE], to[3 * PATH_SIZE], root[PATH_SIZE];
	struct stat st;
	enum err e;

	snprintf(root, sizeof(root), "%s", path);
	while (strlen(root) > 1 && root[strlen(root) - 1] == '/')
		root[strlen(root) - 1] = '\0';
	if (stat(root, &st) != 0)
		return err_fail_errno(info, ERR_NOT_FOUND, "%s", path);
	snprintf(to, sizeof(to), "%s/extra/%s", b->partial, name_of(root));
	if (!S_ISDIR(st.st_mode))
		return copy_followed(root, to, info);
	e = tree_list(root, NULL, &t, info);
	for (size_t i = 0; e == ERR_OK && i < t.count; i++) {
		snprintf(from, sizeof(from), "%s/%s", root, t.paths[i]);
		snprintf(to, sizeof(to), "%s/extra/%s/%s", b->partial, name_of(root), t.paths[i]);
		e = copy_followed(from, to, info);
	}
	return e;
}

static enum err write_manifest(const struct backup *b, struct err_info *info)
{
	char path[2 * PATH_SIZE], hex[SHA256_HEX_SIZE];
	struct buf text CLEANUP(buf_release) = {0};
	struct json_emit j;
	FILE *f;
	bool ok;

	buf_init(&text, 4096);
	sha256_hex(hex, &b->head.hash);
	j = json_emit_to(&text);
	json_open_object(&j);
	json_kv_i64(&j, "format", 1);
	json_kv_str(&j, "version", VIGIA_VERSION);
	json_kv_i64(&j, "created", (int64_t)time(NULL));
	json_kv_bool(&j, "running", b->running);
	json_key(&j, "head");
	json_open_object(&j);
	json_kv_i64(&j, "seq", (int64_t)b->head.seq);
	json_kv_str(&j, "hash", hex);
	json_close_object(&j);
	json_close_object(&j);
	buf_putc(&text, '\n');
	snprintf(path, sizeof(path), "%s/manifest.json", b->partial);
	f = fopen(path, "wxe");
	ok = f != NULL && fwrite(text.data, 1, text.len, f) == text.len;
	if (f != NULL && fclose(f) != 0)
		ok = false;
	return ok ? ERR_OK : err_fail_errno(info, ERR_IO, "%s", path);
}

static enum err write_owners(const struct backup *b, struct err_info *info)
{
	char copy[2 * PATH_SIZE], path[2 * PATH_SIZE];
	struct buf text CLEANUP(buf_release) = {0};
	enum err e;

	buf_init(&text, TREE_OWNER_TEXT_MAX);
	snprintf(copy, sizeof(copy), "%s/data", b->partial);
	snprintf(path, sizeof(path), "%s/OWNERS", b->partial);
	e = tree_owner_put(copy, b->data, &text, info);
	return e == ERR_OK ? output_write_file(path, buf_slice(&text), 0600, false, info) : e;
}

static enum err finish(struct backup *b, size_t *ret_files, uint64_t *ret_bytes,
		       struct err_info *info)
{
	enum err e = write_manifest(b, info);

	if (e == ERR_OK)
		e = write_owners(b, info);
	if (e == ERR_OK)
		e = tree_write_sums(b->partial, ret_files, ret_bytes, info);
	if (e == ERR_OK)
		e = files_sync_system(b->partial, info);
	if (e == ERR_OK && rename(b->partial, b->folder) != 0)
		e = err_fail_errno(info, ERR_IO, "rename %s to %s", b->partial, b->folder);
	return e == ERR_OK ? files_sync_system(b->folder, info) : e;
}

/* For whoever asks how old the last one is (GET /v1/ready); a folder that takes no file keeps nobody from a backup. */
static void note_when(const struct backup *b)
{
	char path[4200], text[32];
	struct err_info info;
	int n = snprintf(text, sizeof(text), "%lld\n", (long long)time(NULL));

	snprintf(path, sizeof(path), "%s/last-backup", b->data);
	err_ignore(files_replace(path, (struct slice){text, (size_t)n}, 0644, &info));
}

static enum err make(const struct options *o, struct backup *b, size_t *ret_files,
		     uint64_t *ret_bytes, struct err_info *info)
{
	enum err e;

	if (access(b->folder, F_OK) == 0)
		return err_fail(info, ERR_DUPLICATE,
				"%s is there already; name a folder that is not", b->folder);
	if (mkdir(b->partial, 0700) != 0)
		return errno == EEXIST
			       ? err_fail(info, ERR_DUPLICATE,
					  "%s is left of a backup that was broken off, or of one "
					  "under way; take it away",
					  b->partial)
			       : err_fail_errno(info, ERR_IO, "mkdir %s", b->partial);
	e = begin(o, b, info);
	if (e == ERR_OK)
		e = copy_data(b, info);
	if (b->held) {
		struct err_info other;

		err_ignore(hold(b, 0, e == ERR_OK ? info : &other));
	}
	for (size_t i = 1; e == ERR_OK && i < o->arg_count; i++)
		e = copy_extra(b, o->args[i], info);
	return e == ERR_OK ? finish(b, ret_files, ret_bytes, info) : e;
}

int backup_cmd_run(const struct options *o)
{
	struct backup b = {
		.data = o->args[0], .folder = options_get(o, OPTION_OUTPUT, ""), .lock = -1};
	struct err_info info = {0};
	uint64_t bytes = 0;
	size_t files = 0;
	enum err e;

	if (b.folder[0] == '\0')
		return options_fail_text(EXIT_UNUSABLE, "say where: -o FOLDER");
	umask(077);
	snprintf(b.partial, sizeof(b.partial), "%s.partial", b.folder);
	e = make(o, &b, &files, &bytes, &info);
	if (e == ERR_OK)
		note_when(&b);
	api_close(&b.api);
	folder_unlock(b.lock);
	if (e != ERR_OK)
		return options_fail(e, &info);
	printf(options_is_english(o)
		       ? "%s: %zu files, %llu bytes, journal up to entry %llu. It holds secrets "
			 "(tokens, keys): keep it as you keep those\n"
		       : "%s: %zu archivos, %llu bytes, bitácora hasta el asiento %llu. Contiene "
			 "secretos (credenciales y llaves): guárdelo como tal\n",
	       b.folder, files, (unsigned long long)bytes, (unsigned long long)b.head.seq);
	return EXIT_OK;
}
