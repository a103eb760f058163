/* The commands of vigia: one row parses, documents and completes each (packaging/: man page, shell completion). */
#include "cli/commands.h"
#include "cli/options.h"
#include "engine/acts.h"

/* Every act of engine/acts.h is a command of its name. */
#define ARGS_INCIDENT "[INCIDENT] [KEY=VALUE ...] [--as PERSON] [--note TEXT]"
#define ARGS_WORLD "[KEY=VALUE ...] [--as PERSON] [--note TEXT]"
#define HELP_INCIDENT                                                                              \
	"\nINCIDENT is a number or a folio; it may be left out when exactly one is open."
#define HELP_WORLD ""
#define X(sym, word, name, event, place, needed, taken, help)                                      \
	{name,                                                                                     \
	 ARGS_##place,                                                                             \
	 help HELP_##place,                                                                        \
	 OPTIONS_COMMON | OPTION_BIT(AS) | OPTION_BIT(NOTE) | OPTION_BIT(RECORDED_BY) |            \
		 OPTION_BIT(PROOF) | OPTION_BIT(JSON),                                             \
	 0,                                                                                        \
	 OPTIONS_ARGS_MAX,                                                                         \
	 act_cmd_run},

const struct command command_table[] = {
	{"plan check", "PATH",
	 "check a plan (a file, or a folder of *.yaml); every mistake in one run\n"
	 "Ends with 0 if there is no error, 1 if there is one, 2 if PATH cannot be read.",
	 OPTIONS_COMMON | OPTION_BIT(JSON), 1, 1, plan_cmd_check},
	{"plan show", "PATH",
	 "the plan as it is carried out: templates, tables, variables and defaults written out\n"
	 "As YAML that reads back as the same plan; --json: the bytes that the journal keeps.",
	 OPTIONS_COMMON | OPTION_BIT(JSON), 1, 1, plan_cmd_show},
	{"plan dry-run", "PATH --service ID",
	 "who is called when by which channel if a service fails; nobody is called\n"
	 "With --all-silent N: for every set of up to N silent people, of all services without\n"
	 "--service, is it decided within the RTO? Ends with 0 if it is, 1 if not, 2 if PATH "
	 "cannot\n"
	 "be used.",
	 OPTIONS_COMMON | OPTION_BIT(JSON) | OPTION_BIT(SERVICE) | OPTION_BIT(ANSWERS) |
		 OPTION_BIT(ALL_SILENT),
	 1, 1, dry_run_cmd_run},
	{"simulate", "PLAN SCENARIO",
	 "play a scenario (docs/SIMULATE.md) through the engine; nobody is called\n"
	 "Ends with 0 if all that it expects holds, 1 if not, 2 if PLAN or SCENARIO cannot be "
	 "used.",
	 OPTIONS_COMMON | OPTION_BIT(JSON) | OPTION_BIT(SEED), 2, 2, simulate_cmd_run},
	{"plan redundancy", "PATH",
	 "what each service cannot do without: what one failure ends, and what two or three do\n"
	 "Paths (depends_on) count. Larger sets are not looked for; --json: all that are listed.",
	 OPTIONS_COMMON | OPTION_BIT(JSON), 1, 1, redundancy_cmd_run},
	{"plan profiles", "",
	 "the kinds of devices that a component may name: what each watches, its options and "
	 "lists\n"
	 "docs/SNMP.md says how to write one.",
	 OPTIONS_COMMON | OPTION_BIT(JSON), 0, 0, profiles_cmd_list},
	{"plan profile", "ID", "the text of one of them, to copy into a plan and change",
	 OPTIONS_COMMON, 1, 1, profiles_cmd_show},
	{"probe", "TYPE KEY=VALUE ...",
	 "one probe from here, as a Nagios plugin: a line with perfdata, ends with 0, 1, 2 or 3\n"
	 "Keys are those of the type's table (vigia probe TYPE --help), and timeout, warning, "
	 "critical:\n"
	 "vigia probe http url=http://127.0.0.1:8080/ \"critical=total > 2s\"",
	 OPTIONS_COMMON | OPTION_BIT(SECRETS), 1, OPTIONS_ARGS_MAX, probe_cmd_run},
	{"snmp identify", "HOST[:PORT] [KEY=VALUE ...]",
	 "what a device is, which profile fits, what would be polled and what of it the device "
	 "answers\n"
	 "Keys as of snmp walk. Ends with the lines for the plan.",
	 OPTIONS_COMMON | OPTION_BIT(JSON) | OPTION_BIT(SECRETS), 1, OPTIONS_ARGS_MAX,
	 snmp_identify_cmd_run},
	{"snmp walk", "HOST[:PORT] [OID] [KEY=VALUE ...]",
	 "everything that a device answers below an OID (default 1.3.6.1)\n"
	 "community=NAME, or version=3 user=NAME auth=sha-256 'auth_secret=${secret:NAME}' "
	 "--secrets FILE;\n"
	 "keys as of a check of type snmp (vigia probe snmp --help). -o FILE keeps it in the form "
	 "that simulators serve.",
	 OPTIONS_COMMON | OPTION_BIT(JSON) | OPTION_BIT(OUTPUT) | OPTION_BIT(SECRETS), 1,
	 OPTIONS_ARGS_MAX, snmp_walk_cmd_run},
	{"status", "", "services with their clocks, what is not well, incidents, agents",
	 OPTIONS_COMMON | OPTION_BIT(JSON), 0, 0, status_cmd_status},
	{"ready", "",
	 "go or no-go: what speaks for and against beginning, item by item (docs/API.md, Ready)\n"
	 "Ends with 0 if nothing stops it, 1 if something does, 2 if the collector cannot be "
	 "asked.",
	 OPTIONS_COMMON | OPTION_BIT(JSON), 0, 0, ready_cmd_run},
	{"incidents", "", "the incidents", OPTIONS_COMMON | OPTION_BIT(JSON) | OPTION_BIT(ALL), 0,
	 0, status_cmd_incidents},
	{"incident", "INCIDENT", "one incident (number or folio): moments, calls, timeline",
	 OPTIONS_COMMON | OPTION_BIT(JSON), 1, 1, status_cmd_incident},
	{"brief", "INCIDENT",
	 "what must be known to decide on an incident: elapsed, left, forecast, impact, what was "
	 "done, who answered",
	 OPTIONS_COMMON | OPTION_BIT(JSON), 1, 1, brief_cmd_run},
	ACTS(X){"export", "INCIDENT",
		"an incident (number or folio) as evidence that stands up without us",
		OPTIONS_COMMON | OPTION_BIT(FORMAT) | OPTION_BIT(OUTPUT) | OPTION_BIT(JOURNAL), 1,
		1, export_cmd_export},
	{"verify", "PATH",
	 "recompute an export (JSON or CSV) or a journal: digests, chain, order, figures\n"
	 "Ends with 0 if it is true, 1 if not, 2 if PATH cannot be read.",
	 OPTIONS_COMMON | OPTION_BIT(HEAD), 1, 1, export_cmd_verify},
	{"login", "LOGIN",
	 "act as yourself: password and code are asked for here, and the session is kept for you\n"
	 "From then on every command goes as this person, to this collector, until `vigia logout` "
	 "or the session's end;\n"
	 "--token-file goes before it. With --invited: sets the password of a new account.",
	 OPTIONS_COMMON | OPTION_BIT(INVITED), 1, 1, login_cmd_login},
	{"logout", "", "end the session of this user of this machine", OPTIONS_COMMON, 0, 0,
	 login_cmd_logout},
	{"whoami", "", "who has logged in here, and what they may do",
	 OPTIONS_COMMON | OPTION_BIT(JSON), 0, 0, login_cmd_whoami},
	{"account first", "LOGIN",
	 "make the first administrator: with the code of DATA/first-admin.code, which is asked for",
	 OPTIONS_COMMON, 1, 1, account_cmd_first},
	{"account list", "", "the accounts: role, person, state, last log-in",
	 OPTIONS_COMMON | OPTION_BIT(JSON), 0, 0, account_cmd_list},
	{"account add", "LOGIN role=ROLE [person=PERSON]",
	 "invite somebody: the invitation is shown once, and is good for 24 hours\n"
	 "Roles: viewer, operator, desk, coordinator, crisis, auditor, administrator, service "
	 "(docs/PEOPLE.md).",
	 OPTIONS_COMMON | OPTION_BIT(JSON), 2, 3, account_cmd_add},
	{"account change", "LOGIN KEY=VALUE ...",
	 "role=ROLE, person=PERSON, state=active|disabled, reset=password|totp|pin\n"
	 "Its sessions end when its rights change.",
	 OPTIONS_COMMON | OPTION_BIT(JSON), 2, 5, account_cmd_change},
	{"account password", "", "change your password; your other sessions end", OPTIONS_COMMON, 0,
	 0, account_cmd_password},
	{"account pin", "", "set the PIN that goes with your decisions (6 to 12 digits)",
	 OPTIONS_COMMON, 0, 0, account_cmd_pin},
	{"account code", "",
	 "set up one-time codes: shows the secret for your authenticator, and asks for a code of "
	 "it",
	 OPTIONS_COMMON, 0, 0, account_cmd_code},
	{"drill start", "SCENARIO -c FILE -o FOLDER",
	 "play a drill for the people of the plan, and tell how it went\n"
	 "SCENARIO: docs/DRILLS.md. FILE is the real collector's configuration; FOLDER is new and "
	 "keeps the drill.\n"
	 "All messages say SIMULACRO. A real incident ends it at once, as does Ctrl-C; everybody "
	 "who was called is told.\n"
	 "Meanwhile --drill FOLDER turns every other command to the drill: vigia ack --drill "
	 "FOLDER --as PERSON.\n"
	 "Ends with 0 if it was played to its end, 1 if not, 2 if it could not begin.",
	 OPTIONS_COMMON | OPTION_BIT(CONFIG) | OPTION_BIT(OUTPUT) | OPTION_BIT(TO_FILE) |
		 OPTION_BIT(JSON),
	 1, 1, drill_cmd_start},
	{"drill score", "FOLDER ...",
	 "how drills went, by service and person, side by side in the order of time\n"
	 "FOLDER is what drill start made; the data folder of a collector gives the real days.",
	 OPTIONS_COMMON | OPTION_BIT(JSON), 1, OPTIONS_ARGS_MAX, drill_cmd_score},
	{"what-if", "JOURNAL INCIDENT --plan PATH",
	 "what another plan would have done with an incident of the past\n"
	 "JOURNAL is a journal file or a data folder (read only), INCIDENT a number or a folio. "
	 "What the checks saw, who answered how\n"
	 "soon and which channels worked is taken from the journal; the engine decides anew, under "
	 "the plan of then and the new one.",
	 OPTIONS_COMMON | OPTION_BIT(PLAN) | OPTION_BIT(JSON), 2, 2, what_if_cmd_run},
	{"backup", "DATA [PATH ...] -o FOLDER",
	 "what a collector needs to go on elsewhere, checked; also while it runs\n"
	 "DATA is its data folder; PATH are further files and folders to keep with it\n"
	 "(collector.yaml, the plan). FOLDER must be new; it holds secrets.",
	 OPTIONS_COMMON | OPTION_BIT(OUTPUT), 1, OPTIONS_ARGS_MAX, backup_cmd_run},
	{"restore", "FOLDER --to DATA",
	 "a data folder from a backup, after every file and the journal's chain were checked",
	 OPTIONS_COMMON | OPTION_BIT(TO), 1, 1, restore_cmd_run},
	{"enrol", "AGENT",
	 "make an agent's key: writes AGENT.key (0600) and AGENT.yaml here, with the collector's "
	 "identity\n"
	 "An older key of this agent is void at once; with --rotate it is good until the new one "
	 "is "
	 "first used.\nGive an --address for each way by which the agent reaches the collector.",
	 OPTIONS_COMMON | OPTION_BIT(ADDRESS) | OPTION_BIT(ROTATE), 1, 1, enrol_cmd_run},
	{"revoke", "AGENT", "make an agent's key void, at once", OPTIONS_COMMON, 1, 1,
	 keys_cmd_revoke},
	{"agents", "", "the agents' keys: made, last used, being rotated, revoked",
	 OPTIONS_COMMON | OPTION_BIT(JSON), 0, 0, keys_cmd_list},
	{0},
};
