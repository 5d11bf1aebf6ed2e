"""One thing changed in every fibre of a composition, everything else left as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from physembed._checks import is_number
from physembed.errors import InvalidInputError, UnknownNameError
from physembed.networks import Fibre


def changed(
    fibres: Sequence[Fibre],
    frozen: Mapping[str, float | Sequence[float]] | None,
    guard_band: float | None,
) -> Sequence[Fibre]:
    """Fibres with coefficients or terms frozen wherever they have them, in another window.

    Parameters
    ----------
    fibres : sequence of Fibre
    frozen : mapping of str to float or sequence of float, or None
        See :meth:`~physembed.Fibre.frozen`.
    guard_band : float or None
        Zeros beside the series, in its lengths; None leaves each encoder its own.

    Raises
    ------
    UnknownNameError
        If no fibre has a coefficient or a term of a name.
    InvalidInputError
    """
    if frozen is not None and not isinstance(frozen, Mapping):
        raise InvalidInputError(f"frozen must be a mapping from names to numbers, got {frozen!r}.")
    if guard_band is not None and not (is_number(guard_band) and guard_band >= 0):
        raise InvalidInputError(
            f"guard_band must be zero, a positive number or None, got {guard_band!r}."
        )
    if frozen:
        known = {name: None for fibre in fibres for name in names_of(fibre)}
        for name in frozen:
            if name not in known:
                raise UnknownNameError("coefficient or term", name, list(known))
        fibres = [
            fibre.frozen({k: v for k, v in frozen.items() if k in names_of(fibre)})
            for fibre in fibres
        ]
    if guard_band is not None:
        fibres = [
            replace(fibre, encoder=replace(fibre.encoder, guard_band=guard_band))
            for fibre in fibres
        ]
    return fibres


def names_of(fibre: Fibre) -> list[str]:
    """The coefficients and the terms of a fibre's equation."""
    return list(dict.fromkeys([*fibre.equation.coefficients, *fibre.equation.terms]))
