"""Steps that are too long are seen by taking others, whatever it is that they get wrong."""

import re
import warnings

import torch

import physembed as pe

GRID = pe.TimeGrid(128, spacing=0.25)
FIBRE = pe.NonlinearSchrodinger()
THIRD = 3 / torch.cosh(GRID.t) + 0j
SOLITON = {"beta2": -1.0, "gamma": 1.0}
TEN = {"layer_length": 0.3, "steps_per_layer": 10}


def warned(field, equation, medium, grid: pe.TimeGrid = GRID, **options) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pe.propagate(field, equation, medium, grid, **options)
    return [str(w.message) for w in caught if "steps are too long" in str(w.message)]


def test_a_soliton_of_third_order_in_ten_steps_of_the_first_order_scheme() -> None:
    """Too few, and the band is too narrow for a resonance to tell."""
    (message,) = warned(THIRD, FIBRE, SOLITON, **TEN)
    advised = re.search(r"steps_per_layer to ([\d,]+) or more, or let rtol", message)
    assert advised is not None
    steps = int(advised[1].replace(",", ""))
    options = TEN | {"check_sampling": False}
    right = (
        pe.propagate(
            THIRD,
            FIBRE,
            SOLITON,
            GRID,
            **(options | {"scheme": "yoshida4", "steps_per_layer": 200}),
        )
        .abs()
        .square()
    )
    bad, good = (
        pe.propagate(THIRD, FIBRE, SOLITON, GRID, **(options | {"steps_per_layer": n}))
        for n in (10, steps)
    )
    errors = [float((x.abs().square() - right).norm() / right.norm()) for x in (bad, good)]
    # the advice is for one percent of the field, whose square errs by twice as much
    assert errors[0] > 0.1 and errors[1] < 0.03
    assert warned(THIRD, FIBRE, SOLITON, **(TEN | {"scheme": "strang"})) == []


def test_a_harmonic_trap_whose_steps_are_too_long() -> None:
    """A coherent state swings at ω = √(2 κ strength) = 10: at ω h = 1.9 Strang's steps turn it by
    2 asin(ω h / 2) each, a third too fast, and no phase of the field tells."""
    grid = pe.TimeGrid(256, spacing=0.125)
    state = torch.exp(-5 * (grid.t - 1.5) ** 2) + 0j
    options = {"layer_length": 1.9, "scheme": "strang"}
    trap, deep = pe.GrossPitaevskii(), {"kinetic": 1.0, "g": 0.0, "strength": 50.0}
    assert len(warned(state, trap, deep, grid, steps_per_layer=10, **options)) == 1
    assert warned(state, trap, deep, grid, steps_per_layer=200, **options) == []


def test_the_strongest_case_speaks_for_all() -> None:
    batch = torch.stack([0.01 * THIRD, THIRD])
    assert len(warned(batch, FIBRE, SOLITON, **TEN)) == 1
    assert warned(batch[:1], FIBRE, SOLITON, **TEN) == []


def test_what_is_not_looked_at_says_nothing() -> None:
    short = {"layer_length": 0.3}
    for options in (
        short | {"rtol": 1e-4},
        TEN | {"noise": pe.Noise(1e-12)},
        TEN | {"check_sampling": False},
    ):
        assert warned(THIRD, FIBRE, SOLITON, **options) == []
