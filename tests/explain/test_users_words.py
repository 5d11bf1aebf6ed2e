"""Detectors are called by the user's own channels and units."""

import pytest

from physembed.explain.users_words import in_users_words

BAND = "spectrum, fibre 7, channel 2, log power of band, 0.1 to 0.11 cycles per timepoint"
TIME = "homodyne 90°, 5.6 timepoints, channel 1, first difference over 5.6, fraction above q 0.77"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (BAND, "spectrum, fibre 7, load [A], log power of band, 5 to 5.5 Hz"),
        (TIME, "homodyne 90°, 112 ms, speed, first difference over 112 ms, fraction above q 0.77"),
        (
            "spectrum, channel 2 less 1, 0.06 cycles per timepoint",
            "spectrum, load [A] less speed, 3 Hz",
        ),
        ("series, channel 1, log deviation", "series, speed, log deviation"),
        (
            "homodyne 0°, longest time above q 0.62 (2)",
            "homodyne 0°, longest time above q 0.62 (2)",
        ),
    ],
)
def test_channels_times_and_frequencies(name: str, told: str) -> None:
    assert in_users_words(name, ("speed", "load [A]"), 0.02) == told
    assert in_users_words(name) == name
