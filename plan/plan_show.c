/* The plan as it is carried out, as YAML for people: what the journal holds, laid out in lines. */
#include <string.h>

#include "base/json_emit.h"
#include "plan/plan_file.h"
#include "plan/plan_loader.h"

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

static void put_key(struct buf *out, const struct yaml_node *n)
{
	put_scalar(out, n->key);
	buf_puts(out, ": ");
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
			put_key(out, c);
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
		put_key(out, c);
		if (put_on_line(out, c, indent + (unsigned)c->key->text.n + 2))
			continue;
		out->data[out->len - 1] = '\n'; /* the blank behind the colon */
		put_indent(out, indent + 2);
		put_block(out, c, indent + 2);
	}
}

/* --- documents ----------------------------------------------------------------------------------- */

enum {
	DOCUMENT_DEPTH_MAX = 16
}; /* a file of YAML is 32 deep at most, and the document stands some way down */

/* Nothing is filled in within keys: what would be written differently there cannot be shown. */
static bool can_be_shown(const struct yaml_node *n, unsigned depth)
{
	for (const struct yaml_node *c = n->first; c != NULL; c = c->next) {
		if (depth == DOCUMENT_DEPTH_MAX || (c->key != NULL && !is_plain(c->key->text)) ||
		    !can_be_shown(c, depth + 1))
			return false;
	}
	return true;
}

/* A parameter that is a map or list stands in the journal as its JSON in one text. It is shown as it was written, if just that is
 * what it would be read as. */
static void lay_out(struct yaml_node *n, struct arena *arena)
{
	struct buf again CLEANUP(buf_release);
	struct yaml_node *doc;
	struct json_emit j;
	struct findings f;

	findings_init(&f);
	buf_init(&again, BUF_MAX_EVENT);
	j = json_emit_to(&again);
	doc = yaml_doc_parse("plan", n->text, arena, &f);
	if (doc != NULL && doc->kind != YAML_SCALAR && can_be_shown(doc, 0)) {
		plan_put_doc(&j, doc);
		if (slice_eq(buf_slice(&again), n->text)) {
			n->kind = doc->kind;
			n->first = doc->first;
		}
	}
	findings_release(&f);
}

static void lay_out_check(struct yaml_node *check, const struct check_schema *type,
			  struct arena *arena)
{
	for (struct yaml_node *v = check->first; v != NULL; v = v->next) {
		const struct param *row = param_find(type->params, v->key->text);

		if (row != NULL && row->type == PARAM_TYPE_DOC && v->kind == YAML_SCALAR)
			lay_out(v, arena);
	}
}

/* The checks of the page are those of the plan, in their order. */
static void lay_out_documents(const struct plan *p, struct yaml_node *root, struct arena *arena)
{
	struct yaml_node *components = yaml_map_get(root, "components");
	uint32_t i = 0;

	for (struct yaml_node *c = components != NULL ? components->first : NULL; c != NULL;
	     c = c->next) {
		struct yaml_node *checks = yaml_map_get(c, "checks");

		for (struct yaml_node *k = checks != NULL ? checks->first : NULL; k != NULL;
		     k = k->next)
			lay_out_check(k, p->checks[i++].schema, arena);
	}
}

void plan_show(const struct plan *p, struct buf *out)
{
	struct arena *arena = arena_new();
	struct findings f;
	struct yaml_node *root;

	findings_init(&f);
	root = yaml_doc_parse("plan", p->json, arena, &f);
	if (root != NULL) { /* it always is: the plan was made by the same reader */
		lay_out_documents(p, root, arena);
		put_block(out, root, 0);
	}
	findings_release(&f);
	arena_free(arena);
}
