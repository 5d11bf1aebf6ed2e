# Two targets are all a newcomer needs: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
WORKERS ?= 2
# hundreds of processes import the library, which would compile its modules anew each time
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo check test lint style types lowest others docs site dist browser embedded bench gpu study faults clean

help:
	@echo "make demo    install into .venv and compare all models on a bundled data set (minutes)"
	@echo "make install install into .venv only"
	@echo "make check   linters and the fast tests: two minutes, for every commit"
	@echo "make test    install into .venv and run the whole test suite"
	@echo "make lint    linter, formatter, type checker, and the direction of imports"
	@echo "make lowest  the fast tests on the lowest versions that pyproject.toml allows, in .venv-lowest"
	@echo "make others  the fast tests on other versions of Python that are installed, in .venv-3.x"
	@echo "make browser install Debian's Chromium, in which reports are tested (needs root)"
	@echo "make embedded install Debian's compiler for Cortex-M and QEMU (needs root), export, measure, write docs/deployment.md; DATA=DIR holds the data sets"
	@echo "make docs    write the generated tables of README.md and docs/ anew"
	@echo "make site    build the site with its gallery and API reference into docs/_build/html, check its links"
	@echo "make dist    build wheel and sdist, check them, and follow README.md and docs/own-data.md from the wheel"
	@echo "make bench   measure time and memory of training into results/performance (leave the machine alone)"
	@echo "make gpu     check and measure the GPU of this machine into results/performance: five minutes; DATA=DIR adds fits"
	@echo "make study   NAME=few_detectors DATA=DIR: fit what a study under studies/ lacks (hours)"
	@echo "make faults  kill commands and generate hostile files for long, into results/reliability"
	@echo "make clean   remove .venv and what the demo wrote"

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "physembed needs Python 3.11 or newer; try make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,peers,lint,cluster,onnx,gpu,hardware]'
	touch $@

install: $(INSTALLED)

demo: install
	$(BIN)/physembed demo --out demo-run

# halves in the order of the files, so that what a file's tests share is made once
SHARED := --numprocesses $(WORKERS) --dist worksteal
FAST := -m pytest -m 'not slow' $(SHARED) --durations 10

# types are looked at beside the tests, and told after them
check: style
	@$(MAKE) --no-print-directory types > $(VENV)/types.log 2>&1 & types=$$!; \
	$(BIN)/python $(FAST); tests=$$?; \
	wait $$types; types=$$?; cat $(VENV)/types.log; exit $$((tests || types))

test: install
	$(BIN)/python -m pytest $(SHARED) --durations 30

lint: style types

style: install
	$(BIN)/ruff check src tests studies
	$(BIN)/ruff format --check src tests studies

types: install
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: install
	$(BIN)/python -m studies.speed --out results/performance

gpu: install
	$(BIN)/physembed doctor --device cuda
	$(BIN)/python -m pytest tests/propagation/test_on_chip.py tests/propagation/test_curved_media.py tests/training/gradient/test_recorded.py tests/training/projection/test_recorded_search.py tests/estimators/test_predicting_on_a_gpu.py
	$(BIN)/python -m studies.gpu $(if $(DATA),--data-dir $(DATA)) --out results/performance
	$(BIN)/python -m studies.documents

study: install
	$(BIN)/python -m studies.$(NAME) $(DATA)

faults: install
	PYTHONPATH=. $(BIN)/python tests/faults/run.py --out results/reliability
	$(BIN)/python -m studies.documents

# uv resolves to the lowest versions; pip cannot
UV := $(BIN)/python -m uv
OTHERS ?= 3.12 3.13

lowest: install
	$(BIN)/python -m pip install --quiet uv
	$(UV) venv --quiet --clear --python $(BIN)/python .venv-lowest
	$(UV) pip install --quiet --python .venv-lowest --resolution lowest-direct -e '.[test]'
	.venv-lowest/bin/python $(FAST)

others: install
	$(BIN)/python -m pip install --quiet uv
	failed=0; for version in $(OTHERS); do \
		$(UV) venv --quiet --clear --no-python-downloads --python $$version .venv-$$version \
			|| { echo "Python $$version cannot be started here: nothing is tested with it."; continue; }; \
		$(UV) pip install --quiet --python .venv-$$version -e '.[test]' \
			&& .venv-$$version/bin/python $(FAST) || failed=1; \
	done; exit $$failed

docs: install
	$(BIN)/python -m studies.documents

site: install
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	$(BIN)/python -m sphinx -W -b html --keep-going -q docs docs/_build/html
	$(BIN)/linkchecker --no-status --no-warnings docs/_build/html/index.html

# from the wheel alone, in an environment of its own and in a folder where no source lies
dist: install
	$(BIN)/python -m pip install --quiet --disable-pip-version-check build twine
	rm -rf dist .venv-dist
	$(BIN)/python -m build --outdir dist .
	$(BIN)/python -m twine check --strict dist/*
	$(PYTHON) -m venv .venv-dist
	.venv-dist/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt dist/*.whl
	.venv-dist/bin/python tests/dist/run_pages.py

browser:
	command -v chromium || (apt-get update && apt-get install --yes --no-install-recommends chromium)

ARM_TOOLS := gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm

embedded: install
	(command -v arm-none-eabi-gcc && command -v qemu-system-arm) || (apt-get update && apt-get install --yes --no-install-recommends $(ARM_TOOLS))
	$(BIN)/python -m studies.embedded $(DATA)
	$(BIN)/python -m studies.documents

clean:
	rm -rf $(VENV) .venv-* demo-run
