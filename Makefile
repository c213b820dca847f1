# Everything a newcomer needs: `make run` starts the whole thing, `make test` proves it.
# Each target sets up what it needs in .venv from the hash-locked requirements.

PYTHON ?= python3
BIN := .venv/bin
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run test bench check format clean lock pictures

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 16

.venv/.run: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@printf '#!/bin/sh\nexec "%s/python" "%s/app.py" "$$@"\n' "$(CURDIR)/$(BIN)" "$(CURDIR)" > $(BIN)/ioc && chmod +x $(BIN)/ioc
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: .venv/.run ## web, scheduler and demonstration province at http://127.0.0.1:8050
	@$(BIN)/python app.py

test: .venv/.dev ## the whole suite
	$(BIN)/python -m pytest -n $(JOBS) --dist loadscope

bench: .venv/.dev ## speed and memory, as ratios within one run; PARTS="browser wall" for some
	$(BIN)/python -m bench $(PARTS)

pictures: .venv/.dev ## the documents' pictures anew (needs chromium); ALL=folder for every wall in every state
	$(BIN)/python -m bench.pictures $(ALL)

check: .venv/.dev ## lint, types, import directions, the site
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/promises/test_import_directions.py
	$(BIN)/ioc check

format: .venv/.dev ## let ruff lay out the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/.dev ## renew both locks from pyproject.toml (needs uv on the path)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml --group dev -o requirements-dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml -c requirements-dev.lock -o requirements.lock

clean: ## forget the demonstration's data (var) and the environment (.venv)
	rm -rf var .venv
