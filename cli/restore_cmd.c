/* restore: a data folder from a backup, checked to the last byte before anything starts from it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/files.h"
#include "base/files.h"
#include "base/json_pull.h"
#include "base/sha256.h"
#include "cli/commands.h"
#include "cli/tree.h"
#include "cli/tree_owner.h"
#include "journal/segment.h"
#include "journal/verify.h"

enum { PATH_SIZE = 4096 };

struct restore {
	const char *from, *to;
	char partial[PATH_SIZE];
	int64_t created;
	struct journal_head head;
	size_t files;
	char owner[TREE_OWNER_SIZE]; /* who it should belong to and does not; "" = it does */
};

static enum err read_manifest(struct restore *r, struct err_info *info)
{
	char path[PATH_SIZE], text[4096], head[128] = "";
	struct json_pull in;
	struct slice key, hash = {"", 0};
	int64_t format = 0, seq = 0;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/manifest.json", r->from);
	f = fopen(path, "re");
	if (f == NULL)
		return err_fail_errno(info, ERR_NOT_FOUND, "%s is no backup: %s", r->from, path);
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	in = json_pull_from((struct slice){text, n});
	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "format")) {
			json_read_i64(&in, &format);
		} else if (slice_is(key, "created")) {
			json_read_i64(&in, &r->created);
		} else if (slice_is(key, "head")) {
			json_enter_object(&in);
			while (json_next_key(&in, &key)) {
				if (slice_is(key, "seq"))
					json_read_i64(&in, &seq);
				else
					json_read_slice(&in, &hash);
			}
		} else {
			json_skip(&in);
		}
	}
	if (in.error != NULL)
		return err_fail(info, ERR_CORRUPT, "%s: %s", path, in.error);
	if (format != 1)
		return err_fail(info, ERR_UNSUPPORTED, "%s was written by a later version", path);
	snprintf(head, sizeof(head), "%lld:%.*s", (long long)seq, (int)hash.n, hash.p);
	return verify_parse_head(slice_of(head), &r->head, info);
}

static enum err copy_data(const struct restore *r, struct err_info *info)
{
	struct tree t CLEANUP(tree_release) = {0};
	char data[2 * PATH_SIZE], from[3 * PATH_SIZE], to[3 * PATH_SIZE];
	enum err e;

	snprintf(data, sizeof(data), "%s/data", r->from);
	e = tree_list(data, NULL, &t, info);
	for (size_t i = 0; e == ERR_OK && i < t.count; i++) {
		snprintf(from, sizeof(from), "%s/%s", data, t.paths[i]);
		snprintf(to, sizeof(to), "%s/%s", r->partial, t.paths[i]);
		e = tree_copy(from, to, info);
	}
	return e;
}

/* The journal is whole, ends where the manifest says, and from here on is a segment of its own: entries and calls that
 * the lost machine wrote after the backup have numbers which must never be given again. */
static enum err take_up_journal(const struct restore *r, struct err_info *info)
{
	struct wall_time now = {(int64_t)time(NULL) * US_PER_S};
	char path[2 * PATH_SIZE], reason[128];
	struct verify_result result;
	struct journal *j = NULL;
	const char *slash = strrchr(r->from, '/');
	enum err e;

	snprintf(path, sizeof(path), "%s/journal.db", r->partial);
	snprintf(reason, sizeof(reason), "restored from a backup of %lld", (long long)r->created);
	e = journal_open(path, false, &j, info);
	if (e == ERR_OK)
		e = verify_journal(j, &r->head, &result, info);
	if (e == ERR_OK && result.head.seq != r->head.seq)
		e = err_fail(info, ERR_CORRUPT,
			     "the journal ends at entry %llu, the manifest says %llu",
			     (unsigned long long)result.head.seq, (unsigned long long)r->head.seq);
	if (e == ERR_OK)
		e = segment_begin(j, slash != NULL && slash[1] != '\0' ? slash + 1 : r->from,
				  reason, now, info);
	if (e == ERR_OK)
		e = journal_commit(j, info);
	journal_close(j);
	snprintf(path, sizeof(path), "%s/journal.db.lock", r->partial);
	unlink(path);
	return e;
}

/* Backups of before have no such list: all stays as it was copied. */
static enum err give_back(struct restore *r, struct err_info *info)
{
	struct buf text CLEANUP(buf_release) = {0};
	char path[PATH_SIZE + 16];
	enum err e;

	buf_init(&text, TREE_OWNER_TEXT_MAX);
	snprintf(path, sizeof(path), "%s/OWNERS", r->from);
	e = files_read(path, &text, info);
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	return e == ERR_OK ? tree_owner_apply(r->partial, buf_cstr(&text), r->owner, info) : e;
}

static enum err make(struct restore *r, struct err_info *info)
{
	enum err e = read_manifest(r, info);

	if (e == ERR_OK)
		e = tree_check_sums(r->from, &r->files, info);
	if (e != ERR_OK)
		return e;
	if (rmdir(r->to) != 0 && errno != ENOENT)
		return errno == ENOTEMPTY || errno == EEXIST
			       ? err_fail(info, ERR_DUPLICATE,
					  "%s is not empty; name a folder that is new or empty",
					  r->to)
			       : err_fail_errno(info, ERR_IO, "%s", r->to);
	if (mkdir(r->partial, 0700) != 0)
		return errno == EEXIST
			       ? err_fail(info, ERR_DUPLICATE,
					  "%s is left of a restore that was broken off; take it "
					  "away",
					  r->partial)
			       : err_fail_errno(info, ERR_IO, "mkdir %s", r->partial);
	e = copy_data(r, info);
	if (e == ERR_OK)
		e = take_up_journal(r, info);
	if (e == ERR_OK)
		e = give_back(r, info);
	if (e == ERR_OK)
		e = files_sync_system(r->partial, info);
	if (e == ERR_OK && rename(r->partial, r->to) != 0)
		e = err_fail_errno(info, ERR_IO, "rename %s to %s", r->partial, r->to);
	return e == ERR_OK ? files_sync_system(r->to, info) : e;
}

int restore_cmd_run(const struct options *o)
{
	struct restore r = {.from = o->args[0], .to = options_get(o, OPTION_TO, "")};
	struct err_info info = {0};
	enum err e;

	if (r.to[0] == '\0')
		return options_fail_text(EXIT_UNUSABLE, "say where: --to FOLDER");
	umask(077);
	snprintf(r.partial, sizeof(r.partial), "%s.partial", r.to);
	e = make(&r, &info);
	if (e != ERR_OK)
		return options_fail(e, &info);
	printf(options_is_english(o)
		       ? "%s: %zu files checked, journal whole up to entry %llu; start the "
			 "collector with data: %s\n"
		       : "%s: %zu archivos comprobados, bitácora íntegra hasta el asiento %llu; "
			 "arranque el colector con data: %s\n",
	       r.from, r.files, (unsigned long long)r.head.seq, r.to);
	if (r.owner[0] != '\0')
		printf(options_is_english(o) ? "the folder belonged to %s: before the start, as "
					       "root, chown -R %s "
					       "%s\n"
					     : "la carpeta era de %s: antes de arrancar, como "
					       "root, chown -R %s %s\n",
		       r.owner, r.owner, r.to);
	return EXIT_OK;
}
