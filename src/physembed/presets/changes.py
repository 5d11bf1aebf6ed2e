"""What is changed in every fibre of a composition, everything else left as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from physembed._checks import check_number
from physembed.errors import InvalidInputError, UnknownNameError
from physembed.networks import Fibre


@dataclass(frozen=True)
class Changes:
    """Coefficients or terms frozen wherever fibres have them, and another window.

    Parameters
    ----------
    frozen : mapping of str to float or sequence of float, or None, default=None
        See :meth:`~physembed.Fibre.frozen`.
    guard_band : float or None, default=None
        Zeros beside the series, in its lengths; None leaves each encoder its own.

    Raises
    ------
    InvalidInputError
    """

    frozen: Mapping[str, float | Sequence[float]] | None = None
    guard_band: float | None = None

    def __post_init__(self) -> None:
        if self.frozen is not None and not isinstance(self.frozen, Mapping):
            raise InvalidInputError(
                f"frozen must be a mapping from names to numbers, got {self.frozen!r}."
            )
        check_number("guard_band", self.guard_band, least=0, optional=True)

    def of(self, fibres: Sequence[Fibre]) -> Sequence[Fibre]:
        """The fibres with these changes.

        Raises
        ------
        UnknownNameError
            If no fibre has a coefficient or a term of a name.
        """
        if self.frozen:
            known = {name: None for fibre in fibres for name in names_of(fibre)}
            for name in self.frozen:
                if name not in known:
                    raise UnknownNameError("coefficient or term", name, list(known))
            fibres = [_frozen(fibre, self.frozen) for fibre in fibres]
        if self.guard_band is not None:
            fibres = [
                replace(fibre, encoder=replace(fibre.encoder, guard_band=self.guard_band))
                for fibre in fibres
            ]
        return fibres


def names_of(fibre: Fibre) -> list[str]:
    """The coefficients and the terms of a fibre's equation."""
    return list(dict.fromkeys([*fibre.equation.coefficients, *fibre.equation.terms]))


def _frozen(fibre: Fibre, frozen: Mapping[str, float | Sequence[float]]) -> Fibre:
    return fibre.frozen({k: v for k, v in frozen.items() if k in names_of(fibre)})
