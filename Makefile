# One command each: `make run` and `make test`. Only Python 3.11+, make and a network are assumed.
.DEFAULT_GOAL := help
.NOTPARALLEL:

export PORT ?= 8000

VENV := .venv
PY := $(VENV)/bin/python
SYSTEM_PYTHON = $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
INSTALL = $(PY) -m pip install --quiet --disable-pip-version-check
# Modules share worlds, so that a worker takes the tests in a row; compiled tests are kept, whatever the environment says.
PYTEST = PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n 2 --dist worksteal -q $(AGAIN)
# More options of pytest's, for example AGAIN="-n 0 --last-failed".
AGAIN =
TIDY_CSS = $(VENV)/bin/css-beautify --indent-size=2 --end-with-newline --disable-selector-separator-newline --space-around-combinator
# What production looks like to `check --deploy`.
PRODUCTION = DEBUG=0 SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))') ALLOWED_HOSTS=orders.example \
	TRUSTED_PROXIES=127.0.0.1
NEEDS_POSTGRES = case "$$DATABASE_URL" in postgres*) ;; *) \
	echo "Set DATABASE_URL to a PostgreSQL server, for example postgres://postgres@127.0.0.1:5432/ordersys"; exit 1;; esac

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
	@echo "Variables: PORT (8000), BIND (127.0.0.1), DATABASE_URL (SQLite in var/), REDIS_URL, SECRET_KEY, DEBUG, ALLOWED_HOSTS,"
	@echo "MEDIA_ROOT, EMAIL_URL; for example: PORT=9000 make run"

.PHONY: run
run: port $(VENV)/.run-installed ## Install, migrate, load demo data once and start the site
	@$(PY) manage.py prepare
	@exec $(PY) -m ordersys.serve --stop-with-parent

.PHONY: stack
stack: ## The same on the servers in DATABASE_URL and REDIS_URL
	@$(NEEDS_POSTGRES)
	@test -n "$$REDIS_URL" || { echo "Set REDIS_URL, for example redis://127.0.0.1:6379/0"; exit 1; }
	@$(MAKE) --no-print-directory run

.PHONY: test
test: $(VENV)/.dev-installed ## The everyday tests
	@$(PYTEST)

.PHONY: races
races: $(VENV)/.dev-installed ## The tests with several people at once, on the PostgreSQL in DATABASE_URL
	@$(NEEDS_POSTGRES)
	@$(PY) -m pytest -q -m race

.PHONY: browser
browser: $(VENV)/.dev-installed ## The tests in Chromium, on SQLite; screenshots are kept in ci-output/
	@env -u DATABASE_URL $(PYTEST) -m browser

.PHONY: migrations
migrations: $(VENV)/.dev-installed ## Whether migrations make what the models describe, which the everyday tests run on
	@env -u DATABASE_URL $(PY) -m pytest -q $(AGAIN) -m migrations

.PHONY: kills
kills: $(VENV)/.dev-installed ## The tests that kill workers on both brokers, at fifty points; Redis is started by the tests
	@KILLS=$${KILLS:-50} KILL_ORDERS=$${KILL_ORDERS:-20000} $(PY) -m pytest -q -m kill

.PHONY: killed
killed: $(VENV)/.dev-installed ## The same at a few points, on the PostgreSQL in DATABASE_URL
	@$(NEEDS_POSTGRES)
	@$(PY) -m pytest -q $(AGAIN) -m kill

.PHONY: postgres
postgres: $(VENV)/.dev-installed ## Every test but those in Chromium and the kills, on PostgreSQL as a role that owns no tables
	@$(NEEDS_POSTGRES)
	@$(PYTEST) -m "not browser and not kill"

.PHONY: everything
everything: postgres killed ## Every test but those in Chromium, on the PostgreSQL in DATABASE_URL

.PHONY: check
check: lint test ## Everything that must be clean before a change lands: lint, then test

.PHONY: lint
lint: $(VENV)/.dev-installed ## Style, types, layers, migrations and deployment checks, without the tests
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m djlint templates --lint --quiet
	@for sheet in static/*.css; do $(TIDY_CSS) $$sheet | cmp -s - $$sheet || { echo "$$sheet: run make format"; exit 1; }; done
	@$(PY) -m mypy .
	@$(VENV)/bin/lint-imports
	@$(PY) manage.py makemigrations --check --dry-run
	@$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING

.PHONY: format
format: $(VENV)/.dev-installed ## Format Python code and style sheets
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .
	@for sheet in static/*.css; do $(TIDY_CSS) --replace $$sheet; done

.PHONY: clean
clean: ## Remove caches and the virtual environment; data in var/ stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: python
python:
	@test -n "$(SYSTEM_PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found on the PATH."; exit 1; }
	@$(SYSTEM_PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "$(SYSTEM_PYTHON) has no venv module (on Debian and Ubuntu: apt-get install python3-venv)."; exit 1; }

.PHONY: port
port: python
	@$(SYSTEM_PYTHON) -P ordersys/serve.py --check-port

# A stamp is newer than the requirements it stands for, so pip runs again only when they change.
$(VENV)/.run-installed: requirements.txt | python
	@$(PY) -m pip --version >/dev/null 2>&1 || { echo "Creating $(VENV) ..."; $(SYSTEM_PYTHON) -m venv --clear $(VENV); }
	@echo "Installing packages (once, about a minute) ..."
	@$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.dev-installed: requirements-dev.txt $(VENV)/.run-installed
	@echo "Installing the developers' packages ..."
	@$(INSTALL) -r requirements-dev.txt
	@touch $@
