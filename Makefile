# The usual commands. Needed on the machine: make and Python >= 3.11 with venv; nothing else, no environment variables, root or not.
#   make PYTHON=python3.12 setup       another interpreter than python3
#   make demo ARGS="--size large"      arguments for store2erp demo
#   make test ARGS="-k conservation"   arguments for pytest
#   make stack DO=down                 stop what make stack started; DO=status says what runs
#   make chaos ARGS="--step 8"         every eighth point only
#   make bench-compare ARGS="--datacompy PYTHON --gdvt PROGRAM"   peers, each in an environment of its own
#   make fuzz ARGS="--seconds 60"      shorter; --seed N repeats a run, --huge-mb 0 leaves out the huge files

PYTHON ?= python3
ARGS ?=
DO ?= up
VENV := .venv
STAMP := $(VENV)/.installed
PIP := -m pip --disable-pip-version-check --quiet --quiet
FREEZER := build/constraints

.PHONY: help setup demo demo-erp stack test lint bench bench-load bench-load-tryton bench-compare bench-chain bench-backfill chaos fuzz constraints

help:
	@echo "make setup        create $(VENV) with pinned dependencies (the others do it when needed)"
	@echo "make demo         migrate a simulated chain from start to finish"
	@echo "make demo-erp     the same, smaller, into the open-source ERP Tryton (installs it the first time)"
	@echo "make stack        start code server, webserver and daemon of the project that .env names (see .env.example)"
	@echo "make test         run the tests"
	@echo "make bench        measure beside plain libraries; figures go to build/bench/"
	@echo "make bench-load   measure loading beside COPY, pandas and dlt"
	@echo "make bench-load-tryton  measure loading Tryton beside its own client"
	@echo "make bench-compare  measure comparing rows beside reading, datacompy and the data validation tool"
	@echo "make bench-chain  measure the whole chain on a million lines beside COPY, and find a cent in it (ARGS=--cent)"
	@echo "make bench-backfill  measure a backfill of many small stores through Dagster's daemon (ARGS=\"--stores 200 --broken S100\")"
	@echo "make chaos        kill and cut off loads and undos at every point; figures go to build/bench/"
	@echo "make fuzz         damage files and give them to the readers for ten minutes; figures go to build/fuzz/"
	@echo "make lint         ruff check, ruff format --check, mypy"
	@echo "make constraints  pin the newest allowed versions in constraints.txt"

setup: $(STAMP)

# An interpreter that fits the machine stays; a missing or broken one is made anew.
$(STAMP): pyproject.toml constraints.txt
	@$(call check_python,$(PYTHON))
	@$(VENV)/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing store2erp into $(VENV); the first time takes some minutes ..."
	@$(VENV)/bin/python $(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(STAMP)
	@$(VENV)/bin/store2erp demo $(ARGS)

demo-erp: $(STAMP)
	@$(VENV)/bin/store2erp demo --size tiny --target tryton $(ARGS); ended=$$?; \
	$(VENV)/bin/store2erp erp down -p .store2erp/demo-tiny-tryton; exit $$ended

# .env is the file of docker-compose.yml; without it, the demo and the embedded PostgreSQL.
stack: $(STAMP)
	@if [ -f .env ]; then set -a; . ./.env; set +a; fi; \
	[ -z "$$STORE2ERP_DATABASE_URL" ] || export STORE2ERP_DATABASE_PASSWORD_FILE="$$PIPELINE_SECRET"; \
	address="$${WEB_ADDRESS:-127.0.0.1:3000}"; \
	$(VENV)/bin/store2erp stack $(DO) -p "$${PROJECT_DIR:-.store2erp/demo}" $${DATA_DIR:+--data "$$DATA_DIR"} \
		--host "$${address%:*}" --port "$${address##*:}" $(ARGS)

test: $(STAMP)
	@$(VENV)/bin/python -m pytest $(ARGS)

bench: $(STAMP)
	@$(VENV)/bin/python -m migration_pipeline_tests.benchmarks.bench_readers $(ARGS)
	@$(VENV)/bin/python -m migration_pipeline_tests.benchmarks.bench_cleaning
	@$(VENV)/bin/python -m migration_pipeline_tests.benchmarks.bench_mapping

bench-load: $(STAMP)
	@$(VENV)/bin/python -m migration_pipeline_tests.benchmarks.bench_load $(ARGS)

bench-load-tryton: $(STAMP)
	@$(VENV)/bin/python -m migration_pipeline_tests.benchmarks.bench_load_tryton $(ARGS)

bench-compare: $(STAMP)
	@$(VENV)/bin/python -m migration_pipeline_tests.benchmarks.bench_compare $(ARGS)

bench-chain: $(STAMP)
	@$(VENV)/bin/python -m migration_pipeline_tests.benchmarks.bench_chain $(ARGS)

bench-backfill: $(STAMP)
	@$(VENV)/bin/python -m migration_pipeline_tests.benchmarks.backfill $(ARGS)

chaos: $(STAMP)
	@$(VENV)/bin/python -m migration_pipeline_tests.benchmarks.chaos_load $(ARGS)

fuzz: $(STAMP)
	@$(VENV)/bin/python -m migration_pipeline_tests.fuzz.fuzz_readers $(ARGS)

# All three speak, then the result.
lint: $(STAMP)
	@failed=0; \
	$(VENV)/bin/ruff check --quiet --output-format concise . || failed=1; \
	$(VENV)/bin/ruff format --check --quiet --output-format concise . || failed=1; \
	$(VENV)/bin/mypy || failed=1; \
	exit $$failed

# Made with the oldest supported Python, so that every pin exists for the newer ones too.
constraints:
	@$(call check_python,$(PYTHON))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "make constraints: Python 3.11 is needed (make PYTHON=... constraints)")'
	@rm -rf $(FREEZER)
	@$(PYTHON) -m venv $(FREEZER)
	@$(FREEZER)/bin/python $(PIP) install --editable '.[dev]'
	@echo "# Pinned versions for make setup. Made by: make constraints" > $(FREEZER)/pins
	@$(FREEZER)/bin/python $(PIP) freeze --exclude-editable >> $(FREEZER)/pins
	@! grep -vE '^(#.*|[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+)$$' $(FREEZER)/pins || { echo "make constraints: the lines above are no plain pins"; exit 1; }
	@cp $(FREEZER)/pins constraints.txt
	@rm -rf $(FREEZER) && rmdir --ignore-fail-on-non-empty build
	@echo "constraints.txt is new; run make test, then commit it."

# Stops with what is missing and what to do, if the interpreter $(1) cannot serve.
define check_python
command -v $(1) >/dev/null || { echo "store2erp needs Python >= 3.11, but there is no $(1). Install it, or name one: make PYTHON=python3.12 setup" >&2; exit 1; }; \
$(1) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "store2erp needs Python >= 3.11, but $(1) is `$(1) --version 2>&1`. Name a newer one: make PYTHON=python3.12 setup" >&2; exit 1; }; \
$(1) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(1) cannot create virtual environments (no venv module). Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
endef
