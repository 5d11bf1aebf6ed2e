"""The first page of a report: what this model looks at, in pictures."""

import numpy as np
import torch
from scipy.stats import binomtest
from torch import Tensor

from physembed.charts import Bars, Chart, Line, Lines
from physembed.charts.arrays import Numbers, numbers
from physembed.charts.confusion import confusion_matrix
from physembed.explain.measures.attribution import attribute
from physembed.explain.measures.detected import Detected, rivals
from physembed.explain.measures.readout import class_weights
from physembed.explain.measures.tolerance import Tolerance
from physembed.explain.report import Section
from physembed.explain.subject import Subject
from physembed.networks.feature_names import feature_names

MOST_DETECTORS = 5
MOST_CLASSES = 8
"""Typical cases that are drawn."""
PART = 0.1
"""Of a case, what is marked as what decides."""
NOISE = (0.0, 0.01, 0.03, 0.1, 0.3)
SHIFTS = (0.0, 0.01, 0.02, 0.05, 0.1)
"""Noise over a series' own deviation; shifts over its length."""


def first_section(subject: Subject, errors: Tolerance | None = None) -> Section:
    """Accuracy, confusion, a typical case of each class, what decides, and what disturbs.

    Parameters
    ----------
    subject : Subject
    errors : Tolerance or None, default=None
        Of the coefficients; the one that must be kept most precisely is named.
    """
    known = torch.nonzero(subject.y_test >= 0)[:, 0]
    scores = subject.logits(subject.x_test[known])
    truth, answers = subject.y_test[known], scores.argmax(dim=1)
    right, n_cases = int((answers == truth).sum()), len(truth)
    interval = binomtest(right, n_cases).proportion_ci(method="wilson")
    sentence = (
        f"Of {n_cases:,} test cases {right:,} are right: {right / n_cases:.1%}. Of as many other "
        f"cases of the kind it would be {interval.low:.1%} to {interval.high:.1%} "
        "(Wilson's interval, 95 %)."
    )
    charts = [
        _confusion_chart(subject, truth, answers),
        _typical_chart(subject, known, scores),
        *_deciding_chart(subject),
        _disturbed_chart(subject),
    ]
    precise = [errors.sentence()] if errors is not None and errors.names else []
    return Section("What this model looks at", [*precise, sentence], charts)


def _confusion_chart(subject: Subject, truth: Tensor, answers: Tensor) -> Chart:
    n_classes = len(subject.classes)
    cases = np.zeros((n_classes, n_classes), dtype=int)
    np.add.at(cases, (truth.numpy(), answers.numpy()), 1)
    wrong = cases - np.diag(np.diag(cases))
    worst = np.unravel_index(int(wrong.argmax()), wrong.shape)
    says = (
        f"Most often class {subject.classes[worst[0]]} is taken for {subject.classes[worst[1]]}: "
        f"{wrong[worst]} times."
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
    panels, names = [], []
    for label in truth.unique().tolist()[:MOST_CLASSES]:
        here = torch.nonzero((truth == label) & (margin > 0))[:, 0]
        if not len(here):
            continue
        middle = here[margin[here].argsort()[len(here) // 2]]
        case = int(known[middle])
        shares = attribute(subject, torch.tensor([case])).shares[0].abs().sum(dim=0)
        series = numbers(subject.x_test[case, 0])
        marked = np.where(_strongest_part(numbers(shares)), series, np.nan)
        lines = [Line("the series", series, colour=0), Line("what decides", marked, colour=1)]
        words = f"class {subject.classes[label]}: test case {case}"
        panels.append(
            Lines(words, np.arange(len(series), dtype=float), lines, "timepoint", "value")
        )
        names.append(words)
    caption = (
        "A case of each class that is neither easy nor hard. The tenth of it that the decision "
        "rests on most is marked: look there first."
    )
    return Chart(
        "typical", "a typical case of each class", caption, "; ".join(names), tuple(panels)
    )


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
    detected = Detected(subject, subject.x_test[cases])
    trained = Detected(subject, subject.x_train[subject.few_train]).features()
    spread = trained.std(dim=0, correction=0).clamp(min=1e-12)
    readings = (detected.features() - trained.mean(dim=0)) / spread
    plain = detected.logits()
    weights = class_weights(subject) * spread
    push = ((weights[y] - weights[rivals(plain, y)]) * readings).mean(dim=0)
    network = subject.network
    features = feature_names(network.fibres, network.n_timepoints, network.n_channels)
    panels, words = [], []
    for number in push.argsort(descending=True)[:MOST_DETECTORS].tolist():
        of_class = torch.stack([readings[y == label, number].mean() for label in y.unique()])
        names = [subject.classes[label] for label in y.unique().tolist()]
        highest = names[int(of_class.argmax())]
        words.append(f"{features[number]}: high means class {highest}")
        series = [("reading", numbers(of_class))]
        panels.append(Bars(words[-1], names, series, "mean reading / deviations"))
    if not panels:
        return []
    caption = (
        "The detectors that push the right decisions most, the first one hardest; bars are what "
        "the test cases of each class read there, away from the mean over training cases."
    )
    says = ". ".join(words)
    return [Chart("deciding", "what decides", caption, says, tuple(panels), size=(5.4, 2.0))]


def _disturbed_chart(subject: Subject) -> Chart:
    """Accuracy with noise, and with the series moved in time."""
    cases = subject.few_known
    x, y = subject.x_test[cases], subject.y_test[cases]
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(x.shape, generator=generator, dtype=x.dtype)
    deviation = x.std(dim=-1, keepdim=True, correction=0)

    def right(series: Tensor) -> float:
        return 100 * float((subject.logits(series).argmax(dim=1) == y).double().mean())

    noisy = np.array([right(x + level * deviation * noise) for level in NOISE])
    moved = np.array([right(_moved(x, round(share * x.shape[-1]))) for share in SHIFTS])
    lowest = max(0.0, min(noisy.min(), moved.min()) - 5)
    panels = tuple(
        Lines(
            title,
            100 * np.array(levels),
            [Line("test cases", values)],
            label,
            "right / %",
            marked=True,
            y_range=(lowest, 101.0),
        )
        for title, levels, values, label in (
            ("with noise", NOISE, noisy, "noise / % of a series' deviation"),
            ("moved in time", SHIFTS, moved, "shift / % of the length"),
        )
    )
    says = (
        f"Noise of 10 % leaves {noisy[3]:.1f} % right of {noisy[0]:.1f} %, a shift by 5 % of the "
        f"length {moved[3]:.1f} %."
    )
    return Chart("disturbed", "what happens when something disturbs", says, says, panels)


def _moved(x: Tensor, points: int) -> Tensor:
    """Later by so many points; the first value stands before."""
    if not points:
        return x
    return torch.cat([x[..., :1].expand(*x.shape[:-1], points), x[..., :-points]], dim=-1)
