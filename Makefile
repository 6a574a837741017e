# What one does with Countersign. `make` or `make help` lists it.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

CARGO ?= cargo
TARGET := $(or $(CARGO_TARGET_DIR),target)
NEXTEST := $(shell command -v cargo-nextest 2>/dev/null)

UI_SOURCES := $(shell find ui -type f -not -path 'ui/dist/*' -not -path '*/node_modules/*' 2>/dev/null)
UI := ui/dist/index.html
MODULES := node_modules/.package-lock.json

.PHONY: help
help: ## list these targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# ---- using it -------------------------------------------------------------

.PHONY: run
run: display setup $(UI) ## open the app (builds it first; FILES="a.md b.md" opens these)
	$(CARGO) run --package countersign-desktop -- $(FILES)

.PHONY: display
display:
	@if [ "$$(uname -s)" = Linux ] && [ -z "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then \
	  echo "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open."; \
	  echo "'make demo' does the whole job without a window and leaves its files in demo/."; \
	  exit 1; \
	fi

.PHONY: demo
demo: ## do the whole job without a window; its files go to demo/
	@bash tests/demo/run.sh

.PHONY: dev
dev: display setup $(MODULES) ## open the app with a UI that reloads while you edit it
	npm run tauri dev -- -- --package countersign-desktop

.PHONY: setup
setup: ## install what is needed to build and open the app
	@bash .ci/setup app

# ---- working on it --------------------------------------------------------

.PHONY: test
test: setup-test $(UI) build test-rust test-ui ## run every test, the real window's included

.PHONY: test-below
test-below: setup $(UI) test-ui ## run every test that needs no window
	$(CARGO) test --locked --workspace --lib --bins

.PHONY: setup-test
setup-test:
	@bash .ci/setup test

# Tests, their helpers and the binaries that they start are one build, so that no
# crate is compiled twice with different features.
.PHONY: build
build: $(UI) ## build everything that the tests need
	$(CARGO) build --locked --workspace --all-targets

.PHONY: test-rust
test-rust: build
ifdef NEXTEST
	$(CARGO) nextest run --locked --workspace --no-fail-fast
	$(CARGO) test --locked --workspace --doc
else
	$(CARGO) test --locked --workspace --no-fail-fast
endif

.PHONY: test-ui
test-ui: $(MODULES)
	npm test --workspace ui

.PHONY: e2e
e2e: setup-test build ## run the stories in the real window (STORY=name runs one)
	$(CARGO) test --locked --workspace --test e2e -- $(STORY)

.PHONY: stage
stage: setup-test ## start a small real deployment for the two checklists, until Ctrl-C
	@bash tests/stage/open.sh

.PHONY: matrix
matrix: export FAULT := $(FAULT)
matrix: setup-test ## try every fault of the stage and print the table (FAULT=word tries some)
	$(CARGO) build --locked --package countersign-cli --bin countersign
	$(CARGO) test --locked --package countersign-tests --test stage -- --ignored --nocapture

.PHONY: types
types: ## write the wire types of the API into ui/src/generated
	rm -f ui/src/generated/*.ts
	$(CARGO) test --locked --package countersign-api --lib export_bindings

.PHONY: lint
lint: $(UI) ## check style and every lint, without changing a file
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	npm run check --workspace ui
	npm run lint --workspace ui

.PHONY: fmt
fmt: $(MODULES) ## format all code
	$(CARGO) fmt --all
	npm run format --workspace ui

.PHONY: bench
bench: export WHAT := $(WHAT)
bench: $(UI) ## measure a release build, each number beside its reference (WHAT="http scan" does parts)
	@bash .ci/setup bench
	@bash tests/bench/run.sh

.PHONY: screenshot
screenshot: setup-test build ## take the README's pictures from the real app
	COUNTERSIGN_PICTURES=docs/pictures $(CARGO) test --locked --workspace --test e2e -- --ignored pictures

# ---- shipping it ----------------------------------------------------------

.PHONY: bundle
bundle: setup $(UI) ## build the .deb
	$(CARGO) build --locked --release --package countersign-desktop --package countersign-cli
	npm run tauri bundle -- --bundles deb --config '{"bundle":{"linux":{"deb":{"files":{"/usr/bin/countersign":"$(TARGET)/release/countersign"}}}}}'
	@ls -1 $(TARGET)/release/bundle/deb/*.deb

# ---- what the above is made of --------------------------------------------

$(MODULES): package.json ui/package.json package-lock.json
	npm ci
	@touch $@

$(UI): $(MODULES) $(UI_SOURCES)
	npm run ui:build
	@touch $@
