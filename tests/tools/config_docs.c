/* config_docs - prints docs/CONFIGURATION.md from the tables that the programs themselves read their
 * files by, so that the reference cannot say anything else. Run by tools/gen-docs. */
#include <stdio.h>

#include "agent/agent_config.h"
#include "checks/check.h"
#include "collector/collector_config.h"
#include "dashboard/dashboard_config.h"
#include "base/tls_config.h"
#include "plan/plan_channel.h"
#include "plan/plan_loader.h"
#include "plan/profile.h"

struct section {
	const char *title;
	const char *intro; /* what the table cannot say: structured keys, an example */
	const struct param *table;
};

static const struct section daemons[] = {
	{"`collector.yaml` (`vigia-collector -c FILE`)",
	 "Also `tls`, below. SIGHUP reads the plan again, which is applied whole or not at all, "
	 "and looks "
	 "at the certificate. Changes of this file take effect by a restart.",
	 collector_config_params},
	{"`tls` of the collector and the dashboard",
	 "Left out in collector.yaml: the collector makes an authority and a certificate of its "
	 "own in "
	 "`DATA/tls` at its first start. `tls: {names: [noc.example.org]}`: the same, and the "
	 "certificate "
	 "is good for these addresses and names too (loopback, the machine's name and the address "
	 "of "
	 "`listen` always are; our own programs pin the identity and do not ask for names). `tls: "
	 "{cert: "
	 "FILE, key: FILE}`: those of the institution, read again at SIGHUP and once a day; the "
	 "identity "
	 "is that of the topmost certificate in the file. `tls: none`: plain HTTP, accepted on "
	 "loopback "
	 "only. In dashboard.yaml, left out means `none`, and browsers need `cert` and `key`.",
	 tls_config_params},
	{"`heartbeat` of `collector.yaml`",
	 "A map: an outgoing sign of life; an outside watcher rings when it stops. It is sent only "
	 "while the journal can be written, calls leave and the loop turns; else it is withheld.",
	 heartbeat_params},
	{"`agent.yaml` (`vigia-agent -c FILE`)",
	 "Also `traps`, below. Also `collector` (required): a list of addresses of the one "
	 "collector, "
	 "`https://ADDRESS-OR-NAME:PORT` each (`http://` with a numeric loopback address only); "
	 "the next is "
	 "tried when one does not answer, and the first again once a minute. Also `identity`: who "
	 "must "
	 "answer there, or a list of up to four while the collector changes its identity; required "
	 "(or "
	 "`identity_file`) with https; `vigia enrol` writes it. SIGHUP reads the file and the key "
	 "again: "
	 "another `agent` or `data` needs a restart, all else applies at once.",
	 agent_config_params},
	{"`traps` of `agent.yaml`",
	 "Where the agent hears SNMP traps and informs (docs/SNMP.md, \"The receiver\"); left out: "
	 "nowhere. `listen`: numeric ADDRESS:PORT, up to eight; another one takes effect by a "
	 "restart. `communities`: those of versions 1 and 2c, up to 16, `${secret:NAME}`. `users`: "
	 "of "
	 "version 3, a list of maps with these keys and `engine_id`: the senders of its traps in "
	 "hexadecimal, one or a list.",
	 trap_user_params},
	{"`dashboard.yaml` (`vigia-dashboard -c FILE`)",
	 "The page for the NOC's wall and desks. Also `tls`, above; SIGHUP reads the certificate "
	 "again. People log in with accounts of their own (docs/PEOPLE.md); the page itself, the "
	 "link of a "
	 "message (`/a/...`) and `/healthz` are for everybody. `board: loopback` lets peers on its "
	 "own machine "
	 "look without a log-in; a reverse proxy on the same machine is such a peer, and with it "
	 "everybody who "
	 "reaches the proxy. `board: everyone` shows services, incidents, and the posts that were "
	 "called to "
	 "whoever reaches `listen`: for a network where that is meant. Behind a proxy that speaks "
	 "TLS, `public_url` "
	 "is `https://...` and the proxy passes the `Host` on: the cookie is bound to TLS then.",
	 dashboard_config_params},
};
static const struct section sections[] = {
	{"Top level",
	 "A plan is one file or a folder of `*.yaml` files (read in the order of their names, "
	 "sections "
	 "joined). Sections: `institution`, `vars`, `sites`, `agents`, `templates`, `components`, "
	 "`services`, `people`, `seats`, `channels`, `policies`, `procedures`, `records`, `tools`, "
	 "`suppliers`, `resources`, `documents`, `directory`, `groups`, `accepted`, and the single "
	 "keys "
	 "below. References may point forward and to other files. How to write one, by example: "
	 "`docs/PLAN.md`.",
	 plan_top_params},
	{"`flapping`",
	 "One map in the whole plan: when a check is flapping, that is, fails and recovers again "
	 "and again. `within` and `stable` may not be longer than `cool_down`.",
	 plan_flapping_params},
	{"`impact` of a site or service",
	 "A list of maps, 8 at most: what stops with it, in the plan's own units (32 different "
	 "ones at most).",
	 plan_impact_params},
	{"`institution`", "One map in the whole plan.", plan_institution_params},
	{"`vars`",
	 "A map of names (a-z 0-9 - _ .) and values, for the whole plan: `${vars.NAME}` stands for "
	 "one in any value of the plan but these.",
	 NULL},
	{"`sites`",
	 "A list of maps. Also `vars`: a map of names and values of this site, for templates "
	 "(`${site.vars.NAME}`); and `impact`, above.",
	 plan_site_params},
	{"Tables of sites",
	 "In the place of a site, or of the whole list: a CSV file (RFC 4180, UTF-8, 4 MiB at "
	 "most). Its first row names the columns: `id` (required), `name`, `kind`; `impact.UNIT`, "
	 "such as `impact.mesas`, is an entry of its `impact`; every other is "
	 "a variable of the site. An empty cell is not there at all. Columns are parted by `,` or "
	 "`;`, whichever the first row uses.",
	 plan_table_params},
	{"`templates`",
	 "A list of maps. Also:\n\n"
	 "- `for_sites` (required): a selector (below).\n"
	 "- `agents`, `components`, `services`, `people`, `seats`: entries as in the sections of "
	 "these names, made once for each of the sites, with `${...}` filled in.",
	 plan_template_params},
	{"Selectors (`for_sites`, `each_site`)",
	 "The word `all`, or a map; a site must meet every key that is there. Also `ids` and "
	 "`except`: lists of sites; `having` and `lacking`: lists of variables that a site has "
	 "(not empty), or has not.",
	 plan_selector_params},
	{"`each_site`",
	 "Where a list stands, or as a member of one: `{each_site: SELECTOR, take: ...}` stands "
	 "for one `take` for each of the sites, with `${site...}` filled in.",
	 NULL},
	{"`agents`",
	 "A list of maps. Also `site`: the id of a site. An agent is enrolled with `vigia enrol "
	 "ID`.",
	 plan_agent_params},
	{"`components`",
	 "A list of maps: the things that are watched. Ids may have parts (`dc/fw-a`). Also:\n\n"
	 "- `site`: the id of a site.\n"
	 "- `depends_on`: the path to it, as a diagram (below). While that is down the component "
	 "is "
	 "`unreachable`: evidence, not a page. No circles.\n"
	 "- `checks`: a list of checks.\n"
	 "- `redundancy`: of two units that take over from one another, the check that tells "
	 "whether both are ready (default: the check `pair`, if it yields `redundant`; `none`: it "
	 "is no pair).\n"
	 "- `from`, `interval`: of all its checks that do not say it themselves.\n"
	 "- `snmp`: a map of credentials, for all its checks that speak SNMP.\n"
	 "- `profile`, `members`, `with`, `traps`, `trap_sources` and the lists of the profile: "
	 "checks that are made for a kind of device (`docs/SNMP.md`).",
	 plan_component_params},
	{"`profiles`",
	 "A list of maps: kinds of devices with their checks, besides those that are part of the "
	 "programs (`vigia plan profiles`); of the same id, the plan's wins. Also `include`: a "
	 "list of profiles whose parts are taken over; `match`: which devices are such (below); "
	 "`options`: a map of options; `checks`: a list of checks, made for each device or for "
	 "each member of a pair; `each`: a map of lists that a component may give; `pair`: "
	 "`{checks: [...]}`, made once for both members; `traps`: a list of notifications. "
	 "`match` has `object_id` and `below` (OIDs) and `descr` (patterns), each a value or a "
	 "list. How to write one: `docs/SNMP.md`.",
	 profile_params},
	{"`options` of a profile, `keys` of its lists",
	 "A map of names (a-z 0-9 _) and what each is. `${NAME}` stands for the value of an "
	 "option, `${each.NAME}` for that of a key.",
	 profile_option_params},
	{"`each` of a profile",
	 "A map of names (a-z 0-9 _) and what the list of this name makes of each of its entries, "
	 "which have an `id`. Also `keys` (above), `rows` (below), `checks` and `pair`: lists of "
	 "checks, made for each unit and once for both.",
	 profile_list_params},
	{"`rows` of a list",
	 "A map of keys of an entry, of which each entry has exactly one, and how it finds the "
	 "row: `row: \"${each.row}\"`. Either `is: true` or `like: true`.",
	 profile_row_params},
	{"Diagrams (`needs`, `depends_on`)",
	 "A component's id, `{all: [...]}`, `{any: [...]}` or `{at_least: 2, of: [...]}`, nested "
	 "up to "
	 "16 deep; a plain list means `all`. No member twice in one list, 256 at most.",
	 NULL},
	{"`checks` of a component",
	 "The whole id of a check is `COMPONENT:ID` (63 characters at most). Also `type`: one of "
	 "the "
	 "types below, whose parameters stand beside the common keys (`address` is taken from the "
	 "component where the check gives none); and `from`: the agents that run it (may be left "
	 "out "
	 "where the plan has one agent only). Conditions are `NAME OP QUANTITY` with `> >= < <= == "
	 "!=`, joined by a comma that means *or*: `rtt > 50ms, loss > 5%`. A value that was not "
	 "measured meets no condition.",
	 plan_check_params},
	{"Counts of a check", "Either `confirm` or `for`, not both.", plan_count_params},
	{"`services`",
	 "A list of maps: the business processes. Also:\n\n"
	 "- `needs` (required): a diagram.\n"
	 "- `rpo`: a duration, or `not-applicable` (default), `last-version`, `functional`, "
	 "`immediate`.\n"
	 "- `team`: the seat of its recovery team; `policy`; `procedure`: ids.\n"
	 "- `impact`, above: its own, beside that of the places where it stops.\n\n"
	 "- `rpo_check`: the id of a check that tells the age of the newest copy of the data; "
	 "`rpo_value`: which of its values, in seconds (default `age`); `rpo_limit`: how old the "
	 "copy may be (default: the `rpo`; 1m for `immediate`; required for `last-version` and "
	 "`functional`).\n"
	 "- `team`: the seat of its recovery team; `policy`; `procedure`: ids.\n\n"
	 "A policy whose last decision window (`at` + `ack_within`, times the people if not "
	 "`parallel`) "
	 "ends after the RTO of a service that uses it is refused.",
	 plan_service_params},
	{"`channels`",
	 "A list of maps: how messages leave. Each has a `type`, and the keys of that type. Also "
	 "`carried_by`: components without which it does not work; it is then not tried first. "
	 "docs/CHANNELS.md says how to set one up.",
	 NULL},
	{"Channels of type `file`", "A line of JSON per message; the receipt is the sync.",
	 plan_channel_file_params},
	{"Channels of type `smtp`",
	 "Mail with a text and an HTML part. The receipt is the server's answer after the message.",
	 plan_channel_smtp_params},
	{"Channels of type `webhook`",
	 "A POST of JSON. Redirects are not followed. Also:\n\n"
	 "- `body`: JSON with variables `${message.FIELD}` (docs/API.md) and `${secret:NAME}`; "
	 "left "
	 "out: the whole message, `${message}`. Within a JSON string a variable's characters are "
	 "put in, escaped; outside of one its value as JSON.\n"
	 "- `headers`: a map of names and values, in which `${secret:NAME}` may stand.",
	 plan_channel_webhook_params},
	{"Channels of type `manual`",
	 "A person at the desk makes the call and says what came of it (docs/CHANNELS.md).",
	 plan_channel_manual_params},
	{"`people`",
	 "A list of maps. Also `contacts` (required): a list in the order of preference.",
	 plan_person_params},
	{"Contacts", "Also `channel` (required): the id of a channel; `carried_by`: as above.",
	 plan_contact_params},
	{"`seats`",
	 "A list of maps. Also `titular` (required, unless the seat has shifts) and `suplente`: "
	 "ids of two "
	 "different people.",
	 plan_seat_params},
	{"`shifts`",
	 "A list of maps: who holds a seat at which hours (PLAN.md). Also `seat` and `titular` "
	 "(both required), `suplente` (default: the seat's) and `days`, a list of `mon`, `tue`, "
	 "`wed`, `thu`, `fri`, `sat`, `sun` (default: every day) for shifts by the time of day.",
	 plan_shift_params},
	{"`policies`", "A list of maps. Also `steps` (required): a list.", plan_policy_params},
	{"Steps",
	 "Also `at` (required): `confirmed`, or a map as below; and `call` (required): a list of "
	 "`team` (of the service), `\"seat:ID\"` or plain `ID`, `\"level:N\"`, `\"person:ID\"`.",
	 plan_step_params},
	{"The moment of a step (`at`)", "From the beginning of the contingency.",
	 plan_moment_params},
	{"`procedures`",
	 "A list of maps. Also `activities`: a list; `document`: the id of the document it stands "
	 "in.",
	 plan_procedure_params},
	{"`jornadas`",
	 "A list of maps, in any order, never two at a time: the days of the calendar. Outside of "
	 "any: ordinary operation, "
	 "which is real. Also `freeze`: a map as below (left out: the hours themselves). Times are "
	 "of Mexico City, with "
	 "their day. `n` only for a drill. The stamp of a real day holds the word REAL, every "
	 "other the word SIMULACRO.",
	 plan_jornada_params},
	{"`freeze` of a jornada",
	 "No window and no silence meets it without the signature of level 2. It holds the hours "
	 "of the jornada.",
	 plan_freeze_params},
	{"`windows`",
	 "A list of maps: planned maintenance, in which nobody is called. Also one of `check`, "
	 "`component`, `site`, "
	 "`service`: what it is about; `owner` (required): a person; `signed_by`: a person of "
	 "level 2, not the owner, "
	 "required where it meets a freeze.",
	 plan_window_params},
	{"`field_posts`",
	 "A list of maps, 1024 at most: who is told to suspend, to wait, to resume. Also `site`, "
	 "and one of `seat` and "
	 "`person`: who confirms. Many posts: a table of sites and a template with `people` and "
	 "`field_posts`.",
	 plan_post_params},
	{"`field_orders`",
	 "A map. Also `given_by`: the seats of the operational crisis group; left out: levels 1 "
	 "and 2 order.",
	 plan_orders_params},
	{"Activities",
	 "`if_no` and `if_yes` lead to a number. Doubles, gaps, branches that lead nowhere are "
	 "found by "
	 "`vigia plan check` (docs/FINDINGS.md); the plan loads with them.",
	 plan_activity_params},
	{"`records`",
	 "A list of maps: vital records. Also:\n\n"
	 "- `keeper`: the id of a person.\n"
	 "- `backed_up`: a duration (each so often), or `never`, `once-per-process`, "
	 "`last-version`, "
	 "`varies`.\n"
	 "- `stated`: a list of statements (below).",
	 plan_record_params},
	{"`tools`",
	 "A list of maps: what processes work with. Also `component`: what watches it; `stated`: "
	 "as below.",
	 plan_tool_params},
	{"Statements (`stated`)",
	 "What one place of the document says of a record or tool. Also `service`; `rto` and "
	 "`rpo`: a "
	 "duration, or `immediate`, `not-applicable`, `last-version`, `functional`, `current`.",
	 plan_statement_params},
	{"`suppliers`", "A list of maps. Also `services`: a list of ids.", plan_supplier_params},
	{"`resources`",
	 "A list of maps: rows of the minimum acceptable recovery configuration. Each has a "
	 "`service`, or it "
	 "is the `total` that the document states.",
	 plan_resources_params},
	{"`documents`",
	 "A list of maps: document control. Also `dates`: the days that stand within this "
	 "revision.",
	 plan_document_params},
	{"`directory`",
	 "A list of maps: rows of the document's directories, as they are written. Each has a "
	 "`person`, or a "
	 "`line`; and a `phone`, an `extension` or an `email`. Calls go by `contacts`, not by "
	 "these.",
	 plan_listing_params},
	{"`groups`", "A list of maps. Also `told`: a list of compositions.", plan_group_params},
	{"Compositions (`told`)",
	 "Who belongs to the group, as one place of the document says. Also `members`: a list of "
	 "people.",
	 plan_composition_params},
	{"`accepted`",
	 "A list of maps: faults that are known and accepted, by name. Also `by` (required): the "
	 "id of a "
	 "person.",
	 plan_acceptance_params},
	{"`reports`",
	 "One map: what people may report, and who is called with it (PLAN.md). Also `call` and "
	 "`operational`: lists as `call` of a step, never of level 1; and `types`: a list.",
	 plan_reports_params},
	{"Types of reports",
	 "Also `service`: the process that it concerns unless the report says another; and "
	 "`procedure`.",
	 plan_report_type_params},
	{"`deadlines`", "One map. Left out: nobody is asked for a final report by a date.",
	 plan_deadlines_params},
	{"`cuts`",
	 "A list of maps (PLAN.md). Also `of` (required): a list of kinds of data as below, or of "
	 "words, each a value of the series' own `check`; `mirrors`: a list as below, or of ids of "
	 "checks; `service`: the id of the service that publishes them.",
	 plan_cuts_params},
	{"Kinds of data and mirrors", "`of` and `mirrors` of a series of cuts.",
	 plan_cut_source_params},
};

static void print_check(const struct check_schema *s, struct buf *out)
{
	buf_printf(out, "### Check type `%s`\n\n%s\n\n", s->type, s->help);
	param_document(s->params, out);
	buf_puts(out, "\nValues: ");
	if (s->value_count == 0)
		buf_puts(out, "those that the check itself names (SNMP.md)");
	for (size_t i = 0; i < s->value_count; i++)
		buf_printf(out, "%s`%s` (%s%s%s)", i > 0 ? ", " : "", s->values[i].name,
			   s->values[i].help, s->values[i].unit[0] != '\0' ? ", " : "",
			   s->values[i].unit);
	buf_puts(out, ".\n\n");
}

int main(void)
{
	struct buf out CLEANUP(buf_release);

	buf_init(&out, 1 << 20);
	buf_puts(
		&out,
		"# Configuration reference\n\n"
		"Generated by `tools/gen-docs` from the parameter tables; do not edit.\n\n"
		"All files are YAML in a strict subset: UTF-8, one document, no anchors, aliases, "
		"tags "
		"or directives, no key twice. An unknown key, a wrong unit, a dangling id is an "
		"error "
		"`FILE:L:C: error: CODE: text` with the nearest known name; all errors of a run "
		"are "
		"told, and nothing is applied unless all is right. Durations have a unit: `200ms`, "
		"`5s`, `1m30s`, `2h`, `3d`, `1w`. A relative path starts at the file that names "
		"it.\n\n"
		"`vigia plan check PATH` reads a plan without applying it; `vigia plan show PATH` "
		"prints "
		"it as it is carried out.\n\n"
		"`${secret:NAME}` stands for a value of the `secrets` file (mode 0600, `NAME: "
		"value` lines) of the machine that needs it: in a channel the collector's, in a "
		"check that of each agent in its `from`; the plan, the journal, the cache of "
		"checks and the logs hold the reference only. Other secrets stand in files of "
		"their own (`key_file`, "
		"`token_file`), mode 0600. Every daemon has `--check` (read, complain, end) "
		"and "
		"`--dump-config`.\n\n");
	for (size_t i = 0; i < COUNT_OF(daemons); i++) {
		buf_printf(&out, "## %s\n\n%s\n\n", daemons[i].title, daemons[i].intro);
		param_document(daemons[i].table, &out);
		buf_putc(&out, '\n');
	}
	buf_puts(&out, "## The plan\n\n");
	for (size_t i = 0; i < COUNT_OF(sections); i++) {
		buf_printf(&out, "### %s\n\n%s\n\n", sections[i].title, sections[i].intro);
		if (sections[i].table != NULL)
			param_document(sections[i].table, &out);
		buf_puts(&out, sections[i].table != NULL ? "\n" : "");
	}
	buf_puts(&out, "## Check types\n\n");
	for (size_t i = 0; i < check_schemas.count; i++)
		print_check(check_schemas.items[i], &out);
	return fwrite(buf_cstr(&out), 1, out.len - 1, stdout) == out.len - 1 && buf_is_ok(&out) ? 0
												: 1;
}
