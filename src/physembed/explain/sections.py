"""Which sections a report of a run has, and what is measured for each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from physembed.errors import InvalidInputError, UnknownNameError
from physembed.explain.figures.watching import (
    case_chart,
    class_chart,
    difference_chart,
    moving_chart,
)
from physembed.explain.measures.watching import watch_case, watch_classes
from physembed.explain.report import Section
from physembed.explain.subject import Subject

EMPTY = "All coefficients of this fibre are zero: the series meets the detector as it is."


@dataclass(frozen=True)
class Request:
    """What a user wants to see.

    Parameters
    ----------
    cases : tuple of int
        Test cases to watch; empty is the first one that the model gets right.
    pair : (str, str) or None
        Two classes to compare; None is the pair that the model confuses most.
    """

    cases: tuple[int, ...] = ()
    pair: tuple[str, str] | None = None


def watching_sections(subject: Subject, request: Request) -> list[Section]:
    """One section for each fibre: a case, the classes, and the difference of two."""
    cases, pair = chosen_cases(subject, request), chosen_pair(subject, request)
    sections = []
    for fibre in range(len(subject.fibres)):
        name = subject.name(fibre)
        charts = []
        for case in cases:
            passage = watch_case(subject, fibre, subject.x_test[case])
            label = int(subject.y_test[case])
            words = f"test case {case} (class {subject.classes[label] if label >= 0 else '?'})"
            for channel in range(subject.network.n_channels):
                suffix = f"-channel-{channel + 1}" if subject.network.n_channels > 1 else ""
                of = f", channel {channel + 1}" if suffix else ""
                stem = f"fibre-{fibre + 1}-case-{case}{suffix}"
                charts.append(
                    case_chart(passage, name=stem, fibre=name, case=words + of, channel=channel)
                )
                if fibre == 0 and case == cases[0] and channel == 0:
                    charts.append(
                        moving_chart(passage, name=f"{stem}-moving", fibre=name, case=words + of)
                    )
        if subject.is_empty(fibre):
            sections.append(Section(f"Watch {name}", [EMPTY], charts))
            continue
        passages = watch_classes(subject, fibre)
        stem = f"fibre-{fibre + 1}"
        charts.append(class_chart(passages, subject.classes, name=f"{stem}-classes", fibre=name))
        charts.append(
            difference_chart(passages, subject.classes, pair, name=f"{stem}-difference", fibre=name)
        )
        sections.append(Section(f"Watch {name}", charts=charts))
    return sections


def chosen_cases(subject: Subject, request: Request) -> list[int]:
    """The test cases to watch.

    Raises
    ------
    InvalidInputError
        If there is no such test case.
    """
    n_cases = len(subject.x_test)
    for case in request.cases:
        if not 0 <= case < n_cases:
            raise InvalidInputError(
                f"case {case} does not exist: {subject.dataset or 'the data set'} has the test "
                f"cases 0 to {n_cases - 1}."
            )
    if request.cases:
        return list(request.cases)
    some = subject.few_test
    right = predicted(subject, some) == subject.y_test[some]
    return [int(some[right][0]) if bool(right.any()) else int(some[0])]


def chosen_pair(subject: Subject, request: Request) -> tuple[int, int]:
    """Places of the two classes to compare.

    Raises
    ------
    UnknownNameError
        If the model knows no such class.
    """
    if request.pair is not None:
        for label in request.pair:
            if label not in subject.classes:
                raise UnknownNameError("class", label, list(subject.classes))
        return subject.classes.index(request.pair[0]), subject.classes.index(request.pair[1])
    n_classes = len(subject.classes)
    some = subject.few_test[subject.y_test[subject.few_test] >= 0]
    confusion = torch.zeros(n_classes, n_classes)
    confusion.index_put_(
        (subject.y_test[some], predicted(subject, some)), torch.ones(len(some)), accumulate=True
    )
    confusion = (confusion + confusion.T).triu(1)
    if n_classes < 2:
        return 0, 0
    if not bool(confusion.any()):
        return 0, 1
    return divmod(int(confusion.argmax()), n_classes)


def predicted(subject: Subject, cases: torch.Tensor) -> torch.Tensor:
    """The class that the network gives to some test cases, as places in ``classes``."""
    with torch.no_grad():
        return torch.cat(
            [subject.network(part) for part in subject.x_test[cases].split(64)]
        ).argmax(1)


BUILDERS: Sequence[Callable[[Subject, Request], list[Section]]] = (watching_sections,)
"""What a report consists of, in order."""
