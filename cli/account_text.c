#include "cli/account_text.h"

#include <string.h>

#include <jansson.h>

#include "base/timefmt.h"
#include "cli/output.h"

static const char *text_of(const json_t *v, const char *key, const char *fallback)
{
	const char *s = json_string_value(json_object_get(v, key));

	return s != NULL ? s : fallback;
}

static void put_moment(const json_t *v, const char *key, const char *title, struct buf *out)
{
	double s = json_number_value(json_object_get(v, key));
	char text[TIMEFMT_SIZE];

	if (s <= 0 || s > 253402300799.0)
		return;
	timefmt_local(text, (struct wall_time){(int64_t)(s * 1e6 + 0.5)});
	buf_printf(out, "  %s %s", title, text);
}

static void put_account(const json_t *a, bool english, struct buf *out)
{
	output_put_clean(out, text_of(a, "login", "?"));
	buf_puts(out, "  ");
	output_put_clean(out, text_of(a, "role", "?"));
	if (json_is_string(json_object_get(a, "person"))) {
		buf_puts(out, english ? "  as " : "  como ");
		output_put_clean(out, text_of(a, "person", ""));
	}
	if (strcmp(text_of(a, "state", "active"), "disabled") == 0)
		buf_puts(out, english ? "  DISABLED" : "  DESHABILITADA");
	else if (strcmp(text_of(a, "state", "active"), "invited") == 0)
		buf_puts(out, english ? "  invited" : "  invitada");
	if (json_is_true(json_object_get(a, "totp")))
		buf_puts(out, english ? "  code" : "  código");
	if (json_is_true(json_object_get(a, "pin")))
		buf_puts(out, "  PIN");
	put_moment(a, "last_login", english ? "last log-in" : "última entrada", out);
	put_moment(a, "locked_until", english ? "locked until" : "bloqueada hasta", out);
	buf_putc(out, '\n');
}

enum err account_text_list(const char *json, size_t n, bool english, struct buf *out)
{
	json_t *root = json_loadb(json, n, JSON_REJECT_DUPLICATES, NULL);
	const json_t *list = json_object_get(root, "accounts"), *a;
	enum err e = json_is_array(list) ? ERR_OK : ERR_SYNTAX;
	size_t i;

	if (e == ERR_OK && json_array_size(list) == 0)
		buf_puts(out, english ? "no accounts yet: vigia account first\n"
				      : "todavía no hay cuentas: vigia account first\n");
	json_array_foreach(list, i, a) put_account(a, english, out);
	json_decref(root);
	return e;
}

enum err account_text_session(const char *json, size_t n, bool english, struct buf *out)
{
	json_t *root = json_loadb(json, n, JSON_REJECT_DUPLICATES, NULL);
	const json_t *account = json_object_get(root, "account"),
		     *rights = json_object_get(root, "rights"), *right;
	enum err e = json_is_object(account) && json_is_array(rights) ? ERR_OK : ERR_SYNTAX;
	size_t i;

	if (e == ERR_OK) {
		put_account(account, english, out);
		buf_puts(out, english ? "rights:" : "permisos:");
		json_array_foreach(rights, i, right)
		{
			buf_putc(out, ' ');
			output_put_clean(out,
					 json_is_string(right) ? json_string_value(right) : "?");
		}
		put_moment(root, "expires", english ? "\nsession until" : "\nsesión hasta", out);
		buf_putc(out, '\n');
	}
	json_decref(root);
	return e;
}

/* The invitation, or a service's token, is told once: here. */
enum err account_text_added(const char *json, size_t n, bool english, struct buf *out)
{
	json_t *root = json_loadb(json, n, JSON_REJECT_DUPLICATES, NULL);
	const json_t *account = json_object_get(root, "account");
	const char *invitation = text_of(root, "invitation", NULL),
		   *token = text_of(root, "token", NULL);
	enum err e = json_is_object(root) ? ERR_OK : ERR_SYNTAX;

	if (e == ERR_OK)
		put_account(account != NULL ? account : root, english, out);
	if (invitation != NULL) {
		buf_puts(out, english ? "invitation (24 hours, once): "
				      : "invitación (24 horas, una vez): ");
		output_put_clean(out, invitation);
		buf_putc(out, '\n');
	}
	if (token != NULL) {
		buf_puts(out, english ? "token (shown once): " : "llave (se muestra una vez): ");
		output_put_clean(out, token);
		buf_putc(out, '\n');
	}
	json_decref(root);
	return e;
}
