"""What was understood of a file or folder, in words, and the first case as a sketch of text."""

import numpy as np
from numpy.typing import NDArray

from physembed.data.own.division import Division
from physembed.data.own.labelled import Labelled
from physembed.data.own.table import listed

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Braille's dots: four rows of two."""


def facts_of(cases: Labelled) -> dict[str, str]:
    """What was understood, by what it is about."""
    lengths = cases.lengths
    shortest, longest = min(lengths), max(lengths)
    names, counts = np.unique(cases.labels, return_counts=True)
    n_missing = sum(int(np.isnan(case).sum()) for case in cases.series)
    n_values = sum(case.size for case in cases.series)
    interval = cases.sampling_interval
    facts = {
        "read as": cases.layout,
        "cases": f"{len(cases):,}",
        "channels": f"{len(cases.channels)} ({listed(cases.channels)})",
        "timepoints": f"{shortest:,}" if shortest == longest else f"{shortest:,} to {longest:,}",
        "classes": listed([f"{n} ({c:,})" for n, c in zip(names, counts, strict=True)], 12),
        "missing": "none"
        if not n_missing
        else f"{n_missing:,} values ({n_missing / n_values:.2%})",
        "rate": "unknown" if interval is None else f"{1 / interval:.6g} a second",
        "time": cases.clock,
    }
    if cases.groups is not None:
        groups = np.unique(cases.groups)
        facts["groups"] = f"{len(groups)} ({listed(groups.tolist())})"
    if cases.remarks:
        facts["taken so"] = "; ".join(cases.remarks)
    return facts


def division_in_words(division: Division) -> str:
    """How an estimate is made."""
    repeats = len(division.tested) // division.n_folds
    times = "" if repeats < 2 else f", {repeats} times"
    some = (
        ""
        if division.n_cases == division.n_all
        else f" of {division.n_cases:,} of the {division.n_all:,} cases, spread evenly"
    )
    if division.together:
        some += f" over {division.together}"
    if division.n_rare:
        some += f", with {division.n_rare:,} more of rare classes that are trained on alone"
    return f"{division.n_folds} stratified folds{some}{times}, leaving out {division.by}"


def sketch(series: NDArray[np.float64], *, width: int = 64, height: int = 4) -> list[str]:
    """A series drawn in Braille: in every column the range of its timepoints.

    Parameters
    ----------
    series : array of shape (timepoints,)
    width, height : int
        Characters.

    Returns
    -------
    list of str
        Lines, the topmost first; blanks where values are missing.
    """
    there = series[np.isfinite(series)]
    if not there.size:
        return [" " * width] * height
    low, high = float(there.min()), float(there.max())
    n_columns, n_rows = 2 * width, 4 * height
    scaled = (series - low) / ((high - low) or 1.0) * (n_rows - 1)
    bounds = np.linspace(0, len(series), n_columns + 1)
    cells = np.zeros((height, width), dtype=np.int64)
    for column in range(n_columns):
        first = int(bounds[column])
        part = scaled[first : max(first + 1, int(np.ceil(bounds[column + 1])))]
        part = part[np.isfinite(part)]
        if not part.size:
            continue
        for row in range(int(np.rint(part.min())), int(np.rint(part.max())) + 1):
            from_top = n_rows - 1 - row
            cells[from_top // 4, column // 2] |= _DOTS[from_top % 4][column % 2]
    return ["".join(chr(0x2800 + int(cell)) for cell in line) for line in cells]
