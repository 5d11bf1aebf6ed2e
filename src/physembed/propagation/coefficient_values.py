"""Checks of the coefficients that a user hands to the propagator."""

import math
import numbers
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from physembed.errors import InvalidInputError, UnknownNameError
from physembed.physics import MasterEquation
from physembed.physics.transforms import is_transformed

PROPAGATION_DTYPE = torch.float64
"""Phases are summed in double precision: omega² β₂ reaches thousands of radians."""

FEW = 256
"""Numbers that are sooner looked at in a list than by operations on a tensor."""


def checked_coefficients(
    equation: MasterEquation,
    coefficients: Mapping[str, float | Tensor],
    device: torch.device,
) -> tuple[dict[str, Tensor], int]:
    """The coefficients as real tensors, and the number of layers.

    A tensor has shape (), (n_layers,) or, for an ensemble, (n_members, n_layers or 1).

    Raises
    ------
    UnknownNameError
        If a name is not a coefficient of the equation.
    InvalidInputError
        If a coefficient is missing, complex, not finite, not a number, or of the wrong shape.
    """
    known = equation.coefficients
    if not isinstance(coefficients, Mapping):
        raise InvalidInputError(
            f"coefficients must be a mapping of names to values, got {coefficients!r}."
        )
    for name in coefficients:
        if name not in known:
            raise UnknownNameError(f"coefficient of {type(equation).__name__}", name, list(known))
    values: dict[str, Tensor] = {}
    members: dict[str, int] = {}
    layers: dict[str, int] = {}
    for name, coefficient in known.items():
        given = coefficients.get(name, coefficient.default)
        if given is None:
            raise InvalidInputError(
                f"coefficient {name!r} ({coefficient.description}) of "
                f"{type(equation).__name__} is missing; required: "
                f"{', '.join(k for k, v in known.items() if v.default is None)}."
            )
        value = values[name] = _as_real_tensor(name, given, device)
        shape = value.shape
        if len(shape) == 1 or (len(shape) == 2 and shape[1] > 1):
            layers[name] = shape[-1]
        if len(shape) == 2:
            members[name] = shape[0]
    for counts, counted in ((members, "members"), (layers, "layers")):
        if len(set(counts.values())) > 1:
            listed = ", ".join(f"{name}: {count}" for name, count in counts.items())
            raise InvalidInputError(
                f"the coefficients disagree on the number of {counted}: {listed}."
            )
    return values, next(iter(layers.values()), 1)


def _as_real_tensor(name: str, value: object, device: torch.device) -> Tensor:
    if type(value) is float and math.isfinite(value) and device.type == "cpu":
        return _of_number(value)
    if isinstance(value, numbers.Complex) and not isinstance(value, numbers.Real):
        raise InvalidInputError(f"coefficient {name!r} must be real, got {value!r}.")
    try:
        # numpy keeps Python's floats in double precision, torch would not; a copy has no negative
        # strides, which torch refuses
        given = value if isinstance(value, Tensor) else torch.as_tensor(np.array(value))
        tensor = given.to(device)
    except (TypeError, ValueError, RuntimeError) as error:
        raise InvalidInputError(
            f"coefficient {name!r} must be a number or a real tensor, got {value!r}."
        ) from error
    if tensor.is_complex() or tensor.dtype == torch.bool:
        raise InvalidInputError(f"coefficient {name!r} must be real, got dtype {tensor.dtype}.")
    if tensor.ndim > 2 or tensor.numel() == 0:
        raise InvalidInputError(
            f"coefficient {name!r} must have shape () or (n_layers,), or (n_members, n_layers) for "
            f"an ensemble, got {tuple(tensor.shape)}."
        )
    if not _is_finite(tensor):
        raise InvalidInputError(f"coefficient {name!r} must be finite, got {tensor.tolist()}.")
    return tensor.to(PROPAGATION_DTYPE)


def _is_finite(tensor: Tensor) -> bool:
    # of what torch.func transforms PyTorch 2.7 makes no list
    if tensor.numel() > FEW or tensor.ndim > 1 or is_transformed():
        return bool(torch.isfinite(tensor).all())
    return all(map(math.isfinite, tensor.tolist() if tensor.ndim else [tensor.item()]))


@lru_cache(maxsize=256)
def _of_number(value: float) -> Tensor:
    """On the CPU; most calls name the same few numbers, and defaults, again and again."""
    # kept for any later call, which may be outside of inference mode
    with torch.inference_mode(False):
        return torch.tensor(value, dtype=PROPAGATION_DTYPE, device="cpu")
