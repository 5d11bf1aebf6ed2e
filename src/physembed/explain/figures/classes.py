"""Where the classes part, and which part of the input decided."""

from collections.abc import Sequence

import numpy as np
import torch

from physembed.charts import (
    Bars,
    Chart,
    Line,
    Lines,
    Map,
    Panel,
    Points,
)
from physembed.explain.arrays import Numbers, numbers, reduced
from physembed.explain.figures.per_fibre import all_places, along_fibres, laid_out
from physembed.explain.measures.attribution import AdjointPassage, Attribution, Deletion
from physembed.explain.measures.separability import Separability

MOST_PLANES = 3
COLUMNS = 400
SHARES = 160
"""Columns of a line of shares, which are too ragged to be read at every timepoint."""


def separability_chart(found: list[tuple[str, Separability]]) -> Chart:
    """Probes, discriminants and silhouettes along every fibre."""
    places = all_places([s.places for _, s in found])

    def rows(name: str, factor: float) -> list[tuple[str, Numbers]]:
        return [
            (label.split(" (")[0], laid_out(places, s.places, factor * getattr(s, name)))
            for label, s in found
        ]

    first, s = found[0]
    return Chart(
        name="separability",
        title="where the classes part",
        caption=(
            "The fibre's own detector reads the field at the input, after each layer, and behind "
            "the elements and arms where there are any; one with thresholds takes them anew at "
            "each place. Probes are fitted to training cases and tested on test cases. Where the "
            "accuracy rises, the classes become easier to read for a linear readout. The "
            "silhouette looks at the principal components without labels."
        ),
        alternative=(
            f"Accuracy of a linear probe in {first} goes from {100 * s.probe[0]:.1f} percent at "
            f"the input to {100 * s.probe[-1]:.1f} percent at the output; the silhouette from "
            f"{s.silhouette[0]:.2f} to {s.silhouette[-1]:.2f}."
        ),
        panels=(
            along_fibres("linear probe", "accuracy / %", places, rows("probe", 100)),
            along_fibres(
                "discriminant analysis", "accuracy / %", places, rows("discriminant", 100)
            ),
            along_fibres("silhouette", "silhouette", places, rows("silhouette", 1)),
        ),
        columns=3,
    )


def plane_chart(name: str, fibre: str, found: Separability, classes: tuple[str, ...]) -> Chart:
    """Test cases at the input, half way and at the output of a fibre, as points."""
    places = np.unique(np.linspace(0, len(found.planes) - 1, MOST_PLANES).round().astype(int))
    present = [k for k in range(len(classes)) if bool((found.labels == k).any())]
    panels = tuple(
        Points(
            found.places[place],
            "first discriminant",
            "second discriminant",
            [(classes[k], *found.planes[place][found.labels == k].T) for k in present],
        )
        for place in places
    )
    return Chart(
        name=name,
        title=f"test cases in {fibre}",
        caption=(
            "Each point is a test case, seen along the directions that tell the training cases' "
            "classes apart best (the second axis of two classes is their largest principal "
            "component)."
        ),
        alternative=(
            f"Clouds of {len(present)} classes on the way through {fibre}; the "
            f"discriminant analysis is right on {100 * found.discriminant[0]:.1f} percent of the "
            f"cases at the input and on {100 * found.discriminant[-1]:.1f} at the output."
        ),
        panels=panels,
        columns=3,
    )


def attribution_chart(
    x: torch.Tensor,
    found: Attribution,
    tested: Deletion,
    *,
    labels: torch.Tensor,
    classes: tuple[str, ...],
    covered: dict[int, torch.Tensor],
) -> Chart:
    """The series of some cases with the share of every timepoint, and the mean of each class.

    ``covered`` holds for every case to be shown what covering each timepoint costs.
    """
    timepoints = np.arange(x.shape[-1], dtype=float)
    panels: list[Panel] = []
    for case, costs in covered.items():
        place = int((found.cases == case).nonzero()[0, 0])
        for channel in range(x.shape[1]):
            short, series = reduced(timepoints, x[case, channel], SHARES)
            _, share = reduced(timepoints, found.shares[place, channel], SHARES)
            scale = np.abs(share).max() or 1.0
            _, cost = reduced(timepoints, costs[channel], SHARES)
            highest = np.abs(cost).max() or 1.0
            of = f", channel {channel + 1}" if x.shape[1] > 1 else ""
            deviation = series.std() or 1.0
            panels.append(
                Lines(
                    f"test case {case}{of}: taken for {classes[int(found.chosen[place])]}",
                    "timepoint",
                    "standard deviations; share",
                    short,
                    [
                        Line("series", (series - series.mean()) / deviation, colour=6),
                        Line("share in the score (largest: 3)", 3 * share / scale, colour=1),
                        Line(
                            "score lost if covered (largest: 3)",
                            3 * cost / highest,
                            colour=2,
                            dash="dash",
                        ),
                    ],
                )
            )
    present = [k for k in range(len(classes)) if bool((labels == k).any())]
    weights = found.shares.abs().sum(dim=1)
    weights = weights / weights.sum(dim=-1, keepdim=True).clamp(min=1e-300)
    mean = torch.stack([weights[labels == k].mean(dim=0) for k in present])
    short, rows = reduced(timepoints, mean * x.shape[-1], 200)
    panels.append(
        Map(
            "where each class is decided",
            "timepoint",
            "class",
            short,
            np.arange(len(present), dtype=float),
            rows,
            "|share| over its mean",
            y_names=[classes[k] for k in present],
        )
    )
    panels.append(
        Bars(
            "test: a tenth of the series erased",
            "decisions changed / %",
            ["what speaks for it most", "as much at random", "what matters least"],
            [("changed", 100 * np.array([tested.most, tested.random, tested.least]))],
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
            "each class are made. The bars test the shares: where a tenth of the series becomes "
            "straight lines, this should change more decisions if it spoke most for them than if "
            "it is any tenth."
            + (
                ""
                if found.agreement == 1.0
                else " Hard comparators and selectors have steps, not slopes: soft ones stand in, "
                f"with which the network decides {100 * found.agreement:.0f} % of the cases alike."
            )
        ),
        alternative=(
            f"Series with shares. Erasing the tenth that speaks most for the class changes "
            f"{100 * tested.most:.0f} percent of the decisions, a random tenth "
            f"{100 * tested.random:.0f}, the tenth that matters least {100 * tested.least:.0f}."
        ),
        panels=tuple(panels),
    )


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
    of_arms = numbers(passage.arms.sum(dim=0))
    names = ["input", *(f"layer {k}" for k in range(1, len(shares)))]
    if len(arms) > 1:
        behind = np.zeros((len(arms), shares.shape[1]))
        behind[:, : of_arms.shape[1]] = of_arms
        shares = np.concatenate([shares, behind])
        names += [arm.split(":")[0] for arm in arms]
    short, rows = reduced(t, shares, COLUMNS)
    total = shares.sum(axis=1)
    return Chart(
        name=name,
        title=f"the decision on test case {case} in {fibre}",
        caption=(
            "The product of the field and its adjoint, at the input and after each layer"
            + (", and behind each arm" if len(arms) > 1 else "")
            + ": the light at red places speaks for the class that was chosen, at blue ones "
            "against it. Read downwards, it shows where in the input what the detectors weigh "
            "came from."
        ),
        alternative=(
            f"Map of shares in the score over time and places; their sums are "
            f"{', '.join(f'{s:.3g}' for s in total)} from the input on."
        ),
        panels=(
            Map(
                "share of the light in the score",
                "t / timepoints",
                "",
                short,
                np.arange(len(rows), dtype=float),
                rows / np.abs(rows).max(axis=1, keepdims=True).clip(1e-300),
                "of its row's largest",
                scale="diverging",
                limit=1.0,
                y_names=names,
            ),
        ),
        columns=1,
    )
