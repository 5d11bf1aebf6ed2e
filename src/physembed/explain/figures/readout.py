"""Which fibres, arms, records and quantities the readout listens to."""

from collections.abc import Sequence

import numpy as np

from physembed.charts import Bars, Chart, Map, Panel
from physembed.explain.arrays import Numbers
from physembed.explain.measures.readout import Feature, ReadoutUse

COLUMNS = 64
"""Bins of a window that a map of bins shows at most."""


def readout_chart(found: ReadoutUse) -> Chart:
    """Where the margin comes from, as cross tables in per cent of it."""
    panels: list[Panel] = []
    several_fibres = len({f.fibre for f in found.features}) > 1
    for title, row, column in (
        ("fibre and arm", _fibre, _place),
        ("record and quantity", _record, _quantity),
    ):
        rows, columns, sums = found.table(row, column)
        if len(rows) * len(columns) > 1:
            words = title if len(columns) > 1 else title.partition(" ")[0]
            panels.append(_table(words, rows, columns, 100 * sums / found.push.sum()))
    bins = _bins(found, several_fibres=several_fibres)
    if bins is not None:
        panels.append(bins)
    return Chart(
        name="readout",
        title="what the readout listens to",
        caption=(
            "The readout is linear, so the margin of the true class over its best rival is a sum "
            "over features; the maps say which share of its mean over "
            f"{found.n_cases} test cases comes from where. All numbers of a map add up to 100 %; "
            "blue ones push the wrong way, on the mean."
        ),
        alternative=_in_words(found),
        panels=tuple(panels),
        columns=min(len(panels), 3),
    )


def classes_chart(found: ReadoutUse, classes: Sequence[str]) -> Chart:
    """Which fibre and which arm speak for which class."""
    there = [k for k in range(len(classes)) if np.isfinite(found.class_push[k]).all()]
    panels = []
    for title, kind in (("by fibre", _fibre), ("by arm", _place), ("by quantity", _quantity)):
        names = list(dict.fromkeys(kind(f) for f in found.features))
        if len(names) < 2:
            continue
        member = np.array([[kind(f) == name for f in found.features] for name in names])
        sums = found.class_push[there] @ member.T
        share = 100 * sums / np.abs(sums.sum(axis=1, keepdims=True)).clip(1e-12)
        panels.append(_table(title, [f"class {classes[k]}" for k in there], names, share))
    return Chart(
        name="readout-classes",
        title="which part speaks for which class",
        caption=(
            "For the test cases of each class, which share of the score of their own class over "
            "the mean of the others comes from each part. Rows add up to 100 %, or to -100 % "
            "where a class is mostly missed."
        ),
        alternative=(
            "Maps of classes against parts of the network. "
            + "; ".join(
                f"class {panel.y_names[row]} is told most by {panel.x_names[int(col)]}"
                for panel in panels[:1]
                for row, col in enumerate(np.argmax(panel.values, axis=1))
                if panel.y_names is not None and panel.x_names is not None
            ).replace("class class", "class")
            + "."
        ),
        panels=tuple(panels),
        columns=min(len(panels), 3),
    )


def parts_chart(found: ReadoutUse) -> Chart:
    """Accuracy without each part, and of each part alone."""
    names = [name for g in found.groupings for name in g.names]
    without = np.concatenate([g.without for g in found.groupings])
    refitted = np.concatenate([g.refitted for g in found.groupings])
    alone = np.concatenate([g.alone for g in found.groupings])
    best = int(alone.argmax())
    return Chart(
        name="readout-parts",
        title="what each part is worth",
        caption=(
            f"Left: accuracy lost on {found.n_cases} test cases when the features of a part are "
            "held at their mean, with the readout as it was, and with one fitted anew to all other "
            "features. Right: accuracy of a readout that is given the part alone; all together "
            f"reach {100 * found.refitted_accuracy:.1f} %. Parts that replace each other cost "
            "little to take away and do well alone."
        ),
        alternative=(
            f"Bars for {len(names)} parts. Best alone is {names[best]} with "
            f"{100 * alone[best]:.1f} percent, of {100 * found.refitted_accuracy:.1f} together."
        ),
        panels=(
            Bars(
                "taken away",
                "accuracy lost / percentage points",
                names,
                [
                    ("readout as it was", 100 * (found.accuracy - without)),
                    ("readout fitted anew", 100 * (found.refitted_accuracy - refitted)),
                ],
            ),
            Bars("alone", "accuracy / %", names, [("alone", 100 * alone)]),
        ),
    )


def _fibre(feature: Feature) -> str:
    return f"fibre {feature.fibre + 1}"


def _place(feature: Feature) -> str:
    return feature.place


def _record(feature: Feature) -> str:
    return feature.reading.record


def _quantity(feature: Feature) -> str:
    return feature.reading.quantity


def _table(title: str, rows: Sequence[str], columns: Sequence[str], values: Numbers) -> Map:
    return Map(
        title,
        "",
        "",
        np.arange(len(columns), dtype=float),
        np.arange(len(rows), dtype=float),
        values[::-1],
        "% of the margin",
        scale="diverging",
        y_names=list(rows)[::-1],
        x_names=list(columns),
    )


def _bins(found: ReadoutUse, *, several_fibres: bool) -> Map | None:
    """Shares over the bins of the window, or over the gates, where there is more than one."""
    binned = [k for k, f in enumerate(found.features) if f.reading.places > 1]
    if not binned:
        return None
    columns = min(COLUMNS, max(found.features[k].reading.places for k in binned))
    rows = list(dict.fromkeys(_fibre(found.features[k]) for k in binned))
    sums = np.zeros((len(rows), columns))
    for k in binned:
        reading = found.features[k].reading
        # a bin of the detector may reach over several columns
        edges = np.array([reading.place, reading.place + 1]) * columns / reading.places
        first, last = int(edges[0]), max(int(np.ceil(edges[1] - 1e-9)), int(edges[0]) + 1)
        sums[rows.index(_fibre(found.features[k])), first:last] += found.push[k] / (last - first)
    return Map(
        "where on the detector",
        "bin or gate, from the first to the last / %",
        "",
        (np.arange(columns) + 0.5) * 100 / columns,
        np.arange(len(rows), dtype=float),
        100 * sums[::-1] / found.push.sum(),
        "% of the margin",
        scale="diverging",
        y_names=rows[::-1] if several_fibres else ["fibre 1"],
    )


def _in_words(found: ReadoutUse) -> str:
    parts = []
    for grouping in found.groupings:
        share = 100 * grouping.push / found.push.sum()
        order = np.argsort(-share)[:2]
        parts.append(", ".join(f"{grouping.names[k]} {share[k]:.0f} %" for k in order))
    if not parts:
        return "Map of the shares of the margin over the bins of the only detector."
    return f"Maps of shares of the margin. The largest are: {'; '.join(parts)}."
