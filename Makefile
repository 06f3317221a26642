# Everything a newcomer and the continuous integration run. Needs python3, python3-venv and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo test lint types tests bench country live interop browser torture fuzz consumers registry constraints clean

help: ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(READY)

demo: $(READY) ## crawl a small news portal that ships with the repository and show what it made
	@$(BIN)/python -m tests.demo

test: $(READY) ## all that the continuous integration checks
	@$(MAKE) --no-print-directory lint types tests

lint: $(READY) ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## types
	$(BIN)/mypy

tests: $(READY) ## behaviour, on every core
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not live and not interop and not browser and not torture and not consumers"

bench: $(READY) ## speed, as ratios against a baseline in the same run
	$(BIN)/python -m bench.crawl

country: $(READY) ## a simulated country of 552 sites, twice: recall, requests, memory, causes by name
	$(BIN)/python -m bench.country

live: $(READY) ## crawls of a real WordPress (installs Debian packages when run as root)
	tests/live/wordpress.sh --install
	$(BIN)/python -m pytest -m live tests/live

interop: $(READY) ## warcio, FastWARC, pywb and cdxj-indexer read what we write
	$(BIN)/python -m pytest -m interop tests/interop

browser: $(READY) ## archived pages and our own in a real Chromium (Debian's package)
	$(BIN)/python -m pytest -m browser tests/browser

torture: $(READY) ## long runs of kills, stops and power failures: make torture KILLS=1000
	$(BIN)/python -m tests.kills
	$(BIN)/python -m pytest -m torture tests

consumers: $(READY) ## pandas, DuckDB, Datasette, datasets, rdflib, jq, schemathesis, S3 and Kafka read what we export
	tests/feed/consumers.sh
	$(BIN)/python -m pytest -m consumers tests/feed tests/api

registry: $(READY) ## write the definitions of all governments anew: make registry TABLE=governments.tsv
	$(BIN)/python -m crawler.sources.registry $(TABLE)

fuzz: $(READY) ## bad input for every parser: make fuzz SECONDS=600
	$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),60)

constraints: ## pin the versions of an environment made anew
	rm -rf .constraints && $(PYTHON) -m venv .constraints
	.constraints/bin/python -m pip install --quiet -e '.[dev]'
	(echo "# Versions that the tests ran with, on Python 3.11.2 (Debian 12). Made by: make constraints"; \
	 .constraints/bin/python -m pip freeze --exclude-editable) > constraints.txt
	rm -rf .constraints

clean: ## take away what make made
	rm -rf $(VENV) demo-collection .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
