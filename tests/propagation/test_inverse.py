"""Backwards through the medium."""

import pytest
import torch
from cases import NAMES, case, random_field, relative_error

import physembed as pe
from physembed.propagation import SCHEMES

CONSERVATIVE = [name for name in NAMES if case(name).equation.is_conservative]
OTHERS = [name for name in NAMES if name not in CONSERVATIVE]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", CONSERVATIVE)
def test_forward_then_inverse_returns_the_field(name: str, scheme: str) -> None:
    """Exactly, attenuation included, for a field that fills the whole band."""
    channels = (2,) if case(name).equation.needs_channels else ()
    field = 0.5 * random_field(3, *channels, *case(name).grid.shape)
    first = next(iter(case(name).coefficients))
    values = torch.tensor([1.0, 0.7], dtype=torch.float64) * case(name).coefficients[first]
    options = {"scheme": scheme, "steps_per_layer": 4, "coefficients": {first: values}}
    out = case(name).run(field, **options)
    assert relative_error(out, field) > 0.1
    # some dozen transforms; an instability of the field amplifies rounding a hundredfold at most
    assert relative_error(case(name).run(out, inverse=True, **options), field) < 1e-11


@pytest.mark.parametrize("name", CONSERVATIVE)
def test_inverse_returns_the_field_before_every_layer(name: str) -> None:
    first = next(iter(case(name).coefficients))
    values = torch.tensor([1.0, 0.7, 1.2], dtype=torch.float64) * case(name).coefficients[first]
    options = {"scheme": "strang", "return_layers": True, "coefficients": {first: values}}
    field = case(name).field()
    after = case(name).run(field, **options)
    before = case(name).run(after[-1], inverse=True, **options)
    # some dozen transforms
    assert relative_error(before, torch.stack([field, after[0], after[1]])) < 1e-12


@pytest.mark.parametrize("name", OTHERS)
def test_inverse_is_refused_where_the_local_law_cannot_be_undone(name: str) -> None:
    kind = type(case(name).equation).__name__
    with pytest.raises(pe.InvalidInputError, match=f"inverse must be False for {kind}"):
        case(name).run(inverse=True)


def test_there_are_equations_of_both_kinds() -> None:
    assert CONSERVATIVE
    assert OTHERS


def test_inverse_of_too_much_attenuation_is_refused() -> None:
    """exp(-100) of the amplitude each way: forwards it fades, backwards it would overflow."""
    coefficients = {"alpha": 200.0}
    single = case("nonlinear-schrodinger").field(torch.complex64)
    faded = case("nonlinear-schrodinger").run(single, coefficients=coefficients)
    assert float(faded.abs().max()) < 1e-30
    with pytest.raises(pe.InvalidInputError, match=r"amplify the field by exp\(100\)"):
        case("nonlinear-schrodinger").run(faded, coefficients=coefficients, inverse=True)


def test_inverse_of_noise_is_refused() -> None:
    with pytest.raises(pe.InvalidInputError, match="noise must be None with inverse=True"):
        case("nonlinear-schrodinger").run(inverse=True, noise=pe.Noise(0.1))
