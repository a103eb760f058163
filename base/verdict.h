/* verdict.h - what a probe found out: one published list of outcome words for agents, collector,
 * dashboard and docs (DESIGN 4). A word is `ok` or `<phase>-<what>`; its class says whether the
 * target is bad or we are blind (the fault is ours and says nothing about the target). */
#ifndef VIGIA_BASE_VERDICT_H
#define VIGIA_BASE_VERDICT_H

#include "base/attr.h"
#include "base/slice.h"

enum outcome_class { CLASS_OK, CLASS_BAD, CLASS_BLIND };

/* X(symbol, word, class, English, Spanish) */
#define OUTCOME_TABLE(X)                                                                           \
	X(OK, "ok", OK, "answered as expected", "respondió como se espera")                        \
	X(NAME_UNKNOWN, "name-unknown", BAD, "the name does not exist", "el nombre no existe")     \
	X(NAME_TIMEOUT, "name-timeout", BAD, "the name service did not answer",                    \
	  "el servicio de nombres no respondió")                                                   \
	X(NAME_FAILED, "name-failed", BAD, "the name service answered with an error",              \
	  "el servicio de nombres respondió con error")                                            \
	X(CONNECT_REFUSED, "connect-refused", BAD, "connection refused", "conexión rechazada")     \
	X(CONNECT_TIMEOUT, "connect-timeout", BAD, "no answer to the connection attempt",          \
	  "sin respuesta al conectar")                                                             \
	X(CONNECT_UNREACHABLE, "connect-unreachable", BAD, "no route to the target",               \
	  "sin ruta al destino")                                                                   \
	X(CONNECT_RESET, "connect-reset", BAD, "connection reset", "conexión interrumpida")        \
	X(TLS_FAILED, "tls-failed", BAD, "TLS handshake failed", "falló la negociación TLS")       \
	X(TLS_TIMEOUT, "tls-timeout", BAD, "TLS handshake timed out",                              \
	  "la negociación TLS no terminó a tiempo")                                                \
	X(TLS_EXPIRED, "tls-expired", BAD, "certificate expired", "certificado vencido")           \
	X(TLS_UNTRUSTED, "tls-untrusted", BAD, "certificate not trusted",                          \
	  "certificado no confiable")                                                              \
	X(TLS_WRONG_NAME, "tls-wrong-name", BAD, "certificate for another name",                   \
	  "certificado de otro nombre")                                                            \
	X(SEND_FAILED, "send-failed", BAD, "sending failed", "falló el envío")                     \
	X(ANSWER_TIMEOUT, "answer-timeout", BAD, "no answer in time", "sin respuesta a tiempo")    \
	X(ANSWER_NONE, "answer-none", BAD, "no reply to any packet",                               \
	  "ningún paquete fue respondido")                                                         \
	X(ANSWER_CUT, "answer-cut", BAD, "the answer broke off", "la respuesta se cortó")          \
	X(ANSWER_MALFORMED, "answer-malformed", BAD, "the answer is malformed",                    \
	  "la respuesta está mal formada")                                                         \
	X(ANSWER_TOO_LARGE, "answer-too-large", BAD, "the answer is too large",                    \
	  "la respuesta es demasiado grande")                                                      \
	X(STATUS_UNEXPECTED, "status-unexpected", BAD, "unexpected status code",                   \
	  "código de estado inesperado")                                                           \
	X(BODY_MISMATCH, "body-mismatch", BAD, "the expected text is missing",                     \
	  "falta el texto esperado")                                                               \
	X(VALUE_THRESHOLD, "value-threshold", BAD, "a value is beyond its threshold",              \
	  "un valor rebasa su umbral")                                                             \
	X(RIGHT_MISSING, "right-missing", BLIND, "the agent lacks a right (raw ICMP)",             \
	  "al agente le falta un permiso (ICMP)")                                                  \
	X(DESCRIPTORS_EXHAUSTED, "descriptors-exhausted", BLIND,                                   \
	  "the agent has no descriptors left", "el agente agotó sus descriptores")                 \
	X(LAG_OWN, "lag-own", BLIND, "the agent itself was too slow",                              \
	  "el propio agente iba retrasado")                                                        \
	X(AGENT_FAULT, "agent-fault", BLIND, "the agent could not run the probe",                  \
	  "el agente no pudo hacer la prueba")                                                     \
	X(DEVICE_MISSING, "device-missing", BAD,                                                   \
	  "a watched file system or interface is not there",                                       \
	  "falta un sistema de archivos o una interfaz")                                           \
	X(DISK_READ_ONLY, "disk-read-only", BAD, "a file system has turned read-only",             \
	  "un sistema de archivos quedó en solo lectura")                                          \
	X(DISK_FAILED, "disk-failed", BAD, "a file system does not answer or fails",               \
	  "un sistema de archivos no responde o falla")                                            \
	X(SERVICE_INACTIVE, "service-inactive", BAD, "a watched service is not active",            \
	  "un servicio vigilado no está activo")                                                   \
	X(SOURCE_MISSING, "source-missing", BLIND, "the machine does not tell what is measured",   \
	  "el equipo no ofrece la medición")                                                       \
	X(VALUE_MISSING, "value-missing", BAD, "the answer does not hold the value",               \
	  "la respuesta no trae el valor")                                                         \
	X(SNMP_AUTH, "snmp-auth", BLIND, "the device refuses our SNMP keys",                       \
	  "el equipo rechaza nuestras claves SNMP")                                                \
	X(SNMP_USER, "snmp-user", BLIND, "the device does not know our SNMP user or its level",    \
	  "el equipo no conoce nuestro usuario SNMP o su nivel")

enum outcome {
#define X(sym, word, class, en, es) OUTCOME_##sym,
	OUTCOME_TABLE(X)
#undef X
		OUTCOME_COUNT
};

const char *outcome_word(enum outcome o);
enum outcome_class outcome_class(enum outcome o);
const char *outcome_text_en(enum outcome o);
const char *outcome_text_es(enum outcome o);
/* OUTCOME_COUNT when the word is not in the list. */
enum outcome outcome_from_word(struct slice word);

#endif
