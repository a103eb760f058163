/* Telephones and e-mail as the plan's directories print them: every row is a row of some page, and pages
 * disagree. */
#include "plan/audit.h"

#include <string.h>
#include <strings.h>

static bool same_number(const char *x, const char *y)
{
	char a[32], b[32];

	audit_digits(a, sizeof(a), x);
	audit_digits(b, sizeof(b), y);
	return strcmp(a, b) == 0;
}

static const char *where(struct audit *a, const struct plan_listing *row)
{
	return row->in[0] != '\0' ? arena_printf(a->f->arena, "'%s'", row->in)
				  : arena_printf(a->f->arena, "row '%s'", row->id);
}

/* --- rows of one person -------------------------------------------------------------------------- */

/* Somebody else's address: the other states it too, and this person has another one. */
static uint32_t owner_of(const struct plan_annexes *x, uint32_t row)
{
	const struct plan_listing *here = &x->listings[row];
	uint32_t owner = PLAN_NONE;
	bool has_own = false, owner_has_other = false;

	for (uint32_t i = 0; i < x->listing_count; i++) {
		const struct plan_listing *r = &x->listings[i];

		if (r->person == PLAN_NONE || r->email[0] == '\0')
			continue;
		if (r->person == here->person)
			has_own = has_own || strcasecmp(r->email, here->email) != 0;
		else if (strcasecmp(r->email, here->email) == 0)
			owner = r->person;
	}
	for (uint32_t i = 0; i < x->listing_count && owner != PLAN_NONE; i++)
		owner_has_other =
			owner_has_other ||
			(x->listings[i].person == owner && x->listings[i].email[0] != '\0' &&
			 strcasecmp(x->listings[i].email, here->email) != 0);
	/* It is told once: at the one who has another. If both have or neither has, at the later row. */
	return owner != PLAN_NONE && (has_own || !owner_has_other) ? owner : PLAN_NONE;
}

static void audit_email(struct audit *a, uint32_t row)
{
	const struct plan_annexes *x = a->p->annexes;
	const struct plan_listing *here = &x->listings[row];
	uint32_t owner = owner_of(x, row);

	if (owner == PLAN_NONE)
		return;
	for (uint32_t i = row + 1; i < x->listing_count; i++) {
		if (x->listings[i].person == owner && owner_of(x, i) == here->person &&
		    strcasecmp(x->listings[i].email, here->email) == 0)
			return;
	}
	audit_tell(a, AUDIT_FOREIGN_EMAIL, AT(LISTING, row),
		   "in %s '%s' has the address '%s', which is that of '%s'", where(a, here),
		   a->p->people[here->person].id, here->email, a->p->people[owner].id);
}

static bool is_foreign(const struct plan_annexes *x, uint32_t row)
{
	return x->listings[row].email[0] != '\0' && owner_of(x, row) != PLAN_NONE;
}

static void audit_person(struct audit *a, uint32_t person)
{
	const struct plan_annexes *x = a->p->annexes;
	const struct plan_listing *extension = NULL, *email = NULL;
	bool has_two_extensions = false, has_two_emails = false;

	for (uint32_t i = 0; i < x->listing_count; i++) {
		const struct plan_listing *r = &x->listings[i];

		if (r->person != person)
			continue;
		if (r->extension[0] != '\0' && extension == NULL)
			extension = r;
		else if (r->extension[0] != '\0' && !has_two_extensions &&
			 strcmp(r->extension, extension->extension) != 0) {
			has_two_extensions = true;
			audit_tell(a, AUDIT_TWO_EXTENSIONS, AT(PERSON, person),
				   "its extension is %s in %s and %s in %s", extension->extension,
				   where(a, extension), r->extension, where(a, r));
		}
		if (r->email[0] == '\0' || is_foreign(x, i))
			continue;
		if (email == NULL)
			email = r;
		else if (!has_two_emails && strcasecmp(r->email, email->email) != 0) {
			has_two_emails = true;
			audit_tell(a, AUDIT_TWO_EMAILS, AT(PERSON, person),
				   "its address is '%s' in %s and '%s' in %s", email->email,
				   where(a, email), r->email, where(a, r));
		}
	}
}

/* --- rows among each other ----------------------------------------------------------------------- */

static bool is_same_holder(const struct plan_listing *x, const struct plan_listing *y)
{
	return x->person == y->person && strcmp(x->line, y->line) == 0;
}

static const char *holder(const struct plan *p, const struct plan_listing *row)
{
	return row->person != PLAN_NONE ? p->people[row->person].id : row->line;
}

static void audit_row(struct audit *a, uint32_t i)
{
	const struct plan_annexes *x = a->p->annexes;
	const struct plan_listing *r = &x->listings[i];
	bool is_told = false;

	if (r->phone[0] != '\0' && audit_phone_fault(r->phone) != NULL)
		audit_tell(a, AUDIT_PHONE_FORMAT, AT(LISTING, i),
			   "in %s the number '%s' of '%s' %s", where(a, r), r->phone,
			   holder(a->p, r), audit_phone_fault(r->phone));
	if (r->person != PLAN_NONE && r->email[0] != '\0')
		audit_email(a, i);
	for (uint32_t k = 0; k < i; k++) {
		const struct plan_listing *o = &x->listings[k];

		if (!is_told && r->line[0] != '\0' && strcmp(r->line, o->line) == 0 &&
		    r->phone[0] != '\0' && o->phone[0] != '\0' &&
		    !same_number(r->phone, o->phone)) {
			is_told = true;
			audit_tell(a, AUDIT_LINE_TWO_WAYS, AT(LISTING, i),
				   "the number of '%s' is '%s' in %s and '%s' in %s", r->line,
				   o->phone, where(a, o), r->phone, where(a, r));
		}
		if (r->extension[0] != '\0' && strcmp(r->extension, o->extension) == 0 &&
		    !is_same_holder(r, o))
			audit_tell(a, AUDIT_SHARED_EXTENSION, AT_PAIR(LISTING, k, i),
				   "extension %s is that of '%s' in %s and of '%s' in %s",
				   r->extension, holder(a->p, o), where(a, o), holder(a->p, r),
				   where(a, r));
	}
}

/* --- all of them --------------------------------------------------------------------------------- */

static const char *domain_of(const char *email)
{
	const char *at = strrchr(email, '@');

	return at != NULL ? at + 1 : "";
}

/* Every person's telephone is an extension of one number; every person's mail lies in one domain. */
static void audit_common(struct audit *a)
{
	const struct plan_annexes *x = a->p->annexes;
	const struct plan_listing *phone = NULL, *email = NULL;
	unsigned phones = 0, emails = 0;
	bool is_one_number = true, is_one_domain = true;

	for (uint32_t i = 0; i < x->listing_count; i++) {
		const struct plan_listing *r = &x->listings[i];

		if (r->person == PLAN_NONE)
			continue;
		if (r->phone[0] != '\0') {
			phone = phone != NULL ? phone : r;
			phones++;
			is_one_number = is_one_number && r->extension[0] != '\0' &&
					same_number(phone->phone, r->phone);
		}
		if (r->email[0] != '\0') {
			email = email != NULL ? email : r;
			emails++;
			is_one_domain = is_one_domain && strcasecmp(domain_of(email->email),
								    domain_of(r->email)) == 0;
		}
	}
	if (phones > 1 && is_one_number)
		audit_tell(a, AUDIT_ONE_SWITCHBOARD, AT_PLAN,
			   "all %u telephones of people are extensions of %s", phones,
			   phone->phone);
	if (emails > 1 && is_one_domain)
		audit_tell(a, AUDIT_ONE_MAIL_SERVER, AT_PLAN,
			   "all %u addresses of people lie in '%s'", emails,
			   domain_of(email->email));
}

/* The person has telephones, and all of them are extensions in an office. */
static bool is_in_office(const struct plan_annexes *x, uint32_t person)
{
	bool has_phone = false;

	for (uint32_t i = 0; person != PLAN_NONE && i < x->listing_count; i++) {
		const struct plan_listing *r = &x->listings[i];

		if (r->person != person || (r->phone[0] == '\0' && r->extension[0] == '\0'))
			continue;
		has_phone = true;
		if (r->extension[0] == '\0')
			return false;
	}
	return has_phone;
}

static void audit_remote(struct audit *a, uint32_t row)
{
	const struct plan *p = a->p;
	const struct plan_resources *r = &p->annexes->resources[row];
	const struct plan_seat *team;

	if (!r->is_remote || r->service == PLAN_NONE || p->services[r->service].team == PLAN_NONE)
		return;
	team = &p->seats[p->services[r->service].team];
	if (team->titular != PLAN_NONE && is_in_office(p->annexes, team->titular))
		audit_tell(
			a, AUDIT_OFFICE_PHONE_REMOTE, AT(RESOURCES, row),
			"service '%s' goes on from elsewhere; '%s', who leads its team '%s', has "
			"office extensions only",
			p->services[r->service].id, p->people[team->titular].id, team->id);
}

void audit_directory(struct audit *a)
{
	for (uint32_t i = 0; i < a->p->person_count; i++)
		audit_person(a, i);
	for (uint32_t i = 0; i < a->p->annexes->listing_count; i++)
		audit_row(a, i);
	audit_common(a);
	for (uint32_t i = 0; i < a->p->annexes->resources_count; i++)
		audit_remote(a, i);
}
