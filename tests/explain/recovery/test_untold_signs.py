"""Signs that intensities of fields of one phase cannot tell."""

import pytest
import torch

import physembed as pe

GRID = pe.TimeGrid(128, spacing=0.25)
# no loss, whose sign is not told either, and is no news
TRUTH = {"alpha": 0.0, "beta2": 0.7, "gamma": 2.2}


@pytest.mark.parametrize(("chirp", "are_told"), [(0.0, False), (0.8, True)])
def test_signs_that_could_be_turned_are_named(chirp: float, are_told: bool) -> None:
    torch.manual_seed(0)
    share = torch.linspace(0, 1, 8, dtype=torch.float64)[:, None]
    sizes = (0.7 + 0.5 * share) * torch.exp(-((GRID.t / (1 + share.flip(0))) ** 2) / 2)
    pulses = torch.polar(sizes, (chirp / 2 * GRID.t**2).expand_as(sizes))
    fibre = pe.NonlinearSchrodinger()
    left = pe.propagate(pulses, fibre, TRUTH, GRID, steps_per_layer=60, scheme="strang")
    intensities = left.abs().square()
    recovered = pe.recover(
        pulses + 0.005 * torch.randn_like(pulses),
        intensities + 0.005 * torch.randn_like(intensities),
        fibre, GRID, ["alpha", "beta2", "gamma"],
        steps=20, measured="intensity",
    )  # fmt: skip
    assert recovered.explains
    assert ("the opposite signs of beta2 and gamma" in recovered.advice) is not are_told
    assert ("opposite signs" in str(recovered)) is not are_told
    if are_told:
        assert recovered.values["beta2"] == pytest.approx(0.7, rel=0.05)
