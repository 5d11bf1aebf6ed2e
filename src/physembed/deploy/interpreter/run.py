"""The steps of a plan, carried out by numpy for many cases at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import fft

from physembed.deploy.interpreter.detect import Array, Reals, detect, intensity
from physembed.deploy.interpreter.encode import encode
from physembed.deploy.plan import Detect, Kerr, Multiply, Path, Plan, Split, Step, Transform
from physembed.errors import InvalidInputError

CASES_AT_ONCE = 64


def scores(plan: Plan, x: ArrayLike, dtype: Any = np.float64) -> Reals:
    """What a plan says of series.

    Parameters
    ----------
    plan : Plan
    x : array_like of shape (cases, channels, timepoints)
        Finite numbers.
    dtype : numpy.float64 or numpy.float32
        Of all arithmetic.

    Returns
    -------
    ndarray of shape (cases, classes), or (cases, 1) for a regression

    Raises
    ------
    InvalidInputError
        If the series are of another shape, or not finite.
    """
    readings = features(plan, x, dtype)
    readout = plan.readout
    if readout.scales is not None:
        readings = readings * readout.scales.astype(dtype)
    rows = readings @ readout.weights.T.astype(dtype) + readout.bias.astype(dtype)
    return np.concatenate([-rows, rows], axis=1) if readout.signed else rows


def features(plan: Plan, x: ArrayLike, dtype: Any = np.float64) -> Reals:
    """What the detectors of a plan give, (cases, features); arguments as of :func:`scores`."""
    series = np.asarray(x).astype(dtype)
    if series.ndim != 3 or series.shape[1:] != (plan.n_channels, plan.n_timepoints):
        raise InvalidInputError(
            f"x must have shape (cases, {plan.n_channels}, {plan.n_timepoints}), got "
            f"{series.shape}."
        )
    if not np.isfinite(series).all():
        raise InvalidInputError("x must be finite, also in single precision.")
    parts = np.split(series, range(CASES_AT_ONCE, len(series), CASES_AT_ONCE))
    return np.concatenate(
        [np.concatenate([_path(path, part) for path in plan.paths], axis=1) for part in parts]
    )


def _path(path: Path, x: Reals) -> Reals:
    field = encode(path.encoding, x)[:, list(path.channels)]
    read: dict[tuple[int, int], Array] = {}
    _run(path.steps, field, path.encoding.window, read)
    readings = []
    for number, detection in enumerate(path.detections):
        arms = [read[number, arm][..., : detection.points] for arm in range(detection.n_arms)]
        rows = np.stack(arms, axis=2).reshape(len(x), -1, detection.points)
        taken = [detect(detector, rows) for detector in detection.detectors]
        readings.append(np.concatenate(taken, axis=2).reshape(len(x), -1))
    return np.concatenate(readings, axis=1)


def _run(
    steps: Sequence[Step],
    field: Array,
    n_points: int,
    read: dict[tuple[int, int], Array],
    *,
    at_points: bool = True,
) -> None:
    """Send a field through steps; what is handed to a detection is entered in ``read``."""
    for step in steps:
        match step:
            case Transform():
                field, at_points = _transform(step, field, n_points), step.inverse
            case Multiply():
                field = _multiply(step, field, n_points, at_points=at_points)
            case Kerr():
                phase = step.slope.astype(field.real.dtype) * intensity(field)
                field = field * (np.cos(phase) + 1j * np.sin(phase)).astype(field.dtype)
            case Detect():
                read[step.detection, step.arm] = field
            case Split():
                for arm in step.arms:
                    _run(arm, field, n_points, read, at_points=at_points)


def _transform(step: Transform, field: Array, n_points: int) -> Array:
    if step.real:
        return fft.irfft(field, n_points) if step.inverse else fft.rfft(field)
    return fft.ifft(field) if step.inverse else fft.fft(field)


def _multiply(step: Multiply, field: Array, n_points: int, *, at_points: bool) -> Array:
    dtype = np.result_type(field.dtype, np.complex64)
    values = step.factor.values(n_points)
    if not at_points:
        values = np.fft.ifftshift(values)
        if step.becomes == "same" and field.shape[-1] != n_points:
            # of a factor that keeps a field real, too, half is enough
            values = values[: n_points // 2 + 1]
        elif field.shape[-1] != n_points:
            field = np.concatenate([field, field[..., -2:0:-1].conj()], axis=-1)
    return field * values.astype(dtype)
