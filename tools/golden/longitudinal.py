"""Reference values of the mixed model and the design of trials, from statsmodels.

    python3 tools/golden/longitudinal.py     (needs numpy, pandas, scipy, statsmodels)
"""

import json
import pathlib
import warnings

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from scipy.optimize import minimize
from statsmodels.regression.mixed_linear_model import MixedLMParams
from statsmodels.stats.power import TTestIndPower

warnings.simplefilter("ignore")
OUT = pathlib.Path(__file__).parents[2] / "Tests/StatisticsTests/Golden/longitudinal.json"
random = np.random.default_rng(32)
NAMES = ["Intercept", "time", "group", "time:group", "age", "male"]


def polished(fit):
    """The maximum of statsmodels' own restricted likelihood: its search ends up to 0.005 below."""
    model = fit.model

    def variances(x):
        factor = np.array([[x[0], 0], [x[1], x[2]]])
        return factor @ factor.T

    def cost(x):
        params = MixedLMParams.from_components(fe_params=np.zeros(len(NAMES)), cov_re=variances(x))
        return -model.loglike(params, profile_fe=True)

    start = np.linalg.cholesky(fit.cov_re_unscaled + 1e-6 * np.eye(2))[[0, 1, 1], [0, 0, 1]]
    for _ in range(3):
        start = minimize(cost, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 5000}).x
    effects = model.get_fe_params(variances(start), np.array([]))[0]
    scale = model.get_scale(effects, variances(start), np.array([]))
    return effects, variances(start) * scale, scale, -cost(start)


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
    effects, cov, scale, loglike = polished(fit)
    # Of the fixed effects at these variances, as lme4 has them; statsmodels' own take up the variances' uncertainty in part.
    information = np.zeros((len(NAMES), len(NAMES)))
    for _, rows in data.groupby("person"):
        x = np.column_stack([np.ones(len(rows)), rows.time, rows.group, rows.time * rows.group, rows.age, rows.male])
        z = x[:, :2]
        information += x.T @ np.linalg.solve(z @ cov @ z.T + scale * np.eye(len(rows)), x)
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    return {
        "people": data.person.tolist(), "time": data.time.tolist(), "value": data.value.tolist(),
        "effects": [[1, t, g, t * g, a, m] for t, g, a, m in zip(data.time, data.group, data.age, data.male)],
        "estimates": [float(effects[fit.fe_params.index.get_loc(n)]) for n in NAMES], "errors": errors.tolist(),
        "residual": float(scale), "intercepts": float(cov[0, 0]), "slopes": float(cov[1, 1]), "covariance": float(cov[0, 1]),
        "logLikelihood": float(loglike)}


def design():
    size, power = float(random.uniform(0.15, 2.5)), float(random.choice([0.8, 0.9, 0.95]))
    return {"size": size, "power": power, "people": float(TTestIndPower().solve_power(size, alpha=0.05, power=power))}


OUT.write_text(json.dumps({"models": [model() for _ in range(20)], "designs": [design() for _ in range(50)]}) + "\n")
