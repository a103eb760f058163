/* commands.h - the commands of vigia, a file per group. */
#ifndef VIGIA_CLI_COMMANDS_H
#define VIGIA_CLI_COMMANDS_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "cli/options.h"
#include "engine/plan.h"

extern const struct command command_table[]; /* ends with an empty name */

int plan_cmd_check(const struct options *o) NONNULL_ALL;
int plan_cmd_show(const struct options *o) NONNULL_ALL;
/* A plan to be played; NULL after the complaints are on standard error. */
struct plan *plan_cmd_load(const char *path) NONNULL_ALL;
int dry_run_cmd_run(const struct options *o) NONNULL_ALL;
int simulate_cmd_run(const struct options *o) NONNULL_ALL;
int redundancy_cmd_run(const struct options *o) NONNULL_ALL;
/* What each service of the plan cannot do without, for people or as JSON. */
void redundancy_cmd_write(const struct plan *plan, bool json, bool english,
			  struct buf *out) NONNULL_ALL;
struct profile_shelf;
int profiles_cmd_list(const struct options *o) NONNULL_ALL;
int profiles_cmd_show(const struct options *o) NONNULL_ALL;
/* All profiles of a shelf, for people or as JSON. */
void profiles_cmd_write(struct profile_shelf *s, bool json, bool english,
			struct buf *out) NONNULL_ALL;
int probe_cmd_run(const struct options *o) NONNULL_ALL;
/* Parameters and values of the type that the arguments name; nothing if they name none. */
void probe_cmd_write_help(const struct options *o, struct buf *out) NONNULL_ALL;
int snmp_walk_cmd_run(const struct options *o) NONNULL_ALL;
int snmp_identify_cmd_run(const struct options *o) NONNULL_ALL;
int status_cmd_status(const struct options *o) NONNULL_ALL;
int status_cmd_incidents(const struct options *o) NONNULL_ALL;
int status_cmd_incident(const struct options *o) NONNULL_ALL;
int ready_cmd_run(const struct options *o) NONNULL_ALL;
/* The text of `ready` from the collector's JSON; `*ret_go`: nothing stops it. ERR_SYNTAX if it is not what docs/API.md says. */
enum err ready_cmd_write(const char *json, size_t n, bool english, struct buf *out,
			 bool *ret_go) NONNULL_ALL MUST_CHECK;
int brief_cmd_run(const struct options *o) NONNULL_ALL;
struct json_t; /* jansson's */
/* What must be known to decide, of an incident as `GET /v1/incidents/{id}` tells it; nothing if it is over. */
void brief_cmd_put(struct buf *out, const struct json_t *incident, bool english) NONNULL_ALL;
enum err brief_cmd_write(const char *json, size_t n, bool english,
			 struct buf *out) NONNULL_ALL MUST_CHECK;
/* The keys that the command of an act takes, for its help; nothing for other commands. */
void act_cmd_write_args(const struct command *c, struct buf *out) NONNULL_ALL;
int act_cmd_run(const struct options *o) NONNULL_ALL; /* ack, attend ... by the command's name */
int login_cmd_login(const struct options *o) NONNULL_ALL;
int login_cmd_logout(const struct options *o) NONNULL_ALL;
int login_cmd_whoami(const struct options *o) NONNULL_ALL;
int account_cmd_list(const struct options *o) NONNULL_ALL;
int account_cmd_add(const struct options *o) NONNULL_ALL;
int account_cmd_change(const struct options *o) NONNULL_ALL;
int account_cmd_first(const struct options *o) NONNULL_ALL;
int account_cmd_password(const struct options *o) NONNULL_ALL;
int account_cmd_pin(const struct options *o) NONNULL_ALL;
int account_cmd_code(const struct options *o) NONNULL_ALL;
int drill_cmd_start(const struct options *o) NONNULL_ALL;
int drill_cmd_score(const struct options *o) NONNULL_ALL;
int what_if_cmd_run(const struct options *o) NONNULL_ALL;
int export_cmd_export(const struct options *o) NONNULL_ALL;
int export_cmd_verify(const struct options *o) NONNULL_ALL;
int backup_cmd_run(const struct options *o) NONNULL_ALL;
int restore_cmd_run(const struct options *o) NONNULL_ALL;
int enrol_cmd_run(const struct options *o) NONNULL_ALL;
int keys_cmd_revoke(const struct options *o) NONNULL_ALL;
int keys_cmd_list(const struct options *o) NONNULL_ALL;
/* The text of `agents` from the collector's JSON. */
enum err keys_cmd_write(const char *json, size_t n, bool english,
			struct buf *out) NONNULL_ALL MUST_CHECK;

/* The texts of `status`, `incidents` and `incident` from the collector's JSON; ERR_SYNTAX if it is
 * not what docs/API.md says. */
enum err status_cmd_write(const char *json, size_t n, bool english,
			  struct buf *out) NONNULL_ALL MUST_CHECK;
enum err status_cmd_write_incidents(const char *json, size_t n, bool english,
				    struct buf *out) NONNULL_ALL MUST_CHECK;
enum err status_cmd_write_incident(const char *json, size_t n, bool english,
				   struct buf *out) NONNULL_ALL MUST_CHECK;

/* The only open incident in the answer of GET /v1/incidents; the sentence of a failure names all. */
enum err status_cmd_only_open(const char *json, size_t n, char *dst, size_t size,
			      struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
