"""The field between the layers' ends: every split step taken slowly."""

from collections.abc import Iterator

from torch import Tensor

from physembed.explain.layers import coefficients_of_layer
from physembed.networks import Medium
from physembed.physics import FieldEquation
from physembed.propagation import SCHEMES
from physembed.propagation.cascade import linear_step
from physembed.propagation.local_step import local_step


def slow_motion(
    medium: Medium, field: Tensor, frames_per_layer: int
) -> Iterator[tuple[float, Tensor]]:
    """The field where the medium begins and at equal parts of every split step.

    A layer of a splitting scheme is a chain of linear and local steps; each is taken in parts,
    which for a linear step and for a phase is exact. In the plot of a Lie scheme, the first half
    of a layer is dispersion and the second the local law.

    Parameters
    ----------
    medium : Medium
    field : Tensor of shape (..., points), complex
        What enters.
    frames_per_layer : int
        At least this many frames for each layer, and at least one for each step.

    Yields
    ------
    z : float
        Where, in layers.
    field : Tensor
        Of the shape of ``field``; at whole z what :meth:`~physembed.Medium.layers` gives.
    """
    if medium.scheme not in SCHEMES or isinstance(medium.equation, FieldEquation):
        # its steps have no parts, each of which would have a meaning
        yield 0.0, field
        yield from enumerate(medium.layers(field).detach(), start=1)
        return
    steps = _steps_of_a_layer(medium)
    parts = max(1, -(-frames_per_layer // len(steps)))
    symbols = medium.symbol().detach()
    yield 0.0, field
    for layer in range(medium.n_layers):
        c = coefficients_of_layer(medium, layer)
        for number, (kind, length) in enumerate(steps):
            start = field
            for part in range(1, parts + 1):
                share = length * part / parts
                if kind == "linear":
                    field = linear_step(start, symbols[layer] * share)
                else:
                    share *= medium.lengths[layer]
                    field = local_step(start, medium.equation, medium.grid, c, share)
                yield layer + (number + part / parts) / len(steps), field


def _steps_of_a_layer(medium: Medium) -> list[tuple[str, float]]:
    """Kind and length of the steps of one layer, neighbouring linear parts merged."""
    scheme, n = SCHEMES[medium.scheme], medium.steps_per_layer
    steps: list[tuple[str, float]] = []
    pending = 0.0
    for _ in range(n):
        for linear, local in scheme.stages:
            if linear or pending:
                steps.append(("linear", linear / n + pending))
            pending = 0.0
            if local:
                steps.append(("local", local / n))
        pending = scheme.closing / n
    if pending:
        steps.append(("linear", pending))
    return steps
