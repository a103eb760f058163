#include "base/program_options.h"

#include <assert.h>
#include <getopt.h>
#include <stdio.h>

#include "base/buf.h"

enum { OWN = 256 }; /* the numbers of a program's own options begin here, beyond every letter */

static const struct option common[] = {{"check", no_argument, NULL, 'k'},
				       {"dump-config", no_argument, NULL, 'd'},
				       {"help", no_argument, NULL, 'h'},
				       {"version", no_argument, NULL, 'v'},
				       {"config", required_argument, NULL, 'c'}};

static void take_own(const struct program_option *o)
{
	if (o->text != NULL)
		*o->text = optarg;
	if (o->given != NULL)
		*o->given = true;
}

bool program_options_read(int argc, char **argv, const char *program, const char *usage,
			  const struct program_option *own, struct program_options *ret,
			  int *ret_status)
{
	struct option all[COUNT_OF(common) + PROGRAM_OPTIONS_MAX + 1] = {0};
	size_t n = 0;
	int o;

	for (; n < COUNT_OF(common); n++)
		all[n] = common[n];
	for (size_t i = 0; own != NULL && own[i].name != NULL; i++) {
		assert(i < PROGRAM_OPTIONS_MAX);
		all[n++] = (struct option){own[i].name,
					   own[i].text != NULL ? required_argument : no_argument,
					   NULL, OWN + (int)i};
	}
	*ret = (struct program_options){0};
	*ret_status = 0;
	optind = 0; /* GNU: from the beginning */
	while ((o = getopt_long(argc, argv, "c:hv", all, NULL)) != -1) {
		if (o >= OWN)
			take_own(&own[o - OWN]);
		else if (o == 'c')
			ret->file = optarg;
		else if (o == 'k')
			ret->mode = PROGRAM_CHECKS;
		else if (o == 'd')
			ret->mode = PROGRAM_DUMPS;
		else if (o == 'h') {
			fputs(usage, stdout);
			return false;
		} else if (o == 'v') {
			printf("%s %s\n", program, VIGIA_VERSION);
			return false;
		} else {
			break; /* getopt has said what is wrong */
		}
	}
	if (o == -1 && ret->file != NULL && optind == argc)
		return true;
	fputs(usage, stderr);
	*ret_status = 2;
	return false;
}

void program_options_dump(const struct param *table, const void *config)
{
	struct buf value;

	buf_init(&value, 8192);
	for (const struct param *p = table; p->key != NULL; p++) {
		buf_reset(&value);
		if (param_get_text(p, config, &value))
			printf("%s: %s\n", p->key, buf_cstr(&value));
	}
	buf_release(&value);
}

void program_options_say(const struct findings *f)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	findings_print(f, &text);
	fputs(buf_cstr(&text), stderr);
	buf_release(&text);
}
