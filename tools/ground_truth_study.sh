#!/bin/sh
# Both recipes of soft ground truth on simulated people whose truth is known: tables, then paired tests.
# The program is built by `make bench-tool`.
# Usage: tools/ground_truth_study.sh FOLDER [PEOPLE] [SEED]     (SOFTCORD_BENCH and PYTHON choose the programs)
set -e
"${SOFTCORD_BENCH:-.build/release/softcord-bench}" ground-truth "$1" --subjects "${2:-24}" --seed "${3:-7}"
"${PYTHON:-python3}" "$(dirname "$0")/ground_truth_tests.py" "$1/people.tsv"
