# Everything that is done with trimtab, each by one word. `make` alone lists the words.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install -qq --no-input --disable-pip-version-check
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --exclude-newer "7 days" \
        --custom-compile-command "make lock"
PAGE := src/trimtab/dashboard/_web/index.html
PAGE_SOURCES := $(wildcard web/index.html web/*.config.ts web/tsconfig*.json) \
                $(shell find web/src web/public -type f 2>/dev/null)
KERNELS := $(wildcard src/trimtab/context/*.py src/trimtab/trading/*.py src/trimtab/lab/*.py)
PAGE_IF_WANTED := $(if $(TRIMTAB_SKIP_WEB),,$(PAGE))

help:  ## list these words
	@sed -nE 's/^([a-z]+):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

demo: .venv/.kernels $(PAGE_IF_WANTED)  ## the whole system on a synthetic market, with the dashboard (ARGS="--seed 7")
	@echo "==> trimtab demo $(ARGS)"
	@$(BIN)/trimtab demo $(ARGS)

test: .venv/.dev .venv/.kernels $(PAGE)  ## every test that this machine can run; says what it skips and why
	@echo "==> tests of the package"
	@$(BIN)/python -m pytest -rfEs $(ARGS)
	@echo "==> tests of the page"
	@npm --prefix web --silent test

CHECKS := format lint mypy pyright imports sizes dead requirements hosts uncompiled page

check: $(CHECKS:%=check-%)  ## format, lint, types, architecture, sizes, dependencies, kernels without the compiler, page
	@echo "==> all checks passed"

check-format: .venv/.dev
	@echo "==> format (ruff)"
	@$(BIN)/ruff format --quiet --check

check-lint: .venv/.dev
	@echo "==> lint (ruff)"
	@$(BIN)/ruff check --quiet

check-mypy: .venv/.dev
	@echo "==> types (mypy strict)"
	@$(BIN)/mypy --no-error-summary

check-pyright: .venv/.dev
	@echo "==> types (pyright strict)"
	@$(BIN)/pyright --warnings

check-imports: .venv/.dev
	@echo "==> architecture (import-linter)"
	@$(BIN)/lint-imports >/dev/null || $(BIN)/lint-imports

check-sizes: .venv/.dev
	@echo "==> sizes of files and functions"
	@$(BIN)/python scripts/check_sizes.py

check-dead: .venv/.dev
	@echo "==> dead code (vulture; fields of structs are not counted)"
	@{ $(BIN)/vulture || true; } | { ! grep -E '^src.*(unused (function|class|method|property|import)|unreachable)'; }

check-requirements: .venv/.dev
	@echo "==> requirements (deptry, pins, hashes)"
	@$(BIN)/deptry . --no-ansi >/dev/null 2>&1 || $(BIN)/deptry .
	@$(BIN)/python scripts/check_requirements.py

check-hosts: .venv/.dev
	@echo "==> no registry's host and no machine's path in any file"
	@$(BIN)/python scripts/check_hosts.py

check-uncompiled: .venv/.dev
	@echo "==> kernels without the compiler"
	@NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest $(wildcard tests/conformance tests/context tests/trading)

check-page: web/node_modules/.made
	@echo "==> page (types, lint, module borders, lock file)"
	@npm --prefix web --silent run check
	@cd web && npm ci --dry-run --silent --ignore-scripts

bench: .venv/.kernels  ## measures; writes bench/*.json
	@mkdir -p bench
	@for what in backtest startup latency journal; do \
	  echo "==> trimtab bench $$what"; $(BIN)/trimtab bench $$what --json bench/$$what.json; \
	done

soak: .venv/.dev .venv/.kernels  ## the long figures: every kill, tampering, replay and storm of commands (an hour and a half)
	@TRIMTAB_SOAK=1 $(BIN)/python -m pytest -rfEs $(ARGS) tests/contracts tests/adapters tests/runtime tests/app tests/records tests/mind

web: $(PAGE)  ## the page, built into the package

lock: .venv/.dev  ## resolves requirements anew, with hashes (ARGS="--upgrade")
	@echo "==> requirements/base.txt"
	@$(LOCK) $(ARGS) pyproject.toml --all-extras --output-file requirements/base.txt
	@echo "==> requirements/build.txt"
	@$(LOCK) $(ARGS) requirements/build.in --output-file requirements/build.txt
	@echo "==> requirements/dev.txt"
	@$(LOCK) $(ARGS) requirements/dev.in --output-file requirements/dev.txt
	@echo "==> web/package-lock.json"
	@npm --prefix web --silent install --package-lock-only
	@npm --prefix web --silent ci

clean:  ## removes what these words made; journals and benches stay
	rm -rf .venv web/node_modules web/dist src/trimtab/dashboard/_web build dist \
	  .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .cache
	find src tests scripts -name __pycache__ -prune -exec rm -rf {} +

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "trimtab needs Python 3.11 or newer; name one: make PYTHON=python3.12 ...")'
	@echo "==> making .venv"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.base: .venv/.made requirements/base.txt requirements/build.txt pyproject.toml hatch_build.py
	@echo "==> installing what trimtab needs (a minute the first time)"
	@$(INSTALL) --require-hashes -r requirements/base.txt -r requirements/build.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.kernels: .venv/.base $(KERNELS)
	@echo "==> compiling the kernels (half a minute the first time)"
	@$(BIN)/python -m trimtab.app.warm_up
	@touch $@

.venv/.dev: .venv/.base requirements/dev.txt
	@echo "==> installing what tests and checks need"
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

web/node_modules/.made: web/package.json web/package-lock.json
	@command -v npm >/dev/null || { echo "the page needs Node 20.19 or newer with npm; without it: make demo TRIMTAB_SKIP_WEB=1"; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a * 100 + +b < 2019 ? 1 : 0)' || { echo "the page needs Node 20.19 or newer, this is $$(node --version)"; exit 1; }
	@echo "==> installing what the page needs"
	@npm --prefix web --silent ci
	@touch $@

$(PAGE): web/node_modules/.made $(PAGE_SOURCES)
	@echo "==> building the page"
	@npm --prefix web --silent run build -- --logLevel warn
	@touch $@

.PHONY: help demo test check bench soak web lock clean $(CHECKS:%=check-%)
