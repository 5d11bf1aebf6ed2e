"""Where the classes part, and which part of the input decided."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from physembed.charts import Bars, Chart, Cloud, Line, Lines, Map, Panel, Points
from physembed.charts.arrays import Numbers, numbers, reduced
from physembed.charts.style import BLACK, GREEN, PALETTE, VERMILION
from physembed.explain.figures.axes import COLUMNS, TIME, all_places, along_fibres, laid_out
from physembed.explain.measures.attribution import AdjointPassage, Attribution, Deletion
from physembed.explain.measures.separability import Separability

MOST_PLANES = 3
SHARES = 160
"""Columns of a line of shares, which are too ragged to be read at every timepoint."""

DRAWN = 0.95
"""Of what speaks for and against a decision, how much is drawn at least."""

LARGEST = 3.0
"""Standard deviations of a series as which the largest share is drawn."""


def separability_chart(of_fibres: list[tuple[str, Separability]]) -> Chart:
    """Probes, discriminants and silhouettes along every fibre."""
    places = all_places([s.places for _, s in of_fibres])

    def panel(title: str, unit: str, attribute: str, factor: float) -> Lines | Bars:
        rows = [
            (label.split(" (")[0], laid_out(places, s.places, factor * getattr(s, attribute)))
            for label, s in of_fibres
        ]
        return along_fibres(title, unit, places, rows)

    first, s = of_fibres[0]
    return Chart(
        name="separability",
        title="where the classes part",
        caption=(
            "The fibre's own detector reads the field at the input, after each layer, and behind "
            "the elements and arms where there are any; one with thresholds takes them anew at "
            "each place. Probes are fitted to training cases and tested on those looked at. Where "
            "the accuracy rises, the classes become easier to read for a linear readout. The "
            "silhouette looks at the principal components without labels."
        ),
        alternative=(
            f"Accuracy of a linear probe in {first} goes from {100 * s.probe[0]:.1f} percent at "
            f"the input to {100 * s.probe[-1]:.1f} percent at the output; the silhouette from "
            f"{s.silhouette[0]:.2f} to {s.silhouette[-1]:.2f}."
        ),
        panels=(
            panel("linear probe", "accuracy / %", "probe", 100),
            panel("discriminant analysis", "accuracy / %", "discriminant", 100),
            panel("silhouette", "silhouette", "silhouette", 1),
        ),
        columns=3,
    )


def plane_chart(name: str, fibre: str, parted: Separability, classes: tuple[str, ...]) -> Chart:
    """Test cases at the input, half way and at the output of a fibre, as points."""
    shown = np.unique(np.linspace(0, len(parted.planes) - 1, MOST_PLANES).round().astype(int))
    present = [k for k in range(len(classes)) if bool((parted.labels == k).any())]
    panels = tuple(
        Points(
            parted.places[place],
            [
                Cloud(f"class {classes[k]}", *parted.planes[place][parted.labels == k].T)
                for k in present
            ],
            "first discriminant",
            "second discriminant",
            numbered=False,
        )
        for place in shown
    )
    return Chart(
        name=name,
        title=f"cases in {fibre}",
        caption=(
            "Each point is a case, seen along the directions that tell the training cases' "
            "classes apart best (the second axis of two classes is their largest principal "
            "component). Look for clouds that part from left to right: by these directions "
            f"{100 * parted.discriminant[0]:.1f} % of the cases are right at the input, and "
            f"{100 * parted.discriminant[-1]:.1f} % at the last place."
        ),
        alternative=(
            f"Clouds of {len(present)} classes on the way through {fibre}; the "
            f"discriminant analysis is right on {100 * parted.discriminant[0]:.1f} percent of the "
            f"cases at the input and on {100 * parted.discriminant[-1]:.1f} at the output."
        ),
        panels=panels,
        columns=3,
    )


def attribution_chart(
    x: torch.Tensor,
    attribution: Attribution,
    tested: Deletion,
    *,
    labels: torch.Tensor,
    classes: tuple[str, ...],
    covered: Mapping[int, torch.Tensor],
) -> Chart:
    """The series of some cases with the share of every timepoint, and the mean of each class.

    ``covered`` holds for every case to be shown what covering each timepoint costs.
    """
    panels: list[Panel] = [
        _series_panel(
            f"case {case}{f', channel {channel + 1}' if x.shape[1] > 1 else ''}: taken for "
            f"{classes[int(attribution.chosen[place])]}",
            torch.stack([x[case, channel], attribution.shares[place, channel], costs[channel]]),
        )
        for case, costs in covered.items()
        for place in [int((attribution.cases == case).nonzero()[0, 0])]
        for channel in range(x.shape[1])
    ]
    present = [k for k in range(len(classes)) if bool((labels == k).any())]
    weights = attribution.shares.abs().sum(dim=1)
    weights = weights / weights.sum(dim=-1, keepdim=True).clamp(min=1e-300)
    mean = torch.stack([weights[labels == k].mean(dim=0) for k in present])
    t, rows = reduced(np.arange(x.shape[-1], dtype=float), mean * x.shape[-1], 200)
    panels.append(
        Map(
            "where each class is decided",
            t,
            [classes[k] for k in present],
            rows,
            "|share| over its mean",
            "timepoint",
            "class",
        )
    )
    changes = 100 * np.array([tested.most, tested.random, tested.least])
    if changes.any():
        panels.append(
            Bars(
                "test: a tenth of the series erased",
                ["what speaks for it most", "as much at random", "what matters least"],
                [("changed", changes)],
                "decisions changed / %",
            )
        )
    return Chart(
        name="attribution",
        title="which part of the input decided",
        caption=(
            "The readout's weights, sent back through the medium by the adjoint field, times the "
            "series: to first order, the share of every timepoint in the score of the class that "
            "was chosen. The dashed line is a second opinion without a derivative: the score lost "
            "when a twentieth of the series is covered there. The map shows where the decisions on "
            "each class are made. "
            + (
                "The bars test the shares: where a tenth of the series becomes straight lines, "
                "this should change more decisions if it spoke most for them than if it is any "
                "tenth."
                if changes.any()
                else "No decision changes where a tenth of the series becomes straight lines, "
                "whichever it is, so the shares could not be tested."
            )
            + (
                ""
                if attribution.agreement == 1.0
                else " Hard comparators and selectors have steps, not slopes: soft ones stand in, "
                f"with which the network decides {100 * attribution.agreement:.0f} % of the cases "
                "alike."
            )
        ),
        alternative=(
            f"Series with shares. Erasing the tenth that speaks most for the class changes "
            f"{changes[0]:.0f} percent of the decisions, a random tenth {changes[1]:.0f}, the "
            f"tenth that matters least {changes[2]:.0f}."
        ),
        panels=tuple(panels),
    )


def _series_panel(title: str, values: torch.Tensor) -> Lines:
    """A series, the shares of its timepoints and what covering them costs, each in its scale."""
    timepoints = np.arange(values.shape[-1], dtype=float)
    t, (series, share, cost) = reduced(timepoints, values, SHARES)

    def scaled(values: Numbers) -> Numbers:
        return LARGEST * values / (np.abs(values).max() or 1.0)

    return Lines(
        title,
        t,
        [
            Line(
                "series", (series - series.mean()) / (series.std() or 1.0),
                colour=PALETTE.index(BLACK),
            ),
            Line(
                f"share in the score (largest: {LARGEST:g})", scaled(share),
                colour=PALETTE.index(VERMILION),
            ),
            Line(
                f"score lost if covered (largest: {LARGEST:g})", scaled(cost),
                colour=PALETTE.index(GREEN), dash="dash",
            ),
        ],
        "timepoint",
        "standard deviations; share",
    )  # fmt: skip


def adjoint_chart(
    t: torch.Tensor,
    passage: AdjointPassage,
    arms: Sequence[str],
    *,
    name: str,
    fibre: str,
    case: int,
) -> Chart:
    """Where in the medium the decision on a case is carried, layer by layer and arm by arm."""
    shares = numbers(passage.shares.sum(dim=1))
    names = ["input", *(f"layer {k}" for k in range(1, len(shares)))]
    if len(arms) > 1:
        behind = np.zeros((len(arms), shares.shape[1]))
        behind[:, : passage.arms.shape[-1]] = numbers(passage.arms.sum(dim=0))
        shares = np.concatenate([shares, behind])
        names += [arm.split(":")[0] for arm in arms]
    first, last, outside = _where_most_is(np.abs(shares))
    short, rows = reduced(t[first:last], shares[:, first:last], COLUMNS)
    strongest = int(np.abs(rows[0]).argmax())
    speaks = "for" if rows[0, strongest] > 0 else "against"
    side = "before" if short[strongest] < 0 else "after"
    return Chart(
        name=name,
        title=f"the decision on case {case} in {fibre}",
        caption=(
            "The product of the field and its adjoint, at the input and after each layer"
            + (", and behind each arm" if len(arms) > 1 else "")
            + ": the light at red places speaks for the class that was chosen, at blue ones "
            "against it. Read downwards, it shows where in the input what the detectors weigh "
            f"came from. Strongest at the input is the light {abs(short[strongest]):.4g} "
            f"timepoints {side} the middle of the window, which speaks {speaks} it."
            + (
                f" The ends of the window, which hold {100 * outside:.0f} % of a row on the mean, "
                "are not drawn."
                if last - first < shares.shape[1]
                else ""
            )
        ),
        alternative=(
            f"Map of shares in the score over time and places; their sums are "
            f"{', '.join(f'{s:.3g}' for s in shares.sum(axis=1))} from the input on."
        ),
        panels=(
            Map(
                "share of the light in the score",
                short,
                names,
                rows / np.abs(rows).max(axis=1, keepdims=True).clip(1e-300),
                "of its row's largest",
                TIME,
                scale="diverging",
                limit=1.0,
            ),
        ),
        columns=1,
    )


def _where_most_is(size: Numbers) -> tuple[int, int, float]:
    """The shortest stretch that holds most, each row counted alike, since a window may be half
    empty: its first column, one past its last, and the share that lies outside.
    """
    together = (size / size.sum(axis=1, keepdims=True).clip(1e-300)).sum(axis=0)
    before = np.concatenate([[0.0], np.cumsum(together)])
    ends = np.searchsorted(before, before[:-1] + DRAWN * before[-1])
    lengths = np.where(ends < len(before), ends, 2 * len(before)) - np.arange(len(ends))
    first = int(lengths.argmin())
    last = min(max(int(ends[first]), first + 2), len(together))
    return first, last, float(1 - (before[last] - before[first]) / max(before[-1], 1e-300))
