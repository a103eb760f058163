/* plan profiles: the kinds of devices that a component may name, with what each watches and may be told; plan profile: the text
 * of one, to copy. */
#include <string.h>

#include "base/findings.h"
#include "base/json_emit.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "plan/profile_shelf.h"

struct page {
	struct buf *out;
	bool english;
};

static const char *say(const struct page *p, const char *es, const char *en)
{
	return p->english ? en : es;
}

static const char *id_of(const struct yaml_node *check)
{
	return yaml_map_get(check, "id")->text.p;
}

/* "name of the list: a, b", nothing of an empty one. */
static void put_ids(const struct page *p, const char *title, const struct profile_nodes *checks)
{
	for (size_t i = 0; i < checks->count; i++)
		buf_printf(p->out, "%s%s", i == 0 ? title : ", ", id_of(checks->items[i]));
	buf_puts(p->out, checks->count > 0 ? "\n" : "");
}

static void put_options(const struct page *p, const char *indent,
			const struct profile_options *options)
{
	for (size_t i = 0; i < options->count; i++) {
		const struct profile_option *o = &options->items[i];

		buf_printf(p->out, "%s%s", indent, o->name);
		if (o->fallback == NULL)
			buf_printf(p->out, " (%s)", say(p, "obligatorio", "required"));
		else if (o->fallback[0] != '\0')
			buf_printf(p->out, " = %s", o->fallback);
		buf_printf(p->out, "  %s\n", o->help);
	}
}

static void put_list(const struct page *p, const struct profile_list *l)
{
	buf_printf(p->out, "  %s %s: ", say(p, "lista", "list"), l->name);
	for (size_t i = 0; i < l->row_count; i++)
		buf_printf(p->out, "%s%s", i > 0 ? " | " : "", l->rows[i].key);
	buf_printf(p->out, "%s%s\n", l->row_count > 0 ? "  " : "", l->help);
	put_options(p, "    ", &l->keys);
	put_ids(p, say(p, "    revisa: ", "    checks: "), &l->checks);
	put_ids(p, say(p, "    revisa del par: ", "    checks of the pair: "), &l->pair);
}

static void put_profile(const struct page *p, const struct profile *x)
{
	buf_printf(p->out, "%s  %s\n", x->id, x->name);
	if (x->help[0] != '\0')
		buf_printf(p->out, "  %s\n", x->help);
	put_ids(p, say(p, "  revisa: ", "  checks: "), &x->checks);
	put_ids(p, say(p, "  revisa del par: ", "  checks of the pair: "), &x->pair);
	if (x->traps.count > 0)
		buf_printf(p->out, "  %s: %zu\n",
			   say(p, "avisos (traps) que entiende", "traps that it knows"),
			   x->traps.count);
	if (x->options.count > 0)
		buf_printf(p->out, "  %s\n", say(p, "opciones (with):", "options (with):"));
	put_options(p, "    ", &x->options);
	for (size_t i = 0; i < x->list_count; i++)
		put_list(p, &x->lists[i]);
}

/* --- JSON ---------------------------------------------------------------------------------------- */

static void json_ids(struct json_emit *j, const char *key, const struct profile_nodes *checks)
{
	json_key(j, key);
	json_open_array(j);
	for (size_t i = 0; i < checks->count; i++)
		json_str(j, id_of(checks->items[i]));
	json_close_array(j);
}

static void json_options(struct json_emit *j, const char *key,
			 const struct profile_options *options)
{
	json_key(j, key);
	json_open_array(j);
	for (size_t i = 0; i < options->count; i++) {
		const struct profile_option *o = &options->items[i];

		json_open_object(j);
		json_kv_str(j, "name", o->name);
		json_kv_str(j, "type", profile_value_words[o->type]);
		json_kv_str(j, "default", o->fallback);
		json_kv_str(j, "help", o->help);
		json_close_object(j);
	}
	json_close_array(j);
}

static void json_profile(struct json_emit *j, const struct profile *x)
{
	json_open_object(j);
	json_kv_str(j, "id", x->id);
	json_kv_str(j, "name", x->name);
	json_kv_str(j, "help", x->help);
	json_options(j, "options", &x->options);
	json_ids(j, "checks", &x->checks);
	json_ids(j, "pair", &x->pair);
	json_key(j, "lists");
	json_open_array(j);
	for (size_t i = 0; i < x->list_count; i++) {
		const struct profile_list *l = &x->lists[i];

		json_open_object(j);
		json_kv_str(j, "name", l->name);
		json_kv_str(j, "help", l->help);
		json_key(j, "rows");
		json_open_array(j);
		for (size_t k = 0; k < l->row_count; k++)
			json_str(j, l->rows[k].key);
		json_close_array(j);
		json_options(j, "keys", &l->keys);
		json_ids(j, "checks", &l->checks);
		json_ids(j, "pair", &l->pair);
		json_close_object(j);
	}
	json_close_array(j);
	json_kv_i64(j, "traps", (int64_t)x->traps.count);
	json_close_object(j);
}

void profiles_cmd_write(struct profile_shelf *s, bool json, bool english, struct buf *out)
{
	struct page p = {out, english};
	struct json_emit j = json_emit_to(out);

	if (json)
		json_open_array(&j);
	for (size_t i = 0; i < profile_shelf_count(s); i++) {
		const struct profile *x = profile_shelf_get(s, i);

		if (x == NULL)
			continue;
		if (json)
			json_profile(&j, x);
		else
			put_profile(&p, x);
		buf_puts(out, !json && i + 1 < profile_shelf_count(s) ? "\n" : "");
	}
	if (json) {
		json_close_array(&j);
		buf_putc(out, '\n');
	}
}

/* What was to be printed; nothing if there are complaints, which can only be about a program that was built wrong. */
static int print(struct buf *out, const struct findings *f)
{
	struct buf text CLEANUP(buf_release) = {0};
	struct err_info info = {0};
	enum err e;

	if (f->errors > 0) {
		buf_init(&text, BUF_MAX_EVENT);
		findings_print(f, &text);
		return options_fail_text(EXIT_UNUSABLE, "%s", buf_cstr(&text));
	}
	e = output_print(buf_slice(out), &info);
	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}

int profiles_cmd_list(const struct options *o)
{
	struct findings f CLEANUP(findings_release) = {0};
	struct buf out CLEANUP(buf_release) = {0};
	struct profile_shelf *s;

	findings_init(&f);
	buf_init(&out, BUF_MAX_EVENT);
	s = profile_shelf_new(f.arena, &f);
	profiles_cmd_write(s, options_has(o, OPTION_JSON), options_is_english(o), &out);
	return print(&out, &f);
}

int profiles_cmd_show(const struct options *o)
{
	struct findings f CLEANUP(findings_release) = {0};
	struct buf out CLEANUP(buf_release) = {0};
	const struct yaml_node at = {.kind = YAML_SCALAR,
				     .file = "vigia",
				     .line = 1,
				     .column = 1,
				     .text = slice_of(o->args[0])};
	struct profile_shelf *s;

	findings_init(&f);
	buf_init(&out, BUF_MAX_EVENT);
	s = profile_shelf_new(f.arena, &f);
	for (size_t i = 0; i < profile_shelf_count(s); i++) {
		if (strcmp(profile_shelf_id(s, i), o->args[0]) != 0)
			continue;
		buf_put(&out, profile_shelf_file(s, i)->text.p, profile_shelf_file(s, i)->text.n);
		return print(&out, &f);
	}
	(void)profile_shelf_find(s, &at);
	return options_fail_text(EXIT_UNUSABLE, "%s", f.items[0].bare);
}
