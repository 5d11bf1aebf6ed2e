"""What the coefficients do, how well they are known, and how precise they must be."""

from collections.abc import Mapping

import numpy as np

from physembed.charts import (
    Bars,
    Chart,
    Line,
    Lines,
    Map,
    Panel,
)
from physembed.explain.arrays import Numbers, numbers
from physembed.explain.figures.per_fibre import all_places, along_fibres, laid_out
from physembed.explain.measures.identifiability import Identifiability
from physembed.explain.measures.importance import MOST_ALONE, Importance
from physembed.explain.measures.optics import LayerOptics
from physembed.explain.measures.tolerance import Tolerance
from physembed.explain.measures.variation import Knob

MOST_BARS = MOST_ALONE
"""Coefficients of several fibres that are drawn as bars; more become a map of fibres."""


def importance_chart(measured: Importance) -> Chart:
    """Accuracy lost without each coefficient, and the leverage of each."""
    names = [name for name, _ in measured.groups]
    lost = 100 * (measured.accuracy - measured.without)
    lost_refitted = 100 * (measured.refitted_accuracy - measured.refitted)
    worst = int(np.argmax(lost_refitted))
    panels: list[Panel]
    mapped = len(measured.knobs) > MOST_BARS and not _one_fibre(measured)
    if mapped:
        panels = _importance_maps(measured, lost, lost_refitted)
    else:
        panels = [
            Bars(
                "taken away",
                "accuracy lost / percentage points",
                names,
                [("readout as it was", lost), ("readout fitted anew", lost_refitted)],
            ),
            Bars(
                "nudged",
                "change of the margin per natural unit / its spread",
                [knob.label.replace("fibre 1, ", "") if _one_fibre(measured) else knob.label
                 for knob in measured.knobs],
                [("leverage", measured.leverage)],
            ),
        ]  # fmt: skip
    return Chart(
        name="coefficients",
        title="what each coefficient does",
        caption=(
            f"Taken away: the coefficient is set to zero, on {measured.n_cases} test cases (an "
            "interferometer without a delay is dark). With the readout as it was, any change of "
            "scale hurts; with a readout fitted anew one sees what the physics itself is worth. A "
            "negative number says that the network would do better without. Nudged: how far a "
            + ("change by its own value" if mapped else "change by one natural unit")
            + " would move the margin between the true class and its rival, to first order."
        ),
        alternative=(
            f"{'Maps' if mapped else 'Bars'} of accuracy lost without each of {len(names)} "
            "coefficients or groups. Worst, "
            f"with a readout fitted anew, is the loss of {names[worst]}: "
            f"{lost_refitted[worst]:.1f} percentage points."
        ),
        panels=tuple(panels),
        columns=min(len(panels), 3),
    )


def _importance_maps(measured: Importance, lost: Numbers, lost_refitted: Numbers) -> list[Panel]:
    """One row for each fibre, one column for each place and coefficient."""
    fibres = sorted({knob.fibre for knob in measured.knobs})
    columns = list(
        dict.fromkeys(f"{k.place}, {k.name}" for k in sorted(measured.knobs, key=_order))
    )
    alone = {members[0]: n for n, (_, members) in enumerate(measured.groups) if len(members) == 1}

    def drawn(title: str, unit: str, values: Mapping[Knob, float], scale: str) -> Map:
        table = np.full((len(fibres), len(columns)), np.nan)
        for knob, number in values.items():
            row = len(fibres) - 1 - fibres.index(knob.fibre)
            table[row, columns.index(f"{knob.place}, {knob.name}")] = number
        return Map(
            title,
            "",
            "",
            np.arange(len(columns), dtype=float),
            np.arange(len(fibres), dtype=float),
            table,
            unit,
            scale=scale,
            y_names=[f"fibre {k + 1}" for k in reversed(fibres)],
            x_names=columns,
        )

    points = "accuracy lost / percentage points"
    return [
        drawn("taken away, readout as it was", points, {k: lost[n] for k, n in alone.items()},
              "diverging"),
        drawn("taken away, readout fitted anew", points,
              {k: lost_refitted[n] for k, n in alone.items()}, "diverging"),
        drawn("nudged", "change of the margin per 100 % / its spread",
              dict(zip(measured.knobs, measured.leverage * np.abs(measured.values), strict=True)),
              "linear"),
    ]  # fmt: skip


def _order(knob: Knob) -> tuple[bool, str, int]:
    return bool(knob.element), knob.element, knob.layer


def tolerance_chart(measured: Tolerance) -> Chart:
    """Accuracy against the error of the coefficients, in bands."""
    lines = []
    for k, name in enumerate(measured.names):
        accuracy = 100 * measured.accuracy[k]
        band = np.quantile(accuracy, 0.1, axis=-1), np.quantile(accuracy, 0.9, axis=-1)
        lines.append(Line(name, accuracy.mean(axis=-1), band=band))
    limits = [f"{name} {_percent(measured.tolerated(k))}" for k, name in enumerate(measured.names)]
    return Chart(
        name="tolerance",
        title="how precise must the hardware be?",
        caption=(
            "Accuracy when every coefficient of a kind is off by an error of its own, of this "
            "standard deviation relative to its value. Bands hold four draws in five. One "
            f"percentage point is lost at: {', '.join(limits)}."
        ),
        alternative=(
            f"Lines of accuracy against relative error from "
            f"{100 * measured.errors[0]:g} to {100 * measured.errors[-1]:g} percent. One "
            f"percentage point is lost at: {', '.join(limits)}."
        ),
        panels=(
            Lines(
                f"{measured.n_cases} test cases",
                "relative error of the coefficients / %",
                "accuracy / %",
                100 * measured.errors,
                lines,
                logarithmic="x",
                marked=True,
                marks=((100 * measured.undisturbed, "undisturbed"),),
                x_names=[f"{100 * error:g}" for error in measured.errors],
            ),
        ),
        columns=1,
    )


def _percent(error: float) -> str:
    if error == 0.0:
        return "below 0.3 %"
    return f"{100 * error:.2g} %" if np.isfinite(error) else "beyond 30 %"


def identifiability_chart(found: Identifiability) -> Chart:
    """Eigenvalues and directions of the Fisher information, and the error bars."""
    labels = [knob.label for knob in found.knobs]
    short = [label.replace("fibre ", "f").replace(", layer ", "l").replace(", ", " ")
             for label in labels]  # fmt: skip
    order = np.arange(1, len(labels) + 1, dtype=float)
    largest = found.eigenvalues.max(initial=1e-30)
    spectrum = found.eigenvalues.clip(1e-12 * largest)
    errors = np.where(np.isfinite(found.standard_errors), found.standard_errors, np.nan)
    flattest = found.directions[-1]
    strong = [short[k] for k in np.argsort(-np.abs(flattest))[:3]]
    return Chart(
        name="identifiability",
        title="which coefficients the data tell",
        caption=(
            "Left: the information that the cases hold on each independent combination of the "
            "coefficients; below the line, a change by one natural unit would go unnoticed. "
            "Middle: what those combinations are, the sharpest at the bottom. Right: the least "
            "standard error of each coefficient, all others unknown; no bar where there is no "
            f"telling. {found.n_flat} of {len(labels)} directions are flat."
        ),
        alternative=(
            f"Eigenvalues of the Fisher information fall from {largest:.3g} to "
            f"{found.eigenvalues.min(initial=largest):.3g}; {found.n_flat} of {len(labels)} "
            f"directions are flat. The flattest is mostly {', '.join(strong)}."
        ),
        panels=(
            Lines(
                "information",
                "direction",
                "eigenvalue / (1 / natural unit²)",
                order,
                [Line("information", spectrum)],
                logarithmic="y",
                marked=True,
                marks=((1.0, "flat below"),),
            ),
            Map(
                "directions",
                "direction, the sharpest first",
                "",
                order,
                order,
                found.directions.T[::-1],
                "share",
                scale="diverging",
                limit=1.0,
                y_names=short[::-1],
            ),
            Bars("least standard error", "natural units", short, [("error", errors)],
                 logarithmic=True),
        ),
        columns=3,
    )  # fmt: skip


def optics_chart(layers: list[tuple[str, LayerOptics]]) -> Chart:
    """Energy, bandwidth, duration, dispersion and nonlinear phase along every fibre."""
    places = all_places([_places(optics) for _, optics in layers])

    def rows(name: str) -> list[tuple[str, Numbers]]:
        found = []
        for label, optics in layers:
            values = numbers(getattr(optics, name))
            values = np.concatenate([[0.0], values]) if len(values) < len(optics.energy) else values
            found.append((label.split(" (")[0], laid_out(places, _places(optics), values)))
        return found

    panels = tuple(
        along_fibres(title, unit, places, rows(name))
        for title, unit, name in (
            ("energy", "of what enters", "energy"),
            ("accumulated dispersion", "far fields", "accumulated_dispersion"),
            ("nonlinear phase at the peak", "rad", "b_integral"),
            ("bandwidth", "1 / timepoint", "bandwidth"),
            ("duration", "timepoints", "duration"),
        )
    )
    first, optics = layers[0]
    return Chart(
        name="optics",
        title="the medium in an optician's numbers",
        caption=(
            "Medians over training cases, at the input and after each layer. At an "
            "accumulated dispersion of one, the whole band is spread over the whole window: the "
            "field shows its own spectrum. The nonlinear phases of all layers add up to the "
            "B-integral."
        ),
        alternative=(
            f"Lines over the layers. In {first} the energy ends at {float(optics.energy[-1]):.3g} "
            f"of the input, the dispersion at {float(optics.accumulated_dispersion[-1]):.3g} far "
            f"fields, the B-integral at {float(optics.b_integral.sum()):.3g} rad, and the "
            f"bandwidth changes by a factor of {float(optics.broadening[-1]):.3g}."
        ),
        panels=panels,
        columns=3,
    )


def _places(optics: LayerOptics) -> list[str]:
    return ["input", *(f"layer {k}" for k in range(1, len(optics.energy)))]


def _one_fibre(measured: Importance) -> bool:
    return len({knob.fibre for knob in measured.knobs}) <= 1
