# Everything here works in a fresh clone: what it needs, it installs into the checkout.

.DEFAULT_GOAL := help
SHELL := /bin/sh
BIN := .venv/bin
CHECKER := requirements/node_modules/vnu-jar/build/dist/vnu.jar
export SAM_CLI_TELEMETRY := 0
# What runs here is reached directly, whatever proxy the way out needs.
export NO_PROXY := localhost,127.0.0.1,.localhost,$(NO_PROXY)
export no_proxy := $(NO_PROXY)

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: environment ## play one whole re-authorisation on this machine and print it
	@$(BIN)/python -m local demo

.PHONY: local
local: environment ## the same, and stay up for a browser (PORT=4566 for the local AWS; AUTHENTICATOR=steps or oidc)
	@$(BIN)/python -m local up $(if $(PORT),--port $(PORT)) $(if $(AUTHENTICATOR),--authenticator $(AUTHENTICATOR))

.PHONY: gallery
gallery: environment ## take a picture of every page in every state (LANGUAGES="en fr"; default: en de)
	@CHROMIUM="$$($(BIN)/python -m local.chromium)" && export CHROMIUM && $(BIN)/python -m local.gallery $(LANGUAGES)

.PHONY: test
test: lint $(CHECKER) ## everything that CI runs
	@CHROMIUM="$$($(BIN)/python -m local.chromium)" && export CHROMIUM && $(BIN)/python -m pytest

# The Nu HTML Checker, which runs on the Java that .venv has.
$(CHECKER): requirements/package-lock.json
	@cd requirements && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent && touch -c "$(CURDIR)/$@"

.PHONY: lint
lint: environment ## style, types and the template
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy .
	@AWS_DEFAULT_REGION=eu-west-1 $(BIN)/sam validate --lint

.PHONY: format
format: environment ## put the code into its one format, and mend what can be mended
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

.PHONY: build
build: environment ## build functions and layers into .aws-sam, ready for `sam deploy`
	@PATH="$(CURDIR)/$(BIN):$$PATH" sam build

# The lock files name no package index, so that they serve behind any mirror.
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	--python-version 3.13 --python-platform x86_64-manylinux_2_28 --custom-compile-command "make lock"

.PHONY: lock
lock: environment ## pin what requirements/ and the dependencies layer ask for
	@$(LOCK) requirements/uv.in --output-file requirements/uv.txt
	@$(LOCK) requirements/dev.in --output-file requirements/dev.txt
	@$(LOCK) layers/dependencies/requirements.in --constraint requirements/dev.txt \
	  --output-file layers/dependencies/requirements.txt
	@$(LOCK) requirements/emulator.in --output-file requirements/emulator.txt

# Python's gettext reads the compiled catalogues, so they are in the repository too: a build needs no Babel.
CATALOGUES := layers/connector/connector/pages/locale
PYBABEL := $(BIN)/pybabel

.PHONY: messages
messages: environment ## bring the catalogues up to the pages' words, and compile them
	@cd $(CATALOGUES)/.. && "$(CURDIR)/$(PYBABEL)" --quiet extract --mapping locale/babel.cfg --no-location --sort-output \
	  --omit-header --width 120 --output locale/connector.pot .
	@$(PYBABEL) --quiet update --domain connector --input-file $(CATALOGUES)/connector.pot --output-dir $(CATALOGUES) \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 120
	@$(PYBABEL) --quiet compile --domain connector --directory $(CATALOGUES)

.PHONY: benchmark
benchmark: environment ## measure cold starts, ours beside others
	@PYTHONPATH=layers/connector $(BIN)/python -m benchmarks.cold_start

.PHONY: load
load: environment ## ask for ACCOUNTS (10000) re-authorisations of a Sage that allows RATE (10) calls a second
	@PYTHONPATH=layers/connector $(BIN)/python -m benchmarks.reauth_requests --accounts $(or $(ACCOUNTS),10000) --rate $(or $(RATE),10)

.PHONY: soak
soak: environment ## re-authorise thousands of times while everything fails (SEED, MINUTES, CUSTOMERS); docs/reliability.md
	@PYTHONPATH=layers/connector $(BIN)/python -m tests.soak $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES)) \
	  $(if $(CUSTOMERS),--customers $(CUSTOMERS))

.PHONY: clean
clean: ## remove what building, running and testing left; the environments too
	@rm -rf requirements/node_modules .aws-sam .local .venv .venv-* .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -prune -exec rm -rf {} +

.PHONY: environment
environment:
	@local/bootstrap.sh
