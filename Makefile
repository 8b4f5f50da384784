# Every command a newcomer needs. `make` alone prints them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c

PY := .venv/bin/python
RASA_PY := .venv-rasa/bin/python
export PYTHONPATH := $(CURDIR)
export PYTHONDONTWRITEBYTECODE := 1

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
