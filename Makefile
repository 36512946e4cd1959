# The one door to the project. `make help` lists what it opens.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# No target names a file.
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' $(firstword $(MAKEFILE_LIST)))

# Where LibTorch lies: written by scripts/bootstrap.
TORCH := $(CURDIR)/.libtorch
SWIFT := PKG_CONFIG_PATH="$(TORCH)/pkgconfig:$$PKG_CONFIG_PATH" swift
LINK := -Xlinker "-rpath=$(TORCH)/lib"
# Optimized, for digital necks are slow without; in a folder of its own, for the tool is compiled otherwise.
TEST := $(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build/testing $(LINK)
TOOL := .build/release/softcord
BENCH := .build/release/softcord-bench
# On Linux, Swift's runtime is linked into the tool, so that it runs where there is no Swift.
STATIC := $(if $(filter Linux,$(shell uname -s)),--static-swift-stdlib)

help: ## List the targets.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

setup: ## Install what is missing: system packages, LibTorch.
	@scripts/bootstrap

build: setup ## Build the tool: .build/release/softcord
	$(SWIFT) build -c release --product softcord $(STATIC) $(LINK)
	@echo "softcord is at $(CURDIR)/$(TOOL)"

install: build ## Put the tool with all that it needs under PREFIX=folder (default /usr/local); it can be moved (Linux).
	@scripts/install "$(or $(PREFIX),/usr/local)"

dist: build ## Pack it as one archive for machines without Swift: .build/dist/softcord-VERSION-PLATFORM.tar.gz (Linux).
	@scripts/dist

check-dist: dist ## Run that archive in a bare Debian 12 (needs root and debootstrap).
	@scripts/check-dist

check-bootstrap: ## Fetch LibTorch from the plain package index into another folder, and run a program with it.
	@scripts/check-bootstrap

torch-versions: ## Build and test with the oldest, our and the newest version of LibTorch (long); VERSIONS="2.14.1" for others.
	@scripts/torch-versions $(VERSIONS)

test: setup ## Run every test.
	$(TEST)

# Only the functions of softcord.h can be seen from outside, so that a program may have another Swift, too.
EXPORTS := -Xlinker --version-script=$(CURDIR)/packaging/softcord.map

c-library: setup ## Build the C libraries of docs/c.md: .build/c (Linux).
	SOFTCORD_STATIC=1 $(SWIFT) build -c release --product softcord-measure $(STATIC) $(EXPORTS)
	SOFTCORD_STATIC=1 $(SWIFT) build -c release --product softcord-engine $(STATIC) $(LINK) $(EXPORTS)
	@scripts/c-library

python-files: build
	SOFTCORD_STATIC=1 $(SWIFT) build -c release --product softcord-measure $(STATIC) $(EXPORTS)
	@scripts/python-files

wheel: ## Build the Python package of docs/python.md: .build/dist/softcord-VERSION-py3-none-PLATFORM.whl (Linux).
	@scripts/wheel

test-python: wheel ## Test that wheel in a new environment; TORCH_FIRST=2.15.0 with that PyTorch imported first (needs Python with venv).
	@scripts/test-python $(if $(TORCH_FIRST),--torch "$(TORCH_FIRST)")

demo: build ## Simulate a neck, segment and measure it; IMAGE=scan.nii.gz does the same for your scan.
	@$(TOOL) demo $(if $(IMAGE),"$(IMAGE)") --output-dir demo-output

bench: build ## Time and memory of the tool beside its peer, against the bars: IMAGE=scan.nii.gz for your own (needs Python with nibabel, torch).
	@$(or $(PYTHON),python3) tools/benchmark.py $(if $(IMAGE),"$(IMAGE)") $(if $(MODEL),--model "$(MODEL)")

robustness: build ## Change scans in ways that must not matter, or must be noticed; MODEL=file for another model (needs Python with nibabel, scipy).
	@$(or $(PYTHON),python3) tools/robustness.py $(if $(MODEL),--model "$(MODEL)")

bench-python: ## Time the Python package's calls in one session: IMAGE=scan.nii.gz (needs Python with the wheel).
	@$(or $(PYTHON),python3) tools/benchmark_python.py $(if $(IMAGE),"$(IMAGE)")

bench-train: build ## Time a training step and PyTorch's, same network and patch (needs Python with torch and yaml).
	@$(or $(PYTHON),python3) tools/benchmark_training.py $(CONFIG)

bench-measure: build ## Time and memory of measuring a mask of 64 x 320 x 320.
	@$(or $(PYTHON),python3) tools/benchmark_measure.py $(TOOL)

kills: setup ## Kill a training run and every command that writes files, at 200 random moments each; nothing may be lost.
	SOFTCORD_KILLS=200 SOFTCORD_WRITER_KILLS=200 $(TEST) --filter 'aRunKilledAtRandomMoments|NothingLostTests'

fuzz: setup ## Make up inputs for every reader of foreign bytes: TIME=seconds for all, TARGETS="nifti pickle" for some.
	$(SWIFT) build -c release --package-path Fuzz --product fuzz --sanitize fuzzer -Xswiftc -enable-testing \
	  -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=address,fuzzer-no-link
	@targets="$(or $(TARGETS),$$(ls Fuzz/corpus))"; set -- $$targets; Fuzz/run $$(($(or $(TIME),300) / $$# + 1)) $$targets

validate: build ## Judge the model on real scans that training never saw; MODEL=file for another model (needs Python with nibabel).
	@$(or $(PYTHON),python3) tools/validate.py --tool $(TOOL) $(if $(MODEL),--model "$(MODEL)")

evaluate-real: build ## Run evaluate and compare on real scans that training never saw (needs Python with nibabel).
	@$(or $(PYTHON),python3) tools/evaluate_real.py .build/real --tool $(TOOL)

bids: build ## Let the BIDS validator look at a simulated data set (needs bids-validator-deno from PyPI).
	@tools/check_bids.sh

bench-tool: setup
	$(SWIFT) build -c release --product softcord-bench $(STATIC) $(LINK)

library: setup ## Run the programs of docs/library.md beside the tool, and print the times of both.
	@$(TEST) --filter LibraryTests

simulator: build bench-tool ## Print the simulator's figures and make the pictures of docs/simulator.md (needs Python with nibabel, scipy, pillow).
	@$(or $(PYTHON),python3) tools/simulator_figures.py --bench $(BENCH)
	@$(or $(PYTHON),python3) tools/simulator_pictures.py

golden: ## Make the reference values of other programs anew (needs Python with torch, nibabel, scipy, nnunetv2, monai, ...).
	@for script in tools/golden/*.py; do echo $$script; $(or $(PYTHON),python3) $$script || exit 1; done

architectures: setup ## Compare full-size networks and their gradients with PyTorch (needs Python with dynamic-network-architectures).
	@$(or $(PYTHON),python3) tools/golden/architectures.py .build/architectures
	SOFTCORD_ARCHITECTURES="$(CURDIR)/.build/architectures" $(TEST) --filter ArchitectureTests

agreement: build ## Compare imported models with nnU-Net on real scans: DATA=folder (needs Python with nnunetv2).
	@$(or $(PYTHON),python3) tools/nnunet_agreement.py $(TOOL) "$(or $(DATA),../shared/data)"

coverage: setup ## Count how often the intervals of measures hold the truth of digital necks (minutes).
	SOFTCORD_BENCH=1 $(TEST) --filter CoverageTests

page: setup ## Look at a report in headless Chromium: PAGE=report.html (default: an example; needs Python with playwright, and chromium).
	$(if $(PAGE),,SOFTCORD_PAGE="$(CURDIR)/.build/page.html" $(TEST) --filter PageTests)
	@$(or $(PYTHON),python3) tools/check_page.py "$(or $(PAGE),.build/page.html)" .build/page

cohort-stress: build ## Run a simulated study with broken scans, kills, shards and planted failures: PEOPLE=n KILLS=n (needs Python with nibabel).
	@mkdir -p .build/cohort
	@$(or $(PYTHON),python3) tools/cohort_stress.py $(TOOL) .build/cohort --people $(or $(PEOPLE),50) --kills $(or $(KILLS),10)

check-qc: build ## Look at the QC pages of that study in headless Chromium: OUTPUT=folder for others (needs Python with playwright, and chromium).
	@$(or $(PYTHON),python3) tools/check_qc.py "$(or $(OUTPUT),.build/cohort/planted-out)" .build/qc

test-slurm: build ## Run that study as an array on a real Slurm of two nodes on this machine, one of which is killed (needs root; else skipped).
	@if [ -d .build/cohort/raw ]; then tools/test_slurm.sh $(TOOL) .build/cohort; else echo "run make cohort-stress first"; exit 1; fi

study: build ## Run the study of docs/study.md into study-output, or go on with it: CONFIG=file for another (hours).
	@$(TOOL) study --print-config > .build/study.yaml
	$(TOOL) study "$(or $(CONFIG),.build/study.yaml)" -o study-output --threads "$(or $(THREADS),2)"

docs: build ## Make a site of API documentation from the doc comments: .build/docs
	@scripts/docs .build/release/Modules

lint: ## Check the formatting, and that files and functions are short.
	swift format lint --strict --recursive --parallel Sources Tests Package.swift
	@scripts/limits

clean: ## Remove what was built.
	rm -rf .build .build-torch demo-output
