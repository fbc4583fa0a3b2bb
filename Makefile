# Every target sets up first what it needs; the second time that takes a moment.
PYTHON = .venv/bin/python

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

setup: ## install what demo and test need; starts nothing
	@deploy/setup

demo: setup ## start a demo meeting on this machine and print its address; LAN=1 for phones too
	@exec $(PYTHON) -m interpreter demo $(if $(filter-out 0,$(LAN)),--lan) $(if $(ADDRESS),--address $(ADDRESS))

test: setup ## run every test (real media server, real engines, Chromium)
	@npm test --silent --prefix web/client
	@$(PYTHON) -m pytest -q -n 2 --dist loadscope

test-providers: setup ## run the contract on real engines whose keys are in the environment
	@$(PYTHON) -m pytest -q -rs -m provider tests/contract

test-latest: setup ## run the contract on the newest livekit-agents, in an environment of its own
	@deploy/test-latest

bench: setup ## interpret the test talks, hurt a meeting, look at the pages; print the figures
	@status=0; $(PYTHON) -m interpreter bench || status=$$?; \
	$(PYTHON) -m interpreter faults || status=$$?; $(PYTHON) -m tests.bench || status=$$?; \
	$(PYTHON) -m tests.bench.switches || status=$$?; \
	$(PYTHON) -m tests.bench.terms || status=$$?; $(PYTHON) -m tests.bench.facts || status=$$?; \
	$(PYTHON) -m tests.bench.glossary || status=$$?; \
	$(PYTHON) -m tests.bench.overhead || status=$$?; $(PYTHON) -m tests.bench.pairs || status=$$?; \
	exit $$status

eval: setup ## run the suite in virtual time; fails where it got worse (ACCEPT=1 takes it as it is)
	@exec $(PYTHON) -m interpreter eval --jobs 2 --check $(if $(filter-out 0,$(ACCEPT)),--accept)

soak: setup ## bad networks, every reconnect, each cloud profile's faults, an hour in four languages
	@status=0; $(PYTHON) -m pytest -q -m soak || status=$$?; \
	for profile in deepgram-openai openai google azure self-hosted; do \
	$(PYTHON) -m tests.bench.meetings --profile $$profile || status=$$?; done; \
	$(PYTHON) -m tests.bench.soak || status=$$?; \
	exit $$status

lint: setup ## check form and types
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@$(PYTHON) -m mypy
	@npm run check --silent --prefix web/client

clean: ## remove what set-up and tests made; keeps the keys, the database and the journals in var
	rm -rf .venv web/client/node_modules web/static/dist .mypy_cache .ruff_cache .pytest_cache
	rm -rf var/bin var/uv var/latest var/latest.overrides var/stamps var/log var/talks

.PHONY: help setup demo test test-providers test-latest bench eval soak lint clean
