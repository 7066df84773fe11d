# Matou 码头. `make` alone tells what there is.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# What the program is built with and runs on, and what its tests and benchmarks need beside that.
BUILD_PACKAGES := libsqlite3-dev zlib1g-dev libcurl4-openssl-dev libpng-dev libjpeg62-turbo-dev \
	libxml2 libxlsxwriter-dev libarchive-dev pkg-config \
	ca-certificates tzdata git binutils libc6-dev libgcc-12-dev libstdc++-12-dev libncurses6
TEST_PACKAGES := chromium chromium-driver fonts-droid-fallback zbar-tools qrencode python3-venv \
	nginx-light caddy curl gzip
BENCH_PACKAGES := libqrencode-dev wrk nginx-light curl

RELEASE := .build/release/matou
# Of the benchmarks only what is ours: their own .build holds the sources of peers.
FORMATTED := Sources Tests Package.swift $(wildcard Benchmarks/*/Package.swift) \
	$(wildcard Benchmarks/*/Sources) $(wildcard Benchmarks/*/Tests)

.PHONY: help run build test format lint bench picture install clean deps test-deps bench-deps

help: ## tells what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

run: deps ## builds the program and serves a demo on http://127.0.0.1:8080
	@echo "building matou in release mode; the first time takes a few minutes"
	@swift build -c release --product matou --explicit-target-dependency-import-check error
	@exec $(RELEASE) serve --demo

build: deps ## builds the program in release mode
	swift build -c release --product matou --explicit-target-dependency-import-check error

# What the optimizer makes is another program: it does the main job too.
RELEASED := FirstLightTests|A server killed in the middle

test: deps test-deps ## builds and runs every test
	swift build --build-tests --explicit-target-dependency-import-check error
	swift test --skip-build --no-parallel
	swift build -c release --product matou --explicit-target-dependency-import-check error
	MATOU_PROGRAM="$(CURDIR)/$(RELEASE)" swift test --skip-build --no-parallel --filter '$(RELEASED)'

format: ## formats the sources
	swift format -i -r $(FORMATTED)

lint: ## checks the format of the sources
	swift format lint --strict -r $(FORMATTED)

bench: deps bench-deps ## measures, beside peers, in one run
	@missed=0; for bench in Benchmarks/*/; do \
	  $(MAKE) --no-print-directory -C $$bench bench || missed=1; done; exit $$missed

picture: deps test-deps ## draws the README's picture from the running demo
	swift build --build-tests
	MATOU_PICTURE="$(CURDIR)/docs/code-page.png" swift test --skip-build --no-parallel --filter 'worth showing'

# Without `build` before it: as root that would leave files in .build that its owner cannot change.
install: ## copies the built program to PREFIX (/usr/local)
	@[ -x $(RELEASE) ] || { echo "there is no program yet; run: make build"; exit 1; }
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/matou
	install -m 755 $(RELEASE) $(DESTDIR)$(PREFIX)/bin/matou
	cp -R Resources/. $(DESTDIR)$(PREFIX)/share/matou/

PREFIX ?= /usr/local

clean: ## removes what was built
	rm -rf .build

# Installs what is missing, by apt, with sudo when not root. NO_INSTALL=1 only tells.
define install-missing
	@missing=""; for package in $(1); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	[ -z "$$missing" ] && exit 0; \
	if [ -n "$$NO_INSTALL" ]; then echo "missing:$$missing"; exit 1; fi; \
	if [ "$$(id -u)" = 0 ]; then as=""; elif command -v sudo >/dev/null; then as=sudo; \
	else echo "as root, run: apt-get install -y --no-install-recommends$$missing"; exit 1; fi; \
	echo "installing$$missing"; \
	$$as apt-get update -qq && \
	DEBIAN_FRONTEND=noninteractive $$as apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $$missing
endef

deps:
	$(call install-missing,$(BUILD_PACKAGES))

test-deps:
	$(call install-missing,$(TEST_PACKAGES))

bench-deps:
	$(call install-missing,$(BENCH_PACKAGES))
