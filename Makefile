# What a person or CI runs here. `make` alone lists it.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PYTEST_ARGS ?=
WORKERS ?= 2
BENCH_ARGS ?=
FUZZ_SECONDS ?= 30
ROOM ?= pid1
MUTANTS ?= 40
SEED ?= 1
# Tests that share a thing, such as Docker, are a group, which one worker runs.
PYTEST = $(PY) -m pytest --numprocesses $(WORKERS) --dist loadgroup
SANITIZE := address,undefined
# The sanitizers need a dynamic file, which cannot run where there is no loader, and memory.
# What the other inits do, and that a case can fail, is no matter of the file.
SANITIZE_TESTS ?= tests/core tests/peers/test_peers.py::test_tinyinit \
	--deselect tests/core/test_start.py::test_works_where_nothing_is \
	--deselect tests/core/test_contract_memory.py::test_memory_of_a_large_contract
CLANG ?= clang
GCC ?= gcc
CLANG_FORMAT ?= clang-format

CORE := $(sort $(shell find tinyinit/core -name '*.c'))
HEADERS := $(sort $(shell find tinyinit/core -name '*.h'))
LAYOUT := tinyinit/core/link.ld
FUZZERS := $(sort $(wildcard tests/fuzz/*.c))
OTHER_C := $(sort $(shell find tests benchmarks examples -name '*.c' 2>/dev/null))
ALL_C := $(CORE) $(HEADERS) $(OTHER_C) \
	$(sort $(shell find tests benchmarks examples -name '*.h' 2>/dev/null))
WARNINGS := -std=c11 -D_GNU_SOURCE -DTINYINIT_VERSION='"lint"' -Itinyinit/core \
	-Wall -Wextra -Werror

.DELETE_ON_ERROR:
.PHONY: help build test lint reference requirements wheels sanitize fuzz mutants bench picture demo clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/tools: requirements/dev.txt
	@$(PYTHON) -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo 'make: $(PYTHON) is not Python 3.11 or later with venv; on Debian: apt-get install' \
		'python3-venv; another one: make PYTHON=…' >&2; exit 1; }
	@# Another Python than the one that made it would leave half of each.
	$(PY) -c 'import ssl' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	$(PY) -m pip install --quiet --retries 10 --require-hashes -r requirements/dev.txt
	@touch $@

# Editable, so Python needs no new install; the file does, whenever its sources change.
$(VENV)/installed: $(VENV)/tools build_core.py tinyinit/__init__.py $(CORE) $(HEADERS) $(LAYOUT)
	$(PY) -m pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

build: build/tinyinit ## compile the file to build/tinyinit
build/tinyinit: $(VENV)/tools build_core.py tinyinit/__init__.py $(CORE) $(HEADERS) $(LAYOUT)
	$(PY) build_core.py

test: $(VENV)/installed build/tinyinit ## all tests; PYTEST_ARGS="--require-docker -k word"
	$(PY) -m tests.targets
	$(PYTEST) $(PYTEST_ARGS)

lint: $(VENV)/installed ## ruff, mypy, pyright, clang-format, gcc's analyzer, clang's warnings
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m pyright --pythonpath $(PY)
	$(CLANG_FORMAT) --dry-run -Werror $(ALL_C)
	set -e; for file in $(CORE); do $(GCC) $(WARNINGS) -fanalyzer -O2 -c -o /dev/null $$file; done
	set -e; for file in $(OTHER_C); do $(GCC) $(WARNINGS) -fsyntax-only $$file; done
	set -e; for file in $(CORE) $(OTHER_C); do $(CLANG) $(WARNINGS) -fsyntax-only $$file; done

reference: $(VENV)/installed ## docs/reference.md from the docstrings
	$(PY) -m tools.reference

# As in the file that is there, but for what pyproject.toml no longer allows; `rm` it for the newest.
requirements: $(VENV)/tools ## requirements/dev.txt from pyproject.toml: all tools, with hashes
	UV_CUSTOM_COMPILE_COMMAND='make requirements' $(PY) -m uv pip compile --quiet --universal \
		--python-version 3.11 --generate-hashes --group pyproject.toml:dev -o requirements/dev.txt
	UV_CUSTOM_COMPILE_COMMAND='make requirements' $(PY) -m uv pip compile --quiet --universal \
		--python-version 3.11 --generate-hashes --group pyproject.toml:mutants \
		-o requirements/mutants.txt

wheels: $(VENV)/tools ## dist/: the sdist and every wheel; TINYINIT_TARGET=aarch64 for one
	$(PY) -m hatchling build -t sdist -d dist
	$(PY) build_core.py --wheels --output dist

# A test that expects a failure could take a sanitizer's for it: reports go to files, and any file fails.
sanitize: $(VENV)/installed ## the core's tests on a build with ASan and UBSan
	rm -rf build/sanitize
	$(PY) build_core.py --sanitize $(SANITIZE) --cc $(CLANG) --output build/sanitize
	ASAN_OPTIONS=log_path=$(CURDIR)/build/sanitize/report \
	UBSAN_OPTIONS=print_stacktrace=1:log_path=$(CURDIR)/build/sanitize/report \
	TINYINIT_BINARY=$(CURDIR)/build/sanitize/tinyinit \
		$(PYTEST) $(SANITIZE_TESTS) $(PYTEST_ARGS)
	@! cat build/sanitize/report.* 2>/dev/null

fuzz: $(patsubst tests/fuzz/%.c,fuzz-%,$(FUZZERS)) ## each target of tests/fuzz, FUZZ_SECONDS long
	@test -n '$(FUZZERS)' || { echo 'make: no fuzz target in tests/fuzz' >&2; exit 1; }

build/fuzz/%: tests/fuzz/%.c $(CORE) $(HEADERS)
	@mkdir -p $(@D)
	$(CLANG) $(WARNINGS) -g -O1 -fsanitize=fuzzer,$(SANITIZE) -fno-sanitize-recover=all \
		-o $@ $< $(filter-out %/main.c,$(CORE))

# What the run finds goes to build/; an input worth keeping is committed to tests/fuzz/corpus by hand.
.PRECIOUS: build/fuzz/%
fuzz-%: build/fuzz/%
	@mkdir -p build/fuzz/found/$* tests/fuzz/corpus/$*
	$< -max_total_time=$(FUZZ_SECONDS) -timeout=5 -print_final_stats=1 -close_fd_mask=2 \
		-artifact_prefix=build/fuzz/$*- build/fuzz/found/$* tests/fuzz/corpus/$*

# Its tools are apart: they bring a `typing` of their own.
build/mutants/venv: requirements/mutants.txt
	$(PYTHON) -m venv --clear $@
	$@/bin/python -m pip install --quiet --retries 10 --require-hashes -r requirements/mutants.txt

mutants: $(VENV)/installed build/mutants/venv ## break one room, print what no test noticed: ROOM=pid1
	$(PY) -m tools.mutants $(ROOM) $(MUTANTS) --seed $(SEED)

bench: $(VENV)/installed ## tinyinit against other inits; a table and build/benchmarks.json
	$(PY) -m benchmarks $(BENCH_ARGS)

picture: $(VENV)/installed ## docs/pictures/shutdown.svg, recorded anew
	$(PY) -m tools.picture

demo: build/tinyinit ## see it refuse a bad environment, reap, forward, clean up, pass an exit code on
	examples/demo/run.sh build/tinyinit

clean: ## remove all that make made
	rm -rf build dist $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
