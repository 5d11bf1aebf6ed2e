"""Controls are searched for without a model."""

import numpy as np
import pytest

from physembed.errors import InvalidInputError
from physembed.hardware import search_controls


@pytest.mark.parametrize("method", ["spsa", "cma"])
def test_controls_are_searched_for_without_a_model(method: str) -> None:
    if method == "cma":
        pytest.importorskip("cma", reason="needs cma: pip install physembed[hardware]")
    random = np.random.default_rng(0)
    goal = np.array([0.4, -0.3, 0.2])

    def loss(controls):
        miss = np.concatenate([controls["a"], np.ravel(controls["b"])]) - goal
        return float(miss @ miss) + 0.001 * random.standard_normal()

    start = {"a": np.zeros(2), "b": np.zeros((1, 1))}
    best, value = search_controls(loss, start, method=method, n_evaluations=240)
    assert best["b"].shape == (1, 1)
    # from 0.29 at the start, under noise of 0.001
    assert value < 0.02
    with pytest.raises(InvalidInputError, match="unknown method"):
        search_controls(loss, start, method="annealing")


def test_measurements_that_went_wrong_do_not_stop_a_search() -> None:
    """Neither one that is not a number nor one that is very large, and early, sets the scale."""
    calls = []

    def loss(controls):
        calls.append(1)
        wrong = {3: np.nan, 6: 1e30}
        return wrong.get(len(calls), float(((controls["a"] - 1) ** 2).sum()))

    _, value = search_controls(loss, {"a": np.zeros(3)}, spread=1.0, n_evaluations=200)
    # from 3 at the start
    assert value < 1e-3
