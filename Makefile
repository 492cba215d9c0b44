# Every target sets up what it needs. The virtual environment is pinned by constraints.txt.
PYTHON ?= python3
FOLDER ?= resources/samples
ARGS ?=
BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help colourise app test check bench screenshots translations installer clean qt-packages

help: ## show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

colourise: .venv/runtime ## colourise FOLDER (by default the sample photos)
	$(BIN)/kmhc colourise "$(FOLDER)" $(ARGS)

app: .venv/runtime qt-packages ## start the window
	$(BIN)/kmhc-desktop $(ARGS)

test: .venv/dev qt-packages ## run the tests
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest $(ARGS)

check: .venv/dev ## lint, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

screenshots: .venv/dev qt-packages ## picture the window in every state, in build/screenshots
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.desktop.screenshots build/screenshots
	QT_QPA_PLATFORM=offscreen QT_SCALE_FACTOR=2 $(BIN)/python -m tests.desktop.screenshots build/screenshots

translations: .venv/dev ## collect the window's texts for Qt Linguist, and compile what is translated
	$(BIN)/pyside6-lupdate -no-obsolete -locations none kmhc_desktop/*.py -ts resources/translations/kmhc_de.ts
	$(BIN)/pyside6-lupdate -no-obsolete -locations none -pluralonly kmhc_desktop/*.py -ts resources/translations/kmhc_en.ts
	for language in de en; do $(BIN)/pyside6-lrelease resources/translations/kmhc_$$language.ts; done

bench: .venv/dev ## measure speed and memory
	$(BIN)/python -m tests.bench $(ARGS)

clean: ## remove what the targets made
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.venv/runtime: pyproject.toml constraints.txt
	test -d .venv || $(PYTHON) -m venv .venv
	@echo "Installing KMHC and PyTorch; the first time takes some minutes."
	$(PIP) --editable ".[heif,training]"
	@touch $@

.venv/dev: .venv/runtime
	$(PIP) --editable ".[dev]"
	@touch $@

qt-packages: # on Linux Qt needs some system libraries; Debian's names are in the file
	@sh packaging/install-debian-packages.sh packaging/debian-packages.txt
