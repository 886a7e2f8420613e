# Two commands on a fresh machine with Python and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SOURCES := pyproject.toml constraints.txt mebench/version.py datasets/synthetic/pyproject.toml \
	baselines/vision/pyproject.toml baselines/mean/pyproject.toml \
	baselines/classics/pyproject.toml
PACKAGES := --editable datasets/synthetic --editable baselines/vision --editable baselines/mean \
	--editable baselines/classics

.PHONY: help demo example test check fast slow lint format docs docs-serve installation schemas truths pictures conformance benchmarks leaderboards clean

help:
	@echo "make demo         train and score MEAN on the rendered faces, in some minutes"
	@echo "make example      score the small example that comes with mebench"
	@echo "make check        format, lint, types, spelling and the fast tests, in two minutes"
	@echo "make slow         run the tests that make check leaves out"
	@echo "make test         lint, check types and run every test, in twelve minutes"
	@echo "make format       format the code"
	@echo "make docs         build the documentation site into build/site"
	@echo "make docs-serve   show the site while you write"
	@echo "make schemas      regenerate the JSON Schemas"
	@echo "make truths       regenerate the truths of the synthetic data sets"
	@echo "make pictures     redraw the pictures of the documentation"
	@echo "make conformance  run the standard's test vectors"
	@echo "make leaderboards score every submission again, and write all tables and the page"
	@echo "make installation install into fresh environments and run there: core, OpenCV, wheels"
	@echo "make benchmarks   measure the speed that the documentation states"

# Its theme advertises another program at every start.
export NO_MKDOCS_2_WARNING := 1

demo: $(VENV)/installed
	@$(BIN)/mebench run-baseline mean -o runs/demo --resume

example: $(VENV)/installed
	@$(BIN)/mebench demo

test: lint
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: $(VENV)/developed
	@$(MAKE) --no-print-directory -j 2 lint fast

fast: $(VENV)/developed
	$(BIN)/python -m pytest -n 2 --dist worksteal -m fast -q

slow: $(VENV)/developed
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not fast" -q

lint: $(VENV)/developed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/mypy

installation: $(VENV)/developed
	$(BIN)/python -m tools.check_installation

format: $(VENV)/developed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/developed
	$(BIN)/python -m mkdocs build

docs-serve: $(VENV)/developed
	$(BIN)/python -m mkdocs serve

schemas: $(VENV)/installed
	$(BIN)/python -m mebench.models.schemas schemas

truths: $(VENV)/installed
	$(BIN)/python -m tools.write_synthetic_truths

pictures: $(VENV)/installed
	$(BIN)/python docs/pictures/make.py
	$(BIN)/python docs/pictures/comparisons.py

conformance: $(VENV)/installed
	$(BIN)/mebench conformance

leaderboards: $(VENV)/installed
	@$(BIN)/mebench leaderboard build

benchmarks: $(VENV)/developed
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.matching
	$(BIN)/python -m benchmarks.rendering
	$(BIN)/python -m benchmarks.detector
	$(BIN)/python -m benchmarks.flow
	$(BIN)/python -m benchmarks.pairs
	$(BIN)/python -m benchmarks.extraction
	$(BIN)/python -m benchmarks.loso
	$(BIN)/python -m benchmarks.flows
	$(BIN)/python -m benchmarks.leaderboards

$(VENV)/installed: $(SOURCES)
	$(PYTHON) -c 'import sys; sys.exit("mebench needs Python 3.11 or newer: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt --editable '.[all]' $(PACKAGES)
	@# Any OpenCV serves; ours is installed where there is none.
	@$(BIN)/python -c 'import cv2' 2>/dev/null || $(PIP) install --constraint constraints.txt --editable '.[opencv]'
	@touch $@

$(VENV)/developed: $(VENV)/installed
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
