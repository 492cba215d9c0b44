# Every target sets up what it needs. The virtual environment is pinned by constraints.txt.
PYTHON ?= python3
FOLDER ?= resources/samples
ARGS ?=
INSTALLER_ENV := build/venv$(findstring -cuda,$(ARGS))
BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt
# Of an environment: a first try with another Python, or with one that lacked venv, leaves one that is not.
USABLE := "import pip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))"

.DEFAULT_GOAL := help
.PHONY: help colourise app test check bench screenshots pictures translations installer installer-test installer-check clean qt-packages build-packages

help: ## show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

colourise: .venv/runtime ## colourise FOLDER (by default the sample photos)
	$(BIN)/kmhc colourise "$(FOLDER)" $(ARGS)

app: .venv/runtime qt-packages ## start the window
	$(BIN)/kmhc-desktop $(ARGS)

test: .venv/dev qt-packages ## run the tests
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist worksteal $(ARGS)

check: .venv/dev ## lint, types on every system, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	printf '%s\n' linux win32 darwin | xargs -P 3 -I % $(BIN)/mypy --platform % --cache-dir .mypy_cache/%
	$(BIN)/lint-imports

screenshots: .venv/dev qt-packages ## picture the window in every state, in build/screenshots
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.desktop.screenshots build/screenshots
	QT_QPA_PLATFORM=offscreen QT_SCALE_FACTOR=2 $(BIN)/python -m tests.desktop.screenshots build/screenshots

pictures: .venv/dev qt-packages ## renew the README's pictures (the album's needs chromium and chromium-driver)
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.desktop.readme_pictures

translations: .venv/dev ## collect the window's texts for Qt Linguist, and compile what is translated
	$(BIN)/pyside6-lupdate -no-obsolete -locations none $$(find kmhc_desktop -name '*.py' | sort) -ts $(filter-out %_en.ts,$(wildcard resources/translations/*.ts))
	$(BIN)/pyside6-lupdate -no-obsolete -locations none -pluralonly $$(find kmhc_desktop -name '*.py' | sort) -ts resources/translations/kmhc_en.ts
	$(BIN)/pyside6-lrelease resources/translations/*.ts

bench: .venv/dev ## measure speed and memory
	$(BIN)/python -m tests.bench $(ARGS)

installer: $(INSTALLER_ENV)/installer qt-packages build-packages ## build the standalone program and its installer, in dist (ARGS=--cuda, --xz)
	$(INSTALLER_ENV)/$(notdir $(BIN))/python packaging/build.py $(ARGS)

installer-test: .venv/dev qt-packages build-packages ## install what `make installer` built in a bare system, use it, remove it
	$(BIN)/python packaging/smoke_test.py $(ARGS)

installer-check: .venv/dev ## check the installers' parts without building them
	$(BIN)/python packaging/check.py

clean: ## remove what the targets made
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/runtime: pyproject.toml constraints.txt
	$(BIN)/python -c $(USABLE) 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@echo "Installing KMHC and PyTorch; the first time takes some minutes."
	$(PIP) --editable ".[heif,training]"
	@touch $@

.venv/dev: .venv/runtime
	$(PIP) --editable ".[dev]"
	@touch $@

# An environment of its own: the standalone program has PyTorch for the CPU, whatever .venv has; and one for CUDA.
CPU_TORCH := $(if $(filter Linux,$(shell uname -s)),$(if $(findstring --cuda,$(ARGS)),,--extra-index-url https://download.pytorch.org/whl/cpu))
INSTALLER_PIP := $(INSTALLER_ENV)/$(notdir $(BIN))/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt
$(INSTALLER_ENV)/installer: pyproject.toml constraints.txt
	$(INSTALLER_ENV)/$(notdir $(BIN))/python -c $(USABLE) 2>/dev/null || $(PYTHON) -m venv --clear $(INSTALLER_ENV)
	$(INSTALLER_PIP) $(CPU_TORCH) --no-deps torch torchvision
	$(INSTALLER_PIP) --editable ".[heif,16bit,training,installer]"
	@touch $@

qt-packages: # on Linux Qt needs some system libraries; Debian's names are in the file
	@sh packaging/install-debian-packages.sh packaging/debian-packages.txt

build-packages: # and so do the installers
	@sh packaging/install-debian-packages.sh packaging/build-packages.txt
