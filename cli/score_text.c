#include "cli/score_text.h"

#include "base/micro.h"
#include "base/parse.h"

void score_text_put_time(struct buf *out, int64_t us)
{
	char text[32] = "-";

	if (us != MICRO_NONE)
		format_duration(text, sizeof(text), us);
	buf_printf(out, "  %9s", text);
}

static void put_since(struct buf *out, const struct score_service *v, struct wall_time t)
{
	bool known = wall_is_known(t) && wall_is_known(v->began);

	score_text_put_time(out, known ? wall_diff_us(t, v->began) : MICRO_NONE);
}

void score_text_put_moments(struct buf *out, const struct score_service *v)
{
	put_since(out, v, v->known);
	put_since(out, v, v->called);
	put_since(out, v, v->answered);
	put_since(out, v, v->decided);
	score_text_put_time(out, v->outage_us);
	score_text_put_time(out, v->rto_us);
}
