#include "base/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/secret_ref.h"

enum { SECRETS_MAX = 1000, SECRET_SIZE_MAX = 4096, FILE_MAX = 1 << 20 };

struct secret {
	char *name, *value;
};
struct secrets {
	struct secret items[SECRETS_MAX];
	size_t count;
};

static void wipe_text(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

void secrets_free(struct secrets *s)
{
	for (size_t i = 0; s != NULL && i < s->count; i++) {
		free(s->items[i].name);
		wipe_text(s->items[i].value);
	}
	free(s);
}

void secrets_wipe(struct buf *b)
{
	if (b->data != NULL)
		explicit_bzero(b->data, b->cap);
	buf_release(b);
}

static bool is_one_line(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7F)
			return false;
	}
	return s.n > 0 && s.n <= SECRET_SIZE_MAX;
}

static void take_all(struct secrets *s, const struct yaml_node *root, struct findings *f)
{
	if (root->kind != YAML_MAP) {
		findings_add(f, FINDING_ERROR, root, "not-a-map", "write NAME: value, one a line");
		return;
	}
	for (const struct yaml_node *n = root->first; n != NULL; n = n->next) {
		struct slice name = n->key->text;

		if (!secret_ref_is_name(name))
			findings_add(f, FINDING_ERROR, n->key, "syntax",
				     "a name is 1 to 63 of A-Z a-z 0-9 '.' '_' '-'");
		else if (n->kind != YAML_SCALAR || !is_one_line(n->text))
			findings_add(f, FINDING_ERROR, n->key, "syntax",
				     "the value of '%.*s' is not one line of text (%d bytes at "
				     "most)",
				     (int)name.n, name.p, SECRET_SIZE_MAX);
		else if (s->count == SECRETS_MAX)
			findings_add(f, FINDING_ERROR, n->key, "too-large", "%d secrets at most",
				     SECRETS_MAX);
		else
			s->items[s->count++] = (struct secret){mem_strndup(name.p, name.n),
							       mem_strndup(n->text.p, n->text.n)};
	}
}

/* The mode is asked of the very file that is then read. */
static bool read_private(const char *file, struct buf *text, struct findings *f)
{
	struct yaml_node at = {.file = file, .line = 1, .column = 1};
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	char chunk[4096];
	ssize_t n = -1;

	if (fd < 0 || fstat(fd, &st) != 0) {
		findings_add(f, FINDING_ERROR, &at, "unreadable", "it cannot be opened: %s",
			     strerror(errno));
	} else if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0) {
		findings_add(f, FINDING_ERROR, &at, "not-private",
			     "others can read it (mode %04o): chmod 0600",
			     (unsigned)st.st_mode & 07777);
	} else {
		while ((n = read(fd, chunk, sizeof(chunk))) > 0)
			buf_put(text, chunk, (size_t)n);
		if (n < 0 || !buf_is_ok(text))
			findings_add(f, FINDING_ERROR, &at, "unreadable",
				     "it cannot be read whole");
	}
	explicit_bzero(chunk, sizeof(chunk));
	if (fd >= 0)
		close(fd);
	return n == 0 && buf_is_ok(text);
}

struct secrets *secrets_open(const char *file, struct findings *f)
{
	struct secrets *s = mem_calloc(1, sizeof(*s));
	size_t before = f->errors;
	struct yaml_node *root = NULL;
	struct arena *arena = arena_new();
	struct buf text;

	buf_init(&text, FILE_MAX);
	if (file != NULL && file[0] != '\0' && read_private(file, &text, f))
		root = yaml_doc_parse(file, buf_slice(&text), arena, f);
	if (root != NULL)
		take_all(s, root, f);
	secrets_wipe(&text);
	arena_free(arena);
	if (f->errors == before)
		return s;
	secrets_free(s);
	return NULL;
}

const char *secrets_get(const struct secrets *s, struct slice name)
{
	for (size_t i = 0; i < s->count; i++) {
		if (slice_is(name, s->items[i].name))
			return s->items[i].value;
	}
	return NULL;
}

bool secrets_has_all(const struct secrets *s, struct slice text, struct slice *ret)
{
	struct secret_ref r;

	for (size_t at = 0; secret_ref_find(text, at, &r); at = r.to) {
		*ret = r.name;
		if (secrets_get(s, r.name) == NULL)
			return false;
	}
	return true;
}

bool secrets_same(const struct secrets *a, const struct secrets *b)
{
	for (size_t i = 0; i < a->count; i++) {
		const char *value = secrets_get(b, slice_of(a->items[i].name));

		if (value == NULL || strcmp(value, a->items[i].value) != 0)
			return false;
	}
	return a->count == b->count; /* no name is there twice */
}

enum err secrets_expand(const struct secrets *s, const char *text, struct buf *out,
			struct err_info *info)
{
	struct slice whole = slice_of(text);
	struct secret_ref r;
	size_t at = 0;

	for (; secret_ref_find(whole, at, &r); at = r.to) {
		const char *value = secrets_get(s, r.name);

		if (value == NULL)
			return err_fail(info, ERR_NOT_FOUND, "there is no secret '%.*s'",
					(int)(r.name.n < 63 ? r.name.n : 63), r.name.p);
		buf_put(out, text + at, r.from - at);
		buf_puts(out, value);
	}
	buf_put(out, text + at, whole.n - at);
	return buf_is_ok(out) ? ERR_OK : err_fail(info, ERR_TOO_LARGE, "the text is too large");
}
