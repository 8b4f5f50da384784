# Every command a newcomer needs. `make` alone prints them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c

PY := .venv/bin/python
RASA_PY := .venv-rasa/bin/python
export PYTHONPATH := $(CURDIR)
# Else each of the many processes of a run compiles every module anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F'\t' '{printf "  make %-18s %s\n", $$1, $$2}'

# ---- the two environments ---------------------------------------------------------------------

.venv/.installed: requirements/services.txt requirements/dev.txt scripts/environments.sh
	@scripts/environments.sh services

.venv-rasa/.installed: requirements/rasa.txt requirements/rasa-dev.txt requirements/rasa-overrides.txt scripts/environments.sh
	@scripts/environments.sh rasa

.PHONY: install
install: .venv/.installed .venv-rasa/.installed ## build both Python environments

.PHONY: freeze
freeze: ## pin requirements/*.in again, with hashes
	@scripts/freeze.sh

# ---- the model ----------------------------------------------------------------------------------

.PHONY: train
train: .venv-rasa/.installed ## train the assistant, where something changed that it learns from
	@$(if $(TRAINED),:,$(RASA_PY) -m bot train)

# ---- running ------------------------------------------------------------------------------------

.PHONY: preflight
preflight:
	@scripts/preflight.sh

.PHONY: run
run: preflight install train ## run the whole assistant; Ctrl-C stops it
	@exec $(PY) -m launch run

.PHONY: invite
invite: .venv/.installed ## invite a parent: make invite EMAIL=parent@example.com
	@if [ -n "$${HUB_BASE_URL:-}" ]; then echo "Another hub is set (HUB_BASE_URL): invite there."; exit 2; fi
	@if [ -z "$(EMAIL)" ]; then echo "Say whom: make invite EMAIL=parent@example.com"; exit 2; fi
	@$(PY) -m launch exec $(PY) -m hub invite "$(EMAIL)"

.PHONY: chat
chat: install train ## talk to the assistant here: make chat [WEB=1] [NUMBER=...] [INVITE=address]
	@$(PY) -m launch chat $(if $(WEB),--web) $(if $(NUMBER),--number "$(NUMBER)") $(if $(INVITE),--invite "$(INVITE)")

.PHONY: story
story: .venv/.installed ## print a conversation, masked: make story [WHO=id or number]; else the newest
	@$(PY) -m launch exec $(PY) -m messaging story $(if $(WHO),"$(WHO)")

# ---- checks -------------------------------------------------------------------------------------

PACKAGES := wire clients messaging webhooks actions hub simulator launch

.PHONY: lint
lint: install ## style, types, import rules
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/mypy $(PACKAGES)
	@.venv/bin/mypy --config-file bot/mypy.ini -p bot -p wire
	@.venv/bin/lint-imports --no-cache
	@.venv/bin/yamllint --strict .
	@.venv/bin/codespell $$(git ls-files '*.md' '*/responses.yml' '*/rules.yml')
	@.venv/bin/shellcheck scripts/*.sh .ci/run

.PHONY: test
test: install train ## every test, on the same embedded defaults
	@$(MAKE) --no-print-directory --jobs --keep-going \
		lane/test-pages+test-journeys lane/test-fast+test-paths lane/lint+test-hub+test-conversations+test-bot

# Three lanes of about the same length, one suite of a lane after the other: make's own order would
# leave a long one for the end. A flag of the outer make would bring its jobs in.
lane/%:
	@MAKEFLAGS= $(MAKE) --no-print-directory --keep-going --output-sync=target TRAINED=1 $(subst +, ,$*)

.PHONY: test-fast
test-fast: install ## everything but the hub that needs neither a model nor a browser
	@$(PY) -m pytest -q -m "not e2e and not browser and not long" --ignore=tests/conversations --ignore=tests/hub --ignore=tests/contracts

.PHONY: test-hub
test-hub: install ## the hub account backend and its contract, on SQLite and PostgreSQL
	@$(PY) -m pytest -q tests/hub tests/contracts

.PHONY: test-journeys
test-journeys: train ## journeys through every process, by text and in the web chat
	@$(PY) -m pytest -q -m e2e -p no:randomly --ignore=tests/e2e/paths tests/e2e
	@$(PY) -m pytest -q -m "short and e2e" tests/browser/webchat

.PHONY: test-paths
test-paths: train ## the ways in which a registration goes wrong, and the rules, through every process
	@$(PY) -m pytest -q -m e2e -p no:randomly tests/e2e/paths

.PHONY: test-pages
test-pages: install ## pages in a real browser; a suite at a time, since each drives one of its own
	@$(PY) -m pytest -q -m browser tests/simulator
	@$(PY) -m pytest -q -m "browser and not e2e" tests/browser/hub
	@$(PY) -m pytest -q -m "short and not e2e" tests/browser/webchat

.PHONY: test-bot
test-bot: train ## the training data, the model, the Rasa process
	@$(RASA_PY) -m rasa data validate --quiet
	@$(RASA_PY) -m pytest -c tests/bot/pytest.ini -q tests/bot

.PHONY: test-conversations
test-conversations: train ## conversations with the real Rasa and actions, without the rest
	@$(PY) -m pytest -q tests/conversations

.PHONY: clean
clean: ## remove models, caches and environments; var/ (state, secrets) stays
	rm -rf .venv .venv-rasa models .rasa results .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# ---- figures ------------------------------------------------------------------------------------

.PHONY: bench
bench: install train ## 100 journeys against stock Rasa: latency, memory, set-up, training, start
	@$(PY) scripts/bench.py

.PHONY: evaluate
evaluate: install train ## how well parents are understood: make evaluate [FILE=path]
	@$(PY) -m scripts.evaluate $(if $(FILE),--file "$(FILE)")

.PHONY: check-hub
check-hub: install ## every proof of the hub: codes, races, limits, enumeration, kill points
	@$(PY) scripts/check_hub.py

.PHONY: check-edge
check-edge: install ## every proof of the text-message edge: faults, forgeries, ceilings, segments
	@$(PY) scripts/check_edge.py

.PHONY: check-conversation
check-conversation: install train ## every rule over 5,000 random turns, the 56 paths, planted secrets
	@$(PY) -m scripts.check_conversation

.PHONY: check-taming
check-taming: install ## each point in which Rasa is tamed: passes on ours, fails on stock Rasa
	@$(PY) -m scripts.check_taming

.PHONY: check-handoff
check-handoff: install train ## every proof of the handoff: interleavings, persuasion, real helpdesks
	@$(PY) scripts/check_handoff.py

.PHONY: check-webchat
check-webchat: install train ## every proof of the web chat, in a real browser: make check-webchat [ARGS=--write]
	@$(PY) scripts/check_webchat.py $(ARGS)

.PHONY: bench-edge
bench-edge: install ## acknowledgement at 100 texts a second, against Rasa's own Twilio channel
	@$(PY) scripts/bench_edge.py

.PHONY: bench-webchat
bench-webchat: install ## 2,000 idle streams and 50 messages a second
	@$(PY) scripts/bench_webchat.py $(ARGS)
