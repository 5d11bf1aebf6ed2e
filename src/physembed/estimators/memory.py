"""What runs out of memory says which setting to lower."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from physembed.errors import OutOfMemoryError
from physembed.training.gradient.settings import TrainingSettings
from physembed.training.method import Settings
from physembed.training.projection.settings import ProjectionSettings


@contextmanager
def memory_errors_advise(advice: Callable[[], str]) -> Iterator[None]:
    """Turn the memory errors of numpy and torch into one of ours.

    Parameters
    ----------
    advice : callable
        Gives what to do about it, a sentence without its full stop.

    Raises
    ------
    OutOfMemoryError
    """
    try:
        yield
    except OutOfMemoryError:
        raise
    except (MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
        told = str(error) or type(error).__name__
        raise OutOfMemoryError(f"the memory is not enough: {told}. {advice()}.") from error


def advice_for_fit(settings: Settings, lighter: str | None) -> str:
    """What to lower where a fit needs too much.

    Parameters
    ----------
    settings : TrainingSettings, ProjectionSettings or None
    lighter : str or None
        What to take instead where the physics is designed.
    """
    if isinstance(settings, TrainingSettings):
        return f"Lower batch_size, which is {settings.batch_size}"
    if isinstance(settings, ProjectionSettings):
        most = max(cases for _, _, cases in settings.rungs)
        return f"Lower the cases of a step of the search (rungs), which are up to {most}"
    return f"Take {f'{lighter}, ' if lighter else ''}fewer cases or shorter series"


def advice_for_cases(*, in_fit: bool) -> str:
    """What to do where the series themselves, or what is made of them, are too many."""
    return "Take fewer cases or shorter series" if in_fit else "Give fewer cases at a time"


def _is_out_of_memory(error: BaseException) -> bool:
    """Whether an error is that of numpy, of torch on the CPU, or of CUDA."""
    told = isinstance(error, (MemoryError, torch.OutOfMemoryError))
    return told or "can't allocate memory" in str(error) or "not enough memory" in str(error)
