#include "collector/drill_shelf.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/utf8.h"

enum { PATH_SIZE = 4200, LINE_SIZE = 512, NAME_MAX_LEN = 60 };

static const char ending[] = ".scn";
static const char promise_key[] = "promise:";

bool drill_shelf_is_name(struct slice name)
{
	if (name.n == 0 || name.n > NAME_MAX_LEN || name.p[0] == '-' || name.p[0] == '_')
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
	}
	return true;
}

enum err drill_shelf_find(const char *folder, struct slice name, char *dst, size_t size,
			  struct err_info *info)
{
	struct stat st;

	if (folder == NULL)
		return err_fail(info, ERR_NOT_FOUND,
				"collector.yaml has no `drills` folder: no scenario can be played "
				"from here");
	if (!drill_shelf_is_name(name))
		return err_fail(info, ERR_NOT_FOUND, "that is no name of a scenario");
	snprintf(dst, size, "%s/%.*s%s", folder, (int)name.n, name.p, ending);
	if (lstat(dst, &st) != 0 || !S_ISREG(st.st_mode))
		return err_fail(info, ERR_NOT_FOUND, "there is no scenario '%.*s' in the folder",
				(int)name.n, name.p);
	return ERR_OK;
}

static bool is_scenario(const struct dirent *d, struct slice *ret)
{
	size_t n = strlen(d->d_name), m = sizeof(ending) - 1;

	*ret = (struct slice){d->d_name, n > m ? n - m : 0};
	return n > m && strcmp(d->d_name + n - m, ending) == 0 && drill_shelf_is_name(*ret);
}

static int wanted(const struct dirent *d)
{
	struct slice name;

	return is_scenario(d, &name);
}

static bool is_text(const char *s)
{
	while (*s != '\0') {
		size_t n = utf8_length((const unsigned char *)s, strlen(s));

		if (n == 0 || (unsigned char)*s < 0x20)
			return false;
		s += n;
	}
	return true;
}

/* False if the first line is no promise, or none that can be shown. */
static bool read_promise(const char *path, char dst[LINE_SIZE])
{
	FILE *f = fopen(path, "re");
	char line[LINE_SIZE];
	bool ok = f != NULL && fgets(line, sizeof(line), f) != NULL &&
		  strncmp(line, promise_key, sizeof(promise_key) - 1) == 0;

	if (f != NULL)
		fclose(f);
	if (!ok)
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	snprintf(dst, LINE_SIZE, "%s",
		 line + sizeof(promise_key) - 1 + strspn(line + sizeof(promise_key) - 1, " \t"));
	return is_text(dst);
}

void drill_shelf_write(const char *folder, struct json_emit *j)
{
	struct dirent **found = NULL;
	char path[PATH_SIZE], promise[LINE_SIZE], id[DRILL_NAME_SIZE];
	struct err_info info;
	struct slice name;
	int n = folder != NULL ? scandir(folder, &found, wanted, alphasort) : 0;

	json_open_array(j);
	for (int i = 0; i < n; i++) {
		if (i < DRILL_SHELF_MAX && is_scenario(found[i], &name) &&
		    drill_shelf_find(folder, name, path, sizeof(path), &info) == ERR_OK) {
			snprintf(id, sizeof(id), "%.*s", (int)name.n, name.p);
			json_open_object(j);
			json_kv_str(j, "id", id);
			json_kv_str(j, "promise", read_promise(path, promise) ? promise : NULL);
			json_close_object(j);
		}
		free(found[i]);
	}
	free(found);
	json_close_array(j);
}
