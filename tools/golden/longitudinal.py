"""Reference values of the mixed model and the design of trials, from statsmodels.

    python3 tools/golden/longitudinal.py     (needs numpy, pandas, statsmodels)
"""

import json
import pathlib
import warnings

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from statsmodels.stats.power import TTestIndPower

warnings.simplefilter("ignore")
OUT = pathlib.Path(__file__).parents[2] / "Tests/StatisticsTests/Golden/longitudinal.json"
random = np.random.default_rng(32)
NAMES = ["Intercept", "time", "group", "time:group", "age", "male"]


def model():
    people, visits = int(random.integers(20, 45)), int(random.integers(3, 6))
    cov = np.array([[36, -0.5], [-0.5, 0.6]])
    rows = []
    for person in range(people):
        group, age, male = person % 2, random.uniform(20, 70), int(random.integers(0, 2))
        intercept, slope = random.multivariate_normal([0, 0], cov)
        for visit in range(visits):
            if visit > 1 and random.random() < 0.15:
                continue
            time = visit + random.normal(0, 0.1)
            value = 70 + intercept + (slope - 0.7 - 0.5 * group) * time - 0.05 * (age - 45) + 4 * male + random.normal(0, 0.7)
            rows.append([f"p{person:02d}", round(time, 4), round(value, 4), group, round(age - 45, 2), male])
    data = pd.DataFrame(rows, columns=["person", "time", "value", "group", "age", "male"])
    fit = smf.mixedlm("value ~ time * group + age + male", data, groups="person", re_formula="~time").fit(
        reml=True, method=["powell", "lbfgs", "bfgs"], gtol=1e-9, maxiter=4000)
    cov = fit.cov_re.to_numpy()
    return {
        "people": data.person.tolist(), "time": data.time.tolist(), "value": data.value.tolist(),
        "effects": [[1, t, g, t * g, a, m] for t, g, a, m in zip(data.time, data.group, data.age, data.male)],
        "estimates": [float(fit.fe_params[n]) for n in NAMES], "errors": [float(fit.bse_fe[n]) for n in NAMES],
        "residual": float(fit.scale), "intercepts": float(cov[0, 0]), "slopes": float(cov[1, 1]), "covariance": float(cov[0, 1]),
        "logLikelihood": float(fit.llf)}


def design():
    size, power = float(random.uniform(0.15, 2.5)), float(random.choice([0.8, 0.9, 0.95]))
    return {"size": size, "power": power, "people": float(TTestIndPower().solve_power(size, alpha=0.05, power=power))}


OUT.write_text(json.dumps({"models": [model() for _ in range(20)], "designs": [design() for _ in range(50)]}) + "\n")
