"""Wilcoxon signed-rank tests between the two recipes of soft ground truth, paired by person.

Usage: ground_truth_tests.py people.tsv     (needs SciPy)
"""

import csv
import sys

from scipy.stats import wilcoxon

rows = list(csv.DictReader(open(sys.argv[1]), delimiter="\t"))
people = sorted({row["participant_id"] for row in rows})
measures = {"registration_rms_mm": lambda x: x, "c2c3_area_error_percent": abs, "edge_error": lambda x: x}
print("measure\tpeople\tpaper\trefined\tratio\tp")
for name, measure in measures.items():
    values = {
        (row["participant_id"], row["method"]): measure(float(row[name])) for row in rows if row[name] != "n/a"
    }
    both = [p for p in people if (p, "paper") in values and (p, "refined") in values]
    paper, refined = ([values[p, method] for p in both] for method in ("paper", "refined"))
    means = [sum(v) / len(v) for v in (paper, refined)]
    p = wilcoxon(paper, refined).pvalue
    print(f"{name}\t{len(both)}\t{means[0]:.4f}\t{means[1]:.4f}\t{means[1] / means[0]:.3f}\t{p:.2g}")
