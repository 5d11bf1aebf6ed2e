"""A layer as it would be built, and the layer as it was trained."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from physembed.explain.measures.slow_motion import coefficients_of_layer
from physembed.networks import Medium

DEEPEST_MODULATION = 20 * math.pi
"""Radians that a time lens reaches with several lithium-niobate modulators in a row (Kolner, IEEE
J. Quantum Electronics 30 (1994) 1951); more must be wrapped."""


@dataclass(frozen=True)
class BuiltLayer:
    """Quantities with their units, in words, and what stands in the way.

    Parameters
    ----------
    quantities : dict of str to str
    impossible : tuple of str
        Empty where it can be built.
    """

    quantities: dict[str, str]
    impossible: Sequence[str] = ()


@dataclass(frozen=True)
class TrainedLayer:
    """What a layer does, in timepoints and radians, whatever its equation calls it.

    Parameters
    ----------
    dispersion : float
        β₂ of the layer, in timepoints².
    loss : float
        Power attenuation, in nepers; negative is gain.
    kerr : float
        Phase at intensity one, in radians; positive is self-focusing.
    lens : float
        Largest minus smallest phase of the potential over the window, in radians.
    curvature : float
        s of a potential s t² at its deepest point, in radians per timepoint².
    """

    dispersion: float
    loss: float
    kerr: float
    lens: float
    curvature: float


def trained_layer(medium: Medium, layer: int) -> TrainedLayer | None:
    """A layer in these terms; None for a local law that is no phase."""
    if not medium.equation.is_conservative or len(medium.grid.shape) > 1:
        return None
    c = coefficients_of_layer(medium, layer)
    # a small step of frequency, where dispersion of higher order is nothing
    step = 1e-3 * torch.pi / medium.grid.spacing
    omega = torch.tensor([-step, 0.0, step], dtype=torch.float64)
    symbol = torch.as_tensor(medium.equation.linear_symbol(omega, c)).to(torch.complex128).expand(3)
    dispersion = float((symbol.imag[0] - 2 * symbol.imag[1] + symbol.imag[2]) / step**2)
    t = medium.grid.coordinates[0]
    dark = torch.zeros(1, len(t), dtype=torch.float64)
    rest = medium.equation.local_phase(dark, t, c)[0].expand(len(t))
    lit = medium.equation.local_phase(dark + 1e-6, t, c)[0].expand(len(t))
    bend = (rest[2:] - 2 * rest[1:-1] + rest[:-2]) / medium.grid.spacing**2
    # the cusps between the cells of a lattice are no lenses: take the middle of the values
    return TrainedLayer(
        dispersion,
        -2 * float(symbol.real[1]),
        float((lit - rest).mean()) / 1e-6,
        float(rest.max() - rest.min()),
        -float(bend.median()) / 2,
    )


def in_units(value: float, unit: str) -> str:
    """A value with a prefix, such as "12.3 km"."""
    if value == 0:
        return f"0 {unit}"
    for factor, prefix in _PREFIXES:
        if abs(value) >= factor:
            return f"{value / factor:.3g} {prefix}{unit}"
    return f"{value:.3g} {unit}"


_PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"),
             (1e-6, "µ"), (1e-9, "n"), (1e-12, "p"), (1e-15, "f"))  # fmt: skip
