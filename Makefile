# Two commands from a fresh clone: `make conformance` judges the bundled server, `make test` tests the project.
# Everything is installed into a virtual environment of its own, $(VENV).

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --timeout 600

.PHONY: conformance test lint types imports pytest coverage serve clean prerequisites

conformance: $(VENV)/.installed
	@$(BIN)/wireproof run

test: lint types imports pytest

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

imports: $(VENV)/.installed-dev
	$(BIN)/lint-imports

pytest: $(VENV)/.installed-dev
	$(PYTEST) $(PYTEST_ARGS)

# Twice the time of the tests alone: for whoever wants to see what no test looks at.
coverage: $(VENV)/.installed-dev
	$(PYTEST) --cov --cov-report=term:skip-covered $(PYTEST_ARGS)

serve: $(VENV)/.installed
	@$(BIN)/wireproof serve

clean:
	rm -rf $(VENV) wireproof-report build dist

# Said first and in one line each, since what follows from their absence is hard to read.
prerequisites:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "wireproof needs Python 3.11 or newer: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "wireproof needs Python 3.11 or newer, and $(PYTHON) is older. Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) has no venv: apt-get install python3-venv"; exit 1; }

$(VENV)/bin/python: | prerequisites
	@echo "making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --upgrade pip

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "installing wireproof into $(VENV)"
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/.installed
	@echo "installing the tools of development into $(VENV)"
	@$(PIP) install --group dev
	@touch $@
