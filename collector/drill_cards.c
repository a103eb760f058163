#include "collector/drill_cards.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <uv.h>

#include "base/json_emit.h"
#include "base/mem.h"
#include "collector/drill_shelf.h"
#include "journal/scorecard.h"

enum { PATH_SIZE = 4200, TEXT_MAX = 16 << 20 };

struct waiting {
	void (*done)(void *user, struct slice json);
	void *user;
};

struct reading {
	uv_work_t work;
	struct drill_cards *owner; /* NULL: gone; written by the loop's thread alone */
	char folder[PATH_SIZE];
	struct buf text;
};

struct drill_cards {
	struct uv_loop_s *loop;
	char folder[PATH_SIZE];
	struct reading *reading; /* NULL: none */
	struct waiting now[DRILL_CARDS_WAITING], next[DRILL_CARDS_WAITING];
	unsigned now_count, next_count;
};

/* --- in the work queue ------------------------------------------------------------------------------ */

static void put_card(const struct reading *r, const char *name, struct buf *out)
{
	struct scorecard s CLEANUP(scorecard_release);
	struct err_info info = {0};
	struct buf card;
	char path[PATH_SIZE + 300];
	struct json_emit j = json_emit_to(out);
	enum err e;

	scorecard_init(&s);
	snprintf(path, sizeof(path), "%s/%s/journal.db", r->folder, name);
	e = scorecard_read(&s, path, &info);
	json_open_object(&j);
	json_kv_str(&j, "id", name);
	json_kv_str(&j, "unreadable", e == ERR_OK ? NULL : info.text);
	json_key(&j, "card");
	buf_init(&card, TEXT_MAX);
	if (e == ERR_OK)
		scorecard_write_json(&s, &card);
	json_raw(&j, e == ERR_OK ? buf_slice(&card) : SLICE_LIT("null"));
	buf_release(&card);
	json_close_object(&j);
}

static int is_drill(const struct dirent *d)
{
	return drill_shelf_is_name(slice_of(d->d_name));
}

static int newest_first(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*b)->d_name, (*a)->d_name);
}

static bool has_journal(const char *folder, const char *name)
{
	char path[PATH_SIZE + 300];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s/journal.db", folder, name);
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static void on_work(uv_work_t *work)
{
	struct reading *r = work->data;
	struct dirent **found = NULL;
	int n = scandir(r->folder, &found, is_drill, newest_first);
	unsigned shown = 0, left_out = 0;

	buf_puts(&r->text, "{\"drills\":[");
	for (int i = 0; i < n; i++) {
		if (!has_journal(r->folder, found[i]->d_name)) {
			/* no drill: current, a log, one that never began */
		} else if (shown == DRILL_CARDS_SHOWN) {
			left_out++;
		} else {
			buf_puts(&r->text, shown++ > 0 ? "," : "");
			put_card(r, found[i]->d_name, &r->text);
		}
		free(found[i]);
	}
	free(found);
	buf_printf(&r->text, "],\"left_out\":%u}", left_out);
}

/* --- on the loop ------------------------------------------------------------------------------------ */

static void begin(struct drill_cards *d);

static void on_done(uv_work_t *work, int status)
{
	struct reading *r = work->data;
	struct drill_cards *d = r->owner;

	(void)status;
	if (d != NULL) {
		struct waiting served[DRILL_CARDS_WAITING];
		unsigned n = d->now_count;

		memcpy(served, d->now, sizeof(served));
		memcpy(d->now, d->next, sizeof(d->now));
		d->now_count = d->next_count;
		d->next_count = 0;
		d->reading = NULL;
		if (d->now_count > 0)
			begin(d);
		for (unsigned i = 0; i < n; i++)
			served[i].done(served[i].user, buf_slice(&r->text));
	}
	buf_release(&r->text);
	free(r);
}

static void begin(struct drill_cards *d)
{
	struct reading *r = mem_calloc(1, sizeof(*r));

	r->owner = d;
	r->work.data = r;
	snprintf(r->folder, sizeof(r->folder), "%s", d->folder);
	buf_init(&r->text, TEXT_MAX);
	d->reading = r;
	uv_queue_work(d->loop, &r->work, on_work, on_done);
}

struct drill_cards *drill_cards_new(struct uv_loop_s *loop, const char *data)
{
	struct drill_cards *d = mem_calloc(1, sizeof(*d));

	d->loop = loop;
	snprintf(d->folder, sizeof(d->folder), "%s/drills", data);
	return d;
}

/* A reading under way may have passed what somebody asks for now: they get the next. */
bool drill_cards_read(struct drill_cards *d, void (*done)(void *user, struct slice json),
		      void *user)
{
	bool later = d->reading != NULL;
	unsigned *count = later ? &d->next_count : &d->now_count;

	if (*count == DRILL_CARDS_WAITING)
		return false;
	(later ? d->next : d->now)[(*count)++] = (struct waiting){done, user};
	if (!later)
		begin(d);
	return true;
}

void drill_cards_free(struct drill_cards *d)
{
	if (d == NULL)
		return;
	if (d->reading != NULL)
		d->reading->owner = NULL;
	for (unsigned i = 0; i < d->now_count; i++)
		d->now[i].done(d->now[i].user, (struct slice){0});
	for (unsigned i = 0; i < d->next_count; i++)
		d->next[i].done(d->next[i].user, (struct slice){0});
	free(d);
}
