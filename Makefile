# Everything runs in an environment of its own, made on first use.
PYTHON ?= python3
VENV ?= .venv
PYTHONS ?= python3.11 python3.13
BIN := $(VENV)/bin
RUNS := $(VENV)/.runs
STAMP := $(VENV)/.installed
LOWEST := $(VENV)-lowest
LOW := $(addprefix tests/,api balance cli/test_help.py contracts/test_store_option.py export files pipeline/building pipeline/measure planning recipe \
	screening sources/parquet sources/tables splits store transforms)
UNITS := $(addprefix tests/,balance domain export files layouts planning recipe screening sources splits store synthetic transforms)
QUICK := -m "not slow and not torch and not browser and not real"
PYTEST := -m pytest -q -n auto --dist loadgroup

.PHONY: help demo fix fast check test slow cov docs doctests lowest wheel bench torture clean
.DEFAULT_GOAL := help

help:  ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(RUNS)  ## The whole job on synthetic corpora: ingest, stats, build, stats
	$(BIN)/fercurate demo data/processed/demo --overwrite

fix: $(STAMP)  ## Mend what ruff can mend, and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

fast: $(STAMP)  ## The tests of what commands are made of, one or two minutes
	$(BIN)/python $(PYTEST) $(UNITS) $(QUICK)

check: $(STAMP)  ## Lint, format, types, layer contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check  ## Everything but make slow: check, and the tests
	@echo "About ten minutes on two idle cores; make slow goes on where this ends"
	$(BIN)/python $(PYTEST) -m "not slow and not real" $(TESTS)

slow: $(STAMP)  ## The tests that make test leaves out: sweeps, clusters, tutorials, the real FER-2013
	@echo "Ten minutes on two idle cores, and some more where the real FER-2013 is"
	$(BIN)/python $(PYTEST) -m "slow or real" $(TESTS)

cov: $(STAMP)  ## All the tests, and which lines and branches they leave out
	$(BIN)/python $(PYTEST) --cov --cov-report=term

docs: $(VENV)/.docs  ## The documentation site, strictly, into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

doctests: $(STAMP)  ## What README, CONTRIBUTING, architecture and docs/ say, put to the test
	$(BIN)/python $(PYTEST) tests/docs tests/house

lowest: $(LOWEST)/.installed  ## The quick tests with the oldest dependencies that pyproject allows
	$(LOWEST)/bin/python $(PYTEST) $(LOW) $(QUICK) -W ignore::DeprecationWarning

wheel: $(STAMP)  ## Wheel and sdist, tried on PYTHONS as somebody else, without the checkout
	$(BIN)/python tests/house/wheel.py $(PYTHONS)

bench: $(STAMP)  ## Speed and memory, as ratios against the usual ways (FER=path of fer2013.csv)
	$(BIN)/python -m benchmarks.speed $(if $(FER),--fer2013 $(FER))

torture: $(STAMP)  ## Damage, fuzz, kill and fill disks for up to MINUTES (120), and count the faults
	$(BIN)/python -m benchmarks.torture --minutes $(or $(MINUTES),120) --share $(or $(SHARE),1)

$(VENV)/.docs: $(STAMP)
	$(BIN)/python -m pip install -q -e '.[docs]'
	touch $(VENV)/.docs

clean:  ## Remove the environments and caches
	rm -rf $(VENV) $(LOWEST) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage

$(RUNS): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q -e .
	touch $@

$(STAMP): $(RUNS)
	$(BIN)/python -m pip install -q -e '.[dev]'
	touch $@

$(LOWEST)/.installed: pyproject.toml tests/house/lowest.py
	$(PYTHON) -m venv $(LOWEST)
	$(LOWEST)/bin/python tests/house/lowest.py > $(LOWEST)/constraints.txt
	$(LOWEST)/bin/python -m pip install -q --upgrade pip
	$(LOWEST)/bin/python -m pip install -q -e '.[parquet]' -c $(LOWEST)/constraints.txt \
		hatchling hypothesis jsonschema pytest pytest-xdist
	touch $@
