# Everything runs in an environment of its own, made on first use.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check bench clean

demo: $(STAMP)  ## The whole job on synthetic corpora: ingest, stats, build, stats
	$(BIN)/fercurate demo data/processed/demo --overwrite

test: check  ## Lint, types, layer contract and tests
	$(BIN)/python -m pytest -q -n auto --dist loadgroup

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)  ## Speed and memory, as ratios against the usual ways (FER=path of fer2013.csv)
	$(BIN)/python -m benchmarks.speed $(if $(FER),--fer2013 $(FER))

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade pip
	$(BIN)/python -m pip install -q -e '.[dev]'
	touch $(STAMP)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
