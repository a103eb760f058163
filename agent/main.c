/* vigia-agent: probes, keeps results on disk until the collector has them. Options and wiring only. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/agent_config.h"
#include "agent/generation.h"
#include "agent/run.h"
#include "base/buf.h"
#include "base/program_options.h"
#include "base/secrets.h"

static const char usage[] =
	"usage: vigia-agent -c FILE [--check | --dump-config]\n"
	"       vigia-agent --help | --version\n"
	"  -c FILE        agent.yaml\n"
	"  --check        read the configuration, say what is wrong, and end (0 = sound)\n"
	"  --dump-config  print the configuration with its defaults\n"
	"SIGHUP reads FILE again; SIGTERM stops cleanly: nothing that was measured is lost.\n";

/* What the checks of this agent need, as far as it has heard of them: the copy in its data folder tells. */
static void check_secrets(const struct agent_config *c, struct findings *f)
{
	struct secrets *secrets = secrets_open(c->secrets, f);
	struct err_info info;
	struct buf text;
	char at[4200];

	buf_init(&text, BUF_MAX_HTTP_ANSWER_IN);
	snprintf(at, sizeof(at), "%s/checks.json", c->data);
	if (secrets != NULL && generation_read_copy(c->data, &text))
		err_ignore(generation_check_secrets(buf_slice(&text), secrets, at, f, &info));
	buf_release(&text);
	secrets_free(secrets);
}

int main(int argc, char **argv)
{
	struct agent_config config = {0};
	struct program_options o;
	struct findings f;
	int status;

	if (!program_options_read(argc, argv, "vigia-agent", usage, NULL, &o, &status))
		return status;
	/* Posts, addresses and keys are in what we write: nobody else reads it unless a file says so itself. */
	umask(077);
	findings_init(&f);
	status = 1;
	if (!agent_config_read(o.file, &config, &f)) {
		program_options_say(&f);
	} else if (o.mode == PROGRAM_DUMPS) {
		program_options_dump(agent_config_params, &config);
		status = 0;
	} else if (o.mode == PROGRAM_CHECKS) {
		check_secrets(&config, &f);
		program_options_say(&f);
		status = f.errors == 0 ? 0 : 1;
	} else {
		status = agent_run(o.file, &config);
	}
	findings_release(&f);
	agent_config_release(&config);
	return status;
}
