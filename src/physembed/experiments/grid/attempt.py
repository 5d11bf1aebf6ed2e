"""Runs of a grid, tried: the record of each, or why there is none."""

import traceback
from dataclasses import dataclass
from pathlib import Path

from physembed.errors import PhysembedError
from physembed.experiments.grid.plan import Run
from physembed.experiments.grid.records import Record


@dataclass(frozen=True)
class Outcome:
    """A run that has ended: its record, or why there is none.

    Parameters
    ----------
    run : Run
    record : dict or None
    reason : str
        One sentence where the run failed, else empty.
    details : str
        The traceback where the failure was not one that physembed foresees, else empty.
    """

    run: Run
    record: Record | None
    reason: str = ""
    details: str = ""


def attempt(run: Run, out: Path, *, keep_models: bool = True) -> Outcome:
    """Do a run; whatever goes wrong becomes its outcome's reason."""
    from physembed.experiments.grid.run import execute

    try:
        return Outcome(run, execute(run, out, keep_model=keep_models))
    except PhysembedError as error:
        return Outcome(run, None, reason=str(error))
    except Exception as error:
        # a grid of hours must not end with the first surprise; the reason is reported at its end
        reason = f"{type(error).__name__}: {error}"
        return Outcome(run, None, reason=reason, details=traceback.format_exc())
