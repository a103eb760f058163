/* plan check: every mistake of a plan in one run; plan show: the plan as it is carried out. */
#include <stdio.h>
#include <unistd.h>

#include "base/json_emit.h"
#include "checks/check.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "plan/plan_file.h"

static const char *severity_word(enum finding_severity s)
{
	switch (s) {
	case FINDING_ERROR:
		return "error";
	case FINDING_WARNING:
		return "warning";
	case FINDING_NOTE:
		break;
	}
	return "note";
}

static void write_counts(const struct plan *p, struct json_emit *j)
{
	json_key(j, "counts");
	json_open_object(j);
	json_kv_i64(j, "sites", p->site_count);
	json_kv_i64(j, "agents", p->agent_count);
	json_kv_i64(j, "components", p->component_count);
	json_kv_i64(j, "checks", p->check_count);
	json_kv_i64(j, "services", p->service_count);
	json_close_object(j);
}

static void write_json(const struct findings *f, const struct plan *p, struct buf *out)
{
	struct json_emit j = json_emit_to(out);

	json_open_object(&j);
	json_kv_bool(&j, "ok", f->errors == 0);
	json_kv_str(&j, "hash", p != NULL ? p->hash : NULL);
	if (p != NULL)
		write_counts(p, &j);
	json_key(&j, "findings");
	json_open_array(&j);
	for (size_t i = 0; i < f->count; i++) {
		const struct finding *x = &f->items[i];

		json_open_object(&j);
		json_kv_str(&j, "severity", severity_word(x->severity));
		json_kv_str(&j, "file", x->file);
		json_kv_i64(&j, "line", x->line);
		json_kv_i64(&j, "column", x->column);
		json_kv_str(&j, "code", x->code);
		json_kv_str(&j, "text", x->text);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
	buf_putc(out, '\n');
}

static void write_text(const struct findings *f, const struct plan *p, const char *path,
		       struct buf *out)
{
	findings_print(f, out);
	if (f->errors > 0)
		buf_printf(out, "%s: %zu errors\n", path, f->errors - f->joined);
	else if (p != NULL)
		buf_printf(out,
			   "%s: %u sites, %u agents, %u components, %u checks, %u services; plan "
			   "%.12s\n",
			   path, p->site_count, p->agent_count, p->component_count, p->check_count,
			   p->service_count, p->hash);
}

int plan_cmd_check(const struct options *o)
{
	struct findings f CLEANUP(findings_release) = {0};
	struct buf out CLEANUP(buf_release) = {0};
	struct err_info info = {0};
	const char *path = o->args[0];
	struct plan *p;
	enum err e;
	int code;

	if (access(path, R_OK) < 0) {
		(void)err_fail_errno(&info, ERR_IO, "%s", path);
		return options_fail(ERR_IO, &info);
	}
	findings_init(&f);
	buf_init(&out, BUF_MAX_EVENT);
	p = plan_file_load(path, &check_schemas, &f);
	if (p != NULL)
		plan_check_findings(p, &f);
	findings_sort(&f);
	if (options_has(o, OPTION_JSON))
		write_json(&f, p, &out);
	else
		write_text(&f, p, path, &out);
	code = f.errors > 0 || p == NULL ? EXIT_NO : EXIT_OK;
	plan_free(p);
	e = output_print(buf_slice(&out), &info);
	return e == ERR_OK ? code : options_fail(e, &info);
}

/* Complaints about the plan: on standard error, since standard output is the plan's. */
static int complain(const struct findings *f, const char *path)
{
	struct buf text CLEANUP(buf_release);

	buf_init(&text, BUF_MAX_EVENT);
	findings_print(f, &text);
	fputs(buf_cstr(&text), stderr);
	return options_fail_text(EXIT_NO, "%s: %zu errors; nothing is shown", path,
				 f->errors - f->joined);
}

int plan_cmd_show(const struct options *o)
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
	buf_init(&out, 4ul * BUF_MAX_EVENT);
	p = plan_file_load(path, &check_schemas, &f);
	if (p == NULL)
		return complain(&f, path);
	if (options_has(o, OPTION_JSON)) {
		buf_put(&out, p->json.p, p->json.n);
		buf_putc(&out, '\n');
	} else {
		plan_show(p, &out);
	}
	plan_free(p);
	e = output_print(buf_slice(&out), &info);
	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}

struct plan *plan_cmd_load(const char *path)
{
	struct findings f CLEANUP(findings_release) = {0};
	struct buf text CLEANUP(buf_release) = {0};
	struct err_info info = {0};
	struct plan *p;

	if (access(path, R_OK) < 0) {
		(void)err_fail_errno(&info, ERR_IO, "%s", path);
		(void)options_fail(ERR_IO, &info);
		return NULL;
	}
	buf_init(&text, BUF_MAX_EVENT);
	findings_init(&f);
	p = plan_file_load(path, &check_schemas, &f);
	if (p == NULL) {
		findings_sort(&f);
		findings_print(&f, &text);
		fputs(buf_cstr(&text), stderr);
		(void)options_fail_text(EXIT_UNUSABLE, "%s: %zu errors; nothing is played", path,
					f.errors - f.joined);
	}
	return p;
}
