"""What may not be meant as it was read, where nothing is wrong by itself."""

import numpy as np

from physembed.data.own.labelled import Labelled

STAND_IN = (999.0, 9999.0, 99999.0, 999999.0, 999.9, 9999.9)
"""Numbers, of either sign, that loggers write where there is no value."""
_FAR = 10
"""Ranges of all other values from which on such a number is none of them."""


def doubts(cases: Labelled) -> list[str]:
    """Sentences on labels, missing values and axes that look like a slip."""
    return [*_alike_labels(cases), *_stand_ins(cases), *_axes(cases)]


def _alike_labels(cases: Labelled) -> list[str]:
    """Classes that differ in capitals or in leading zeros alone."""
    told: dict[str, str] = {}
    sentences = []
    for label in cases.classes:
        plain = " ".join(label.casefold().split())
        plain = str(float(plain)) if plain.isdecimal() else plain
        if plain in told:
            sentences.append(
                f"the classes {told[plain]!r} and {label!r} may be one: write them alike if so"
            )
        told.setdefault(plain, label)
    return sentences


def _stand_ins(cases: Labelled) -> list[str]:
    sentences = []
    for channel, name in enumerate(cases.channels):
        values = np.concatenate([case[channel] for case in cases.series])
        values = values[np.isfinite(values)]
        if not values.size:
            continue
        for end in {float(values.min()), float(values.max())}:
            if abs(end) not in STAND_IN:
                continue
            others = values[values != end]
            spread = float(np.ptp(others)) if others.size else 0.0
            n = len(values) - len(others)
            if n > 1 and spread and np.abs(others - end).min() > _FAR * spread:
                sentences.append(
                    f"{n:,} values of channel {name!r} are {end:g}, far from all others: leave "
                    "such cells empty if they stand for a missing value"
                )
    return sentences


def _axes(cases: Labelled) -> list[str]:
    n_channels, longest = len(cases.channels), max(cases.lengths)
    if n_channels <= longest:
        return []
    return [
        f"there are {n_channels:,} channels of at most {longest:,} timepoints; arrays are of shape "
        "(cases, channels, timepoints)"
    ]
