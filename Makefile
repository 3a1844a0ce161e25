# The two main commands: `make studio` sets the studio up and makes the sample film; `make test` runs all tests.
# All targets are phony except the stamp files in .make/, which record what an environment contains.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LIGHT := .venv-light
PIP_FLAGS := --quiet --disable-pip-version-check --no-input
# Install as a path entry. The default installs an import hook that costs 20 ms at each start of a process.
EDITABLE := --config-settings editable_mode=compat -e
LENGTH ?= ci
# CI sets AGAIN=1: it runs failed tests once more, one at a time, and fails only if one fails again.
AGAIN ?=
TOGETHER = -n $(JOBS) --dist loadfile --max-worker-restart 2
ONCE_MORE := --last-failed --last-failed-no-failures none --maxfail 3
# Tests wait for the processes that they start, long tests for more than half of their time. Therefore a machine with
# up to five cores runs five test processes, and a larger one runs one per core, eight at most.
JOBS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -gt 5 ] && { [ $$n -lt 8 ] && echo $$n || echo 8; } || echo 5)
# The model stack is installed if there is a GPU, or with MODELS=1.
WANTS_MODELS := $(or $(MODELS),$(if $(wildcard /proc/driver/nvidia/version /dev/kfd),1))
export PIP_CONSTRAINT := constraints.txt
unexport PYTHONDONTWRITEBYTECODE

.PHONY: studio test test-all models install lint bench pages site screens recording light clean
.DEFAULT_GOAL := studio

define need_venv
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Milimo needs Python 3.11 or newer: sudo apt install python3, or make PYTHON=python3.11"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv is missing: sudo apt install python3-venv"; exit 2; }
endef

.make/studio: pyproject.toml constraints.txt
	$(need_venv)
	@echo "Setting up the studio in $(VENV)…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install $(PIP_FLAGS) $(EDITABLE) .
	@mkdir -p .make && touch $@

.make/models: .make/studio
	@echo "Adding the model stack to $(VENV) (about 6 GB)…"
	@$(BIN)/python -m pip install $(PIP_FLAGS) $(EDITABLE) '.[models]'
	@touch $@

.make/test: .make/models
	@echo "Adding what tests and benches need to $(VENV)…"
	@$(BIN)/python -m pip install $(PIP_FLAGS) $(EDITABLE) '.[models,test]'
	@touch $@

# An environment with the wheel and without the model stack, to test that the studio works without it.
.make/light: .make/studio $(shell find milimo_tui examples -type f -not -name '*.pyc' 2>/dev/null | sed 's/ /\\ /g')
	@echo "Setting up the light studio in $(LIGHT)…"
	@rm -rf .make/wheel && mkdir -p .make/wheel
	@$(BIN)/python -m pip wheel $(PIP_FLAGS) --no-deps -w .make/wheel .
	@test -x $(LIGHT)/bin/python || $(PYTHON) -m venv $(LIGHT)
	@$(LIGHT)/bin/python -m pip install $(PIP_FLAGS) --force-reinstall --no-deps .make/wheel/*.whl
	@$(LIGHT)/bin/python -m pip install $(PIP_FLAGS) .make/wheel/*.whl
	@touch $@

light: .make/light

studio: .make/studio $(if $(WANTS_MODELS),.make/models)
	@$(if $(WANTS_MODELS),true,echo "This is the studio without models: it makes drawn takes and renders films. To add the model stack (about 6 GB), run: make models")
	@$(BIN)/python -m milimo_tui.studio.session.home
	@$(BIN)/milimo demo

models: .make/models

install: .make/studio
	@mkdir -p "$$HOME/.local/bin" && ln -sf "$$PWD/$(BIN)/milimo" "$$HOME/.local/bin/milimo"
	@echo "Installed: milimo in $$HOME/.local/bin"
	@mkdir -p "$$HOME/.local/share/bash-completion/completions" "$$HOME/.local/share/zsh/site-functions" \
	  "$$HOME/.config/fish/completions"
	@$(BIN)/milimo completion bash >"$$HOME/.local/share/bash-completion/completions/milimo"
	@$(BIN)/milimo completion zsh >"$$HOME/.local/share/zsh/site-functions/_milimo"
	@$(BIN)/milimo completion fish >"$$HOME/.config/fish/completions/milimo.fish"
	@$(BIN)/milimo man "$$HOME/.local/share/man/man1"
	@echo "Completion for bash and fish is installed. For zsh, add fpath+=(~/.local/share/zsh/site-functions) to ~/.zshrc, before compinit"
	@case ":$$PATH:" in *":$$HOME/.local/bin:"*) ;; *) echo "Add it to the PATH: export PATH=\"\$$HOME/.local/bin:\$$PATH\"";; esac

lint: .make/test
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy & types=$$!; $(BIN)/lint-imports && $(BIN)/python -m tools.house; rest=$$?; \
	  wait $$types && exit $$rest
	@$(BIN)/python -m tools.walk >.make/walks || { cat .make/walks; exit 1; }

test: .make/test .make/light lint
	@$(BIN)/python -m pytest $(TOGETHER) -m "not long" || \
	  { test "$(AGAIN)" && echo "Failed tests are run once more, one at a time:" && \
	    $(BIN)/python -m pytest $(ONCE_MORE) -m "not long"; }

test-all: .make/test .make/light lint
	@export MILIMO_LENGTH=$(LENGTH); $(BIN)/python -m pytest $(TOGETHER) --no-loadscope-reorder \
	  -m "long and not alone" || \
	  { test "$(AGAIN)" && echo "Failed tests are run once more, one at a time:" && \
	    $(BIN)/python -m pytest $(ONCE_MORE) -m "long and not alone"; }; together=$$?; \
	  { $(BIN)/python -m pytest -m "long and alone" || \
	    { test "$(AGAIN)" && echo "Failed tests are run once more:" && \
	      $(BIN)/python -m pytest $(ONCE_MORE) -m "long and alone"; }; } && exit $$together

bench: .make/test
	@for script in bench/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# Generate the pages that are made from the program. Tests fail if they are out of date.
pages: .make/test
	@$(BIN)/python -m tools.editing_page > .make/page && mv .make/page docs/editing.md
	@$(BIN)/python -m tools.settings_page > .make/page && mv .make/page docs/settings.md
	@$(BIN)/python -m tools.recipes_page > .make/page && mv .make/page docs/recipes.md
	@$(BIN)/python -m tools.messages_page > .make/page && mv .make/page docs/messages.md
	@$(BIN)/python -m tools.breakdown_schema > .make/page && mv .make/page docs/breakdown.schema.json
	@$(BIN)/python -m tools.state_diagram

# Build the documentation as a site of plain pages. Fails if the target of a link or picture is missing.
site: .make/test
	@rm -rf build/site && $(BIN)/python -m tools.docs_site build/site

# Make pictures of the screens with the sample film, for docs/screens.md. Takes some minutes.
screens: .make/test
	@$(BIN)/python -m tools.screens_page

# Record the animated picture of README: the sample film, from a changed line to a render.
recording: .make/test
	@$(BIN)/python -m tools.recording

clean:
	rm -rf $(VENV) $(LIGHT) .make build *.egg-info
