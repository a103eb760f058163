/* plan redundancy: what each service cannot do without: its single points of failure and its cut sets of two and three. */
#include <stdio.h>
#include <unistd.h>

#include "base/json_emit.h"
#include "checks/check.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "engine/cutset.h"
#include "plan/plan_file.h"

enum { SHOWN_MAX = 12 }; /* of one order; --json has all */

struct page {
	const struct plan *plan;
	struct buf *out;
	bool english;
};

static const char *say(const struct page *p, const char *es, const char *en)
{
	return p->english ? en : es;
}

static void put_set(const struct page *p, const struct cutset *c)
{
	for (uint32_t i = 0; i < c->order; i++) {
		bool both = i + 1 < c->order && c->components[i + 1] == c->components[i];

		buf_printf(p->out, "%s%s%s", i > 0 ? " + " : "",
			   both ? say(p, "las dos unidades de ", "both units of ") : "",
			   p->plan->components[c->components[i]].id);
		i += both;
	}
}

static void put_order(const struct page *p, const struct cutset_list *l, uint32_t order)
{
	static const char *const es[] = {"", "una falla  ", "dos fallas ", "tres fallas"};
	static const char *const en[] = {"", "one failure", "two        ", "three      "};
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++) {
		if (l->items[i].order != order)
			continue;
		if (n == 0)
			buf_printf(p->out, "  %s  ", (p->english ? en : es)[order]);
		if (n < SHOWN_MAX) {
			buf_puts(p->out, n > 0 ? ", " : "");
			put_set(p, &l->items[i]);
		}
		n++;
	}
	if (n > SHOWN_MAX) {
		buf_puts(p->out, say(p, " y ", " and "));
		buf_put_i64(p->out, (int64_t)(n - SHOWN_MAX));
		buf_puts(p->out, say(p, " más", " more"));
	}
	if (n > 0)
		buf_putc(p->out, '\n');
	if (order > l->complete)
		buf_puts(p->out, say(p, "  (hay más de los que se listan)\n",
				     "  (there are more than are listed)\n"));
}

static void put_service(const struct page *p, const struct plan_service *s)
{
	struct cutset_list l;

	cutset_find(p->plan, s->needs, &l);
	buf_printf(p->out, "%s (%s)\n", s->name, s->id);
	for (uint32_t order = 1; order <= CUTSET_ORDER_MAX && order <= l.complete + 1; order++)
		put_order(p, &l, order);
	if (l.count == 0)
		buf_puts(p->out, say(p, "  aguanta tres fallas cualesquiera\n",
				     "  any three failures leave it working\n"));
	cutset_list_release(&l);
}

static void put_json(struct json_emit *j, const struct plan *plan, const struct plan_service *s)
{
	struct cutset_list l;

	cutset_find(plan, s->needs, &l);
	json_open_object(j);
	json_kv_str(j, "service", s->id);
	json_kv_i64(j, "complete", l.complete);
	json_key(j, "cut_sets");
	json_open_array(j);
	for (size_t i = 0; i < l.count; i++) {
		json_open_array(j);
		for (uint32_t k = 0; k < l.items[i].order; k++)
			json_str(j, plan->components[l.items[i].components[k]].id);
		json_close_array(j);
	}
	json_close_array(j);
	json_close_object(j);
	cutset_list_release(&l);
}

void redundancy_cmd_write(const struct plan *plan, bool json, bool english, struct buf *out)
{
	struct page p = {plan, out, english};
	struct json_emit j = json_emit_to(out);

	if (json) {
		json_open_array(&j);
		for (uint32_t i = 0; i < plan->service_count; i++)
			put_json(&j, plan, &plan->services[i]);
		json_close_array(&j);
		buf_putc(out, '\n');
		return;
	}
	for (uint32_t i = 0; i < plan->service_count; i++)
		put_service(&p, &plan->services[i]);
}

int redundancy_cmd_run(const struct options *o)
{
	struct findings f CLEANUP(findings_release) = {0};
	struct buf out CLEANUP(buf_release) = {0};
	struct err_info info = {0};
	const char *path = o->args[0];
	struct plan *p;
	enum err e;

	if (access(path, R_OK) < 0) {
		(void)err_fail_errno(&info, ERR_IO, "%s", path);
		return options_fail(ERR_IO, &info);
	}
	findings_init(&f);
	buf_init(&out, 16ul * BUF_MAX_EVENT);
	p = plan_file_load(path, &check_schemas, &f);
	if (p == NULL) {
		findings_print(&f, &out);
		fputs(buf_cstr(&out), stderr);
		return options_fail_text(EXIT_NO, "%s: %zu errors; nothing is shown", path,
					 f.errors - f.joined);
	}
	redundancy_cmd_write(p, options_has(o, OPTION_JSON), options_is_english(o), &out);
	plan_free(p);
	e = output_print(buf_slice(&out), &info);
	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}
