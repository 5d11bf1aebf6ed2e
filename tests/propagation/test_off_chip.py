"""Which cascades leave the chip of a GPU is said once; asked of fields on the CPU."""

import warnings

import pytest
import torch

import physembed as pe
from physembed.physics import MasterEquation
from physembed.propagation.gradients import on_chip, ways
from tests.propagation.test_on_chip import needs_triton, random_coefficients, random_field


def stays_on_chip(
    equation: MasterEquation, n_points: int = 256, dtype: torch.dtype = torch.complex64
) -> bool:
    """Whether a GPU would keep a cascade on its chip; what is said is said here too."""
    grid = pe.TimeGrid(n_points)
    values = random_coefficients(equation, grid, 2, seed=1)
    field = random_field(3, n_points, seed=2).to(dtype)
    return ways._stays_on_chip(field, equation, values, grid, "auto")


@needs_triton
@pytest.mark.parametrize(
    ("cascade", "why"),
    [
        (
            (pe.NonlinearSchrodinger(), 300),
            r"of 300 points \(.* such as 512 by a wider guard_band,",
        ),
        (
            (pe.NonlinearSchrodinger(), 9000),
            r"of 9,000 points \(a power of two from 256 to 8,192 s",
        ),
        ((pe.NonlinearSchrodinger(), 256, torch.complex128), "of a torch.complex128 field"),
        (
            (pe.ComplexGinzburgLandau(),),
            "for ComplexGinzburgLandau, which is not linear in its coefficients",
        ),
    ],
    ids=["length", "too long", "precision", "equation"],
)
def test_why_a_cascade_leaves_the_chip_is_said_once(
    monkeypatch: pytest.MonkeyPatch, cascade: tuple, why: str
) -> None:
    monkeypatch.setattr(ways, "_said_off_chip", set())
    with pytest.warns(ways.OffChipNotice, match=rf"^a cascade {why}.* takes longer\.$"):
        assert not stays_on_chip(*cascade)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not stays_on_chip(*cascade)
        # one that stays says nothing
        assert stays_on_chip(pe.NonlinearSchrodinger())


def test_without_triton_every_cascade_leaves_the_chip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "_said_off_chip", set())
    monkeypatch.setattr(on_chip, "has_triton", lambda: False)
    with pytest.warns(ways.OffChipNotice, match=r"without triton \(pip install 'physembed\[gpu\]'"):
        assert not stays_on_chip(pe.NonlinearSchrodinger())
