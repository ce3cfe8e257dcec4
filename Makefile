# The commands of this checkout. `make run` and `make test` need Python 3.11 or newer with venv, and nothing else.
# Settings come from the environment or the command line: make run PORT=8001, make run DATABASE_URL=postgresql://…

PYTHON ?= $(shell command -v python3 || command -v python3.14 || command -v python3.13 || command -v python3.12 || command -v python3.11 || echo python3)
BIN := .venv/bin
export PYTHONUNBUFFERED := 1

# What these name on the command line reaches the programs, because make passes such variables on.
.PHONY: help run setup test lint types check bench benchuploads benchjobs benchharvest benchexports lock reset clean installed installed-for-development
.DEFAULT_GOAL := help

help: ## Show these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)$$/make \1@\2/p' Makefile | while IFS=@ read -r name words; do printf '%-12s %s\n' "$$name" "$$words"; done

run: installed ## Serve the portal on http://127.0.0.1:8000/ (PORT=8001 for another port) until Ctrl-C
	@exec $(BIN)/python -m kmportal.local.serve

setup: installed ## Do all that `make run` does before it serves; then .venv/bin/python manage.py … works
	@exec $(BIN)/python -m kmportal.local.prepare

test: installed-for-development ## Run the tests; TESTS="tests/repository -k import" runs some
ifdef TESTS
	@exec $(BIN)/python -m pytest $(TESTS)
else
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 -m "not journey"
	@$(BIN)/python -m pytest -m journey
endif

lint: installed-for-development ## Check style and templates
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --target-version 5.2 --check

types: installed-for-development ## Check the types
	@DATABASE_URL=postgresql:///never-asked DEBUG=true $(BIN)/mypy

check: lint types test ## Do all that CI does on this machine's Postgres
	@$(BIN)/python manage.py makemigrations --check --dry-run

bench: installed ## Measure the pages of a portal with 100,000 records; prints JSON; BENCH="--records 1000" for fewer
	@exec $(BIN)/python -m tests.bench.pages $(BENCH)

benchuploads: installed ## Measure the memory and time that uploads take; prints JSON
	@exec $(BIN)/python -m tests.bench.uploads $(BENCH)

benchjobs: installed ## Measure an import, the nightly jobs and the checks of files; prints JSON
	@exec $(BIN)/python -m tests.bench.jobs $(BENCH)

benchharvest: installed ## Measure how fast others harvest a portal with 100,000 records; prints JSON
	@exec $(BIN)/python -m tests.bench.harvest $(BENCH)

benchexports: installed ## Measure how fast records are taken away in each format; prints JSON
	@exec $(BIN)/python -m tests.bench.exports $(BENCH)

lock: ## Write the lock files anew from pyproject.toml (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	$(LOCK) --extra local -o requirements.lock
	$(LOCK) --extra local --extra dev -o requirements-dev.lock
LOCK = uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --custom-compile-command "make lock"

reset: installed ## Remove the database, the files and all else that the portal has made here
	@exec $(BIN)/python -m kmportal.local.reset

clean: ## Remove what the tools leave behind, and .venv; the portal's data stays
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

installed:
	@$(call install,)
installed-for-development:
	@$(call install,dev)
install = command -v "$(PYTHON)" >/dev/null || { echo "The portal needs Python 3.11 or newer, and there is no $(PYTHON) here." >&2; exit 1; }; \
	"$(PYTHON)" kmportal/local/install.py $(1)
