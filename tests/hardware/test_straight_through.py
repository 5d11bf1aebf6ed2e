"""Detectors that decide, and have slopes."""

import pytest
import torch

from physembed.errors import InvalidInputError
from physembed.hardware import comparator, quantised


def test_detectors_that_decide_have_slopes() -> None:
    values = torch.linspace(-2, 2, 41, dtype=torch.float64, requires_grad=True)
    decided = comparator(values, 0.05)
    assert set(decided.detach().unique().tolist()) == {0.0, 1.0}
    (slope,) = torch.autograd.grad(decided.sum(), values)
    soft = torch.sigmoid(values.detach() - 0.05)
    assert torch.allclose(slope, soft * (1 - soft))
    read = quantised(values, 2, -1.5, 1.5)
    assert read.detach().unique().tolist() == pytest.approx([-1.5, -0.5, 0.5, 1.5])
    (slope,) = torch.autograd.grad(read.sum(), values)
    assert set(slope.tolist()) == {0.0, 1.0}
    assert bool((slope[values.detach().abs() < 1.49] == 1).all())


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        (1.0, 1.0, "high must be a number above 1, got 1.0"),
        ("0", 1.0, "low must be a finite number, got '0'"),
        (0.0, float("inf"), "high must be a positive number, got inf"),
    ],
)
def test_levels_of_a_converter_are_in_order(low, high, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        quantised(torch.zeros(1), 2, low, high)
