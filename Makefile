# `make` lists the targets. Every target makes its environment first, which takes under a second when it is there.

VENV := .venv
# Recipes find the environment's programs, and ngspice where the set-up unpacked it.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
# All cores, each file of tests on one of them, as its tests share what is slow to make; four at the
# most, as some tests run an engine on each core themselves.
PARALLEL := --numprocesses auto --maxprocesses 4 --dist loadfile

.PHONY: help setup demo lab test coverage check lint types imports test-lowest bench screenshots lock pyright clean distclean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## make the environment, .venv, with ngspice where it is missing
	@tools/setup $(VENV) dev

demo: setup ## the main job: compare the LIF neuron's twins, write the report under report/
	spiketwin compare lif --out report

lab: setup ## build the teaching page, serve it on this machine, open the browser
	@tools/setup-lab $(VENV)
	@spiketwin lab

test: setup ## run the tests on all cores
	@tools/setup-lab $(VENV) browser
	pytest $(PARALLEL)

coverage: setup ## the tests with branch coverage, which takes a quarter longer
	@tools/setup-lab $(VENV) browser
	pytest $(PARALLEL) --cov --cov-report term-missing:skip-covered

check: lint types imports test ## all that CI asks: lint, format, types, import rules, tests

lint: setup
	ruff check
	ruff format --check

types: setup
	mypy

# The links are the only place where the packages lie as they are imported.
imports: setup
	PYTHONPATH=.links lint-imports --no-logo --no-cache

bench: ## measure speed and accuracy, against NEST and Brian2 too, in .venv-bench
	@CONSTRAINTS=constraints-bench.txt tools/setup .venv-bench bench
	@tools/setup-lab .venv-bench browser
	@for name in $(basename $(notdir $(sort $(wildcard bench/[!_]*.py)))); do \
		echo "== bench.$$name"; \
		PATH="$(CURDIR)/.venv-bench/bin:$$PATH" python -m bench.$$name || exit 1; \
	done

screenshots: setup ## make the pictures of README and docs anew, of the lab's page and of a study
	@tools/setup-lab $(VENV) browser
	@python tools/screenshots.py

test-lowest: ## run the tests with the oldest dependencies that pyproject.toml allows
	@CONSTRAINTS=constraints-lowest.txt tools/setup .venv-lowest test
	@tools/setup-lab .venv-lowest browser
	PATH="$(CURDIR)/.venv-lowest/bin:$$PATH" pytest $(PARALLEL)

lock: setup ## resolve the dependencies anew and write the constraints files
	python tools/lock.py

pyright: setup ## a second type checker's opinion; advisory
	@python -m pip install --quiet pyright
	-pyright

clean: ## remove what runs leave behind
	rm -rf report build dist htmlcov lab/built .coverage .coverage.* .hypothesis .*_cache
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

distclean: clean ## remove the environments too
	rm -rf .venv .venv-bench .venv-lowest *.egg-info lab/node_modules
