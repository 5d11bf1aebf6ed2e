"""What physembed raises or warns with on purpose, so that a caller can tell ours from others'.

Messages name the argument or file, the value found, and what would be accepted.
"""

from typing import Any


class PhysembedError(Exception):
    """Base of every error that physembed raises on purpose."""


class InvalidInputError(PhysembedError, ValueError):
    """An argument, a series or a label is not what the function accepts."""


class UnknownNameError(InvalidInputError):
    """A name (of a model, data set, coefficient, scheme, ...) that nothing here bears."""

    def __init__(
        self, kind: str, name: object, known: "list[str] | tuple[str, ...]", *, instead: str = ""
    ) -> None:
        from difflib import get_close_matches

        lowered = {k.lower(): k for k in known}
        close = get_close_matches(str(name).lower(), list(lowered), n=1, cutoff=0.5)
        hint = f" Did you mean {lowered[close[0]]!r}?" if close else ""
        hint = f" {instead}" if instead else hint
        super().__init__(f"unknown {kind} {name!r}.{hint} Known: {', '.join(known)}.")

    def __reduce__(self) -> "tuple[object, ...]":
        return (_unknown_name_error, self.args)


def _unknown_name_error(message: str) -> UnknownNameError:
    """The error as it comes out of a pickle, for example from another process."""
    error = UnknownNameError.__new__(UnknownNameError)
    error.args = (message,)
    return error


class DatasetError(PhysembedError):
    """A data set is absent, unreadable or not what it claims to be."""


class DownloadError(DatasetError):
    """A download failed; nothing was left half-written."""


class RunFolderError(PhysembedError):
    """A run or model folder is damaged, foreign, from a newer version, or in the way."""


class TrainingError(PhysembedError):
    """Training cannot go on, for example because the loss is no longer finite."""


class HardwareError(PhysembedError):
    """A laboratory does not answer, or answers with what is no measurement."""


class OutOfMemoryError(TrainingError, MemoryError):
    """There is not memory enough for a fit or a prediction; the message says what to lower."""


class DivergenceError(TrainingError):
    """The loss of a gradient training is no longer finite.

    Parameters
    ----------
    message : str
    rescued : tuple of SeriesNetwork, list of dict and int, or None
        The network with its best weights, or its last good ones where none were held to be best;
        its history; and the epoch that the weights are of. None where no epoch was finished.
    """

    def __init__(
        self, message: str, rescued: "tuple[Any, list[dict[str, float]], int] | None"
    ) -> None:
        super().__init__(message)
        self.rescued = rescued

    def __reduce__(self) -> "tuple[object, ...]":
        # a network is not carried to another process with the sentence
        return (type(self), (str(self), None))


class PhysembedWarning(UserWarning):
    """Base of every warning that physembed gives on purpose."""


class TrainingWarning(PhysembedWarning):
    """A training has ended otherwise than it was meant to, with weights that can be used."""
