#include "tests/support/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/api.h"
#include "cli/ask_secret.h"
#include "cli/commands.h"

char command_out[COMMAND_OUT_MAX], command_errors[COMMAND_ERRORS_MAX];
struct api_answer api_answers[API_ANSWERS];
size_t api_answered;
char api_asked[4096];
enum err api_open_fails;
bool api_is_person;
const char *secrets_typed[API_ANSWERS];
size_t secrets_given;
char secrets_asked[1024];

void api_reset(void)
{
	memset(api_answers, 0, sizeof(api_answers));
	api_answered = 0;
	api_asked[0] = '\0';
	api_open_fails = ERR_OK;
	api_is_person = false;
	memset(secrets_typed, 0, sizeof(secrets_typed));
	secrets_given = 0;
	secrets_asked[0] = '\0';
}

enum err __wrap_api_open(const struct options *o, struct api *ret, struct err_info *info);
enum err __wrap_api_open(const struct options *o, struct api *ret, struct err_info *info)
{
	(void)o;
	*ret = (struct api){.url = "http://127.0.0.1:7460", .is_person = api_is_person};
	return api_open_fails == ERR_OK ? ERR_OK : err_fail(info, api_open_fails, "no token");
}

enum err __wrap_api_open_nobody(const struct options *o, struct api *ret, struct err_info *info);
enum err __wrap_api_open_nobody(const struct options *o, struct api *ret, struct err_info *info)
{
	return __wrap_api_open(o, ret, info);
}

enum err __wrap_ask_secret(const char *prompt, char *dst, size_t size, struct err_info *info);
enum err __wrap_ask_secret(const char *prompt, char *dst, size_t size, struct err_info *info)
{
	size_t n = strlen(secrets_asked), i = secrets_given++;

	snprintf(secrets_asked + n, sizeof(secrets_asked) - n, "%s|", prompt);
	if (i >= API_ANSWERS || secrets_typed[i] == NULL)
		return err_fail(info, ERR_CLOSED, "left; nothing was sent");
	snprintf(dst, size, "%s", secrets_typed[i]);
	return ERR_OK;
}

enum err __wrap_api_call(struct api *a, const char *method, const char *path, struct slice body,
			 struct buf *answer, struct err_info *info);
enum err __wrap_api_call(struct api *a, const char *method, const char *path, struct slice body,
			 struct buf *answer, struct err_info *info)
{
	size_t n = strlen(api_asked), i = api_answered++;

	assert_true(i < API_ANSWERS && api_answers[i].text != NULL);
	snprintf(api_asked + n, sizeof(api_asked) - n, "%s %s %.*s\n", method, path, (int)body.n,
		 body.p);
	snprintf(a->word, sizeof(a->word), "%s",
		 api_answers[i].word != NULL ? api_answers[i].word : "");
	if (api_answers[i].err != ERR_OK)
		return err_fail(info, api_answers[i].err, "%s", api_answers[i].text);
	buf_puts(answer, api_answers[i].text);
	return ERR_OK;
}

static void take(int fd, int saved, char *dst, size_t size)
{
	ssize_t n = pread(fd, dst, size - 1, 0);

	dst[n > 0 ? n : 0] = '\0';
	dup2(saved, fd);
	close(saved);
}

int command_run(const struct options *o)
{
	int one = dup(STDOUT_FILENO), two = dup(STDERR_FILENO);
	int to_one = memfd_create("out", MFD_CLOEXEC), to_two = memfd_create("err", MFD_CLOEXEC);
	int code;

	fflush(NULL);
	dup2(to_one, STDOUT_FILENO);
	dup2(to_two, STDERR_FILENO);
	close(to_one);
	close(to_two);
	code = o->command->run(o);
	fflush(NULL);
	take(STDOUT_FILENO, one, command_out, sizeof(command_out));
	take(STDERR_FILENO, two, command_errors, sizeof(command_errors));
	return code;
}
