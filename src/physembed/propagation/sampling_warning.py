"""The warning that a grid or a step is too coarse for what happens on it."""

import math
import os
import sys
import warnings
from pathlib import Path

from physembed.errors import PhysembedWarning
from physembed.propagation.schedule import MOST_STEPS

_PACKAGE = str(Path(__file__).parent.parent) + os.sep
"""With the separator: a folder whose name only begins like this one is another's."""


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

    Examples
    --------
    >>> import warnings
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(32, spacing=1.0)
    >>> spike = torch.exp(-(grid.t**2) * 8).to(torch.complex128)
    >>> with warnings.catch_warnings(record=True) as told:
    ...     warnings.simplefilter("always")
    ...     out = pe.propagate(
    ...         spike, pe.NonlinearSchrodinger(), {"alpha": 0.0, "beta2": -1.0, "gamma": 0.0}, grid
    ...     )
    >>> told[0].category.__name__, told[0].message.remedy
    ('SamplingWarning', 'spacing')
    """

    def __init__(
        self, message: str, *, problem: str = "", remedy: str = "", factor: float | None = None
    ) -> None:
        super().__init__(message)
        self.problem = problem
        self.remedy = remedy
        self.factor = factor


def warn_of_few_steps(
    problem: str,
    *,
    named: str,
    steps: int,
    n_layers: int,
    factor: float,
    otherwise: str = "",
    beyond: str = "lower the field, the coefficients or the lengths",
) -> None:
    """Warn of steps of which a multiple is needed, where so many can be taken at all.

    Parameters
    ----------
    problem : str
    named : str
        What the caller calls the number of steps in a layer.
    steps, n_layers : int
        In a layer, and layers.
    factor : float
        How many times as many are needed; may be infinite.
    otherwise : str, default=""
        What may be done instead of taking more.
    beyond : str
        What is to be done where no cascade has as many steps.
    """
    wanted = steps * factor
    if wanted * n_layers > MOST_STEPS:
        advice = f"more than the {MOST_STEPS:,} that are taken would be needed: {beyond}"
    else:
        advice = f"increase {named} to {math.ceil(wanted):,} or more"
    give_warning(problem, f"{advice}, or {otherwise}" if otherwise else advice, "steps", factor)


def give_warning(problem: str, advice: str, remedy: str, factor: float | None = None) -> None:
    """A warning that points at the line outside this library from which it was reached."""
    warning = SamplingWarning(
        f"{problem}; {advice}.", problem=problem, remedy=remedy, factor=factor
    )
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(warning, stacklevel=level)
