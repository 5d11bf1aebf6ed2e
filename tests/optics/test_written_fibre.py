"""Fibres as one writes them down: their units tell what is what."""

import pytest

from physembed.errors import InvalidInputError, UnknownNameError
from physembed.optics import FIBRES, Fibre, read_fibre


def test_a_name_is_of_the_catalogue() -> None:
    assert all(read_fibre(name) is fibre for name, fibre in FIBRES.items())
    with pytest.raises(UnknownNameError, match="Did you mean 'SMF-28'"):
        read_fibre("SMF29")


@pytest.mark.parametrize(
    "text",
    [
        "-21.7 ps^2/km, 0.1 ps^4/km, 1.3 /W/km, 0.2 dB/km",
        "0.2 dB/km,1.3 1/(W km) , 0.1 ps⁴/km, -21.7ps²/km, blow-wood",
        "-2.17e-26 s^2/m, 1.3e-3 /W/m, 1e-52 s^4/m, 0.2 dB/km",
    ],
)
def test_numbers_are_told_apart_by_their_units(text: str) -> None:
    written = read_fibre(text).medium("1550 nm")[1]
    betas = ["-21.7 ps^2/km", 0, "0.1 ps^4/km"]
    meant = Fibre(betas=betas, gamma="1.3 /W/km", loss="0.2 dB/km").medium("1550 nm")[1]
    assert written == pytest.approx(meant, rel=1e-14)


def test_a_raman_response_is_named_or_refused() -> None:
    numbers = "-21.7 ps^2/km, 1.3 /W/km"
    assert read_fibre(numbers).raman == "blow-wood"
    assert read_fibre(f"{numbers}, lin-agrawal").raman == "lin-agrawal"
    assert read_fibre(f"no Raman, {numbers}").raman is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("-21.7 ps^2/km", "fibre has no γ, such as 1.3 /W/km"),
        ("1.3 /W/km, 0.2 dB/km", "fibre has no dispersion, such as"),
        ("1.3 /W/km, -21.7 ps^2/km, glass", "fibre has 'glass'"),
        ("1.3 /W/km, -21.7 ps^2/km, 3 nJ", "fibre has '3 nJ'"),
        ("1.3 /W/km, -21.7 ps^2/km, 12", "fibre has '12'"),
        ("1.3 /W/km, -21.7 ps^2/km,", "fibre has ''"),
        ("1.3 /W/km -21.7 ps^2/km", "fibre has '1.3 /W/km -21.7 ps^2/km'"),
        ("1.3 /W/km, 1 ps^2/km, 2 ps^2/km", "once, got '1 ps^2/km' and '2 ps^2/km'"),
        ("17 ps/(nm km), 1.3 /W/km", "another β₂ at every wavelength"),
        ("1.3 /W/km, 1 ps^2/km, -0.2 dB/km", "loss must not be negative"),
        ("", "fibre must be a name of the catalogue, or numbers"),
        (3, "fibre must be a name of the catalogue, or numbers"),
    ],
)
def test_what_is_no_fibre_is_told_by_its_piece(text: object, told: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        read_fibre(text)  # type: ignore[arg-type]
    assert told in str(error.value)
