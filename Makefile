# What a person types. Needs python3 (3.11 or newer) and make; nothing else has to be installed.
# Targets that install end in stamp files, so a second `make run` installs nothing. No package index is named here or in
# a lock: pip's own configuration decides where packages come from, hashes decide what is accepted.

PYTHON  ?= python3
PORT    ?= 8000
VAR     ?= var
TESTERS ?= 2
VENV    := .venv
PY      := $(VENV)/bin/python
PIP     := $(PY) -m pip --disable-pip-version-check --no-input --quiet
INSTALL := $(PIP) install --only-binary=:all: --require-hashes --requirement
LOCK    := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url
TEXTS   := iso_portal/translations
PO      := $(wildcard $(TEXTS)/*/LC_MESSAGES/*.po)

.DELETE_ON_ERROR:
.PHONY: help setup run test check lint bench lock texts clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

setup: $(VENV)/.run $(VENV)/.texts  ## install what the portal needs (240 MB to fetch, about a minute)

run: setup  ## start database, portal and worker with demo data (PORT=8000 VAR=var)
	VAR=$(VAR) DEMO=1 $(PY) -m flask --app wsgi demo --port $(PORT)

test: setup $(VENV)/.test  ## run all tests on a real PostgreSQL
	$(PY) -m pytest --numprocesses=$(TESTERS)

check: lint test  ## format, lint, types, import contracts, templates, tests

lint: setup $(VENV)/.test  ## everything of check but the tests
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	PYTHONPATH=. $(VENV)/bin/lint-imports
	$(VENV)/bin/djlint --lint templates --quiet

bench: setup $(VENV)/.test $(VENV)/.bench  ## measure; prints ratios
	$(PY) -m bench

# --- for maintainers: these files are committed

# Keeps the pins it finds; add UPGRADE=--upgrade to move them, read the difference, run everything.
lock: $(VENV)/.lock  ## write requirements/*.txt: names, versions, hashes for every platform, no host
	$(LOCK) $(UPGRADE) requirements/run.in --output-file requirements/run.txt
	$(LOCK) $(UPGRADE) --constraint requirements/run.txt requirements/test.in --output-file requirements/test.txt
	$(LOCK) $(UPGRADE) --constraint requirements/run.txt requirements/bench.in --output-file requirements/bench.txt

texts: $(VENV)/.test  ## collect messages, update the catalogues, generate the Latin Serbian one
	$(PY) -m tools.merge_texts

clean:  ## forget the installation; the data in var/ stay
	rm -rf $(VENV)

# --- stamps

$(VENV)/.venv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.run: $(VENV)/.venv requirements/run.txt
	$(INSTALL) requirements/run.txt
	touch $@

$(VENV)/.test: $(VENV)/.run requirements/test.txt
	$(INSTALL) requirements/test.txt
	touch $@

$(VENV)/.bench: $(VENV)/.test requirements/bench.txt
	$(INSTALL) requirements/bench.txt
	touch $@

$(VENV)/.texts: $(VENV)/.run $(PO)
	test -z "$(PO)" || $(VENV)/bin/pybabel --quiet compile --directory=$(TEXTS)
	touch $@

$(VENV)/.lock: $(VENV)/.venv
	$(PIP) install uv==0.13.9
	touch $@
