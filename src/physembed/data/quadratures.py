"""Complex series are fields, and become real ones of twice as many channels: their quadratures."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.cases import Cases
from physembed.errors import InvalidInputError

AS_TWO_CHANNELS = (
    "the real and the imaginary part as two channels, np.concatenate([X.real, X.imag], axis=1) of "
    "(cases, channels, timepoints)"
)
"""What to give where no field is taken, in a message."""


def in_quadratures(cases: Cases) -> Cases:
    """Fields as real series: the channels 2 c and 2 c + 1 are Re E_c and Im E_c.

    Where one of them is missing, both are.

    Parameters
    ----------
    cases : Cases
        Of shape (cases, timepoints) or (cases, channels, timepoints), or a list of such series.

    Raises
    ------
    InvalidInputError
        If a field has another number of dimensions, or fewer than two timepoints.
    """
    series = cases.series
    if isinstance(series, list):
        return replace(cases, series=[_parts(np.asarray(case), 1) for case in series])
    return replace(cases, series=_parts(series, 2))


def _parts(fields: NDArray[Any], n_dimensions: int) -> NDArray[np.float64]:
    """Of an array of a channel's ``n_dimensions``, or of one more."""
    if fields.ndim not in (n_dimensions, n_dimensions + 1):
        raise InvalidInputError(
            f"X has fields of shape {fields.shape}; complex numbers of shape (cases, timepoints) "
            "or (cases, channels, timepoints) are accepted, or a list of such series."
        )
    if fields.shape[-1] < 2:
        raise InvalidInputError(
            f"X has fields of {fields.shape[-1]} timepoint(s). Complex data not supported with "
            "fewer than two."
        )
    if fields.ndim == n_dimensions:
        fields = fields[..., np.newaxis, :]
    fields = np.asarray(fields, dtype=np.complex128)
    parts = np.stack([fields.real, fields.imag], axis=-2)
    parts[np.isnan(parts).any(axis=-2, keepdims=True).repeat(2, axis=-2)] = np.nan
    return parts.reshape(*fields.shape[:-2], 2 * fields.shape[-2], fields.shape[-1])
