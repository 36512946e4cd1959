"""Reference values of statistical tests from SciPy, statsmodels and pingouin, on random data with ties, zeros and tiny samples.

    python3 tools/golden/statistical_tests.py     (needs numpy, scipy, statsmodels, pingouin)

Passing-Bablok and Deming have no home there: a second implementation stands below, Deming's by principal axes.
"""

import json
import pathlib
import warnings

import numpy as np
import pandas as pd
import pingouin
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.weightstats import ttost_paired

warnings.simplefilter("ignore")
OUT = pathlib.Path(__file__).parents[2] / "Tests/StatisticsTests/Golden/statistics.json"
random = np.random.default_rng(20)
COUNT = 220


def finite(value):
    value = float(value)
    return value if np.isfinite(value) else None


def wilcoxon():
    cases = []
    while len(cases) < COUNT:
        n = int(random.integers(1, 30))
        # Coarse rounding makes ties and zeros.
        values = np.round(random.normal(random.choice([0, 0.5]), 2, n), int(random.choice([0, 1, 3])))
        if not np.any(values):
            continue
        case = {"values": values.tolist()}
        for zeros in ["wilcox", "pratt", "zsplit"]:
            for method, name in [("exact", "exact"), ("approx", "normal")]:
                clean = np.all(values != 0) and len(set(np.abs(values))) == n
                if method == "exact" and not clean:
                    continue
                result = stats.wilcoxon(values, zero_method=zeros, method=method)
                case[f"{zeros}-{name}"] = finite(result.pvalue)
        cases.append(case)
    return cases


def paired():
    cases = []
    for _ in range(COUNT):
        n = int(random.integers(2, 25))
        values = np.round(random.normal(0.3, 1, n), 2)
        if values.std() == 0:
            values[0] += 1
        margin = float(np.round(random.uniform(0.2, 2), 2))
        result = stats.ttest_1samp(values, 0)
        low, high = result.confidence_interval()
        p, first, second = ttost_paired(values, np.zeros(n), -margin, margin)
        cases.append({"values": values.tolist(), "t": result.statistic, "p": result.pvalue, "low": low, "high": high,
                      "margin": margin, "tost": p, "lower": first[1], "upper": second[1]})
    return cases


def tables():
    cases = []
    for _ in range(COUNT):
        n, k = int(random.integers(3, 16)), int(random.integers(2, 7))
        values = np.round(70 + random.normal(0, 7, (n, 1)) + random.normal(0, 2, (1, k)) + random.normal(0, random.uniform(0.3, 4), (n, k)), 2)
        long = pd.DataFrame([(i, j, values[i, j]) for i in range(n) for j in range(k)], columns=["person", "method", "value"])
        anova = pingouin.rm_anova(long, dv="value", within="method", subject="person", correction=True, detailed=True).iloc[0]
        icc = pingouin.intraclass_corr(long, targets="person", raters="method", ratings="value")
        icc = icc.set_index(icc["Type"].str.replace("ICC(A,1)", "ICC2").str.replace("ICC(C,1)", "ICC3"))
        corrected = [c for c in anova.index if c.lower().replace("_", "-") in ("p-gg-corr",)]
        # pingouin rounds its intervals; the definition (Shrout and Fleiss 1979) is written out with SciPy's quantiles.
        grand = values.mean()
        msr = k * ((values.mean(1) - grand) ** 2).sum() / (n - 1)
        msc = n * ((values.mean(0) - grand) ** 2).sum() / (k - 1)
        mse = ((values - values.mean(1, keepdims=True) - values.mean(0, keepdims=True) + grand) ** 2).sum() / ((n - 1) * (k - 1))
        one = (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n)
        a, b = k * one / (n * (1 - one)), 1 + k * one * (n - 1) / (n * (1 - one))
        v = (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1)))
        fl, fu = stats.f.ppf(0.975, n - 1, v), stats.f.ppf(0.975, v, n - 1)
        f = msr / mse
        l3, u3 = f / stats.f.ppf(0.975, n - 1, (n - 1) * (k - 1)), f * stats.f.ppf(0.975, (n - 1) * (k - 1), n - 1)
        cases.append({
            "table": values.tolist(), "f": finite(anova["F"]), "epsilon": finite(pingouin.epsilon(pd.DataFrame(values), correction="gg")),
            "p": float(stats.f.sf(anova["F"], k - 1, (n - 1) * (k - 1))),
            "pCorrected": finite(anova[corrected[0]]) if corrected else None,
            "icc2": finite(icc.loc["ICC2", "ICC"]), "icc3": finite(icc.loc["ICC3", "ICC"]),
            "icc2Interval": [n * (msr - fl * mse) / (fl * (k * msc + (k * n - k - n) * mse) + n * msr),
                             n * (fu * msr - mse) / (k * msc + (k * n - k - n) * mse + n * fu * msr)],
            "icc3Interval": [(l3 - 1) / (l3 + k - 1), (u3 - 1) / (u3 + k - 1)]})
    return cases


def lines():
    cases = []
    for _ in range(COUNT):
        n = int(random.integers(4, 25))
        x = np.round(random.uniform(40, 100, n), int(random.choice([0, 1, 3])))
        y = np.round(1.05 * x - 2 + random.normal(0, 3, n), int(random.choice([0, 1, 3])))
        ratio = float(random.choice([1, 0.5, 2]))
        # Deming's line is the first principal axis once y is scaled by the square root of the errors' ratio.
        scale = np.sqrt(ratio)
        axis = np.linalg.eigh(np.cov(np.stack([x * scale, y])))[1][:, 1]
        slope = axis[1] / axis[0] * scale
        pairs = [(x[j] - x[i], y[j] - y[i]) for i in range(n) for j in range(i + 1, n) if (x[i], y[i]) != (x[j], y[j])]
        slopes = np.sort([s for s in (np.divide(dy, dx) if dx else np.inf * np.sign(dy) for dx, dy in pairs) if s != -1])
        shift = int(np.sum(slopes < -1))
        count = len(slopes)
        pb = slopes[(count - 1) // 2 + shift] if count % 2 else np.mean(slopes[[count // 2 - 1 + shift, count // 2 + shift]])
        difference = y - x
        cases.append({"x": x.tolist(), "y": y.tolist(), "ratio": ratio, "slope": slope, "intercept": y.mean() - slope * x.mean(),
                      "passingBablok": finite(pb), "passingBablokIntercept": finite(np.median(y - pb * x)),
                      "bias": difference.mean(), "sd": difference.std(ddof=1),
                      "limits": list(stats.norm.interval(0.95, difference.mean(), difference.std(ddof=1))),
                      "biasInterval": list(stats.t.interval(0.95, n - 1, difference.mean(), stats.sem(difference)))})
    return cases


def corrections():
    cases = []
    for _ in range(COUNT):
        p = np.round(random.uniform(0, 0.2, int(random.integers(1, 12))), 3)
        cases.append({"p": p.tolist(), "holm": multipletests(p, method="holm")[1].tolist(),
                      "bonferroni": multipletests(p, method="bonferroni")[1].tolist()})
    return cases


def distributions():
    cases = []
    for _ in range(COUNT):
        z, t, v = random.normal(0, 3), random.normal(0, 4), float(np.round(random.uniform(0.6, 60), 2))
        f, a, b, p = random.gamma(2, 1), float(random.integers(1, 20)), float(np.round(random.uniform(1, 60), 1)), random.uniform(0.001, 0.999)
        cases.append({"z": z, "normal": stats.norm.cdf(z), "p": p, "normalQuantile": stats.norm.ppf(p), "t": t, "v": v,
                      "student": stats.t.cdf(t, v), "studentQuantile": stats.t.ppf(p, v), "f": f, "a": a, "b": b,
                      "fisherTail": stats.f.sf(f, a, b), "fisherQuantile": stats.f.ppf(p, a, b)})
    return cases


def sizes():
    cases = []
    for _ in range(COUNT):
        effect, power, level = random.uniform(0.1, 1.5), random.uniform(0.5, 0.95), random.choice([0.01, 0.05, 0.1])
        z = stats.norm.ppf(1 - level / 2) + stats.norm.ppf(power)
        # statsmodels counts the wrong tail too, which is nothing at these powers: it checks the formula.
        size = NormalIndPower().solve_power(effect, alpha=level, power=power)
        assert abs(size - 2 * (z / effect) ** 2) < 0.02 * size
        cases.append({"effect": effect, "power": power, "level": float(level), "size": int(np.ceil(2 * (z / effect) ** 2))})
    return cases


golden = {"wilcoxon": wilcoxon(), "paired": paired(), "tables": tables(), "lines": lines(), "corrections": corrections(),
          "distributions": distributions(), "sizes": sizes()}
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(golden, separators=(",", ":"), default=float))
print(f"{OUT}: {OUT.stat().st_size // 1024} KiB")
