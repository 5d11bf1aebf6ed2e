"""How the times of a table that is read line by line go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from physembed.data.formats.text_table import number
from physembed.data.own.clock import Clock, check_ascending, clock_of
from physembed.data.own.description import Description
from physembed.data.own.moments import are_irregular, step_of, steps_between
from physembed.data.own.table import Table


@dataclass(frozen=True)
class Pace:
    """How the times of a table go on.

    Parameters
    ----------
    called : Path
        What messages call the table.
    columns : tuple of str
        One, or that of days and that of times of day.
    description : Description
        Of how times are written.
    decimal : str
        The mark.
    step : float
        Of the grid that lines are laid onto, in the unit of the times.
    in_seconds : bool
    irregular : bool
        Whether the first times lie on no even grid.
    """

    called: Path
    columns: tuple[str, ...]
    description: Description
    decimal: str
    step: float = 1.0
    in_seconds: bool = False
    irregular: bool = False

    def clock(self, told: Sequence[str], lines: Sequence[int]) -> Clock:
        """The times of lines of one recording.

        Raises
        ------
        DatasetError
            For a time that is none, or is not later than the one before, with its line.
        """
        numbers = [number(cell, self.decimal) for cell in told]
        are_numbers = all(value is not None for value in numbers)
        times = np.array(numbers if are_numbers else told, dtype=float if are_numbers else object)
        column = " ".join(self.columns)
        table = Table(self.called, {column: times}, np.array(lines, dtype=np.int64))
        clock = clock_of(table, column, self.description)
        check_ascending(table, clock, column, or_else="say --time none to count lines")
        return clock

    def steps(self, told: Sequence[str], lines: Sequence[int]) -> NDArray[np.float64]:
        """Steps of the grid from each line of a recording to the next, whole but for irregular."""
        times = self.clock(told, lines).times
        if self.irregular:
            return np.asarray(np.diff(times) / self.step)
        return steps_between(times, self.step).astype(np.float64)

    def measured(self, told: Sequence[str], lines: Sequence[int]) -> "Pace":
        """With the step of two or more lines of one recording."""
        clock = self.clock(told, lines)
        return Pace(
            self.called,
            self.columns,
            self.description,
            self.decimal,
            step_of(clock.times),
            clock.in_seconds,
            are_irregular(clock.times),
        )
