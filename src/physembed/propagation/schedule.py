"""Which parts of which layers a cascade passes through, in order; no physics and no numbers yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from physembed.propagation.exponential import EXPONENTIAL_SCHEMES
from physembed.propagation.schemes import SCHEMES

ORDERS = {
    **{name: scheme.order for name, scheme in SCHEMES.items()},
    **{name: order for name, (order, _) in EXPONENTIAL_SCHEMES.items()},
}
"""Of every scheme."""

ALL_SCHEMES = tuple(ORDERS)
"""The names of all schemes: those that split a step in two parts, and those that do not."""
MOST_STEPS = 2**22
"""Of a cascade: each takes some microseconds at least, and its places in several lists."""


@dataclass(frozen=True)
class Pass:
    """One linear step in the Fourier domain, and then one local step.

    Parameters
    ----------
    linear : tuple of (int, float)
        The layers whose linear part is taken, each with its length; two where the end of a layer
        and the beginning of the next are merged into one step. Empty is the identity.
    local : (int, float) or None
        The layer whose local part is taken, and its length.
    ends_layer : bool
        Whether the field after this pass is asked for.
    exponential : str or None
        The exponential scheme that takes both parts together, where they do not alternate.
    """

    linear: tuple[tuple[int, float], ...]
    local: tuple[int, float] | None
    ends_layer: bool = False
    exponential: str | None = None


@lru_cache(maxsize=64)
def make_schedule(
    scheme: str,
    n_layers: int,
    *,
    layer_length: float | tuple[float, ...] = 1.0,
    steps_per_layer: int = 1,
    separate_layers: bool = False,
) -> tuple[Pass, ...]:
    """The passes of a cascade; neighbouring linear parts are merged into one.

    ``separate_layers`` keeps the linear parts of neighbouring layers apart, because the field
    between them is asked for. ``layer_length`` is that of all layers, or of every one.
    """
    lengths = (layer_length,) * n_layers if isinstance(layer_length, float) else layer_length
    passes: list[Pass] = []
    if scheme in EXPONENTIAL_SCHEMES:
        for layer in range(n_layers):
            part = (layer, lengths[layer] / steps_per_layer)
            passes += [Pass((part,), part, exponential=scheme)] * steps_per_layer
            if separate_layers or layer == n_layers - 1:
                passes[-1] = Pass((part,), part, ends_layer=True, exponential=scheme)
        return tuple(passes)
    composition = SCHEMES[scheme]
    pending: tuple[tuple[int, float], ...] = ()
    for layer in range(n_layers):
        step = lengths[layer] / steps_per_layer
        # most steps are like the one before, and one object stands for them all
        known: dict[tuple[tuple[tuple[int, float], ...], tuple[int, float]], Pass] = {}
        for _ in range(steps_per_layer):
            for linear_fraction, local_fraction in composition.stages:
                linear = _merged((*pending, (layer, linear_fraction * step)))
                parts = linear, (layer, local_fraction * step)
                if parts not in known:
                    known[parts] = Pass(*parts)
                passes.append(known[parts])
                pending = ()
            if composition.closing:
                pending = ((layer, composition.closing * step),)
        if separate_layers or layer == n_layers - 1:
            if pending:
                passes.append(Pass(pending, None, ends_layer=True))
            else:
                passes[-1] = Pass(passes[-1].linear, passes[-1].local, ends_layer=True)
            pending = ()
    return tuple(passes)


def _merged(parts: tuple[tuple[int, float], ...]) -> tuple[tuple[int, float], ...]:
    """The same parts with the lengths of equal layers added."""
    lengths: dict[int, float] = {}
    for layer, length in parts:
        lengths[layer] = lengths.get(layer, 0.0) + length
    return tuple(lengths.items())


def is_exponential(schedule: Sequence[Pass]) -> bool:
    """Whether the steps of a schedule do not alternate between two parts."""
    return any(step.exponential is not None for step in schedule)
