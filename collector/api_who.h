/* api_who.h - who makes a request, and what they may do: tokens of agents, of the operator and of the board, sessions of people. Private to
 * api*.c. */
#ifndef VIGIA_COLLECTOR_API_WHO_H
#define VIGIA_COLLECTOR_API_WHO_H

#include "access/permission.h"
#include "collector/api_impl.h"
#include "engine/input.h"

/* Fills who, rights and account of an exchange; nothing counts as a use. */
void api_who_identify(struct exchange *x) NONNULL_ALL;
/* Before the body is read: 0, or the status with which it is refused (answered already). Counts as a use. */
unsigned api_who_admit(struct api *a, struct http_request *r) NONNULL_ALL;
/* 403, in words, for whoever lacks the right. */
void api_who_refuse(struct exchange *x, unsigned rights) NONNULL_ALL;

/* A person's own word or that of the operator's token: how the journal names it ("session by=ana", "operator-token"). */
enum { API_WHO_SIZE = 64 };
void api_who_put_author(const struct exchange *x, char dst[API_WHO_SIZE]) NONNULL_ALL;
/* The address of whoever asks: what the board (or the operator) says, else the peer's. Only ever an address. */
void api_who_from(const struct exchange *x, char dst[HTTP_ADDRESS_SIZE]) NONNULL_ALL;

/* Accounts cannot be read: answered, and false. */
bool api_who_has_roster(struct exchange *x) NONNULL_ALL;
/* The PIN of the person who asks is looked at; answered if it is not right. If it is, the request is handled anew with x->pin_proved set: rights
 * and session are looked at again. */
void api_who_prove_pin(struct exchange *x, const char *pin) NONNULL_ALL;
/* 429 with Retry-After. */
void api_who_answer_wait(struct http_request *r, const char *word, int64_t wait_us,
			 const char *sentence) NONNULL_ALL;
/* 503: too many passwords wait, or the program ends. */
void api_who_answer_busy(struct http_request *r) NONNULL_ALL;
/* 503: the disk refuses. */
void api_who_answer_not_stored(struct http_request *r, const struct err_info *info) NONNULL_ALL;

#endif
