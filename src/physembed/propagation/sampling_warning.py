"""The warning that a grid or a step is too coarse for what happens on it."""

import warnings

from physembed.errors import PhysembedWarning


class SamplingWarning(PhysembedWarning):
    """The grid undersamples the field, or a step is too long for it.

    What is seen may then be aliasing or resonance with the steps, not physics. The message says
    what to enlarge.

    Parameters
    ----------
    message : str
    problem : str, default=""
        The message without its advice.
    remedy : {"window", "spacing", "steps", ""}, default=""
        What to change: a longer window, a finer spacing, more steps.
    factor : float or None, default=None
        How many times as many steps are needed, where that is known.
    """

    def __init__(
        self, message: str, *, problem: str = "", remedy: str = "", factor: float | None = None
    ) -> None:
        super().__init__(message)
        self.problem = problem
        self.remedy = remedy
        self.factor = factor


def give_warning(
    problem: str, advice: str, remedy: str, factor: float | None = None, depth: int = 0
) -> None:
    """A warning that points at the line that called what called the function that gives it."""
    warning = SamplingWarning(
        f"{problem}; {advice}.", problem=problem, remedy=remedy, factor=factor
    )
    warnings.warn(warning, stacklevel=4 + depth)
