# `make help` lists the targets.
PYTHON ?= python3
# The Python of a name, on the PATH or of pyenv.
PYENV := $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions
usable = $(shell $(1) -c 'import ensurepip, sys; print(sys.executable)' 2>/dev/null)
found = $(or $(call usable,$(1)),$(firstword $(foreach python,$(wildcard $(PYENV)/*/bin/$(1)),$(call usable,$(python)))))
INTERPRETER := $(or $(call found,$(PYTHON)),$(error there is no $(PYTHON) with venv here; write: PYTHON=python3.13))
VERSION := $(shell $(INTERPRETER) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
# Each Python has its own, so that one can follow the other.
VENV := .venv/$(VERSION)
RUN := $(VENV)/bin/python
PYTEST := $(RUN) -m pytest -n 2 --dist loadgroup -q
MATHJAX := .cache/mathjax/package-lock.json
# What the tests look at pages with, if the machine has nothing.
CHROMIUM := $(if $(shell command -v chromium || command -v google-chrome),,tests/chromium/node_modules/unpacked/chromium)
# The other Pythons that are promised and that this machine has.
OTHERS = $(foreach version,$(filter-out $(VERSION),3.11 3.12 3.13 3.14),$(call found,python$(version)))

export NO_MKDOCS_2_WARNING = 1
# Kernels of notebooks need no debugger, and say so at every start unless told.
export PYDEVD_DISABLE_FILE_VALIDATION = 1
# Dates in the site are those of the last commit, so that two builds of it are the same.
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)

.DEFAULT_GOAL := help
.PHONY: help serve site figures check mutants mutants-source test pythons test-beside soak torch jax structure bench notations lock clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 24

serve: $(MATHJAX)  ## serve the site on 127.0.0.1:8000 and build again at every change
	$(RUN) -m mkdocs serve --livereload

site: $(MATHJAX)  ## build the site into site/
	$(RUN) -m mkdocs build --strict

figures: $(VENV)/site  ## draw the figures that are out of date; NAME=hinge one, FORCE=1 all
	$(RUN) -m executable_math.figures $(if $(FORCE),--force) $(NAME)

check: $(VENV)/site  ## check every formula, number and claim of the pages and docstrings
	$(RUN) -m executable_math docs src/lossfunctions

mutants: $(VENV)/site  ## mutate every formula and number of the pages and docstrings; each must be caught
	$(RUN) -m executable_math.mutants --proofs tests/equivalent_mutants.toml docs src/lossfunctions

mutants-source: $(VENV)/test  ## mutate every operator and constant of the source; each must be caught
	$(RUN) scripts/mutants_source.py

test: $(VENV)/test $(MATHJAX) $(CHROMIUM)  ## everything that CI checks
	$(RUN) -m ruff check
	$(RUN) -m mypy
	$(PYTEST)

pythons: $(VENV)/test $(MATHJAX) $(CHROMIUM)  ## with each other Python here: the same site, and the tests that meet it
	@echo "other Pythons here: $(or $(OTHERS),none)"
	set -e; for python in $(OTHERS); do $(MAKE) test-beside PYTHON=$$python OTHER_PYTHON=$(abspath $(RUN)); done

test-beside: $(VENV)/test
	$(PYTEST) tests/site/test_html.py tests/site/test_reproducible.py tests/executable_math/test_golden.py \
	    tests/executable_math/test_command.py tests/executable_math/test_foreign.py

soak: $(VENV)/test $(MATHJAX)  ## edit a served project at random, SOAK_EDITS times, and compare with a new server
	$(RUN) -m pytest -q -o python_files='soak_*.py' tests/site/soak_site.py

torch: $(VENV)/test  ## run the PyTorch code that readers take away; PyTorch is installed for it
	$(RUN) -m pip install --quiet torch==2.14.1
	$(PYTEST) tests/site/test_copies.py

jax: $(VENV)/test  ## check what examples-jax binds; JAX and Optax are installed for it
	$(RUN) -m pip install --quiet jax==0.10.2 optax==0.2.8
	$(RUN) -m executable_math examples-jax

structure:  ## how the engine is built, in figures; fails where one is not what is wanted
	$(INTERPRETER) scripts/structure.py

bench: $(VENV)/test $(MATHJAX) $(CHROMIUM)  ## measure, in ratios to others
	$(RUN) -m pytest -q -o python_files='bench_*.py' benchmarks --benchmark-only --benchmark-columns=median,iqr,rounds --benchmark-group-by=group
	$(RUN) benchmarks/bench_site.py
	$(RUN) -m pytest -q -s benchmarks/bench_lighthouse.py

notations: $(VENV)/site  ## write the notations of the records into their page
	$(RUN) scripts/notations.py

lock:  ## pin the requirements again, with hashes
	uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-emit-find-links \
	    --no-emit-index-url --custom-compile-command "make lock" --upgrade requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-emit-find-links \
	    --no-emit-index-url --custom-compile-command "make lock" --upgrade requirements-test.in -o requirements-test.txt

clean:  ## remove what was built, not what was installed
	rm -rf site site.new site.old mutants $(filter-out .cache/mathjax,$(wildcard .cache/*))

$(VENV)/site: requirements.txt pyproject.toml
	$(INTERPRETER) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(INTERPRETER) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(VENV)/test: requirements-test.txt $(VENV)/site
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	touch $@

$(CHROMIUM): tests/chromium/package-lock.json | $(VENV)/test
	$(RUN) tests/browser.py

$(MATHJAX): src/executable_math/mathjax/package-lock.json | $(VENV)/site
	$(RUN) -m executable_math.typeset
	touch $@
