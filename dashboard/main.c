/* vigia-dashboard: the live board. Options and wiring only. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <uv.h>

#include "base/log.h"
#include "base/program_options.h"
#include "base/sd_notify.h"
#include "dashboard/board.h"
#include "dashboard/dashboard_config.h"
#include "dashboard/render_worker.h"

static const char usage[] =
	"usage: vigia-dashboard -c FILE [--check | --dump-config]\n"
	"       vigia-dashboard --help | --version\n"
	"  -c FILE        dashboard.yaml\n"
	"  --check        read the configuration, say what is wrong, and end (0 = sound)\n"
	"  --dump-config  print the configuration with its defaults\n"
	"SIGTERM stops cleanly, SIGHUP reads the certificate again.\n";

enum { LOOK_EVERY_MS = 24 * 3600 * 1000 };

struct life {
	uv_loop_t loop;
	uv_signal_t term, intr, hup;
	uv_timer_t daily;
	struct board *board;
	struct sd_watchdog *watchdog;
};

static void on_stopped(void *user)
{
	(void)user;
	log_event(LOG_NOTICE, "dashboard.stopped", "version=%s", VIGIA_VERSION);
}

static void on_signal(uv_signal_t *s, int number)
{
	struct life *l = s->data;

	(void)number;
	log_event(LOG_NOTICE, "dashboard.stopping", "version=%s", VIGIA_VERSION);
	sd_notify_stopping();
	sd_watchdog_stop(l->watchdog);
	uv_close((uv_handle_t *)&l->term, NULL);
	uv_close((uv_handle_t *)&l->intr, NULL);
	uv_close((uv_handle_t *)&l->hup, NULL);
	uv_close((uv_handle_t *)&l->daily, NULL);
	board_stop(l->board, on_stopped, l);
}

static void renew(struct life *l)
{
	struct err_info info = {0};

	if (board_renew(l->board, &info) != ERR_OK)
		log_event(LOG_ERROR, "certificate.not-renewed", "text=%s", log_quote(info.text));
}

static void on_hup(uv_signal_t *s, int number)
{
	(void)number;
	renew(s->data);
}

static void on_daily(uv_timer_t *t)
{
	renew(t->data);
}

static int serve(const struct dashboard_config *config)
{
	struct life l = {0};
	struct err_info info = {0};

	signal(SIGPIPE, SIG_IGN);
	uv_loop_init(&l.loop);
	if (board_start(&l.loop, config, &l.board, &info) != ERR_OK) {
		log_event(LOG_ERROR, "dashboard.not-started", "text=%s", log_quote(info.text));
		uv_run(&l.loop, UV_RUN_DEFAULT);
		uv_loop_close(&l.loop);
		return 1;
	}
	uv_signal_init(&l.loop, &l.term);
	uv_signal_init(&l.loop, &l.intr);
	uv_signal_init(&l.loop, &l.hup);
	uv_timer_init(&l.loop, &l.daily);
	l.term.data = l.intr.data = l.hup.data = l.daily.data = &l;
	uv_signal_start(&l.hup, on_hup, SIGHUP);
	uv_timer_start(&l.daily, on_daily, LOOK_EVERY_MS, LOOK_EVERY_MS);
	uv_signal_start(&l.term, on_signal, SIGTERM);
	uv_signal_start(&l.intr, on_signal, SIGINT);
	log_event(LOG_NOTICE, "dashboard.started", "listen=%s:%u collector=%s version=%s",
		  config->host, board_port(l.board), config->collector, VIGIA_VERSION);
	l.watchdog = sd_watchdog_start(&l.loop);
	sd_notify_ready(config->listen);
	uv_run(&l.loop, UV_RUN_DEFAULT); /* ends when the board has closed its last handle */
	return uv_loop_close(&l.loop) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct dashboard_config config = {0};
	struct program_options o;
	struct findings f;
	int status;

	/* What render_pool starts; nobody types it. */
	if (argc == 3 && strcmp(argv[1], "--render") == 0)
		return render_worker_main(argv[2]);
	if (!program_options_read(argc, argv, "vigia-dashboard", usage, NULL, &o, &status))
		return status;
	findings_init(&f);
	status = 1;
	if (!dashboard_config_read(o.file, &config, &f)) {
		program_options_say(&f);
	} else if (o.mode == PROGRAM_DUMPS) {
		program_options_dump(dashboard_config_params, &config);
		status = 0;
	} else if (o.mode == PROGRAM_CHECKS) {
		program_options_say(&f);
		status = 0;
	} else {
		status = serve(&config);
	}
	findings_release(&f);
	dashboard_config_release(&config);
	return status;
}
