/* Answers of people as a command line gives them. */
#include <stdio.h>
#include <string.h>

#include "base/param.h"
#include "play/dry_run.h"

enum { PART_MAX = 200 };

static const char *nearest(const struct plan *p, struct slice name)
{
	const char *best = NULL;
	size_t distance = 4;

	for (uint32_t i = 0; i < p->person_count + p->seat_count; i++) {
		const char *id =
			i < p->person_count ? p->people[i].id : p->seats[i - p->person_count].id;
		size_t d = param_distance(name, slice_of(id));

		if (d < distance && d * 2 <= name.n) {
			distance = d;
			best = id;
		}
	}
	return best;
}

enum err dry_run_find_service(const struct plan *p, const char *id, uint32_t *ret,
			      struct err_info *info)
{
	const char *best = NULL;
	size_t distance = 4;

	*ret = plan_find_service(p, slice_of(id));
	for (uint32_t i = 0; *ret == PLAN_NONE && i < p->service_count; i++) {
		size_t d = param_distance(slice_of(id), slice_of(p->services[i].id));

		if (d < distance) {
			distance = d;
			best = p->services[i].id;
		}
	}
	return *ret != PLAN_NONE
		       ? ERR_OK
		       : err_fail(info, ERR_NOT_FOUND, "the plan has no service '%s'%s%s%s", id,
				  best != NULL ? "; did you mean '" : "", best != NULL ? best : "",
				  best != NULL ? "'?" : "");
}

/* "60s": answers, and decides when asked, after so long, and takes calls by hand at once if they sit at the desk; else a
 * habit's word. */
static enum err teach(struct person_habit *h, const char *what, struct err_info *info)
{
	static const char *const words[] = {"answers", "authorizes", "declares"};
	enum err e = ERR_OK;

	*h = PERSON_SILENT;
	if (what[0] < '0' || what[0] > '9')
		return habits_teach(h, what, NULL, info);
	for (size_t i = 0; i < COUNT_OF(words) && e == ERR_OK; i++)
		e = habits_teach(h, words[i], what, info);
	return e == ERR_OK ? habits_teach(h, "calls", NULL, info) : e;
}

static enum err take(char *part, const struct plan *p, struct habits *ret, struct err_info *info)
{
	char *eq = strchr(part, '=');
	const char *near;
	struct person_habit habit;
	uint32_t person, seat;
	enum err e;

	if (eq == NULL)
		return err_fail(info, ERR_SYNTAX,
				"'%s' is not NAME=WHAT; write dds=60s or *=silent", part);
	*eq = '\0';
	e = teach(&habit, eq + 1, info);
	if (e != ERR_OK)
		return e;
	person = plan_find_person(p, slice_of(part));
	seat = plan_find_seat(p, slice_of(part));
	if (strcmp(part, "*") == 0 || person != PLAN_NONE) {
		*habits_person(ret, part) = habit;
	} else if (seat != PLAN_NONE) {
		*habits_person(ret, p->people[p->seats[seat].titular].id) = habit;
		if (p->seats[seat].suplente != PLAN_NONE)
			*habits_person(ret, p->people[p->seats[seat].suplente].id) = habit;
	} else {
		near = nearest(p, slice_of(part));
		return err_fail(info, ERR_NOT_FOUND,
				"the plan has neither a person nor a seat '%s'%s%s%s", part,
				near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
				near != NULL ? "'?" : "");
	}
	return ERR_OK;
}

enum err dry_run_read_answers(const char *text, const struct plan *p, struct habits *ret,
			      struct err_info *info)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && *text != '\0') {
		size_t n = strcspn(text, ",");
		char part[PART_MAX];

		if (n >= sizeof(part))
			return err_fail(info, ERR_SYNTAX, "'%.60s...' is too long", text);
		(void)snprintf(part, sizeof(part), "%.*s", (int)n, text);
		e = take(part, p, ret, info);
		text += n + (text[n] == ',');
	}
	return e;
}
