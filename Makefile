# Everything a newcomer, a maintainer and the continuous integration do here. `make help` lists it.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV    := .venv
BIN     := $(VENV)/bin
WORKERS ?= 2
COVERAGE_TESTS ?= tests/domain tests/delivery tests/review tests/verify tests/storage

# An environment is up to date when the stamp named after the content of its lock exists.
RUN_KEY   := $(shell cat requirements.txt pyproject.toml | cksum | cut -d ' ' -f 1)
DEV_KEY   := $(shell cat requirements.txt requirements-dev.txt pyproject.toml | cksum | cut -d ' ' -f 1)
RUN_STAMP := $(VENV)/.run-$(RUN_KEY)
DEV_STAMP := $(VENV)/.dev-$(DEV_KEY)

PIP_INSTALL := .ci/environment pip-install $(VENV)
LOCK        := uv pip compile pyproject.toml $(LOCK_OPTIONS) --universal --python-version 3.11 --generate-hashes \
               --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet

.PHONY: help demo test coverage check bench endurance lint types format format-check contracts build lock system

help: ## this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUN_STAMP) ## the main job: an example organisation, served on this machine (Ctrl-C ends it)
	@$(BIN)/qbank demo --folder .demo $(DEMO_OPTIONS)

test: $(DEV_STAMP) system ## every test, nothing skipped
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --refuse-skips --durations=40

coverage: $(DEV_STAMP) system ## branches that no test takes (COVERAGE_TESTS='tests/verify' for others than the rules)
	$(BIN)/coverage run --branch --source=delivery,qbank,review -m pytest -n 0 $(COVERAGE_TESTS)
	@$(BIN)/coverage report --skip-covered --show-missing

check: format-check lint types contracts test ## what must hold before a change is done

bench: $(DEV_STAMP) ## the draw beside other methods, then how fast the start is (BANKS=folder: the draw on your banks)
	@$(BIN)/python -m tests.benchmarks.the_draw
	$(if $(BANKS),,$(BIN)/python -m pytest -o python_files='bench_*.py' -o faulthandler_timeout=0 -p no:xdist -s tests/benchmarks)

endurance: $(DEV_STAMP) system ## how long: full doses, hours (ENDURANCE_OPTIONS='--rounds 100' for less)
	$(BIN)/python -m pytest -o python_files='endurance_*.py' -o faulthandler_timeout=0 -p no:xdist -s tests/endurance $(ENDURANCE_OPTIONS)

lint: $(DEV_STAMP) ## ruff, every rule less the exceptions with reasons
	$(BIN)/ruff check .

types: $(DEV_STAMP) ## mypy, strict
	$(BIN)/mypy

contracts: $(DEV_STAMP) ## who may import whom
	$(BIN)/lint-imports

format: $(DEV_STAMP) ## lay the code out
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --quiet .

format-check: $(DEV_STAMP) ## is the code laid out?
	$(BIN)/ruff format --check .

build: $(RUN_STAMP) ## the wheel, in dist/
	$(BIN)/python -m hatchling build -t wheel

lock: ## the hashed locks, from pyproject.toml (maintainers: needs uv; LOCK_OPTIONS=--upgrade for newer ones)
	@command -v uv >/dev/null || { echo "make lock needs uv: python3 -m pip install uv" >&2; exit 1; }
	$(LOCK) --group build --output-file requirements.txt
	$(LOCK) --group dev --constraint requirements.txt --output-file requirements-dev.txt

system: ## the programs that the tests drive: a browser, PostgreSQL, a PDF reader
	@.ci/system-packages

$(BIN)/python:
	@.ci/environment make $(VENV)

$(RUN_STAMP): | $(BIN)/python
	@$(PIP_INSTALL) requirements.txt
	@rm -f $(VENV)/.run-*
	@touch $@

$(DEV_STAMP): | $(BIN)/python
	@$(PIP_INSTALL) requirements-dev.txt
	@rm -f $(VENV)/.run-* $(VENV)/.dev-*
	@touch $@ $(RUN_STAMP)
