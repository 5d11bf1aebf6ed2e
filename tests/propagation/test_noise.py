"""Amplified spontaneous emission."""

import math

import pytest
import torch
from cases import LINE, PLANE, case, random_field, relative_error

import physembed as pe
from physembed.physics import invariants

FIBRE = pe.NonlinearSchrodinger()
STILL = {"beta2": 0.0, "gamma": 0.0}


def emission(noise: pe.Noise, grid, *, cases: int = 400, layers: int = 1, dtype=torch.complex128):
    """What a medium without any effect adds to darkness."""
    return pe.propagate(
        torch.zeros(cases, *grid.shape, dtype=dtype),
        FIBRE,
        STILL | {"beta2": torch.zeros(layers)},
        grid,
        noise=noise,
        check_sampling=False,
    )


@pytest.mark.parametrize("grid", [LINE, pe.TimeGrid(128, 0.075), PLANE], ids=str)
def test_energy_per_mode_and_layer_is_the_power_density(grid) -> None:
    """Whatever the spacing: a finer grid has more modes, not more noise in each."""
    cases = 400
    out = emission(pe.Noise(0.3, seed=1), grid, cases=cases, layers=2)
    modes = math.prod(grid.shape)
    mean = float(invariants.energy(out, grid).mean() / modes)
    # two layers; the mean of cases x modes exponential variables scatters by 1/sqrt of their
    # number: five standard deviations
    assert mean == pytest.approx(0.6, rel=5 / math.sqrt(cases * modes))


def test_noise_is_white_circular_and_gaussian() -> None:
    out = emission(pe.Noise(0.3, seed=2), LINE, cases=4000)
    n = out.numel()
    variance = 0.3 / LINE.spacing
    # five standard deviations each
    assert abs(complex(out.mean())) < 5 * math.sqrt(variance / n)
    assert abs(complex((out**2).mean())) < 5 * variance * math.sqrt(2 / n)
    assert float((out.abs() ** 4).mean()) == pytest.approx(
        2 * variance**2, rel=5 * math.sqrt(20 / n)
    )
    neighbours = (out[:, 1:] * out[:, :-1].conj()).mean()
    assert abs(complex(neighbours)) < 5 * variance / math.sqrt(n)
    spectrum = torch.fft.fft(out, norm="ortho").abs().square().mean(dim=0)
    # 64 means of 4000 exponential variables
    assert float((spectrum / variance - 1).abs().max()) < 5 / math.sqrt(4000)


def test_every_layer_adds_noise_of_its_own() -> None:
    layers = pe.propagate(
        torch.zeros(200, 64, dtype=torch.complex128),
        FIBRE,
        STILL | {"beta2": torch.zeros(3)},
        LINE,
        noise=pe.Noise(0.3),
        return_layers=True,
        check_sampling=False,
    )
    added = torch.stack([layers[0], layers[1] - layers[0], layers[2] - layers[1]]).flatten(1)
    correlation = (added @ added.mH / added.shape[1]).abs() / (0.3 / LINE.spacing)
    # five standard deviations of 12,800 products
    assert float((correlation - torch.eye(3)).abs().max()) < 5 / math.sqrt(12800)


def test_noise_is_added_after_the_layer() -> None:
    entry = case("nonlinear-schrodinger")
    clean = entry.run(scheme="strang", steps_per_layer=3)
    noisy = entry.run(scheme="strang", steps_per_layer=3, noise=pe.Noise(0.1, seed=4))
    alone = pe.propagate(
        torch.zeros(64, dtype=torch.complex128),
        FIBRE,
        STILL,
        LINE,
        noise=pe.Noise(0.1, seed=4),
        check_sampling=False,
    )
    # one rounding
    torch.testing.assert_close(noisy - clean, alone, rtol=0, atol=1e-14)


def test_the_seed_makes_it_reproducible() -> None:
    entry = case("nonlinear-schrodinger")
    one, again, other = (entry.run(noise=pe.Noise(0.1, seed=s)) for s in (7, 7, 8))
    torch.testing.assert_close(one, again, rtol=0, atol=0)
    assert relative_error(other, one) > 0.1
    # and does not touch the generator of the rest of the program
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    entry.run(noise=pe.Noise(0.1, seed=7))
    torch.testing.assert_close(torch.rand(3), expected, rtol=0, atol=0)


def test_no_power_is_no_noise() -> None:
    entry = case("gross-pitaevskii")
    torch.testing.assert_close(entry.run(noise=pe.Noise(0.0)), entry.run(), rtol=0, atol=1e-15)


def test_noise_keeps_the_fields_dtype() -> None:
    out = emission(pe.Noise(0.3), LINE, dtype=torch.complex64)
    assert out.dtype == torch.complex64
    assert float(out.abs().square().mean() * LINE.spacing) == pytest.approx(0.3, rel=0.05)


@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf, "loud", True, None])
def test_bad_power_is_named(value: object) -> None:
    with pytest.raises(pe.InvalidInputError, match="power_density must be zero or a positive"):
        pe.Noise(value)


def test_bad_noise_is_named() -> None:
    with pytest.raises(pe.InvalidInputError, match="noise must be a Noise or None"):
        case("gross-pitaevskii").run(random_field(64), noise=0.1)
