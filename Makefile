# Everything is done from here; a target does the set-up it needs by itself.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup web run test test-pure check bench clean

BIN := .venv/bin
VENV := .venv/.stamp
MODULES := clients/node_modules/.stamp
PEERS := tests/bench/peers/node_modules/.stamp
PAGE := server/lockstep_server/web/inbox/index.html
PORT ?= 8420
CORES := $(shell nproc 2>/dev/null || echo 2)
# Tests wait more than they reckon.
WORKERS := $(shell expr $(CORES) + 1)
PURE := $(wildcard tests/protocol tests/engine tests/session tests/hub tests/linked)
PAGE_SOURCES := $(shell find clients/js clients/web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
JS_TESTS = $$(find clients tests -name node_modules -prune -o -type f \( -name '*.test.mjs' -o -name '*.test.js' \) -print | sort)

help:  ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)  ## make .venv with the command in .venv/bin/lockstep

$(VENV): pyproject.toml server/constraints.txt
	@if ! python3 -c 'import ensurepip' 2>/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "setup: installing python3-venv (this Python has no ensurepip)"; \
	    apt-get install -y -q python3-venv >/dev/null || { apt-get update -q >/dev/null; apt-get install -y -q python3-venv >/dev/null; }; \
	  else echo "setup: this Python has no ensurepip; install python3-venv and try again"; exit 1; fi; fi
	@echo "setup: making .venv"
	@[ -x $(BIN)/python ] || python3 -m venv .venv
	@echo "setup: installing lockstep-server and its development tools"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517 -e '.[dev]' -c server/constraints.txt
	@touch $@

web:  ## build the web inbox into the server's package
	@if ! command -v npm >/dev/null; then \
	  echo "web: no npm here, so the web inbox is not built; the server says so at /"; \
	elif [ ! -e clients/package.json ]; then echo "web: clients/package.json is missing"; \
	else $(MAKE) --no-print-directory $(PAGE); fi

$(MODULES): clients/package.json $(wildcard clients/package-lock.json)
	@echo "web: installing the page's build tools"
	@cd clients && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(PAGE): $(MODULES) $(PAGE_SOURCES)
	@echo "web: building the web inbox"
	@cd clients && npm run build --silent
	@touch $@

run: setup web  ## start the demo and print a sign-in link for each user
	@exec $(BIN)/lockstep demo --port $(PORT)

test: setup web  ## run every test, in a real browser too
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder
	@if ! command -v node >/dev/null; then echo "test: no node here, so the JavaScript tests are left out"; exit 0; fi; \
	if ! { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "test: installing chromium for the browser journeys"; \
	  apt-get install -y -q chromium >/dev/null || { apt-get update -q >/dev/null; apt-get install -y -q chromium >/dev/null; }; fi; \
	files="$(JS_TESTS)"; [ -z "$$files" ] || node --test --test-concurrency=$(CORES) $$files

test-pure: setup  ## run the tests of the pure rooms only (seconds)
	@$(BIN)/python -m pytest $(PURE)

check: setup web  ## lint, format, types, layers; the clients' types too
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@if command -v npm >/dev/null && [ -e clients/package.json ]; then cd clients && npm run check; fi

$(PEERS): tests/bench/peers/package.json tests/bench/peers/package-lock.json
	@echo "bench: installing Node's peers"
	@cd tests/bench/peers && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

bench: setup  ## measure against yardsticks in the same run, and write tests/bench/RESULTS.md
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(PEERS); fi
	@$(BIN)/python -m tests.bench $(CONTESTS)

clean:  ## remove all that was built or installed here
	rm -rf .venv clients/node_modules clients/*/node_modules clients/js/dist clients/js/LICENSE tests/bench/peers/node_modules server/lockstep_server/web/inbox dist build
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
