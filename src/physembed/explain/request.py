"""What a user wants to see of a run, and what a report shows where they did not say."""

from dataclasses import dataclass

import torch

from physembed._checks import require_positive
from physembed.errors import InvalidInputError, UnknownNameError
from physembed.explain.subject import Subject


@dataclass(frozen=True)
class Request:
    """What a user wants to see.

    Parameters
    ----------
    cases : tuple of int
        Test cases to watch; empty is the first one that the model gets right.
    pair : (str, str) or None
        Two classes to compare; None is the pair that the model confuses most.
    time_scale : float
        Seconds of light per timepoint of the series.
    length_scale : float
        Metres of a condensate per timepoint.
    """

    cases: tuple[int, ...] = ()
    pair: tuple[str, str] | None = None
    time_scale: float = 10e-12
    length_scale: float = 0.5e-6

    def __post_init__(self) -> None:
        require_positive(time_scale=self.time_scale, length_scale=self.length_scale)

    def check(self, subject: Subject) -> None:
        """Whether there is what is asked for, before any work is done.

        Raises
        ------
        InvalidInputError
            If there is no such test case.
        UnknownNameError
            If the model knows no such class.
        """
        n_cases = len(subject.x_test)
        for case in self.cases:
            if not 0 <= case < n_cases:
                raise InvalidInputError(
                    f"case {case} does not exist: {subject.dataset or 'the data set'} has the test "
                    f"cases 0 to {n_cases - 1}."
                )
        for label in self.pair or ():
            if label not in subject.classes:
                raise UnknownNameError("class", label, list(subject.classes))


def chosen_cases(subject: Subject, request: Request) -> list[int]:
    """The test cases to watch, of a request that was checked."""
    if request.cases:
        return list(request.cases)
    some = subject.few_test
    right = subject.decisions(subject.x_test[some]).argmax(dim=1) == subject.y_test[some]
    return [int(some[right][0]) if bool(right.any()) else int(some[0])]


def chosen_pair(subject: Subject, request: Request) -> tuple[int, int]:
    """Places of the two classes to compare, of a request that was checked."""
    if request.pair is not None:
        return subject.classes.index(request.pair[0]), subject.classes.index(request.pair[1])
    n_classes = len(subject.classes)
    some = subject.few_known
    predicted = subject.decisions(subject.x_test[some]).argmax(dim=1)
    confusion = torch.zeros(n_classes, n_classes)
    confusion.index_put_((subject.y_test[some], predicted), torch.ones(len(some)), accumulate=True)
    confusion = (confusion + confusion.T).triu(1)
    if n_classes < 2:
        return 0, 0
    if not bool(confusion.any()):
        return 0, 1
    return divmod(int(confusion.argmax()), n_classes)
