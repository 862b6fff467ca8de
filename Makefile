# The same words locally and in CI. `make` alone lists them.
PORT ?= 8000
PYTHON ?= python3
KEYS ?=
V := .venv/bin
export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.PHONY: help demo check test soak bench fix docs pictures tablet services-test words

help:  ## list the words
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/run.stamp: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed. Run: apt-get install python3"; exit 1; }
	@test -x $(V)/python || $(PYTHON) -m venv .venv || { echo "The venv module is missing. Run: apt-get install python3-venv"; exit 1; }
	$(V)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements.txt requirements-dev.txt .venv/run.stamp
	$(V)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

demo: .venv/run.stamp  ## a running site with a demonstration world (PORT=8000)
	@DJANGO_SETTINGS_MODULE=config.settings.dev DEMONSTRATION=1 $(V)/python manage.py serve_demo --port $(PORT)

check: .venv/dev.stamp  ## lint, types, floors and doors, migrations, generated docs; under 55 s
	$(V)/ruff check .
	$(V)/ruff format --check .
	$(V)/mypy
	$(V)/python -m pytest -q -n 2 --dist loadfile tests/architecture
	DJANGO_SETTINGS_MODULE=config.settings.test DATABASE_URL=sqlite://:memory: $(V)/python manage.py makemigrations --check --dry-run --verbosity 0

tablet/node_modules/.stamp: tablet/package-lock.json
	cd tablet && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

test: .venv/dev.stamp  ## everything but soak, from a fresh clone; installs what tests need
	@sh tests/need.sh
	@$(MAKE) --no-print-directory tablet/node_modules/.stamp
	cd tablet && node build.mjs --check
	node --test --test-reporter=dot tests/tablet/*.test.mjs
	$(V)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder tests

services-test: .venv/dev.stamp  ## the tests that a database can change again on PostgreSQL, Redis and RabbitMQ of this machine
	@$(V)/python tests/services.py
	@$(MAKE) --no-print-directory tablet/node_modules/.stamp
	DATABASE_URL=$${TEST_DATABASE_URL:-postgres://postgres@127.0.0.1:5432/openfloor} \
	CACHE_URL=$${TEST_CACHE_URL:-redis://127.0.0.1:6379/1} \
	CELERY_BROKER_URL=$${TEST_BROKER_URL:-amqp://guest:guest@127.0.0.1:5672//} \
	$(V)/python -m pytest -q -n 2 --dist loadfile -m "not journey and not every_page" tests

tests/browsers/node_modules/.stamp: tests/browsers/package-lock.json
	cd tests/browsers && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

soak: .venv/dev.stamp  ## fault histories, kills, a real S3, restore and redaction drills; seeded, 30 minutes at most
	@sh tests/need.sh soak
	@$(MAKE) --no-print-directory tests/browsers/node_modules/.stamp
	@$(V)/python tests/services.py
	timeout --kill-after=30 1800 $(V)/python -m pytest -q --override-ini addopts= -p no:cacheprovider --timeout 900 tests/soak

bench: .venv/dev.stamp  ## ratios against a yardstick of the same run (KEYS=sync for a family)
	$(V)/python -m tests.bench $(KEYS)

fix: .venv/dev.stamp  ## put code in its form
	$(V)/ruff check --fix .
	$(V)/ruff format .

docs: .venv/dev.stamp  ## write the generated reference again
	$(V)/python manage.py generate_docs

pictures: .venv/dev.stamp  ## take the pictures of README and docs again
	@sh tests/need.sh
	OPENFLOOR_PICTURES=docs/pictures $(V)/python -m pytest -q tests/journeys

tablet: tablet/node_modules/.stamp  ## build the tablet's one file
	cd tablet && node build.mjs

words: .venv/dev.stamp  ## collect the texts of the program for translators and compile what they wrote
	@command -v msgfmt >/dev/null || { echo "Run: apt-get install gettext"; exit 1; }
	DJANGO_SETTINGS_MODULE=config.settings.test $(V)/python manage.py makemessages --locale km --locale ar --no-obsolete --no-location -i .venv -i tests -i tablet --verbosity 0
	@sed -i '/^"POT-Creation-Date/d' */locale/*/LC_MESSAGES/django.po
	DJANGO_SETTINGS_MODULE=config.settings.test $(V)/python manage.py compilemessages --locale km --locale ar -i .venv --verbosity 0
