# Common Ground. `make` alone lists what there is.
PYTHON ?= python3
PORT ?= 8000
PAYLOADS ?=
SETS ?=
UV := 0.13.9
VENV := .venv
BIN := $(VENV)/bin

export DEBUG ?= true
export PIP_CACHE_DIR ?= $(CURDIR)/var/cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run test lint bench search-quality shell reindex demo requirements xss clean

help: ## list what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

$(VENV)/.runtime: requirements.txt
	@command -v $(PYTHON) >/dev/null || \
	  { echo "There is no $(PYTHON) here. Common Ground needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Common Ground needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the site needs …"
	@$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo "Installing what the tests need …"
	@$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

run: export BASE_URL ?= http://localhost:$(PORT)
run: $(VENV)/.runtime ## set everything up and serve the site (PORT=8000)
	@$(BIN)/python manage.py develop --port $(PORT)

test: $(VENV)/.dev ## run the tests (on SQLite; also on PostgreSQL where TEST_DATABASE_URL names one)
	@$(BIN)/python tests/run.py

lint: $(VENV)/.dev ## ruff, mypy, and pip-audit where the network allows
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy .
	@$(BIN)/pip-audit --progress-spinner off --disable-pip --require-hashes -r requirements.txt || \
	  echo "pip-audit could not be asked, or found something: see above."

bench: $(VENV)/.dev ## measure pages beside plain views (needs a database: see docs/bench.md)
	@$(BIN)/python -m bench.pages

search-quality: $(VENV)/.dev ## measure search on judged collections (SETS='DIR …'; see docs/search-quality.md)
	@$(BIN)/python -m bench.quality $(SETS)

xss: $(VENV)/.dev ## try payloads through a post, a profile and a search (PAYLOADS=FILE)
	@test -n "$(PAYLOADS)" || { echo "Say which: make xss PAYLOADS=file.txt"; exit 2; }
	@$(BIN)/python -m bench.xss "$(PAYLOADS)"

shell: $(VENV)/.runtime ## a Python shell with the site loaded
	@$(BIN)/python manage.py shell

reindex: $(VENV)/.runtime ## build the search index anew
	@$(BIN)/python manage.py reindex

demo: $(VENV)/.runtime ## load the demo community (take it away again: manage.py load_demo --remove)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py load_demo

requirements: $(VENV)/.runtime ## compile requirements*.txt from requirements*.in
	@$(BIN)/pip install --quiet uv==$(UV)
	@for name in requirements requirements-dev; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --custom-compile-command "make requirements" $$name.in -o $$name.txt || exit 1; done

clean: ## remove the virtual environment and caches; the database and uploads in var/ stay
	@rm -rf $(VENV) var/cache var/static .pytest_cache .mypy_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
