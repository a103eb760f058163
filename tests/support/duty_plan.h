/* duty_plan.h - the plan of people for tests of shifts, absences, calls by hand and lines. The world begins on Thursday 2026-05-28 at
 * 14:26:40 in Mexico City: 14:30 is 200 s. */
#ifndef VIGIA_TESTS_SUPPORT_DUTY_PLAN_H
#define VIGIA_TESTS_SUPPORT_DUTY_PLAN_H

/* Service portal (web, RTO 1000 s): at once mesa (ana until 14:30, then beto; suplente fede), at 30 % coordinacion (ceci, dario), at 50 %
 * level 1 (crisis-a: elsa, dario; crisis-b: dario, elsa). ceci is called by hand first. Each may take 60 s to answer. One line of
 * channel uno for each of `lines`. DUTY_PLAN_CRISIS: level 1 is reached by that channel only. */
#define DUTY_PLAN(lines) DUTY_PLAN_CRISIS(lines, "uno")
#define DUTY_PLAN_CRISIS(lines, channel_1)                                                         \
	"institution: {name: I}\n"                                                                 \
	"agents: [{id: dc}]\n"                                                                     \
	"components:\n"                                                                            \
	"  - {id: web, checks: [{id: p, type: tcp, address: a, port: 1, interval: 1s, "            \
	"fresh_within: 5s, from: [dc], confirm: 1, recover: 1}]}\n"                                \
	"services:\n"                                                                              \
	"  - {id: portal, rto: 1000s, needs: web, policy: p, team: mesa}\n"                        \
	"people:\n"                                                                                \
	"  - {id: ana, post: Mesa de día, contacts: [{channel: uno, to: a}]}\n"                   \
	"  - {id: beto, post: Mesa de tarde, contacts: [{channel: uno, to: b}]}\n"                 \
	"  - {id: ceci, post: Coordinadora, contacts: [{channel: mano, to: \"555-0101\"}, "        \
	"{channel: uno, to: c}]}\n"                                                                \
	"  - {id: dario, post: Director, contacts: [{channel: " channel_1 ", to: d}]}\n"           \
	"  - {id: elsa, post: Directora, contacts: [{channel: " channel_1 ", to: e}]}\n"           \
	"  - {id: fede, post: Redes, contacts: [{channel: uno, to: f}, {channel: dos, to: f2}]}\n" \
	"seats:\n"                                                                                 \
	"  - {id: mesa, name: Mesa, level: 0, suplente: fede}\n"                                   \
	"  - {id: coordinacion, level: 2, titular: ceci, suplente: dario}\n"                       \
	"  - {id: crisis-a, name: Asiento A, level: 1, titular: elsa, suplente: dario}\n"          \
	"  - {id: crisis-b, name: Asiento B, level: 1, titular: dario, suplente: elsa}\n"          \
	"shifts:\n"                                                                                \
	"  - {seat: mesa, from: \"06:00\", until: \"14:30\", titular: ana}\n"                      \
	"  - {seat: mesa, from: \"14:30\", until: \"22:00\", titular: beto}\n"                     \
	"channels:\n"                                                                              \
	"  - {id: uno, type: file, path: u, receipt_within: 30s, lines: " lines "}\n"              \
	"  - {id: dos, type: file, path: d, receipt_within: 30s}\n"                                \
	"  - {id: mano, type: manual, script: Marque 9., receipt_within: 60s}\n"                   \
	"policies:\n"                                                                              \
	"  - id: p\n"                                                                              \
	"    repeat: 300s\n"                                                                       \
	"    steps:\n"                                                                             \
	"      - {at: confirmed, call: [\"seat:mesa\"], ack_within: 60s}\n"                        \
	"      - {at: {pct: 30}, call: [\"seat:coordinacion\"], ack_within: 60s}\n"                \
	"      - {at: {pct: 50}, call: [\"level:1\"], parallel: true, ask: activate, "             \
	"ack_within: 60s}\n"

#endif
