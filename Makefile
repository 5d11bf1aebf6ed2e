# Two targets are all a newcomer needs: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
WORKERS ?= 2

.PHONY: help install demo test lint docs browser bench study faults clean

help:
	@echo "make demo    install into .venv and compare all models on a bundled data set (minutes)"
	@echo "make install install into .venv only"
	@echo "make test    install into .venv and run the whole test suite"
	@echo "make lint    linter, formatter and type checker"
	@echo "make browser install Debian's Chromium, in which reports are tested (needs root)"
	@echo "make docs    write the generated tables of README.md and docs/ anew"
	@echo "make bench   measure time and memory of training into results/performance (leave the machine alone)"
	@echo "make study   NAME=few_detectors DATA=DIR: fit what a study under studies/ lacks (hours)"
	@echo "make faults  kill commands and generate hostile files for long, into results/reliability"
	@echo "make clean   remove .venv and what the demo wrote"

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "physembed needs Python 3.11 or newer; try make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,lint,cluster]'
	touch $@

install: $(INSTALLED)

demo: install
	$(BIN)/physembed demo --out demo-run

test: install
	$(BIN)/python -m pytest --numprocesses $(WORKERS)

lint: install
	$(BIN)/ruff check src tests studies
	$(BIN)/ruff format --check src tests studies
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: install
	$(BIN)/python -m studies.speed --out results/performance

study: install
	$(BIN)/python -m studies.$(NAME) $(DATA)

faults: install
	$(BIN)/python tests/faults/run.py --out results/reliability
	$(BIN)/python -m studies.documents

docs: install
	$(BIN)/python -m studies.documents

browser:
	command -v chromium || (apt-get update && apt-get install --yes --no-install-recommends chromium)

clean:
	rm -rf $(VENV) demo-run
