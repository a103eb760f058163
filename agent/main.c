/* vigia-agent: probes, keeps results on disk until the collector has them. Options and wiring only. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/agent_config.h"
#include "agent/generation.h"
#include "agent/run.h"
#include "base/buf.h"
#include "base/secrets.h"

static const char usage[] =
	"usage: vigia-agent -c FILE [--check | --dump-config]\n"
	"       vigia-agent --help | --version\n"
	"  -c FILE        agent.yaml\n"
	"  --check        read the configuration, say what is wrong, and end (0 = sound)\n"
	"  --dump-config  print the configuration with its defaults\n"
	"SIGHUP reads FILE again; SIGTERM stops cleanly: nothing that was measured is lost.\n";

static void print_findings(const struct findings *f)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	findings_print(f, &text);
	fputs(buf_cstr(&text), stderr);
	buf_release(&text);
}

static void dump(const struct agent_config *c)
{
	struct buf value;

	buf_init(&value, 8192);
	for (const struct param *p = agent_config_params; p->key != NULL; p++) {
		buf_reset(&value);
		if (param_get_text(p, c, &value))
			printf("%s: %s\n", p->key, buf_cstr(&value));
	}
	buf_release(&value);
}

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
	static const struct option options[] = {
		{"check", no_argument, NULL, 'k'},        {"dump-config", no_argument, NULL, 'd'},
		{"help", no_argument, NULL, 'h'},         {"version", no_argument, NULL, 'v'},
		{"config", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0}};
	struct agent_config config = {0};
	const char *file = NULL;
	struct findings f;
	int mode = 0, o, status = 1;

	while ((o = getopt_long(argc, argv, "c:hv", options, NULL)) != -1) {
		switch (o) {
		case 'c':
			file = optarg;
			break;
		case 'k':
		case 'd':
			mode = o;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		case 'v':
			printf("vigia-agent %s\n", VIGIA_VERSION);
			return 0;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}
	if (file == NULL || optind != argc) {
		fputs(usage, stderr);
		return 2;
	}
	/* Posts, addresses and keys are in what we write: nobody else reads it unless a file says so itself. */
	umask(077);
	findings_init(&f);
	if (!agent_config_read(file, &config, &f)) {
		print_findings(&f);
	} else if (mode == 'd') {
		dump(&config);
		status = 0;
	} else if (mode == 'k') {
		check_secrets(&config, &f);
		print_findings(&f);
		status = f.errors == 0 ? 0 : 1;
	} else {
		status = agent_run(file, &config);
	}
	findings_release(&f);
	agent_config_release(&config);
	return status;
}
