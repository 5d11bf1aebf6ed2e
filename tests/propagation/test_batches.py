"""Cases of a batch never influence one another, and leading axes are only an arrangement."""

import pytest
import torch
from cases import NAMES, case, random_field

import physembed as pe
from physembed.propagation import SCHEMES


def fields(name: str, *batch: int) -> torch.Tensor:
    channels = (2,) if case(name).equation.needs_channels else ()
    return 0.6 * random_field(*batch, *channels, *case(name).grid.shape)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", NAMES)
def test_a_case_does_not_feel_its_neighbours(name: str, scheme: str) -> None:
    """Whether they are dark, five times as strong, or itself; a step chosen by the batch would."""
    options = {"scheme": scheme, "steps_per_layer": 2, "layer_length": 0.02}
    field = fields(name, 1)[0]
    alone = case(name).run(field, **options)
    batch = torch.stack([5 * field, field, torch.zeros_like(field), field.flip(-1)])
    together = case(name).run(batch, **options)[1]
    # a batched transform may sum in another order
    torch.testing.assert_close(together, alone, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", NAMES)
def test_leading_axes_are_only_an_arrangement(name: str) -> None:
    batch = fields(name, 2, 3)
    out = case(name).run(batch, layer_length=0.1)
    flat = case(name).run(batch.flatten(0, 1), layer_length=0.1)
    assert out.shape == batch.shape
    torch.testing.assert_close(out.flatten(0, 1), flat, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", NAMES)
def test_gradient_of_a_case_does_not_feel_its_neighbours(name: str) -> None:
    batch = fields(name, 3).requires_grad_()
    out = case(name).run(batch, layer_length=0.1)
    out[1].abs().square().mul(
        torch.arange(1.0, out[1].numel() + 1).view(out[1].shape)
    ).sum().backward()
    assert float(batch.grad[[0, 2]].abs().max()) == 0.0
    assert float(batch.grad[1].abs().max()) > 0.0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("options", [{}, {"return_layers": True}, {"check_sampling": True}])
def test_an_empty_batch_comes_back_empty(name: str, options: dict[str, bool]) -> None:
    empty = fields(name, 0)
    first = next(iter(case(name).coefficients))
    out = case(name).run(empty, coefficients={first: torch.full((3,), 0.2)}, **options)
    layers = (3,) if "return_layers" in options else ()
    assert out.shape == (*layers, *empty.shape)
    assert out.dtype == empty.dtype


def test_the_field_given_is_left_as_it_was() -> None:
    for name in NAMES:
        field = fields(name, 2)
        copied = field.clone()
        case(name).run(field, steps_per_layer=2)
        torch.testing.assert_close(field, copied, rtol=0, atol=0)


def test_a_transposed_or_conjugate_view_is_as_good_as_a_copy() -> None:
    field = random_field(64, 3)
    entry = case("nonlinear-schrodinger")
    view, conjugate = entry.run(field.T), entry.run(field.T.conj())
    torch.testing.assert_close(view, entry.run(field.T.contiguous()), rtol=1e-13, atol=1e-13)
    copied = entry.run(field.T.conj().resolve_conj().contiguous())
    torch.testing.assert_close(conjugate.resolve_conj(), copied, rtol=1e-13, atol=1e-13)


def test_channels_of_an_uncoupled_equation_are_cases() -> None:
    batch = random_field(2, 3, 64)
    entry = case("gross-pitaevskii")
    torch.testing.assert_close(
        entry.run(batch)[1, 2], entry.run(batch[1, 2]), rtol=1e-12, atol=1e-13
    )


def test_modes_of_different_cases_do_not_couple() -> None:
    """The axis of modes is the last but one, never the batch's."""
    batch = random_field(3, 2, 64)
    modes = pe.CoupledNonlinearSchrodinger()
    grid = pe.TimeGrid(64, 0.3)
    options = {"layer_length": 0.2, "check_sampling": False}
    medium = {"beta2": -0.5, "gamma": 0.9, "cross": 2.0}
    out = pe.propagate(batch, modes, medium, grid, **options)
    alone = pe.propagate(batch[2], modes, medium, grid, **options)
    torch.testing.assert_close(out[2], alone, rtol=1e-12, atol=1e-13)
