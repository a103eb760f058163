/* vigia-collector: takes results in, keeps the clocks, journals, calls people. Options and wiring only. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "base/tls_home.h"
#include "checks/check.h"
#include "collector/collector_config.h"
#include "collector/run.h"
#include "collector/secrets.h"
#include "plan/plan_file.h"

static const char usage[] =
	"usage: vigia-collector -c FILE [--check | --dump-config]\n"
	"       vigia-collector --help | --version\n"
	"  -c FILE        collector.yaml\n"
	"  --check        read configuration and plan, say what is wrong, and end (0 = sound)\n"
	"  --dump-config  print the configuration with its defaults\n"
	"  --trust-clock  the system's clock is right though it stands more than a year after the\n"
	"                 journal's last entry (needed once, after a long rest)\n"
	"SIGTERM stops cleanly, SIGHUP reloads the plan and looks at the certificate.\n";

static void print_findings(const struct findings *f)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	findings_print(f, &text);
	fputs(buf_cstr(&text), stderr);
	buf_release(&text);
}

static void dump(const struct collector_config *c)
{
	struct buf value;

	buf_init(&value, 8192);
	for (const struct param *p = collector_config_params; p->key != NULL; p++) {
		buf_reset(&value);
		if (param_get_text(p, c, &value))
			printf("%s: %s\n", p->key, buf_cstr(&value));
	}
	if (c->tls.mode == TLS_NONE)
		printf("tls: none\n");
	else if (c->tls.mode == TLS_GIVEN)
		printf("tls: {cert: %s, key: %s}\n", c->tls.cert, c->tls.key);
	buf_release(&value);
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

	if (p != NULL)
		plan_check_findings(p, f);
	if (p != NULL && secrets != NULL)
		secrets_check_plan(secrets, p, c->plan, f);
	secrets_free(secrets);
	plan_free(p);
	return f->errors == 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"check", no_argument, NULL, 'k'},
						{"dump-config", no_argument, NULL, 'd'},
						{"help", no_argument, NULL, 'h'},
						{"version", no_argument, NULL, 'v'},
						{"config", required_argument, NULL, 'c'},
						{"trust-clock", no_argument, NULL, 't'},
						{NULL, 0, NULL, 0}};
	struct collector_config config = {0};
	const char *file = NULL;
	struct findings f;
	int mode = 0, o, status = 1;
	bool trust_clock = false;

	while ((o = getopt_long(argc, argv, "c:hv", options, NULL)) != -1) {
		switch (o) {
		case 'c':
			file = optarg;
			break;
		case 'k':
		case 'd':
			mode = o;
			break;
		case 't':
			trust_clock = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		case 'v':
			printf("vigia-collector %s\n", VIGIA_VERSION);
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
	if (!collector_config_read(file, &config, &f)) {
		print_findings(&f);
	} else if (mode == 'd') {
		dump(&config);
		status = 0;
	} else if (mode == 'k') {
		status = check_plan(&config, &f) ? 0 : 1;
		print_findings(&f);
		if (!check_identity(&config))
			status = 1;
	} else {
		config.trust_clock = trust_clock;
		status = collector_run(&config);
	}
	findings_release(&f);
	collector_config_release(&config);
	return status;
}
