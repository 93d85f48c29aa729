# Everything that one does with a clone of Understudy. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
.PHONY: help setup swift lint build test demo bench clean

# Stray imports fail the build. Warnings are errors by the package's own settings.
FLAGS := --explicit-target-dependency-import-check error
# The agent goes into other images, so a release carries its own standard library.
RELEASE := -c release --static-swift-stdlib -Xlinker -s

# What Debian 12 has under these names: the database with its programs, libpq to build against, and
# the tools that make certificates and clones.
PACKAGES := postgresql-15 postgresql-client-15 libpq-dev pkg-config openssl git ca-certificates \
	procps
# Nothing but the playground's servers ever runs under this account.
ACCOUNT := understudy

help:
	@echo 'make setup   install what is missing (as root on Debian 12), and nothing else'
	echo 'make build   build everything for debugging'
	echo 'make test    set up, check the style, build, and run all tests'
	echo 'make demo    set up, build, and watch three members live through four disasters'
	echo 'make bench   set up, build a release, and measure it'
	echo 'make lint    check the style'
	echo 'make clean   remove what was built'

setup: swift
	@missing=''
	for package in $(PACKAGES); do
		state=$$(dpkg-query -W -f '$${db:Status-Abbrev}' "$$package" 2>/dev/null || true)
		[ "$$state" = 'ii ' ] || missing="$$missing $$package"
	done
	account=''
	getent passwd $(ACCOUNT) >/dev/null || account='$(ACCOUNT)'
	if [ -z "$$missing$$account" ]; then exit 0; fi
	if [ "$$(id -u)" != 0 ]; then
		[ -z "$$missing" ] || { echo "Missing packages:$$missing. Run 'make setup' as root." >&2; exit 69; }
		exit 0  # The account is for root, who must not run a database.
	fi
	if [ -n "$$missing" ]; then
		command -v apt-get >/dev/null || { echo "Missing:$$missing. Install them; only Debian's apt-get is known here." >&2; exit 69; }
		echo "Installing:$$missing"
		# Debian's package would otherwise make and start a server of its own.
		inhibitor=/etc/postgresql-common/createcluster.d/understudy.conf
		trap "rm -f $$inhibitor" EXIT
		mkdir -p "$$(dirname $$inhibitor)"
		echo 'create_main_cluster = false' > $$inhibitor
		export DEBIAN_FRONTEND=noninteractive
		for try in 1 2 3; do
			if apt-get update -qq && apt-get install -qq -y --no-install-recommends $$missing >/dev/null; then
				break
			fi
			[ $$try != 3 ] || { echo "The packages could not be installed:$$missing. See above, and try again." >&2; exit 75; }
			echo "That failed; trying again in $$((try * 5)) s."
			sleep $$((try * 5))
		done
	fi
	if [ -n "$$account" ]; then
		echo "Creating the account $(ACCOUNT)."
		useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin $(ACCOUNT)
	fi

swift:
	@version=$$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1 || true)
	if [ -z "$$version" ]; then
		echo 'Swift is not there. Install Swift 6.3 or later (https://swift.org/install) and have it in PATH.' >&2
		exit 69
	fi
	if [ "$$(printf '6.3\n%s\n' "$$version" | sort -V | head -n 1)" != 6.3 ]; then
		echo "Swift $$version is too old. Install Swift 6.3 or later (https://swift.org/install)." >&2
		exit 69
	fi

lint: swift
	@swift format lint --strict --recursive Sources Tests Package.swift

build: setup
	@swift build $(FLAGS)

# One group after the other: tests that compute share no process with tests that wait for a clock,
# and whatever starts servers or processes has the machine for itself, one test at a time.
PURE := ReplicationCoreTests|SimulatorTests|TidyTests|TelemetryTests|AgentConfigurationTests
PURE := $(PURE)|JSONTests|POSIXTests
SERVERS := PostgreSQLClientTests|EnginesTests
PROGRAMS := ProgramTests
CLUSTERS := PlaygroundTests|ClusterTests
test: setup lint
	@swift build $(FLAGS) --build-tests
	export UNDERSTUDY_TEST_ERRORS=$(CURDIR)/.build/test-errors.txt
	rm -f "$$UNDERSTUDY_TEST_ERRORS"
	trap '[ $$? = 0 ] || grep -a "Fatal error" "$$UNDERSTUDY_TEST_ERRORS" >&2 || true' EXIT
	run() { swift test $(FLAGS) --skip-build "$$@"; }
	run --parallel --filter '^($(PURE))\.'
	run --no-parallel --skip '^($(PURE)|$(SERVERS)|$(PROGRAMS)|$(CLUSTERS))\.'
	run --no-parallel --filter '^($(SERVERS))\.'
	run --parallel --filter '^($(PROGRAMS))\.'
	run --no-parallel --filter '^PlaygroundTests\.'
	run --no-parallel --filter '^ClusterTests\.'

demo: build
	@.build/debug/understudy-playground demo

bench: setup
	@swift build $(FLAGS) $(RELEASE) --product understudy
	swift build $(FLAGS) $(RELEASE) --product understudy-playground
	.build/release/understudy-playground bench

clean:
	@rm -rf .build
