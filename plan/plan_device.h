/* plan_device.h - a component while its profile is carried out: what it says about its device, and the checks in the making.
 * Private to plan/: plan_devices.c reads the component, plan_profiles.c makes checks, plan_overrides.c puts the component's own
 * among them. */
#ifndef VIGIA_PLAN_PLAN_DEVICE_H
#define VIGIA_PLAN_PLAN_DEVICE_H

#include "plan/plan_expand.h"
#include "plan/profile.h"

enum { DEVICE_CHECKS_MAX = 4096, DEVICE_ENTRIES_MAX = 1000, DEVICE_MEMBERS = 2 };

/* A check that was made. The component speaks of it by its id, or by the one that the profile gives it ("cpu" of a.cpu). */
struct device_check {
	struct yaml_node *node;
	const char *id, *plain_id;
	bool is_omitted;
};

struct plan_device {
	struct plan_expander *x;
	struct yaml_node *node; /* the component */
	const char *id;
	const struct profile *profile; /* NULL: none, or it is faulty */
	bool names_profile;
	bool is_faulty; /* told what is wrong with `with` or `members`: nothing is made of them */
	const struct finding_made *made; /* profile ..., component ... */
	size_t errors_before; /* of the component: after a complaint what it speaks of may be missing */
	const char *address; /* "" if there is none */
	/* What it says; NULL if it does not. Taken out of the component. */
	const struct yaml_node *members, *with, *snmp, *from, *interval, *traps, *trap_sources;
	const struct yaml_node *unit[DEVICE_MEMBERS]; /* of `members`: key and address */
	size_t unit_count;
	const struct yaml_node **entries; /* of each list of the profile; NULL if it is not given */
	struct device_check *checks;
	size_t check_count, check_cap;
};

/* Nodes in the making. */

struct yaml_node *plan_node_new(struct plan_expander *x, const struct yaml_node *at,
				enum yaml_kind kind, const char *key) NONNULL(1, 2);
struct yaml_node *plan_node_text(struct plan_expander *x, const struct yaml_node *at,
				 const char *key, const char *text) NONNULL(1, 2, 4);
void plan_node_append(struct yaml_node *parent, struct yaml_node *child) NONNULL_ALL;
/* Takes the entry of a key out of a map; NULL if there is none. */
struct yaml_node *plan_node_take(struct yaml_node *map, const char *key) NONNULL_ALL;
/* Puts an entry in the place of the one of its key, else at the end. */
void plan_node_put(struct yaml_node *map, struct yaml_node *entry) NONNULL_ALL;

/* What kind of check a map is; NULL if it does not say a known one. */
const struct check_schema *plan_device_type(const struct plan_device *d,
					    const struct yaml_node *check) NONNULL_ALL;
/* Appends a check; its id must be there. */
void plan_device_add(struct plan_device *d, struct yaml_node *check, const char *plain_id,
		     bool is_omitted) NONNULL_ALL;
/* What `omit` says, 0 or 1; -1: nothing, or it is told what is wrong with it. */
int plan_device_omit(struct plan_device *d, const struct yaml_node *omit) NONNULL(1);
/* One place of the component that comes to stand in several checks: a complaint about it is told once, with their ids. */
struct finding_maker *plan_device_maker(struct plan_device *d,
					const struct yaml_node *from) NONNULL_ALL;
/* A copy for one check of them. */
struct yaml_node *plan_device_copy(struct plan_device *d, const struct yaml_node *from,
				   struct finding_maker *maker, const char *check) NONNULL_ALL;

/* All that the profile makes for the device; false after a complaint for which nothing is made. */
bool plan_profile_make(struct plan_device *d) NONNULL_ALL;
/* The component's own list among what was made. */
void plan_overrides_apply(struct plan_device *d, const struct yaml_node *list) NONNULL_ALL;

#endif
