# What can be done here. Each target sets up what it needs first; the second time that takes no time.

PYTHON ?= python3
PYTEST_ARGS ?=
SHOP := sandbox/shop
BOOKING := sandbox/booking
FULL := sandbox/full
OUTPUT := reports/output
# The rooms that are pure, by their own tests alone, to the last line; in seconds.
PURE := tests/unit/model tests/unit/checks tests/unit/diagnosis
# The longest groups first, so that the two workers end at about the same time.
REAL := tests/full tests/drill tests/chaos tests/store/test_shop.py tests/store tests/sandbox tests/probes
COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --upgrade \
	--no-emit-index-url --no-annotate --no-header

.DEFAULT_GOAL := help
.PHONY: help installer packages services ready demo test check unit report bench sandbox sandbox-full lock clean
# Targets share one sandbox and one browser: never at the same time.
.NOTPARALLEL:

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

installer:
	@$(PYTHON) setup/bootstrap.py venv

packages:
	@$(PYTHON) setup/bootstrap.py packages

services: ## install the servers of the full profile, without starting any
	@$(PYTHON) setup/bootstrap.py services

ready:
	@$(PYTHON) setup/bootstrap.py browser

demo: ready ## start both stores, buy and book in them, break them, and see what is found
	@.venv/bin/journeys demo

test: ready services check unit ## everything CI runs: the checks, the pure rooms, then the real stores
	@.venv/bin/python -m pytest $(REAL) -n 2 --dist loadgroup --no-loadscope-reorder --junitxml=$(OUTPUT)/junit.xml \
		--alluredir=$(OUTPUT)/allure-results --clean-alluredir --journeys-report=$(OUTPUT) $(PYTEST_ARGS)

check: packages ## style, types and the doors between the rooms
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy --strict
	@.venv/bin/mypy --strict setup/bootstrap.py
	@.venv/bin/lint-imports

unit: packages ## the tests that need neither store nor browser
	@mkdir -p $(OUTPUT)
	@.venv/bin/python -m coverage run -m pytest -q $(PURE) --junitxml=$(OUTPUT)/junit-pure.xml $(PYTEST_ARGS)
	@.venv/bin/python -m coverage report --show-missing --skip-covered --fail-under=100
	@.venv/bin/python -m pytest -q tests/unit $(PURE:%=--ignore=%) -n 2 --junitxml=$(OUTPUT)/junit-unit.xml $(PYTEST_ARGS)

report: packages ## turn the last run into the report for people
	@.venv/bin/journeys report

bench: ready ## measure how quick and how right the tester is
	@.venv/bin/python tests/bench/guest_checkout.py

sandbox: packages ## start both stores and leave them running
	@.venv/bin/journeys sandbox up

sandbox-full: packages services ## start both stores with edges, caches and a replicated database, and leave them running
	@.venv/bin/journeys sandbox up --profile full

lock: installer ## choose the newest versions anew, for the tester and for both stores
	@$(COMPILE) pyproject.toml --all-extras --output-file constraints.txt
	@$(COMPILE) $(SHOP)/requirements.txt --output-file $(SHOP)/constraints.txt
	@$(COMPILE) $(BOOKING)/requirements.txt --output-file $(BOOKING)/constraints.txt
	@$(COMPILE) $(FULL)/requirements.txt --output-file $(FULL)/constraints.txt

clean: ## end the sandbox and delete what set-up and runs left behind
	@if [ -d .sandbox ] && [ -x .venv/bin/python ]; then for profile in embedded full; do \
		.venv/bin/python -m sandbox down --profile $$profile >/dev/null; done; fi
	@rm -rf .venv .sandbox .setup .journeys $(OUTPUT) build dist *.egg-info
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
