"""Layers: what is returned after each, and coefficients of their own."""

import pytest
import torch
from cases import NAMES, case, relative_error

import physembed as pe
from physembed.propagation import SCHEMES


def per_layer(name: str, count: int) -> dict[str, torch.Tensor]:
    """Coefficients that differ from layer to layer by a third."""
    factors = 1 + torch.arange(count, dtype=torch.float64) / 3
    return {k: v * factors for k, v in case(name).coefficients.items()}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", NAMES)
def test_layers_returned_are_those_of_shorter_cascades(name: str, scheme: str) -> None:
    options = {"scheme": scheme, "layer_length": 0.4, "steps_per_layer": 2}
    coefficients = per_layer(name, 3)
    layers = case(name).run(coefficients=coefficients, return_layers=True, **options)
    assert layers.shape == (3, *case(name).field().shape)
    for n in (1, 2, 3):
        first = {k: v[:n] for k, v in coefficients.items()}
        shorter = case(name).run(coefficients=first, **options)
        # merged half steps are summed before the exponential, kept ones multiplied after it
        assert relative_error(layers[n - 1], shorter) < 1e-13


@pytest.mark.parametrize("name", NAMES)
def test_a_layer_goes_on_from_the_field_of_the_one_before(name: str) -> None:
    coefficients = per_layer(name, 2)
    whole = case(name).run(coefficients=coefficients, layer_length=0.4, scheme="strang")
    field = case(name).field()
    for layer in range(2):
        of_layer = {k: float(v[layer]) for k, v in coefficients.items()}
        field = case(name).run(field, coefficients=of_layer, layer_length=0.4, scheme="strang")
    # a dozen transforms
    assert relative_error(field, whole) < 1e-13


@pytest.mark.parametrize("name", NAMES)
def test_a_scalar_serves_all_layers(name: str) -> None:
    first, *others = case(name).coefficients
    shared = case(name).coefficients
    expanded = {k: torch.full((3,), shared[k], dtype=torch.float64) for k in shared}
    some = case(name).run(coefficients={first: expanded[first]}, layer_length=0.3)
    every = case(name).run(coefficients=expanded, layer_length=0.3)
    assert len(others) > 0
    torch.testing.assert_close(some, every, rtol=0, atol=0)


@pytest.mark.parametrize("options", [{"scheme": "strang"}, {"scheme": "etdrk4"}, {"rtol": 1e-6}])
def test_layers_of_unequal_length_are_cascades_one_after_the_other(
    options: dict[str, object],
) -> None:
    of = case("nonlinear-schrodinger")
    # one number that all layers share among those of every layer
    medium = per_layer("nonlinear-schrodinger", 3) | {"beta2": of.coefficients["beta2"]}
    lengths = [0.4, 0.1, 0.25]
    whole = of.run(coefficients=medium, layer_length=lengths, return_layers=True, **options)
    field = of.field()
    for layer, length in enumerate(lengths):
        one = {k: float(v[layer]) if k != "beta2" else v for k, v in medium.items()}
        field = of.run(field, coefficients=one, layer_length=length, **options)
        # a few hundred transforms, and of steps of their own choosing the first in each layer
        assert relative_error(field, whole[layer]) < (1e-5 if "rtol" in options else 1e-12)


def test_lengths_that_are_not_those_of_the_layers_are_named() -> None:
    of, layers = case("nonlinear-schrodinger"), per_layer("nonlinear-schrodinger", 3)
    with pytest.raises(pe.InvalidInputError, match=r"one for each of the 3 layers, got 2"):
        of.run(coefficients=layers, layer_length=[0.4, 0.1])
    with pytest.raises(pe.InvalidInputError, match=r"layer_length\[1\] must be a positive number"):
        of.run(layer_length=[0.4, -0.1])
