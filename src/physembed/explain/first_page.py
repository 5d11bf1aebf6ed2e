"""The first page of a report: what this model looks at, in pictures."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import binomtest
from torch import Tensor

from physembed.charts import Bars, Chart, Line, Lines, Panel
from physembed.charts.arrays import Numbers, numbers
from physembed.charts.confusion import confusion_matrix
from physembed.explain.figures.disturbances import disturbed_chart
from physembed.explain.measures.attribution import attribute
from physembed.explain.measures.detected import Detected, rivals
from physembed.explain.measures.readout import class_weights
from physembed.explain.measures.tolerance import Tolerance
from physembed.explain.report import Section
from physembed.explain.robustness import Robustness
from physembed.explain.subject import Subject
from physembed.explain.users_words import in_users_words
from physembed.networks.feature_names import feature_names

MOST_DETECTORS = 5
MOST_CLASSES = 8
"""Typical cases that are drawn."""
MOST_HEAPS = 4
"""Classes whose readings are drawn over each other; of more, their means."""
SMOOTH = 0.04
"""Of the range of all readings, by which they are smoothed."""
PART = 0.1
"""Of a case, what is marked as what decides."""


def first_section(
    subject: Subject, errors: Tolerance | None = None, robustness: Robustness | None = None
) -> Section:
    """Accuracy, confusion, a typical case of each class, what decides, and what disturbs.

    Parameters
    ----------
    subject : Subject
    errors : Tolerance or None, default=None
        Of the coefficients; the one that must be kept most precisely is named.
    robustness : Robustness or None, default=None
        What the model's card tells of disturbances, which is drawn.
    """
    estimate = subject.record.get("estimate")
    if estimate is not None and subject.record["split"] == "whole":
        # what folds say of cases that were left out; all that are at hand were trained on
        known = subject.few_known
        counts = np.asarray(subject.record["confusion_matrix"])
        low, high = estimate["models"][0]["interval"]
        words = [
            f"Of cases that it has not seen, {subject.record['accuracy']:.1%} are right (95 % "
            f"interval {low:.1%} to {high:.1%}), as {estimate['by']} tell. The matrix below is of "
            "these; all other pictures are of cases that it was trained on."
        ]
    else:
        known = torch.nonzero(subject.y_test >= 0)[:, 0]
        counts = np.zeros((len(subject.classes),) * 2, dtype=int)
    scores = subject.decisions(subject.x_test[known])
    truth, answers = subject.y_test[known], scores.argmax(dim=1)
    if not counts.any():
        np.add.at(counts, (truth.numpy(), answers.numpy()), 1)
        right, n_cases = int(np.trace(counts)), len(truth)
        words = [
            f"Of {n_cases:,} {subject.called} {right:,} are right: {right / n_cases:.1%}. "
            f"{_of_others(right, n_cases, unseen=subject.unseen)}"
        ]
    charts = [
        _confusion_chart(subject, counts),
        _typical_chart(subject, known, scores),
        *_deciding_chart(subject),
    ]
    if robustness is not None:
        charts.append(disturbed_chart(robustness))
    if errors is not None and errors.names:
        words.append(errors.sentence())
    return Section("What this model looks at", words, charts)


def _of_others(right: int, n_cases: int, *, unseen: bool) -> str:
    """What the cases looked at tell of others: nothing where the model was trained on them."""
    if not unseen:
        return "It may have seen them in training: how it does on others they do not tell."
    interval = binomtest(right, n_cases).proportion_ci(method="wilson")
    return (
        f"Of as many other cases of the kind it would be {interval.low:.1%} to "
        f"{interval.high:.1%} (Wilson's interval, 95 %)."
    )


def _confusion_chart(subject: Subject, cases: NDArray[np.int64]) -> Chart:
    wrong = cases - np.diag(np.diag(cases))
    worst = np.unravel_index(int(wrong.argmax()), wrong.shape)
    times = "once" if wrong[worst] == 1 else f"{wrong[worst]} times"
    says = (
        f"Most often class {subject.classes[worst[0]]} is taken for {subject.classes[worst[1]]}: "
        f"{times}."
        if wrong.any()
        else "No case is taken for another class."
    )
    return confusion_matrix(
        cases.tolist(),
        subject.classes,
        name="confusion",
        title="what is taken for what",
        caption=says,
    )


def _typical_chart(subject: Subject, known: Tensor, scores: Tensor) -> Chart:
    """Of every class the case whose margin is the middle one among those that are right."""
    truth = subject.y_test[known]
    margin = (
        scores.gather(1, truth[:, None])[:, 0]
        - scores.gather(1, rivals(scores, truth)[:, None])[:, 0]
    )
    typical: dict[int, int] = {}
    for label in truth.unique().tolist()[:MOST_CLASSES]:
        here = torch.nonzero((truth == label) & (margin > 0))[:, 0]
        if len(here):
            typical[label] = int(known[here[margin[here].argsort()[len(here) // 2]]])
    shares = subject.x_test[:0]
    if typical:
        shares = attribute(subject, torch.tensor([*typical.values()])).shares
    channel = _deciding_channel(shares)
    called = "value"
    if subject.channels:
        called = subject.channels[channel]
    elif shares.shape[1] > 1:
        called = f"value, channel {channel + 1}"
    panels, names = [], []
    for (label, case), of_case in zip(typical.items(), shares, strict=True):
        series = numbers(subject.x_test[case, channel])
        marked = np.where(_strongest_part(numbers(of_case[channel].abs())), series, np.nan)
        lines = [Line("the series", series, colour=0), Line("what decides", marked, colour=1)]
        words = f"class {subject.classes[label]}: case {case}"
        t, unit = _times(subject, len(series))
        panels.append(Lines(words, t, lines, unit, called))
        names.append(words)
    caption = (
        "A case of each class that is neither easy nor hard"
        + (", in the channel that says most" if subject.x_test.shape[1] > 1 else "")
        + ". The tenth of it that the decision rests on most is marked: look there first."
    )
    return Chart(
        "typical", "a typical case of each class", caption, "; ".join(names), tuple(panels)
    )


def _deciding_channel(shares: Tensor) -> int:
    """The channel on which the decisions on these cases rest most, noise averaged out."""
    if not len(shares):
        return 0
    width = max(2, round(PART * shares.shape[-1]))
    together = torch.nn.functional.avg_pool1d(shares, width, stride=max(1, width // 2))
    return int(together.abs().sum(dim=(0, 2)).argmax())


def _times(subject: Subject, n_timepoints: int) -> tuple[Numbers, str]:
    """When each timepoint is, in seconds where the rate is known."""
    t = np.arange(n_timepoints, dtype=float)
    if subject.sampling_interval is None:
        return t, "timepoint"
    return t * subject.sampling_interval, "time / s"


def _strongest_part(shares: Numbers) -> np.ndarray:
    """The timepoints of a tenth of the series around which shares are largest."""
    width = max(2, round(PART * len(shares)))
    smooth = np.convolve(shares, np.ones(width), "same")
    strongest = np.zeros(len(shares), dtype=bool)
    strongest[np.argsort(smooth)[-width:]] = True
    return strongest


def _deciding_chart(subject: Subject) -> list[Chart]:
    """The detectors that push decisions most, with what each class reads there."""
    cases = subject.few_known
    y = subject.y_test[cases]
    network = subject.in_single_precision
    detected = Detected(subject, subject.x_test[cases], network)
    trained = Detected(subject, subject.x_train[subject.few_train], network).features()
    spread = trained.std(dim=0, correction=0).clamp(min=1e-12)
    readings = (detected.features() - trained.mean(dim=0)) / spread
    plain = detected.logits()
    weights = class_weights(subject) * spread
    push = ((weights[y] - weights[rivals(plain, y)]) * readings).mean(dim=0)
    features = feature_names(network.fibres, network.n_timepoints, network.n_channels)
    labels = y.unique().tolist()
    names = [subject.classes[label] for label in labels]
    panels: list[Panel] = []
    words = []
    for number in push.argsort(descending=True)[:MOST_DETECTORS].tolist():
        of_classes = [readings[y == label, number] for label in labels]
        means = np.array([float(of_class.mean()) for of_class in of_classes])
        told = in_users_words(features[number], subject.channels, subject.sampling_interval)
        words.append(f"{told}: high means class {names[int(means.argmax())]}")
        if len(names) > MOST_HEAPS:
            bars = [("reading", means)]
            panels.append(Bars(words[-1], names, bars, "mean reading / deviations"))
        else:
            panels.append(_heaps(words[-1], names, [numbers(each) for each in of_classes]))
    if not panels:
        return []
    shown = (
        "bars are what the cases of each class read there, away from the mean over training cases."
        if len(names) > MOST_HEAPS
        else "the further the heaps of two classes lie apart, the more this one detector tells."
    )
    caption = f"The detectors that push the right decisions most, the first one hardest: {shown}"
    says = ". ".join(words)
    size = (3.6, 2.2)
    return [Chart("deciding", "what decides", caption, says, tuple(panels), columns=3, size=size)]


def _heaps(title: str, names: Sequence[str], readings: Sequence[Numbers]) -> Lines:
    """How the readings of each class lie, smoothed; the highest place of a class is 100 %."""
    together = np.concatenate(readings)
    low, high = together.min(), together.max()
    width = max(SMOOTH * (high - low), 1e-9)
    x = np.linspace(low - 3 * width, high + 3 * width, 160)
    lines = []
    for name, values in zip(names, readings, strict=True):
        heap = np.exp(-(((x[:, np.newaxis] - values) / width) ** 2) / 2).sum(axis=1)
        lines.append(Line(f"class {name}", 100 * heap / heap.max()))
    return Lines(title, x, lines, "reading / deviations", "cases / % of most", y_range=(0.0, 104.0))
