"""Which fibres, arms, records and quantities the readout listens to."""

from collections.abc import Sequence

import numpy as np

from physembed.charts import Chart, Map, Panel
from physembed.explain.figures.shortened import largest_bars, table_of_shares
from physembed.explain.measures.readout import KINDS, Feature, ReadoutUse

UNIT = "% of the margin"
COLUMNS = 64
"""Bins of a window that a map of bins shows at most."""


def readout_chart(use: ReadoutUse) -> Chart:
    """Where the margin comes from, as cross tables in per cent of it."""
    panels: list[Panel] = []
    for title, row, column in (
        ("fibre and arm", "fibre", "arm"),
        ("record and quantity", "record", "quantity"),
    ):
        rows, columns, sums = use.table(KINDS[row], KINDS[column])
        if len(rows) * len(columns) > 1:
            words = title if len(columns) > 1 else title.partition(" ")[0]
            panels.append(table_of_shares(words, rows, columns, 100 * sums / use.push.sum(), UNIT))
    bins = _bins(use)
    if bins is not None:
        panels.append(bins)
    return Chart(
        name="readout",
        title="what the readout listens to",
        caption=(
            "The readout is linear, so the margin of the true class over its best rival is a sum "
            "over features; the maps say which share of its mean over "
            f"{use.n_cases} cases comes from where. All numbers of a map add up to 100 %; "
            "blue ones push the wrong way, on the mean."
        ),
        alternative=_in_words(use),
        panels=tuple(panels),
        columns=min(len(panels), 2),
    )


def classes_chart(use: ReadoutUse, classes: Sequence[str]) -> Chart:
    """Which fibre and which arm speak for which class."""
    there = [k for k in range(len(classes)) if np.isfinite(use.class_push[k]).all()]
    panels, told = [], ""
    of_classes = [f"class {classes[k]}" for k in there]
    for title in ("fibre", "arm", "quantity"):
        kinds = [KINDS[title](feature) for feature in use.features]
        names = list(dict.fromkeys(kinds))
        if len(names) < 2:
            continue
        member = np.array([[kind == name for kind in kinds] for name in names])
        sums = use.class_push[there] @ member.T
        share = 100 * sums / np.abs(sums.sum(axis=1, keepdims=True)).clip(1e-12)
        told = told or "; ".join(
            f"{of_class} is told most by {names[int(column)]}"
            for of_class, column in zip(of_classes, np.argmax(share, axis=1), strict=True)
        )
        words = f"by {title}"
        panels.append(table_of_shares(words, of_classes, names, share, UNIT, of_each_row=True))
    return Chart(
        name="readout-classes",
        title="which part speaks for which class",
        caption=(
            "For the cases of each class, which share of the score of their own class over "
            "the mean of the others comes from each part. The parts of a class add up to 100 %, or "
            "to -100 % where it is mostly missed."
        ),
        alternative=f"Maps of classes against parts of the network. {told}.",
        panels=tuple(panels),
        columns=min(len(panels), 3),
    )


def parts_chart(use: ReadoutUse) -> Chart:
    """Accuracy without each part, and of each part alone."""
    names = [name for g in use.groupings for name in g.names]
    without = np.concatenate([g.without for g in use.groupings])
    refitted = np.concatenate([g.refitted for g in use.groupings])
    alone = np.concatenate([g.alone for g in use.groupings])
    best = int(alone.argmax())
    lost = largest_bars(
        "taken away",
        names,
        [
            ("readout as it was", 100 * (use.accuracy - without)),
            ("readout fitted anew", 100 * (use.refitted_accuracy - refitted)),
        ],
        "accuracy lost / percentage points",
    )
    each = largest_bars("alone", names, [("alone", 100 * alone)], "accuracy / %")
    nothing_lost = " Here none costs anything when it is taken away." if lost.emptiness else ""
    return Chart(
        name="readout-parts",
        title="what each part is worth",
        caption=(
            f"Taken away: accuracy lost on {use.n_cases} cases when the features of a part are "
            "held at their mean, with the readout as it was, and with one fitted anew to all other "
            "features. Alone: accuracy of a readout that is given the part alone; all together "
            f"reach {100 * use.refitted_accuracy:.1f} %. Parts that replace each other cost "
            f"little to take away and do well alone.{nothing_lost}"
        ),
        alternative=(
            f"Bars for {len(names)} parts. Best alone is {names[best]} with "
            f"{100 * alone[best]:.1f} percent, of {100 * use.refitted_accuracy:.1f} together."
        ),
        panels=(*((lost,) if not lost.emptiness else ()), each),
    )


def _fibre(feature: Feature) -> str:
    return f"fibre {feature.fibre + 1}"


def _bins(use: ReadoutUse) -> Map | None:
    """Shares over the bins of the window, or over the gates, where there is more than one."""
    binned = [k for k, f in enumerate(use.features) if f.reading.places > 1]
    if not binned:
        return None
    columns = min(COLUMNS, max(use.features[k].reading.places for k in binned))
    rows = list(dict.fromkeys(_fibre(use.features[k]) for k in binned))
    sums = np.zeros((len(rows), columns))
    for k in binned:
        reading = use.features[k].reading
        # a bin of the detector may reach over several columns
        edges = np.array([reading.place, reading.place + 1]) * columns / reading.places
        first, last = int(edges[0]), max(int(np.ceil(edges[1] - 1e-9)), int(edges[0]) + 1)
        sums[rows.index(_fibre(use.features[k])), first:last] += use.push[k] / (last - first)
    return Map(
        "where on the detector",
        (np.arange(columns) + 0.5) * 100 / columns,
        rows,
        100 * sums / use.push.sum(),
        UNIT,
        "bin or gate, from the first to the last / %",
        scale="diverging",
        downwards=True,
    )


def _in_words(use: ReadoutUse) -> str:
    parts = []
    for grouping in use.groupings:
        share = 100 * grouping.push / use.push.sum()
        order = np.argsort(-share)[:2]
        parts.append(", ".join(f"{grouping.names[k]} {share[k]:.0f} %" for k in order))
    if not parts:
        return "Map of the shares of the margin over the bins of the only detector."
    return f"Maps of shares of the margin. The largest are: {'; '.join(parts)}."
