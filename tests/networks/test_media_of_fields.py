"""Media of real and of several fields between an encoder and detectors of one complex one."""

import pytest
import torch

import physembed as pe
from physembed.networks.medium import launched, seen
from physembed.physics import ZOO
from physembed.training.projection.starts import Searched, n_starts

X = torch.randn(3, 2, 24, generator=torch.Generator().manual_seed(0))


def network(equation: pe.MasterEquation, **options: object) -> pe.PhysicalEmbeddingNetwork:
    coefficients = {name: pe.Trainable(0.1) for name in equation.coefficients}
    fibre = pe.Fibre(
        equation,
        coefficients,
        n_layers=2,
        detector=pe.BinnedIntensity(4),
        **({"scheme": "etdrk2"} | options),
    )
    return pe.PhysicalEmbeddingNetwork([fibre], n_channels=2, n_timepoints=24, n_classes=2)


@pytest.mark.parametrize("name", ZOO)
def test_every_equation_is_a_network(name: str) -> None:
    """Finite features for every channel; gradients to all coefficients; many starts at once."""
    equation = ZOO[name]()
    # an exact local step bears any intensity
    made = network(equation, scheme="strang" if equation.is_conservative else "etdrk2")
    features = made.features(X)
    assert features.shape == (3, 8)
    features.square().sum().backward()
    for parameter in made.embedding_parameters():
        assert bool(torch.isfinite(parameter.grad).all())
    searched = Searched.of(made)
    values = searched.draw(3, torch.Generator().manual_seed(1))
    together = searched.features(values, X)
    for k in range(n_starts(values)):
        alone = searched.features({n: v[k : k + 1] for n, v in values.items()}, X)
        torch.testing.assert_close(together[k], alone[0], rtol=2e-3, atol=2e-3)


def test_what_is_launched_and_seen() -> None:
    field = torch.randn(3, 2, 8, dtype=torch.complex64)
    real = launched(field, pe.MaxwellBloch())
    assert real.shape == (3, 2, 3, 8)
    assert real.dtype == torch.float32
    assert torch.equal(real[:, :, 0], field.real)
    assert not bool(real[:, :, 1:].any())
    fields = torch.randn(3, 2, 3, 8)
    assert torch.equal(
        seen(fields, pe.MaxwellBloch()), torch.complex(fields[:, :, 0], fields[:, :, 1])
    )
    assert torch.equal(seen(launched(field, pe.BraggGrating()), pe.BraggGrating()), field)
    assert torch.equal(seen(launched(field, pe.Burgers()), pe.Burgers()), field.real + 0j)
    nlse = pe.NonlinearSchrodinger()
    assert launched(field, nlse) is seen(field, nlse) is field


def test_what_grows_without_limit_saturates_a_detector() -> None:
    """A field below zero, which reaches minus infinity before the end of the medium."""
    medium = pe.Medium(
        pe.FisherKPP(), pe.TimeGrid(16), {"diffusion": 0.0, "growth": 2.0}, 3, scheme="etdrk2",
        steps_per_layer=20,
    )  # fmt: skip
    field = torch.full((1, 1, 16), -1.0, dtype=torch.complex64)
    assert float(medium(field).abs().max()) == pytest.approx(1e3)


def test_layers_are_those_of_the_whole() -> None:
    medium = network(pe.FitzHughNagumo(), steps_per_layer=2).media[0]
    field = torch.randn(3, 2, medium.grid.n_points, dtype=torch.complex64) / 3
    layers = medium.layers(field)
    assert layers.shape == (2, 3, 2, medium.grid.n_points)
    torch.testing.assert_close(layers[-1], medium(field), rtol=1e-5, atol=1e-6)


def test_an_envelope_is_no_real_field() -> None:
    with pytest.raises(pe.InvalidInputError, match="Burgers is an equation of real fields"):
        network(pe.Burgers(), encoder=pe.SeriesEncoder(envelope=True))


def test_a_search_leaves_no_diffusion_below_zero() -> None:
    searched = Searched.of(network(pe.Burgers()))
    low = {name: torch.full_like(v, -9.0) for name, v in searched.current().items()}
    limited = searched.limit(low)
    assert float(limited["media.0.trainable.viscosity"].min()) == 0.0
    assert float(limited["media.0.trainable.a"].min()) == -2.0
