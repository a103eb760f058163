/* vigia - the operator's command. Wiring only; the commands stand in command_table.c. */
#include <curl/curl.h>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"

static int print(const struct buf *text)
{
	struct err_info info = {0};
	enum err e = output_print(buf_slice(text), &info);

	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}

int main(int argc, char **argv)
{
	struct buf text CLEANUP(buf_release) = {0};
	struct err_info info = {0};
	struct options o;
	int code;

	buf_init(&text, 1 << 20);
	if (options_parse(argc, argv, command_table, &o, &info) != ERR_OK)
		return options_fail_text(EXIT_UNUSABLE, "%s", info.text);
	if (options_has(&o, OPTION_VERSION)) {
		buf_puts(&text, "vigia " VIGIA_VERSION "\n");
		return print(&text);
	}
	if (options_has(&o, OPTION_HELP) && o.command != NULL) {
		options_write_help(o.command, &text);
		if (o.command->run == probe_cmd_run && o.arg_count > 0)
			probe_cmd_write_help(&o, &text);
		act_cmd_write_args(o.command, &text);
		return print(&text);
	}
	if (o.command == NULL) {
		options_write_overview(command_table, &text);
		code = print(&text);
		return options_has(&o, OPTION_HELP) ? code : EXIT_UNUSABLE;
	}
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return options_fail_text(EXIT_UNUSABLE, "libcurl does not start");
	code = o.command->run(&o);
	curl_global_cleanup();
	return code;
}
