"""A loss, and its gradients with respect to the field and to every coefficient."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from cases import Case, random_field

import physembed as pe
from physembed.propagation.gradients import GradientNotice

HAND_WRITTEN = ("stored", "reversible")


@contextmanager
def threads(count: int) -> Iterator[None]:
    """PyTorch with that many threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def loss_of(out: torch.Tensor) -> torch.Tensor:
    """Intensities and quadratures, with weights that no symmetry of a cascade keeps."""
    weight = random_field(*out.shape, seed=7).to(out)
    return (out.abs().square() * (1 + weight.real) + (out * weight).real).sum()


def gradients(
    case: Case,
    field: torch.Tensor,
    coefficients: Mapping[str, torch.Tensor],
    gradient: str,
    **options: object,
) -> dict[str, torch.Tensor]:
    """Of the loss of what leaves, by name; that of the field under "field"."""
    values = {k: v.detach().clone().requires_grad_() for k, v in coefficients.items()}
    entered = field.detach().clone().requires_grad_()
    with warnings.catch_warnings():
        # some laws have no reversal: what they take instead is tested here, the notice elsewhere
        warnings.simplefilter("ignore", GradientNotice)
        out = pe.propagate(
            entered,
            case.equation,
            values,
            case.grid,
            gradient=gradient,
            **({"check_sampling": False} | options),
        )
    loss_of(out).backward()
    return {"field": entered.grad} | {k: v.grad for k, v in values.items()}


def largest_error(given: Mapping[str, torch.Tensor], expected: Mapping[str, torch.Tensor]) -> float:
    """Of the field's gradient and of the coefficients' taken together, relative to their norms.

    Together, because the gradient of a coefficient that hardly matters is a small difference of
    large numbers.
    """

    def parts(of: Mapping[str, torch.Tensor]) -> list[torch.Tensor]:
        others = [v.double().flatten() for k, v in of.items() if k != "field"]
        return [of["field"].to(torch.complex128), torch.cat(others)]

    return max(
        float((a - b).norm() / b.norm()) for a, b in zip(parts(given), parts(expected), strict=True)
    )
