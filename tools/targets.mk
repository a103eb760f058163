# Targets for people: build, run, test, lint, measure, install.

.PHONY: help deps run check check-unit check-asan check-scenario check-sim check-system check-browser \
	check-fuzz check-valgrind lint bench soak install clean

help:
	@echo 'make            build all programs (VARIANT=release debug asan cov)'
	@echo 'make run        start collector, dashboard and agent on this machine and watch it for real'
	@echo 'make check      all tests (installs what is missing)'
	@echo 'make lint       layers, headers, engine purity, banned calls, formatting'
	@echo 'make bench      figures side by side with peers'
	@echo 'make soak       SEEDS=1000: days of the engine from random seeds; HOURS=1: ten times the estate'
	@echo 'make po         new texts of the code into po/*.po'
	@echo 'make install    DESTDIR= PREFIX=/usr/local'

# New texts of the code into the catalogues, to be translated by hand.
po:
	@tools/po update
.PHONY: po

deps:
	@tools/deps run

run: deps
	@$(MAKE) --no-print-directory VARIANT=release all
	@BIN=$(BUILD)/release/bin tools/run-demo

# Everything, in the order in which a mistake is cheapest to find. tools/check-all prints one closing
# line for all.
check:
	@tools/deps check
	@tools/check-all

unit-binaries: $(UNIT_BIN)
tool-binaries: $(TOOLS_BIN)
fuzz-binaries: $(FUZZ_BIN)
.PHONY: unit-binaries tool-binaries fuzz-binaries

lint:
	@tools/deps check
	@tools/lint

bench:
	@tools/deps bench
	@$(MAKE) --no-print-directory VARIANT=release all tool-binaries
	@BIN=$(BUILD)/release tools/bench-all

# Days of trouble from seeds: more than make check plays. SEED= begins elsewhere. HOURS= runs the collector under ten times
# the estate for so long: nothing may be lost, its memory must be flat.
SEED ?= 1
SEEDS ?= $(if $(HOURS),20,1000)
HOURS ?=
soak:
	@tools/deps check
	@$(MAKE) --no-print-directory VARIANT=release all tool-binaries
	$(BUILD)/release/tool/tests/sim/sim $(SEED) 86400 $(SEEDS)
	$(if $(HOURS),BIN=$(BUILD)/release/bin HOURS=$(HOURS) SEED=$(SEED) python3 tests/soak/soak.py)

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/vigia $(DESTDIR)$(PREFIX)/share/doc/vigia
	install -m 755 $(BINARIES) $(DESTDIR)$(PREFIX)/bin
	for l in $(LINGUAS); do \
		install -d $(DESTDIR)$(PREFIX)/share/locale/$$l/LC_MESSAGES && \
		install -m 644 $(B)/share/locale/$$l/LC_MESSAGES/vigia.mo \
			$(DESTDIR)$(PREFIX)/share/locale/$$l/LC_MESSAGES || exit 1; \
	done
	cp -R etc/. $(DESTDIR)$(PREFIX)/share/vigia
	install -m 644 README.md LICENSE docs/*.md $(DESTDIR)$(PREFIX)/share/doc/vigia

clean:
	rm -rf $(BUILD) compile_commands.json
