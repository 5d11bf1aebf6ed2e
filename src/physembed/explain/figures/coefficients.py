"""What the coefficients do, how well they are known, and how precise they must be."""

from collections.abc import Mapping, Sequence

import numpy as np

from physembed.charts import Bars, Chart, Line, Lines, Map, Panel
from physembed.charts.arrays import Numbers, numbers
from physembed.explain.figures.axes import (
    accuracy_range,
    all_places,
    along_fibres,
    laid_out,
    stays,
)
from physembed.explain.figures.shortened import largest_bars
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
    one_fibre = len({knob.fibre for knob in measured.knobs}) <= 1
    mapped = len(measured.knobs) > MOST_BARS and not one_fibre
    panels: list[Panel]
    if mapped:
        panels = _importance_maps(measured, lost, lost_refitted)
    else:
        panels = [
            largest_bars(
                "taken away",
                names,
                [("readout as it was", lost), ("readout fitted anew", lost_refitted)],
                "accuracy lost / percentage points",
            ),
            largest_bars(
                "nudged",
                [knob.label.removeprefix("fibre 1, " if one_fibre else "")
                 for knob in measured.knobs],
                [("leverage", measured.leverage)],
                "change of the margin per natural unit / its spread",
            ),
        ]  # fmt: skip
    return Chart(
        name="coefficients",
        title="what each coefficient does",
        caption=(
            f"Taken away: the coefficient is set to zero, on {measured.n_cases} cases (an "
            "interferometer without a delay is dark). With the readout as it was, any change of "
            "scale hurts; with a readout fitted anew one sees what the physics itself is worth. A "
            "negative number says that the network would do better without. Nudged: how far a "
            + ("change by its own value" if mapped else "change by one natural unit")
            + " would move the margin between the true class and its rival, to first order. What "
            "changes nothing is not drawn"
            + (", and white is where a fibre has no such coefficient." if mapped else ".")
        ),
        alternative=(
            f"{'Maps' if mapped else 'Bars'} of accuracy lost without each of {len(names)} "
            "coefficients or groups. Worst, "
            f"with a readout fitted anew, is the loss of {names[worst]}: "
            f"{lost_refitted[worst]:.1f} percentage points."
        ),
        panels=tuple(p for p in panels if not _is_empty(p)),
        columns=min(len(panels), 3),
    )


def _is_empty(panel: Panel) -> bool:
    """Whether there is nothing to see: bars of no length, a map that is zero all over."""
    if isinstance(panel, Map):
        return not np.nan_to_num(panel.values).any()
    return isinstance(panel, Bars) and bool(panel.emptiness)


def _importance_maps(measured: Importance, lost: Numbers, lost_refitted: Numbers) -> list[Panel]:
    """One row for each fibre, one column for each place and coefficient."""
    fibres = sorted({knob.fibre for knob in measured.knobs})
    ordered = sorted(measured.knobs, key=lambda k: (bool(k.element), k.element, k.layer))
    columns = list(dict.fromkeys(f"{k.place}, {k.name}" for k in ordered))
    alone = {members[0]: n for n, (_, members) in enumerate(measured.groups) if len(members) == 1}

    def drawn(title: str, unit: str, values: Mapping[Knob, float], scale: str) -> Map:
        table = np.full((len(fibres), len(columns)), np.nan)
        for knob, number in values.items():
            table[fibres.index(knob.fibre), columns.index(f"{knob.place}, {knob.name}")] = number
        rows = [f"fibre {k + 1}" for k in fibres]
        return Map(title, columns, rows, table, unit, scale=scale, downwards=True)

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


def tolerance_chart(
    measured: Sequence[Tolerance], *, name: str = "tolerance", model: str = ""
) -> Chart:
    """Accuracy against the error of the coefficients, in bands over the draws of one seed or more.

    Parameters
    ----------
    measured : sequence of Tolerance
        Of the same model, trained from one or several seeds.
    name, model : str
        Of the chart, and in its title where there are several.
    """
    first, several = measured[0], len(measured) > 1
    lines, lowest = [], 100.0
    for kind in first.names:
        of_seeds = [m.accuracy[m.names.index(kind)] for m in measured if kind in m.names]
        accuracy = 100 * np.concatenate(of_seeds, axis=-1)
        band = np.quantile(accuracy, 0.1, axis=-1), np.quantile(accuracy, 0.9, axis=-1)
        lines.append(Line(kind, accuracy.mean(axis=-1), band=band))
        lowest = min(lowest, float(band[0].min()))
    last = lines[-1]
    limits = ", ".join(f"{kind} {_percent(first.tolerated(k))}"
                       for k, kind in enumerate(first.names))  # fmt: skip
    said = f"One percentage point is lost at: {limits}."
    if several:
        said = f"With {last.label} in error it goes from {last.y[0]:.1f} to {last.y[-1]:.1f} %."
    over = f", over {len(measured)} trained seeds and the draws of the errors" if several else ""
    return Chart(
        name=name,
        title=f"{model}: how precise must the hardware be?".removeprefix(": "),
        caption=(
            f"Accuracy when every coefficient of a kind is off by an error of its own, of this "
            f"standard deviation relative to its value{over}. Bands hold four draws in five. {said}"
        ),
        alternative=(
            f"Lines of accuracy against relative error from {100 * first.errors[0]:g} to "
            f"{100 * first.errors[-1]:g} percent. {said}"
        ),
        panels=(
            Lines(
                f"{first.n_cases} cases" + (f", {len(measured)} seeds" if several else ""),
                100 * first.errors,
                lines,
                "relative error of the coefficients / %",
                "accuracy / %",
                logarithmic="x",
                marked=True,
                y_range=accuracy_range(lowest),
                marks=() if several else ((100 * first.undisturbed, "undisturbed"),),
            ),
        ),
        columns=1,
    )


def _percent(error: float) -> str:
    if error == 0.0:
        return "below 0.3 %"
    return f"{100 * error:.2g} %" if np.isfinite(error) else "beyond 30 %"


def optics_chart(layers: list[tuple[str, LayerOptics]]) -> Chart:
    """Energy, bandwidth, duration, dispersion and nonlinear phase along every fibre; what stays as
    it is in all of them is said, and not drawn."""
    of_fibres = [["input", *(f"layer {k}" for k in range(1, len(o.energy)))] for _, o in layers]
    places = all_places(of_fibres)

    still: list[str] = []

    def panel(title: str, unit: str, attribute: str) -> list[Panel]:
        rows = []
        for (label, optics), of_fibre in zip(layers, of_fibres, strict=True):
            values = numbers(getattr(optics, attribute))
            # what layers do begins at zero
            values = np.concatenate([np.zeros(len(of_fibre) - len(values)), values])
            rows.append((label.split(" (")[0], laid_out(places, of_fibre, values)))
        if all(stays(values) for _, values in rows):
            still.append(title)
            return []
        return [along_fibres(title, unit, places, rows)]

    panels = [
        *panel("energy", "of what enters", "energy"),
        *panel("accumulated dispersion", "far fields", "accumulated_dispersion"),
        *panel("nonlinear phase at the peak", "rad", "b_integral"),
        *panel("bandwidth", "1 / timepoint", "bandwidth"),
        *panel("duration", "timepoints", "duration"),
    ]
    first, optics = layers[0]
    unchanged = f" As it enters stays: {', '.join(still)}." if still else ""
    return Chart(
        name="optics",
        title="the medium in an optician's numbers",
        caption=(
            "Medians over training cases, at the input and after each layer. At an "
            "accumulated dispersion of one, the whole band is spread over the whole window: the "
            "field shows its own spectrum. The nonlinear phases of all layers add up to the "
            f"B-integral.{unchanged}"
        ),
        alternative=(
            f"Lines over the layers. In {first} the energy ends at {float(optics.energy[-1]):.3g} "
            f"of the input, the dispersion at {float(optics.accumulated_dispersion[-1]):.3g} far "
            f"fields, the B-integral at {float(optics.b_integral.sum()):.3g} rad, and the "
            f"bandwidth changes by a factor of {float(optics.broadening[-1]):.3g}."
        ),
        panels=tuple(panels),
        columns=min(len(panels), 3),
    )


def seeds_chart(stem: str, model: str, values: Mapping[str, Numbers]) -> Chart:
    """Trained coefficients with their spread over the seeds."""
    names = list(values)
    mean = np.array([v.mean() for v in values.values()])
    spread = np.array([v.std(ddof=1) if len(v) > 1 else 0.0 for v in values.values()])
    widest = int(spread.argmax())
    return Chart(
        name=f"{stem}-coefficients",
        title=f"{model}: the same coefficients from every seed?",
        caption=(
            "Mean and standard deviation of the trained coefficients over the seeds, in natural "
            "units. Where the spread is as large as the value, training found another medium that "
            "serves as well."
        ),
        alternative=(
            f"Bars of {len(names)} coefficients. The widest spread is that of {names[widest]}: "
            f"{mean[widest]:.3g} plus or minus {spread[widest]:.3g}."
        ),
        panels=(
            Bars("values", names, [("mean over seeds", mean)], "natural units", errors=[spread]),
        ),
        columns=1,
    )
