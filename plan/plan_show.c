/* The plan as it is carried out, as YAML for people: what the journal holds, laid out in lines. */
#include <string.h>

#include "plan/plan_file.h"

enum { LINE_MAX_CHARS = 100 };

/* Text that YAML takes for nothing else, and that our loader fills nothing into. */
static bool is_plain(struct slice s)
{
	if (s.n == 0 || slice_is(s, "null") || s.p[0] == ' ' || s.p[0] == '-' || s.p[0] == '.' ||
	    s.p[0] == '%' || s.p[s.n - 1] == ' ')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x80 && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && strchr(" _./%+-", c) == NULL)
			return false;
	}
	return true;
}

static void put_scalar(struct buf *out, const struct yaml_node *n)
{
	struct slice s = n->text;

	if (!n->quoted || is_plain(s)) {
		buf_put(out, s.p, s.n);
		return;
	}
	buf_putc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		/* "${" as mere text is written "$${"; a secret's name is not mere text. */
		if (strncmp(s.p + i, "${", 2) == 0 && strncmp(s.p + i, "${secret:", 9) != 0 &&
		    strncmp(s.p + i, "${message", 9) != 0)
			buf_putc(out, '$');
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_putc(out, '\\');
		buf_putc(out, s.p[i]);
	}
	buf_putc(out, '"');
}

static void put_flow(struct buf *out, const struct yaml_node *n)
{
	bool is_map = n->kind == YAML_MAP;

	if (n->kind == YAML_SCALAR) {
		put_scalar(out, n);
		return;
	}
	buf_putc(out, is_map ? '{' : '[');
	for (const struct yaml_node *c = n->first; c != NULL; c = c->next) {
		if (is_map)
			buf_printf(out, "%s: ", c->key->text.p);
		put_flow(out, c);
		buf_puts(out, c->next != NULL ? ", " : "");
	}
	buf_putc(out, is_map ? '}' : ']');
}

/* Puts a node on the present line, if it fits there. */
static bool put_on_line(struct buf *out, const struct yaml_node *n, unsigned indent)
{
	size_t from = out->len;

	put_flow(out, n);
	if (n->kind == YAML_SCALAR || out->len - from + indent <= LINE_MAX_CHARS ||
	    !buf_is_ok(out)) {
		buf_putc(out, '\n');
		return true;
	}
	out->len = from;
	out->data[from] = '\0';
	return false;
}

static void put_indent(struct buf *out, unsigned indent)
{
	buf_printf(out, "%*s", (int)indent, "");
}

/* The entries of a list or map, a line each or more; the first stands where the line is. */
static void put_block(struct buf *out, const struct yaml_node *n, unsigned indent)
{
	for (const struct yaml_node *c = n->first; c != NULL; c = c->next) {
		if (c != n->first)
			put_indent(out, indent);
		if (n->kind == YAML_LIST) {
			buf_puts(out, "- ");
			if (!put_on_line(out, c, indent + 2))
				put_block(out, c, indent + 2);
			continue;
		}
		buf_printf(out, "%s: ", c->key->text.p);
		if (put_on_line(out, c, indent + (unsigned)c->key->text.n + 2))
			continue;
		out->data[out->len - 1] = '\n'; /* the blank behind the colon */
		put_indent(out, indent + 2);
		put_block(out, c, indent + 2);
	}
}

void plan_show(const struct plan *p, struct buf *out)
{
	struct arena *arena = arena_new();
	struct findings f;
	const struct yaml_node *root;

	findings_init(&f);
	root = yaml_doc_parse("plan", p->json, arena, &f);
	if (root != NULL) /* it always is: the plan was made by the same reader */
		put_block(out, root, 0);
	findings_release(&f);
	arena_free(arena);
}
