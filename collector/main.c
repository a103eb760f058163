/* vigia-collector: takes results in, keeps the clocks, journals, calls people. Options and wiring only. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "base/program_options.h"
#include "base/tls_home.h"
#include "checks/check.h"
#include "collector/clock.h"
#include "collector/collector_config.h"
#include "collector/conductor.h"
#include "collector/run.h"
#include "collector/plan_secrets.h"
#include "plan/plan_file.h"

static const char usage[] =
	"usage: vigia-collector -c FILE [--check | --dump-config]\n"
	"       vigia-collector --help | --version\n"
	"  -c FILE        collector.yaml\n"
	"  --check        read configuration and plan, say what is wrong, and end (0 = sound)\n"
	"  --dump-config  print the configuration with its defaults\n"
	"  --drill SCENARIO  play a drill under this configuration's plan: messages say SIMULACRO, "
	"a real\n"
	"                 incident ends it (see vigia drill --help)\n"
	"  --drill-folder FOLDER  where it is kept (default DATA/drills/ and the time)\n"
	"  --drill-to-file  its messages go to FOLDER/messages.jsonl, none to people\n"
	"  --trust-clock  the system's clock is right though it stands more than a year after the\n"
	"                 journal's last entry (needed once, after a long rest)\n"
	"SIGTERM stops cleanly, SIGHUP reloads the plan and looks at the certificate.\n";

static void dump(const struct collector_config *c)
{
	program_options_dump(collector_config_params, c);
	if (c->tls.mode == TLS_NONE)
		printf("tls: none\n");
	else if (c->tls.mode == TLS_GIVEN)
		printf("tls: {cert: %s, key: %s}\n", c->tls.cert, c->tls.key);
}

/* Nothing is made here: who the collector is stands there after its first start. */
static bool check_identity(const struct collector_config *c)
{
	struct tls_home home CLEANUP(tls_home_release) = {0};
	struct err_info info = {0};
	char path[4200];
	enum err e;

	if (c->tls.mode == TLS_GIVEN) {
		e = tls_home_read_given(c->tls.cert, c->tls.key, (int64_t)time(NULL), &home, &info);
	} else {
		snprintf(path, sizeof(path), "%s/identity", c->data);
		e = identity_read_file(path, &home.identity, &info);
	}
	if (e == ERR_OK)
		printf("identity: %s\n", home.identity.text);
	else if (e == ERR_NOT_FOUND && c->tls.mode != TLS_GIVEN)
		printf("identity: none yet; the first start makes it\n");
	else
		fprintf(stderr, "vigia-collector: %s\n", info.text);
	return e == ERR_OK || (e == ERR_NOT_FOUND && c->tls.mode != TLS_GIVEN);
}

static bool check_plan(const struct collector_config *c, struct findings *f)
{
	struct plan *p = plan_file_load(c->plan, &check_schemas, f);

	struct secrets *secrets = secrets_open(c->secrets, f);

	bool ok;

	if (p != NULL && secrets != NULL)
		plan_secrets_check(secrets, p, c->plan, f);
	ok = f->errors == 0;
	/* Faults of the plan as a document are told; the collector carries it out all the same. */
	if (p != NULL)
		plan_check_findings(p, (int64_t)time(NULL), f);
	secrets_free(secrets);
	plan_free(p);
	return ok;
}

/* A drill that cannot be played leaves nothing behind. */
static bool check_drill(const struct collector_config *c, struct findings *f)
{
	struct plan *p = plan_file_load(c->plan, &check_schemas, f);
	struct err_info info = {0};
	enum err e = ERR_SYNTAX;

	if (p == NULL)
		program_options_say(f);
	else
		e = conductor_check(&c->drill, p, &info);
	if (p != NULL && e != ERR_OK)
		fprintf(stderr, "vigia-collector: %s\n", info.text);
	plan_free(p);
	return e == ERR_OK;
}

int main(int argc, char **argv)
{
	const char *drill = NULL, *drill_folder = NULL;
	bool trust_clock = false, drill_to_file = false;
	const struct program_option own[] = {{"trust-clock", NULL, &trust_clock},
					     {"drill", &drill, NULL},
					     {"drill-folder", &drill_folder, NULL},
					     {"drill-to-file", NULL, &drill_to_file},
					     {NULL, NULL, NULL}};
	struct collector_config config = {0};
	struct program_options o;
	struct findings f;
	int status;

	if (!program_options_read(argc, argv, "vigia-collector", usage, own, &o, &status))
		return status;
	/* Posts, addresses and keys are in what we write: nobody else reads it unless a file says so itself. */
	umask(077);
	findings_init(&f);
	status = 1;
	if (!collector_config_read(o.file, &config, &f)) {
		program_options_say(&f);
	} else if (o.mode == PROGRAM_DUMPS) {
		dump(&config);
		status = 0;
	} else if (o.mode == PROGRAM_CHECKS) {
		status = check_plan(&config, &f) ? 0 : 1;
		program_options_say(&f);
		if (!check_identity(&config))
			status = 1;
	} else {
		config.trust_clock = trust_clock;
		if (drill != NULL)
			collector_config_for_drill(&config, drill, drill_folder, drill_to_file,
						   clock_system());
		status = drill == NULL || check_drill(&config, &f) ? collector_run(&config) : 2;
	}
	findings_release(&f);
	collector_config_release(&config);
	return status;
}
