"""For recordings on small boards: one short opening of a shutter after the other.

What ``auditory`` reads of two spectrograms that lenslets cast at once, a shutter and a spectrometer
read frame by frame: nothing longer than an opening is ever transformed, so that a twentieth of the
window's points is all that a processor works in. Five long sections tell frequencies apart, less
what they all have in common, eight short ones when.
"""

from physembed.errors import InvalidInputError
from physembed.networks import Fibre, SeriesEncoder, SideBySide, Spectrogram
from physembed.physics import NonlinearSchrodinger
from physembed.presets.preset import Preset, for_every_length

OPENINGS = 40
LONG_SECTIONS, SHORT_SECTIONS = 5, 8
"""An odd number, so that the middle one holds the middle of what is heard."""
LONG_BANDS, SHORT_BANDS = 16, 8
POINTS_PER_BAND = 4
"""Frequencies, at least, on the mean; shorter series have fewer bands."""
FEWEST = 6
"""Timepoints for which two openings have a frequency each."""
SHORTEST = 32
"""Points from one opening to the next, so that each has some bands; shorter series have fewer."""


def _fibres(n_timepoints: int) -> tuple[Fibre, ...]:
    if n_timepoints < FEWEST:
        raise InvalidInputError(
            f"auditory-frames reads series of at least {FEWEST} timepoints, got {n_timepoints}."
        )
    openings = max(2, min(OPENINGS, n_timepoints // SHORTEST))
    frequencies = 3 * n_timepoints // (4 * openings)

    def read(sections: int, bands: int, coupling: str) -> Spectrogram:
        fewer = max(1, min(bands, frequencies // POINTS_PER_BAND))
        return Spectrogram(min(sections, openings), fewer, openings, coupling=coupling)

    return (
        Fibre(
            # no medium: the series itself
            NonlinearSchrodinger(),
            {"beta2": 0.0, "gamma": 0.0},
            n_layers=1,
            encoder=SeriesEncoder(alignment="energy-centroid", guard_band=0.0),
            detector=SideBySide(
                (
                    read(LONG_SECTIONS, LONG_BANDS, "alternating"),
                    read(SHORT_SECTIONS, SHORT_BANDS, "direct"),
                )
            ),
        ),
    )


AUDITORY_FRAMES = Preset("auditory-frames", for_every_length(_fibres), readout="best")
