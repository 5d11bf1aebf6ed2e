"""What inputs do not tell of coefficients, and which others would tell it better."""

from collections.abc import Callable
from itertools import combinations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed.explain.recovery.measured_channel import (
    CASES_OF_THE_SEARCH,
    DIFFERENCE,
    MeasuredChannel,
)

WORTH_SAYING = 1.5
"""By how much another input must shrink the worst error bar."""


def _stretched(fields: Tensor, factor: float) -> Tensor:
    """Fields ``factor`` times as long about the middle of the window, of the same peak power."""
    n = fields.shape[-1]
    places = n // 2 + (np.arange(n) - n // 2) / factor
    rows = fields.reshape(-1, n).numpy()
    parts = [
        np.stack([np.interp(places, np.arange(n), part, left=0.0, right=0.0) for part in rows_of])
        for rows_of in (rows.real, rows.imag)
    ]
    return torch.from_numpy(parts[0] + 1j * parts[1]).reshape(fields.shape)


OTHER_INPUTS: dict[str, Callable[[Tensor], Tensor]] = {
    "four times the power": lambda fields: 2 * fields,
    "a quarter of the power": lambda fields: fields / 2,
    "half the duration": lambda fields: _stretched(fields, 0.5),
    "twice the duration": lambda fields: _stretched(fields, 2.0),
}


def better_inputs(
    channel: MeasuredChannel, values: NDArray[np.float64], scale: NDArray[np.float64], steps: int
) -> str:
    """What to send instead, in words; empty where none of four ways to change them helps much.

    It is about the coefficient whose error bar is the longest beside its value. The information
    JᵀJ of the traces of a few cases, at the same noise, tells how long the error bars would be in
    units of ``scale``.
    """
    if len(channel.grid.shape) > 1:
        return ""
    before = _errors(channel, channel.inputs, values, scale, steps)
    worst = int(np.argmax(before / np.abs(values)))
    gains = {}
    for name, change in OTHER_INPUTS.items():
        after = _errors(channel, change(channel.inputs), values, scale, steps)
        # inputs that would make the field overflow are none to advise
        gains[name] = float(np.nan_to_num(before[worst] / after[worst]))
    best = max(gains, key=lambda name: gains[name])
    if not gains[best] > WORTH_SAYING:
        return ""
    times = f"{gains[best]:.2g}" if gains[best] < 100 else "more than a hundred"
    return (
        f"inputs of {best} would tell {channel.names[worst]} from the others {times} times as well"
    )


MOST_TURNED = 5
"""Coefficients of whose signs every combination is tried."""

AS_WELL = 1.02
"""Sum of squares over that of the fit, up to which other signs explain the outputs as well."""


def untold_signs(
    channel: MeasuredChannel, values: NDArray[np.float64], steps: int, signed: tuple[int, ...]
) -> tuple[str, ...]:
    """Of the coefficients ``signed`` those whose signs leave no trace when they are turned.

    A field of one phase is its own complex conjugate, and what leaves a medium of the opposite
    dispersion and nonlinearity is the conjugate of what leaves this one: no intensity tells them
    apart. Of the sets whose signs can be turned the smallest.
    """
    if channel.kind.is_complex or len(signed) > MOST_TURNED:
        return ()
    least = float(np.sum(channel.plain(values, steps) ** 2))
    for size in range(1, len(signed) + 1):
        for turned in combinations(signed, size):
            signs = np.ones(len(values))
            signs[list(turned)] = -1
            if float(np.sum(channel.plain(signs * values, steps) ** 2)) < AS_WELL * least:
                return tuple(channel.names[k] for k in turned)
    return ()


def _errors(
    channel: MeasuredChannel, inputs: Tensor, values: NDArray[np.float64],
    scale: NDArray[np.float64], steps: int,
) -> NDArray[np.float64]:  # fmt: skip
    fields = inputs[:CASES_OF_THE_SEARCH]
    start = channel.predicted(values * scale, steps, fields)
    noise = start + 1e-3 * start.max() if channel.kind.is_relative else 1.0
    columns = []
    for k in range(len(values)):
        step = np.zeros(len(values))
        step[k] = 100 * DIFFERENCE
        traces = [channel.predicted((values + s) * scale, steps, fields) for s in (step, -step)]
        if channel.kind.open_ends is not None:
            # what is open is no information
            traces = [channel.kind.open_ends(start, trace)[0] for trace in traces]
        columns.append(((traces[0] - traces[1]) / noise).ravel() / (200 * DIFFERENCE))
    jacobian = np.stack(columns, axis=1)
    information = jacobian.T @ jacobian
    # a combination that leaves no trace has a very long error bar, not none
    information += 1e-14 * np.trace(information) * np.eye(len(values))
    errors: NDArray[np.float64] = np.sqrt(np.diag(np.linalg.inv(information)))
    return errors
