"""Which coefficients, and which combinations of them, the cases tell."""

from collections.abc import Sequence

import numpy as np

from physembed.charts import Bars, Chart, Line, Lines, Map
from physembed.charts.arrays import Numbers
from physembed.explain.figures.shortened import MOST_ROWS
from physembed.explain.measures.identifiability import Identifiability


def identifiability_chart(measured: Identifiability) -> Chart:
    """Eigenvalues and directions of the Fisher information, and the error bars."""
    short = [
        knob.label.replace("fibre ", "f").replace(", layer ", "l").replace(", ", " ")
        for knob in measured.knobs
    ]
    order = np.arange(1, len(short) + 1, dtype=float)
    largest = measured.eigenvalues.max(initial=1e-30)
    n_told = len(short) - measured.n_flat
    errors = np.where(np.isfinite(measured.standard_errors), measured.standard_errors, np.nan)
    strong = [short[k] for k in np.argsort(-np.abs(measured.directions[-1]))[:3]]
    bars = _smallest_errors(short, errors)
    return Chart(
        name="identifiability",
        title="which coefficients the data tell",
        caption=(
            f"The cases tell {n_told} of {len(short)} independent combinations of the "
            "coefficients: those above the line in the first picture. A change by one natural unit "
            "along any other would go unnoticed, and such directions are flat. The second picture "
            "says what the combinations are, the sharpest on the left: where a column is one "
            "strong cell, that coefficient is known by itself."
            + (
                ""
                if bars.emptiness
                else " Last, the least standard error of each coefficient, all others unknown; "
                "what has no bar cannot be told."
            )
        ),
        alternative=(
            f"Eigenvalues of the Fisher information fall from {largest:.3g} to "
            f"{measured.eigenvalues.min(initial=largest):.3g}; {measured.n_flat} of {len(short)} "
            f"directions are flat. The flattest is mostly {', '.join(strong)}."
        ),
        panels=(
            Lines(
                "information",
                order,
                [Line("information", measured.eigenvalues.clip(1e-12 * largest))],
                "direction",
                "eigenvalue / (1 / natural unit²)",
                logarithmic="y",
                marked=True,
                marks=((1.0, "unnoticed below"),),
            ),
            _directions(short, measured.directions, n_told),
            *((bars,) if not bars.emptiness else ()),
        ),
        columns=2 if bars.emptiness else 3,
    )


def _directions(names: Sequence[str], directions: Numbers, n_told: int) -> Map:
    """What the combinations consist of; of many coefficients, those that the told ones hold."""
    title, shown = "directions", np.arange(len(names))
    if len(names) > MOST_ROWS:
        directions = directions[: max(n_told, 1)]
        weight = np.abs(directions).max(axis=0)
        shown = np.sort(np.argsort(-weight, kind="stable")[:MOST_ROWS])
        title = f"directions that are told, in {MOST_ROWS} of {len(names)} coefficients"
    return Map(
        title,
        np.arange(1, len(directions) + 1, dtype=float),
        [names[int(k)] for k in shown],
        directions[:, shown].T,
        "share",
        "direction, the sharpest first",
        scale="diverging",
        limit=1.0,
        downwards=True,
    )


def _smallest_errors(names: Sequence[str], errors: Numbers) -> Bars:
    """Of many coefficients those that are best known."""
    title, shown = "least standard error", np.arange(len(names))
    if len(names) > MOST_ROWS:
        known = np.argsort(errors, kind="stable")[:MOST_ROWS]
        shown = np.sort(known[np.isfinite(errors[known])])
        title = f"{title}: the {len(shown)} best known of {len(names)}"
    series = [("error", errors[shown])]
    return Bars(title, [names[int(k)] for k in shown], series, "natural units", logarithmic=True)
