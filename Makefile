# Everything here works in a fresh clone: what it needs, it installs into the checkout.

.DEFAULT_GOAL := help
SHELL := /bin/sh
BIN := .venv/bin
CHECKER := requirements/node_modules/vnu-jar/build/dist/vnu.jar
export SAM_CLI_TELEMETRY := 0
# Each test process starts faster with the byte-code that an earlier process wrote.
unexport PYTHONDONTWRITEBYTECODE
# What runs here is reached directly, whatever proxy the way out needs.
export NO_PROXY := localhost,127.0.0.1,.localhost,$(NO_PROXY)
export no_proxy := $(NO_PROXY)

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: environment ## play one whole re-authorisation on this machine and print it
	@$(BIN)/python -m local demo

.PHONY: local
local: environment ## the same, and stay up for a browser (PORT=4566 for the local AWS; AUTHENTICATOR=steps or oidc)
	@$(BIN)/python -m local up $(if $(PORT),--port $(PORT)) $(if $(AUTHENTICATOR),--authenticator $(AUTHENTICATOR))

.PHONY: invoke
invoke: environment ## run one function with a live event, while `make local` runs (FUNCTION=notification; RUNTIME=docker or emulator)
	@$(BIN)/python -m local.invoke $(FUNCTION) $(if $(RUNTIME),--runtime $(RUNTIME)) \
	  $(if $(STACK),--stack-name $(STACK)) $(if $(REGION),--region $(REGION)) \
	  $(if $(ACCOUNT),--account $(ACCOUNT)) $(if $(BANK),--bank $(BANK))

.PHONY: gallery
gallery: environment ## take a picture of every page in every state (LANGUAGES="en fr"; default: en de)
	@CHROMIUM="$$($(BIN)/python -m local.chromium)" && export CHROMIUM && $(BIN)/python -m local.gallery $(LANGUAGES)

# Tests run in random order; pytest's first lines tell the seed, and SEED repeats an order.
WORKERS := 2
PYTEST = $(BIN)/python -m pytest --numprocesses $(WORKERS) $(if $(SEED),--randomly-seed $(SEED))
FAST := tests/connector tests/stack tests/docs tests/cli tests/local tests/simulator

.PHONY: test
test: environment ## everything that CI runs: lint, and all tests with their coverage (WORKERS=2; SEED repeats an order)
	@$(MAKE) --no-print-directory --jobs $(WORKERS) chromium types validation style checker
	@CHROMIUM="$$($(BIN)/python -m local.chromium)" && export CHROMIUM && $(PYTEST) --cov --cov-report=

.PHONY: coverage
coverage: environment ## list the lines and branches that the last `make test` did not reach
	@$(BIN)/coverage report --show-missing

.PHONY: unit
unit: environment ## the fast tests, for every save: no local AWS, no browser (AT=tests/connector/session ONLY="lease and not local")
	@$(PYTEST) -m "not local_aws and not slow" $(if $(ONLY),-k "$(ONLY)") $(or $(AT),$(FAST))

# The browser of the browser tests. What installs it has much to say, which matters only when it fails.
.PHONY: chromium
chromium: environment
	@said="$$($(BIN)/python -m local.chromium 2>&1)" || { echo "$$said" >&2; exit 1; }

# The Nu HTML Checker, which runs on the Java that .venv has; and the OpenID provider of tests/partners.
.PHONY: checker
checker: $(CHECKER)
	@:

$(CHECKER): requirements/package-lock.json | environment
	@cd requirements && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --no-audit --no-fund --loglevel=error >/dev/null || { \
	  echo "npm could not install the packages that requirements/package-lock.json names; its reason is above. The" \
	    "npm registry must be reachable (behind a mirror, set NPM_CONFIG_REGISTRY). Then run the same command again." >&2; \
	  exit 1; }
	@touch -c "$@"

.PHONY: lint
lint: environment ## style, types and the template
	@$(MAKE) --no-print-directory --jobs $(WORKERS) style types validation

.PHONY: style
style: environment ## style alone: ruff's rules and its one format
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet

.PHONY: types
types: environment ## types alone: mypy
	@$(BIN)/mypy .

.PHONY: validation
validation: environment ## the template alone: cfn-lint, through the SAM CLI
	@AWS_DEFAULT_REGION=eu-west-1 $(BIN)/sam validate --lint

.PHONY: hooks
hooks: environment ## let git check style and types before each commit, by .githooks/pre-commit
	@git config core.hooksPath .githooks

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
	@$(LOCK) layers/connector/requirements.in --constraint requirements/dev.txt \
	  --output-file layers/connector/requirements.txt
	@$(LOCK) requirements/mutants.in --constraint requirements/dev.txt --output-file requirements/mutants.txt
	@$(LOCK) requirements/emulator.in --output-file requirements/emulator.txt
	@$(LOCK) $(SUPPLY)/requirements.in --output-file $(SUPPLY)/requirements.txt
	@for peer in benchmarks/peers/*; do $(LOCK) $$peer/requirements.in --constraint requirements/dev.txt \
	  --output-file $$peer/requirements.txt || exit 1; done

# The tools of the supply chain, and the packages of the dependencies layer as an environment, which has their licences.
SUPPLY := requirements/supply-chain
DEPLOYED := layers/dependencies/requirements.txt

.venv-supply-chain/filled: $(SUPPLY)/requirements.txt $(DEPLOYED) | environment
	@for name in supply-chain deployed; do $(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-$$name || exit 1; done
	@$(BIN)/uv pip sync --quiet --python .venv-supply-chain/bin/python --require-hashes $(SUPPLY)/requirements.txt
	@$(BIN)/uv pip sync --quiet --python .venv-deployed/bin/python --require-hashes $(DEPLOYED)
	@touch $@

.PHONY: sbom
sbom: .venv-supply-chain/filled ## write sbom.json: the packages that are deployed, with versions and licences (CycloneDX)
	@.venv-supply-chain/bin/cyclonedx-py environment --output-reproducible --output-file sbom.json .venv-deployed/bin/python

.PHONY: audit
audit: .venv-supply-chain/filled ## look for known vulnerabilities of the packages that are deployed; needs the network
	@.venv-supply-chain/bin/pip-audit --require-hashes --disable-pip --progress-spinner off --requirement $(DEPLOYED)

# Python's gettext reads the compiled catalogues, so they are in the repository too: a build needs no Babel.
CATALOGUES := layers/connector/connector/pages/rendering/locale
PYBABEL := $(BIN)/pybabel

.PHONY: messages
messages: environment ## bring the catalogues up to the pages' words, and compile them
	@cd $(CATALOGUES)/.. && "$(CURDIR)/$(PYBABEL)" --quiet extract --mapping locale/babel.cfg --no-location --sort-output \
	  --omit-header --width 120 --output locale/connector.pot .
	@$(PYBABEL) --quiet update --domain connector --input-file $(CATALOGUES)/connector.pot --output-dir $(CATALOGUES) \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 120
	@$(PYBABEL) --quiet compile --domain connector --directory $(CATALOGUES)

.PHONY: benchmark
benchmark: environment ## measure cold starts and warm calls, ours beside peers (COLD=20 and WARM=1000 of each)
	@PYTHONPATH=layers/connector $(BIN)/python -m pytest -q benchmarks/contract
	@PYTHONPATH=layers/connector $(BIN)/python -m benchmarks $(if $(COLD),--cold $(COLD)) $(if $(WARM),--warm $(WARM)) \
	  $(if $(RESULTS),--results $(RESULTS))

.PHONY: load
load: environment ## ask for ACCOUNTS (10000) re-authorisations of a Sage that allows RATE (10) calls a second
	@PYTHONPATH=layers/connector $(BIN)/python -m benchmarks.reauth_requests --accounts $(or $(ACCOUNTS),10000) --rate $(or $(RATE),10)

.PHONY: soak
soak: environment ## re-authorise thousands of times while everything fails (SEED, MINUTES, CUSTOMERS); docs/reliability.md
	@PYTHONPATH=layers/connector $(BIN)/python -m tests.soak $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES)) \
	  $(if $(CUSTOMERS),--customers $(CUSTOMERS))

.PHONY: mutants
mutants: environment ## change the code in small ways, and count what the tests notice (MODULES="connector/session/*"); takes hours
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-mutants
	@$(BIN)/uv pip sync --quiet --python .venv-mutants/bin/python --require-hashes requirements/dev.txt requirements/mutants.txt
	@$(BIN)/python -m tests.mutants $(if $(MODULES),--modules $(MODULES))

.PHONY: clean
clean: ## remove what building, running and testing left; the environments too
	@rm -rf sbom.json requirements/node_modules build .aws-sam .local .venv .venv-* .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -prune -exec rm -rf {} +

.PHONY: environment
environment:
	@local/bootstrap.sh
