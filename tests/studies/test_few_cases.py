"""Draws from training cases, and a ridge that is held still."""

import numpy as np

from physembed.training.selection.teacher import Ridges
from studies.few_cases import drawn, held_still


def test_every_class_is_drawn_and_some_cases_are_left() -> None:
    y = np.repeat([0, 1, 2], [60, 30, 2])
    taken = drawn(y, 20, np.random.default_rng(0))
    np.testing.assert_array_equal(np.bincount(y[taken]), [13, 7, 1])
    assert len(np.unique(taken)) == len(taken)


def test_what_moves_with_a_case_is_not_believed() -> None:
    """Without anything that moves it is the ridge itself; what moves alone gets no weight."""
    generator = np.random.default_rng(0)
    x = generator.standard_normal((30, 2))
    targets = x @ np.ones((2, 1))
    ridge = Ridges(x, targets).best()
    weights, bias = held_still(x, targets, np.zeros((50, 2)), ridge.ratio)
    np.testing.assert_allclose(weights, ridge.weights, rtol=1e-6)
    np.testing.assert_allclose(bias, ridge.bias, rtol=1e-6)
    moved = 30.0 * generator.standard_normal((50, 2)) * [0.0, 1.0]
    weights, _ = held_still(x, targets, moved, ridge.ratio)
    assert abs(weights[0, 0]) > 0.9
    assert abs(weights[1, 0]) < 0.01
