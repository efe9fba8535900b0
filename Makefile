# Every target sets itself up; what is already there is left alone.
.DEFAULT_GOAL := help
.PHONY: help run test lint drill bench screenshots messages lock

PYTHON := .venv/bin/python
# Debian and Ubuntu ship these as packages; scripts/setup says how each is looked for.
BROWSER_TESTS := pdf browser gettext

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /\1\t/' | expand -t 14

run: ## the site with demo data at 127.0.0.1:$PORT (8000), until Ctrl-C
	@scripts/setup runtime pdf && exec $(PYTHON) scripts/run.py

test: ## all tests on SQLite and on PostgreSQL (ARGS="-k word", DB=sqlite or DB=postgres)
	@scripts/setup dev $(BROWSER_TESTS) && exec scripts/test $(ARGS)

lint: ## style, templates, direction of imports, migrations, deploy settings
	@scripts/setup dev && exec scripts/lint

drill: ## many processes, kill -9 and a database stopped at once, on both databases
	@scripts/setup dev pdf && exec $(PYTHON) -m tests.drills $(ARGS)

bench: ## speed as ratios, measured side by side in one run
	@scripts/setup dev pdf && exec $(PYTHON) -m benchmarks

screenshots: ## a PNG of every page into var/screenshots/
	@scripts/setup dev pdf browser && exec $(PYTHON) scripts/screenshots.py $(ARGS)

messages: ## collect texts into locale/en and compile them
	@scripts/setup dev gettext && exec scripts/messages

lock: ## pin the newest allowed packages for pyproject.toml (ARGS=--upgrade to move the old pins)
	@exec scripts/lock $(ARGS)
