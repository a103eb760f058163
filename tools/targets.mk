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
	@echo 'make mutations  each rule broken on purpose turns a test red'
	@echo 'make po         new texts of the code into po/*.po'
	@echo 'make install    DESTDIR= PREFIX=/usr/local; make uninstall takes it away'
	@echo 'make deb        Debian packages, into build/deb'

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

# Each rule broken on purpose turns something red (docs/MUTATIONS.md).
mutations:
	@tools/deps check
	@BUILD=$(abspath $(BUILD)) python3 tests/mutation/run.py
.PHONY: mutations
# What a changed file is compiled and linked with, one variable a line (tests/mutation/run.py).
say-build:
	@:
	$(foreach v,CC CPPFLAGS CFLAGS LDFLAGS TEST_LDFLAGS SUPPORT TEST_LIBS,$(info $(v)=$($(v))))
.PHONY: say-build

# --- installing ----------------------------------------------------------------------------------
# Man pages and completion come from the programs' own tables; the tool that writes them links no test library.
PAGES    := $(patsubst packaging/man/%.in,$(B)/share/%,$(sort $(wildcard packaging/man/*.in)))
UNITS    := $(patsubst packaging/systemd/%,$(B)/share/%,$(sort $(wildcard packaging/systemd/*.service)))
PAGES_TOOL := $(B)/tool/tests/tools/pages
$(PAGES_TOOL): $(B)/obj/tests/tools/pages.o $(ARCHIVES)
	@mkdir -p $(@D)
	@$(CC) $(LDFLAGS) -o $@ $< -Wl,--start-group $(ARCHIVES) -Wl,--end-group $(PKG_LIBS)
$(PAGES): $(B)/share/%: packaging/man/%.in $(PAGES_TOOL)
	@mkdir -p $(@D)
	@$(PAGES_TOOL) $< > $@
$(B)/share/vigia.bash: $(PAGES_TOOL)
	@mkdir -p $(@D)
	@$(PAGES_TOOL) > $@

bindir  = $(DESTDIR)$(PREFIX)/bin
mandir  = $(DESTDIR)$(PREFIX)/share/man
docdir  = $(DESTDIR)$(PREFIX)/share/doc/vigia
unitdir = $(DESTDIR)$(PREFIX)/lib/systemd/system
localedir = $(DESTDIR)$(PREFIX)/share/locale
# To read and copy; the programs carry their own (Makefile, GEN_plan).
profiledir = $(DESTDIR)$(PREFIX)/share/vigia/profiles
# Everything that `install` writes: `uninstall` takes just this away, and neither touches configuration or data.
INSTALLED = $(addprefix $(bindir)/,$(notdir $(BINARIES))) \
	$(foreach p,$(notdir $(PAGES)),$(mandir)/man$(subst .,,$(suffix $p))/$p) \
	$(addprefix $(unitdir)/,$(notdir $(wildcard packaging/systemd/*.service))) \
	$(foreach s,$(notdir $(wildcard packaging/systemd/*.sysusers)),$(DESTDIR)$(PREFIX)/lib/sysusers.d/$(s:.sysusers=.conf)) \
	$(foreach l,$(LINGUAS),$(localedir)/$l/LC_MESSAGES/vigia.mo) \
	$(DESTDIR)$(PREFIX)/share/bash-completion/completions/vigia

.PHONY: uninstall pages deb
pages: $(PAGES) $(B)/share/vigia.bash
install: all pages
	install -d $(bindir) $(unitdir) $(docdir)/examples $(mandir)/man1 $(mandir)/man5 $(mandir)/man8 \
		$(DESTDIR)$(PREFIX)/lib/sysusers.d $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -m 755 $(BINARIES) $(bindir)
	for p in $(PAGES); do install -m 644 $$p $(mandir)/man$${p##*.}; done
	for u in packaging/systemd/*.service; do \
		sed 's|@BINDIR@|$(PREFIX)/bin|' $$u > $(unitdir)/$${u##*/} && chmod 644 $(unitdir)/$${u##*/} || exit 1; done
	for s in packaging/systemd/*.sysusers; do s=$${s##*/}; \
		install -m 644 packaging/systemd/$$s $(DESTDIR)$(PREFIX)/lib/sysusers.d/$${s%.sysusers}.conf || exit 1; done
	install -m 644 $(B)/share/vigia.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/vigia
	install -m 644 README.md LICENSE docs/*.md docs/*.png $(docdir)
	install -d $(profiledir)
	for p in $(PROFILES); do install -m 644 $$p $(profiledir) || exit 1; done
	cp -R etc/. packaging/etc $(docdir)/examples
	for l in $(LINGUAS); do \
		install -d $(localedir)/$$l/LC_MESSAGES && \
		install -m 644 $(B)/share/locale/$$l/LC_MESSAGES/vigia.mo $(localedir)/$$l/LC_MESSAGES || exit 1; \
	done
uninstall:
	rm -f $(INSTALLED)
	rm -rf $(docdir) $(profiledir)

# The Debian packages, one per program, into $(BUILD)/deb; needs no network and no root.
deb: all pages
	@BUILD='$(BUILD)' VERSION='$(VERSION)' tools/build-deb

clean:
	rm -rf $(BUILD) compile_commands.json
