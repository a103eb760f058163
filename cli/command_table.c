/* The commands of vigia: one row parses, documents and completes each (packaging/: man page, shell completion). */
#include "cli/commands.h"
#include "cli/options.h"
#include "engine/acts.h"

/* Every act of engine/acts.h is a command of its name. */
#define ARGS_INCIDENT "[INCIDENT] [KEY=VALUE ...] --as PERSON [--note TEXT]"
#define ARGS_WORLD "[KEY=VALUE ...] --as PERSON [--note TEXT]"
#define HELP_INCIDENT                                                                              \
	"\nINCIDENT is a number or a folio; it may be left out when exactly one is open."
#define HELP_WORLD ""
#define X(sym, word, name, event, place, needed, taken, help)                                      \
	{name,                                                                                     \
	 ARGS_##place,                                                                             \
	 help HELP_##place,                                                                        \
	 OPTIONS_COMMON | OPTION_BIT(AS) | OPTION_BIT(NOTE) | OPTION_BIT(RECORDED_BY) |            \
		 OPTION_BIT(JSON),                                                                 \
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
	{"probe", "TYPE KEY=VALUE ...",
	 "one probe from here, as a Nagios plugin: a line with perfdata, ends with 0, 1, 2 or 3\n"
	 "Keys are those of the type's table (vigia probe TYPE --help), and timeout, warning, "
	 "critical:\n"
	 "vigia probe http url=http://127.0.0.1:8080/ \"critical=total > 2s\"",
	 OPTIONS_COMMON, 1, OPTIONS_ARGS_MAX, probe_cmd_run},
	{"status", "", "services with their clocks, what is not well, incidents, agents",
	 OPTIONS_COMMON | OPTION_BIT(JSON), 0, 0, status_cmd_status},
	{"incidents", "", "the incidents", OPTIONS_COMMON | OPTION_BIT(JSON) | OPTION_BIT(ALL), 0,
	 0, status_cmd_incidents},
	{"incident", "INCIDENT", "one incident (number or folio): moments, calls, timeline",
	 OPTIONS_COMMON | OPTION_BIT(JSON), 1, 1, status_cmd_incident},
	ACTS(X){"export", "INCIDENT",
		"an incident (number or folio) as evidence that stands up without us",
		OPTIONS_COMMON | OPTION_BIT(FORMAT) | OPTION_BIT(OUTPUT) | OPTION_BIT(JOURNAL), 1,
		1, export_cmd_export},
	{"verify", "PATH",
	 "recompute an export (JSON or CSV) or a journal: digests, chain, order, figures\n"
	 "Ends with 0 if it is true, 1 if not, 2 if PATH cannot be read.",
	 OPTIONS_COMMON | OPTION_BIT(HEAD), 1, 1, export_cmd_verify},
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
