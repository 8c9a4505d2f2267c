# `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
MATHJAX := src/executable_math/mathjax/node_modules/.package-lock.json

export NO_MKDOCS_2_WARNING = 1
# Kernels of notebooks need no debugger, and say so at every start unless told.
export PYDEVD_DISABLE_FILE_VALIDATION = 1
# Dates in the site are those of the last commit, so that two builds of it are the same.
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)

.DEFAULT_GOAL := help
.PHONY: help serve site figures check mutants mutants-source test bench lock clean

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

test: $(VENV)/test $(MATHJAX)  ## everything that CI checks
	$(RUN) -m ruff check
	$(RUN) -m mypy
	$(RUN) -m pytest -n 2 --dist loadgroup -q

bench: $(VENV)/test $(MATHJAX)  ## measure, in ratios to others
	$(RUN) -m pytest -q -o python_files='bench_*.py' benchmarks --benchmark-only --benchmark-columns=median,iqr,rounds --benchmark-group-by=group
	$(RUN) benchmarks/bench_site.py
	$(RUN) -m pytest -q -s benchmarks/bench_lighthouse.py

lock:  ## pin the requirements again, with hashes
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-find-links \
	    --no-emit-index-url --custom-compile-command "make lock" --upgrade requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-find-links \
	    --no-emit-index-url --custom-compile-command "make lock" --upgrade requirements-test.in -o requirements-test.txt

clean:  ## remove what was built, not what was installed
	rm -rf site site.new site.old .cache mutants

$(VENV)/site: requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(VENV)/test: requirements-test.txt $(VENV)/site
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	touch $@

$(MATHJAX): src/executable_math/mathjax/package-lock.json | $(VENV)/site
	$(RUN) -m executable_math.typeset
	touch $@
