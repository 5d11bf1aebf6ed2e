"""What physembed raises or warns with on purpose, so that a caller can tell ours from others'.

Messages name the argument or file, the value found, and what would be accepted.
"""

from typing import Any


class PhysembedError(Exception):
    """Base of every error that physembed raises on purpose.

    Examples
    --------
    >>> import physembed as pe
    >>> try:
    ...     pe.TimeGrid(1)
    ... except pe.PhysembedError as error:
    ...     print(error)
    n_points must be an integer of at least 2, got 1.
    """


class InvalidInputError(PhysembedError, ValueError):
    """An argument, a series or a label is not what the function accepts.

    Examples
    --------
    >>> import physembed as pe
    >>> try:
    ...     pe.TimeGrid(1)
    ... except pe.InvalidInputError as error:
    ...     print(error)
    n_points must be an integer of at least 2, got 1.
    """


class UnknownNameError(InvalidInputError):
    """A name (of a model, data set, coefficient, scheme, ...) that nothing here bears.

    Examples
    --------
    >>> import physembed as pe
    >>> try:
    ...     pe.Component(pe.DelayLine(), {"dealy": 2.0})
    ... except pe.UnknownNameError as error:
    ...     print(error)
    unknown coefficient of DelayLine 'dealy'. Did you mean 'delay'? Known: delay, phase.
    """

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
    """A data set is absent, unreadable or not what it claims to be.

    Examples
    --------
    >>> import physembed as pe
    >>> try:
    ...     pe.load_dataset("no-such-file.csv")
    ... except pe.DatasetError as error:
    ...     print(error)
    there is no file or folder no-such-file.csv.
    """


class DownloadError(DatasetError):
    """A download failed; nothing was left half-written.

    Examples
    --------
    >>> import physembed as pe
    >>> issubclass(pe.DownloadError, pe.DatasetError)
    True
    """


class RunFolderError(PhysembedError):
    """A run or model folder is damaged, foreign, from a newer version, or in the way.

    Examples
    --------
    >>> import physembed as pe
    >>> try:
    ...     pe.load("no-such-run")
    ... except pe.RunFolderError as error:
    ...     print(error)
    no-such-run is not a folder.
    """


class TrainingError(PhysembedError):
    """Training cannot go on, for example because the loss is no longer finite.

    Examples
    --------
    >>> import physembed as pe
    >>> issubclass(pe.TrainingError, pe.PhysembedError)  # one "except" catches all of ours
    True
    """


class HardwareError(PhysembedError):
    """A laboratory does not answer, or answers with what is no measurement.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> from physembed.hardware import BlackBox
    >>> def laboratory(inputs, controls):
    ...     return np.full_like(inputs, np.nan)
    >>> try:
    ...     BlackBox(laboratory, retries=0)(np.ones((2, 8)), {})
    ... except pe.HardwareError as error:
    ...     print(error)
    the box returned NaN or infinity in 2 of 2 cases; it was asked once.
    """


class OutOfMemoryError(TrainingError, MemoryError):
    """There is not memory enough for a fit or a prediction; the message says what to lower.

    Examples
    --------
    >>> import physembed as pe
    >>> issubclass(pe.OutOfMemoryError, MemoryError)
    True
    """


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
    """Base of every warning that physembed gives on purpose.

    Examples
    --------
    >>> import warnings
    >>> import physembed as pe
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", pe.PhysembedWarning)  # in tests of your own
    """


class TrainingWarning(PhysembedWarning):
    """A training has ended otherwise than it was meant to, with weights that can be used.

    Examples
    --------
    >>> import physembed as pe
    >>> issubclass(pe.TrainingWarning, pe.PhysembedWarning)
    True
    """
