#include "dashboard/board_metrics.h"

static void counter(struct buf *out, const char *name, const char *help, uint64_t value)
{
	buf_printf(out,
		   "# HELP vigia_board_%s %s\n# TYPE vigia_board_%s counter\n"
		   "vigia_board_%s_total %llu\n",
		   name, help, name, name, (unsigned long long)value);
}

static void gauge(struct buf *out, const char *name, const char *help, uint64_t value)
{
	buf_printf(out,
		   "# HELP vigia_board_%s %s\n# TYPE vigia_board_%s gauge\nvigia_board_%s %llu\n",
		   name, help, name, name, (unsigned long long)value);
}

void board_metrics_put(struct buf *out, const struct graph_desk_stats *graphs)
{
	const struct render_pool_stats *p = &graphs->pool;

	counter(out, "charts_asked", "Charts and tables that were asked for.", graphs->asked);
	counter(out, "charts_known", "Charts answered with 304.", graphs->known);
	counter(out, "charts_cached", "Charts that had been drawn before.", graphs->cached);
	gauge(out, "charts_cache_bytes", "Memory of charts that are kept.", graphs->cache_bytes);
	counter(out, "charts_drawn", "Charts drawn by a render worker.", p->drawn);
	counter(out, "charts_refused", "Charts that the library would not draw.", p->refused);
	counter(out, "charts_busy", "Charts refused because too many waited.", p->busy);
	counter(out, "charts_retried", "Charts given to a second worker.", p->retried);
	counter(out, "charts_lost", "Charts that no worker could draw.", p->lost_drawings);
	counter(out, "render_workers_lost", "Render workers that ended or were ended.",
		p->workers_lost);
	counter(out, "render_workers_hung", "Render workers that took too long.", p->workers_hung);
	counter(out, "render_workers_retired", "Render workers replaced after their time.",
		p->workers_retired);
	gauge(out, "render_workers_ready", "Render workers that can draw.", p->ready);
	gauge(out, "render_workers_guarded",
	      "Render workers without rights to files, network and programs.", p->guarded);
	gauge(out, "charts_waiting", "Charts that wait for a worker.", p->waiting);
	buf_puts(out, "# EOF\n");
}
