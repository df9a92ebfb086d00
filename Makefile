# What can be done with this checkout. Everything starts by setting it up, which takes a moment only the first time.
#   make run [URL=https://... SUBJECT=adult]   the window; with URL the whole way on the command line
#   make test | test-long | check | bench      what a change has to pass
#   make lock | translations | package | replay-viewer | clean
# Another Python: make PYTHON=python3.12 ...

PYTHON ?= python3
BIN := .venv/bin

# A pasted address is a stranger's text: it must reach the program untouched by make and by the shell.
unexport URL SUBJECT
ifeq ($(origin URL),command line)
export KIT_URL := $(value URL)
endif
ifeq ($(origin SUBJECT),command line)
export KIT_SUBJECT := $(value SUBJECT)
endif

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run test test-long check bench lock translations package replay-viewer smoke clean

help:
	@sed -n '1,5s/^# \{0,1\}//p' Makefile

setup:
	@$(PYTHON) tools/setup.py run

setup-test:
	@$(PYTHON) tools/setup.py test

run: setup
	@$(BIN)/python tools/start.py

test: setup-test
	@$(BIN)/pytest -m "not slow" -n 2 --dist worksteal

test-long: setup-test
	@$(BIN)/python -m pip install -q --no-deps --require-hashes --disable-pip-version-check -r tests/fuzz/requirements.lock \
	  || echo "the fuzzer atheris cannot be had here: its test is skipped"
	@$(BIN)/pytest

check: setup-test
	@$(BIN)/python tools/check.py

bench: setup-test
	@set -e; for f in tests/bench/bench_*.py; do \
	  [ -e "$$f" ] || { echo "no benchmarks"; break; }; \
	  echo "== $$f"; $(BIN)/python -m "tests.bench.$$(basename "$$f" .py)"; \
	done

lock: setup-test
	@$(BIN)/python tools/lock.py $(if $(UPGRADE),--upgrade)

translations: setup-test
	@$(BIN)/python tools/check_translations.py --update

replay-viewer:
	@$(PYTHON) tools/replay_viewer.py

package: setup-test
	@$(BIN)/python packaging/build.py

smoke: package
	@bash packaging/smoke.sh

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
	find . -path ./.venv -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf
