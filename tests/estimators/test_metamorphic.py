"""What must not change an answer does not: for every preset and baseline.

Fits are short, since what is compared is one fit's answers, or the same fit's.
"""

import copy
import os
import pickle
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

import physembed as pe
from physembed.estimators import build_classifier
from physembed.estimators.baseline_classifier import BASELINES
from physembed.presets import PRESETS

pytestmark = pytest.mark.slow

N_TRAIN, N_TIMEPOINTS = 24, 32
y = np.array(["falling", "rising"])[np.arange(N_TRAIN) % 2]
TREND = np.where(y == "rising", 1, -1)[:, np.newaxis] * np.linspace(-2, 2, N_TIMEPOINTS)
X = (np.random.default_rng(0).normal(size=(N_TRAIN, N_TIMEPOINTS)) + TREND).round(3)
MODELS = [*PRESETS, *BASELINES]
UNNORMALISED = ("minirocket", "compact")
"""Which see the level and the scale of a series; all others normalise it."""
ROUNDING = {"rtol": 0, "atol": 2e-4}
"""Single precision, from a field to a probability."""


def build(name: str) -> Any:
    return build_classifier(name, random_state=0, max_epochs=2)


@cache
def model_of(name: str) -> Any:
    """Fitted once for all tests."""
    return build(name).fit(X, y)


@pytest.fixture(params=MODELS)
def fitted(request: pytest.FixtureRequest) -> Any:
    return model_of(request.param), request.param


def frame_of(series: np.ndarray[Any, Any]) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([range(len(series)), range(N_TIMEPOINTS)])
    return pd.DataFrame({"value": series.ravel()}, index)


CONTAINERS = {
    "three dimensions": lambda X: X[:, np.newaxis],
    "float32": lambda X: X.astype(np.float32),
    "Fortran order": np.asfortranarray,
    "nested lists": lambda X: X.tolist(),
    "list of arrays": list,
    "array of objects": lambda X: X.astype(object),
    "tensor": torch.from_numpy,
    "wide frame": pd.DataFrame,
    "two levels": frame_of,
    "two levels, newest rows first": lambda X: frame_of(X).sort_index(level=1, ascending=False),
    "cells": lambda X: pd.DataFrame({"value": [pd.Series(row) for row in X]}),
    "read-only": lambda X: np.frombuffer(X.tobytes()).reshape(X.shape),
}


@pytest.mark.filterwarnings("ignore:X has feature names")
def test_a_fitted_model_says_the_same(fitted: Any, tmp_path: Any) -> None:
    """Of any container, in any order and number at a time, saved, pickled, with any threads."""
    model, name = fitted
    expected = model.predict_proba(X)
    for container, make in CONTAINERS.items():
        np.testing.assert_allclose(
            model.predict_proba(make(X)), expected, **ROUNDING, err_msg=container
        )
    order = np.random.default_rng(1).permutation(N_TRAIN)
    np.testing.assert_allclose(model.predict_proba(X[order]), expected[order], **ROUNDING)
    one_at_a_time = np.concatenate([model.predict_proba(X[k : k + 1]) for k in range(N_TRAIN)])
    np.testing.assert_allclose(one_at_a_time, expected, **ROUNDING)
    for again in (
        pe.load(model.save(tmp_path / "model")),
        pickle.loads(pickle.dumps(model)),
        copy.deepcopy(model),
        copy.copy(model).set_params(n_jobs=1),
        copy.copy(model).set_params(n_jobs=2),
    ):
        np.testing.assert_allclose(again.predict_proba(X), expected, **ROUNDING)
    if name not in UNNORMALISED:
        # by a power of two and a sum that the rounding of X has room for
        np.testing.assert_allclose(model.predict_proba(X * 1024 - 4096), expected, **ROUNDING)


def test_the_same_fit_gives_the_same_model(fitted: Any) -> None:
    """From another container, of labels by index, of bytes, and in another scale, all at once."""
    model, name = fitted
    scale = 1 if name in UNNORMALISED else 1024
    rows_backwards = frame_of(X * scale).iloc[::-1]
    labels = pd.Series(np.char.encode(y)).sample(frac=1, random_state=0)
    again = build(name).fit(rows_backwards, labels)
    np.testing.assert_allclose(again.predict_proba(X * scale), model.predict_proba(X), **ROUNDING)


IN_CHILDREN = """
import os, sys
from pathlib import Path
import numpy as np, torch
torch.set_num_threads(2)
import physembed as pe
X = np.load(sys.argv[1])
for folder in sorted(Path(sys.argv[2]).iterdir()):
    model = pe.load(folder)
    before = model.predict_proba(X)
    child = os.fork()
    if child == 0:
        os._exit(0 if np.allclose(model.predict_proba(X), before, rtol=0, atol=1e-5) else 3)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(folder.name, code)
"""


def test_a_forked_child_says_the_same(tmp_path: Path) -> None:
    """In one process for all models, whose threads are at work before the first child."""
    np.save(tmp_path / "X.npy", X)
    for name in MODELS:
        model_of(name).save(tmp_path / "models" / name)
    done = subprocess.run(
        [sys.executable, "-c", IN_CHILDREN, str(tmp_path / "X.npy"), str(tmp_path / "models")],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert dict(line.split() for line in done.stdout.splitlines()) == dict.fromkeys(MODELS, "0")
