"""A fibre as one writes it down: a name of the catalogue, or its numbers with their units."""

from physembed._checks import shown
from physembed.errors import InvalidInputError
from physembed.optics.catalogue import FIBRES, fibre_named
from physembed.optics.fibre import Fibre
from physembed.optics.raman import RAMAN_MODELS
from physembed.optics.units import kind_among

EXAMPLE = '"-21.7 ps^2/km, 0.127 ps^3/km, 1.3 /W/km, 0.2 dB/km"'
GAMMA, LOSS = "1/(W m)", "1/m"
BETAS = {f"s^{order}/m": order for order in range(2, 13)}
"""Orders of dispersion by their units."""
PARAMETER = "s/m^2"
NO_RAMAN = "no raman"


def read_fibre(text: str) -> Fibre:
    """A fibre by its name, or by its numbers, which their units tell apart.

    Parameters
    ----------
    text : str
        A name of :data:`~physembed.optics.FIBRES`; or, between commas in any order, coefficients of
        dispersion about the carrier of whatever light is sent (ps^2/km, ps^3/km, ..., those that
        are left out are zero), the nonlinearity (/W/km), where wanted the loss (dB/km), and a
        Raman response by its name, or "no raman".

    Raises
    ------
    InvalidInputError
        If it is not of that form; the message names the piece that is not.
    UnknownNameError
        If it is a name of none.

    Examples
    --------
    >>> import physembed.optics as optics
    >>> optics.read_fibre("-21.7 ps^2/km, 1.3 /W/km, 0.2 dB/km").dispersion
    Dispersion(-21.7 ps^2/km about the carrier)
    """
    if not isinstance(text, str) or not text.strip():
        raise InvalidInputError(f"fibre must be {_accepted(text)}")
    pieces = [piece.strip() for piece in text.split(",")]
    if text in FIBRES or (len(pieces) == 1 and not text[:1].isdigit() and text[0] not in "+-."):
        return fibre_named(text)
    pieces_by_unit: dict[str, str] = {}
    for piece in pieces:
        unit = "raman" if piece.lower() in (*RAMAN_MODELS, NO_RAMAN) else _unit_of(piece, text)
        if unit in pieces_by_unit:
            raise InvalidInputError(
                f"fibre must say everything once, got {pieces_by_unit[unit]!r} and {piece!r}."
            )
        pieces_by_unit[unit] = piece
    orders = [order for unit, order in BETAS.items() if unit in pieces_by_unit]
    if not orders or GAMMA not in pieces_by_unit:
        missing = "dispersion, such as -21.7 ps^2/km" if not orders else "γ, such as 1.3 /W/km"
        raise InvalidInputError(f"fibre has no {missing}; it must be {_accepted(text)}")
    raman = pieces_by_unit.get("raman", "blow-wood").lower()
    return Fibre(
        betas=[pieces_by_unit.get(f"s^{order}/m", 0.0) for order in range(2, max(orders) + 1)],
        gamma=pieces_by_unit[GAMMA],
        loss=pieces_by_unit.get(LOSS, 0.0),
        raman=None if raman == NO_RAMAN else raman,
    )


def _unit_of(piece: str, text: str) -> str:
    """What a piece says, by the kind of its unit."""
    unit = kind_among(piece, [*BETAS, GAMMA, LOSS, PARAMETER])
    if unit is None:
        raise InvalidInputError(f"fibre has {piece!r}; it must be {_accepted(text)}")
    if unit == PARAMETER:
        raise InvalidInputError(
            f"fibre has {piece!r}, which is another β₂ at every wavelength: write β₂ = -D λ² / "
            "(2π c), which of 17 ps/(nm km) at 1550 nm is -21.7 ps^2/km."
        )
    return unit


def _accepted(text: str) -> str:
    return (
        f"a name of the catalogue, or numbers with their units between commas, such as {EXAMPLE}, "
        f"with {', '.join(RAMAN_MODELS)} or {NO_RAMAN}; got {shown(text)}."
    )
