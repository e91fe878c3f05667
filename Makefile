# Every target does its own set-up: a fresh clone needs nothing but a Python of 3.12 or newer, make and bash.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin

.PHONY: help setup demo test fuzz check format lint types contracts catalog record-demo lock clean

help: ## what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## the virtual environment with the locked dependencies
	@scripts/setup.sh

demo: setup ## audits the recorded demonstration; its report is in reports/demo
	@$(BIN)/auditor demo; code=$$?; \
	if [ $$code -eq 1 ]; then echo "demo: the audit failed, as the demonstration is meant to: open reports/demo/report.html"; exit 0; \
	else echo "demo: the audit ended with $$code, but the demonstration must end with 1" >&2; exit 1; fi

test: setup ## all tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile

fuzz: setup ## fuzzes every reader and decoder, a quarter of an hour each
	@scripts/fuzz.sh

check: setup format lint types contracts catalog ## format, lint, types, import contracts, catalog

format:
	@$(BIN)/ruff format --check --quiet . && echo "format: ok"

lint:
	@$(BIN)/ruff check --quiet . && echo "lint: ok"

types:
	@$(BIN)/mypy

contracts:
	@$(BIN)/lint-imports

catalog:
	@$(BIN)/python -m auditor.catalog.lint

record-demo: setup ## records captures/demo again in the lab (root, Chromium and iproute2 needed)
	@$(BIN)/python -m tests.lab.record captures/demo

lock: setup ## resolves the dependencies again into requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --group dev pyproject.toml -o requirements.txt

clean: ## removes what was built, never what was recorded
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
