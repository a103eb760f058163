#include "agent/peer.h"

#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 4200 };

static void path_of(const struct agent_config *c, char dst[PATH_SIZE])
{
	snprintf(dst, PATH_SIZE, "%s/collector.identity", c->data);
}

enum err peer_open(struct peer *p, const struct agent_config *config, struct err_info *info)
{
	char path[PATH_SIZE];
	enum err e;

	*p = (struct peer){.config = config};
	if (config->pins.count > 0)
		return ERR_OK;
	path_of(config, path);
	e = identity_read_file(path, &p->met, info);
	if (e == ERR_OK || e == ERR_NOT_FOUND)
		return ERR_OK;
	snprintf(p->met.text, sizeof(p->met.text), "somebody else"); /* equal to none */
	return e;
}

enum err peer_judge(struct peer *p, const struct identity *told, struct err_info *info)
{
	const struct identity_set *pins = &p->config->pins;
	char path[PATH_SIZE];
	enum err e;

	if (told->text[0] == '\0')
		return err_fail(info, ERR_DENIED, "the answer does not say of which collector");
	if (pins->count > 0)
		return identity_set_has(pins, told->text)
			       ? ERR_OK
			       : err_fail(info, ERR_DENIED, "it is %s, pinned is %s", told->text,
					  pins->items[0].text);
	path_of(p->config, path);
	if (p->met.text[0] != '\0')
		return strcmp(p->met.text, told->text) == 0
			       ? ERR_OK
			       : err_fail(info, ERR_DENIED,
					  "it is %s, these results belong to %s (%s; remove that "
					  "file if this is meant)",
					  told->text, p->met.text, path);
	e = identity_write_file(path, told, info);
	if (e == ERR_OK)
		p->met = *told;
	return e;
}
