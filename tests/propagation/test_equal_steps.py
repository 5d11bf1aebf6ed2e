"""Equal steps of the interaction picture beside those that propagate chooses."""

import pytest
import torch

import physembed as pe
from physembed import optics
from physembed.errors import InvalidInputError
from physembed.propagation import run_equal_steps

GLASS, VALUES = optics.Fibre(
    betas=["-15 ps^2/km", "0.1 ps^3/km"], gamma="11 /W/km", loss="10 dB/km"
).medium("1064 nm")


def _pulses(n_points: int, spacing: float) -> tuple[torch.Tensor, pe.TimeGrid]:
    grid = pe.TimeGrid(n_points, spacing)
    sizes = torch.tensor([[3.0], [5.0]], dtype=torch.float64)
    return sizes / torch.cosh(grid.t / 120e-15) + 0j, grid


@pytest.mark.parametrize(("n_points", "spacing"), [(256, 15e-15), (48, 60e-15)])
def test_their_error_falls_by_the_fourth_power(n_points: int, spacing: float) -> None:
    """In compiled loops and, of few points, without."""
    entered, grid = _pulses(n_points, spacing)
    right = pe.propagate(
        entered, GLASS, VALUES, grid, layer_length=1.0, rtol=1e-11, check_sampling=False
    )
    errors = [
        float(
            (run_equal_steps(entered, GLASS, VALUES, grid, length=1.0, steps=n) - right).norm()
            / right.norm()
        )
        for n in (10, 20)
    ]
    assert errors[1] < 1e-5
    # the limit is 16; ten steps are not all the way there
    assert errors[0] / errors[1] == pytest.approx(16, rel=0.25)


def test_cases_may_have_channels_and_an_overflow_is_named() -> None:
    entered, grid = _pulses(256, 15e-15)
    apart = run_equal_steps(entered, GLASS, VALUES, grid, length=1.0, steps=8)
    stacked = run_equal_steps(entered[:, None], GLASS, VALUES, grid, length=1.0, steps=8)
    torch.testing.assert_close(stacked[:, 0], apart, rtol=0, atol=0)
    with pytest.raises(InvalidInputError, match="infinite or not a number"):
        run_equal_steps(1e6 * entered, GLASS, VALUES, grid, length=1.0, steps=8)
