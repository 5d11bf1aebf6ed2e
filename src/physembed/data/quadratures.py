"""Complex series are fields, and become real ones of twice as many channels: their quadratures."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.cases import Cases, as_float, is_missing, is_real_number, place_of, plain, shown
from physembed.errors import InvalidInputError

AS_TWO_CHANNELS = (
    "the real and the imaginary part as two channels, np.concatenate([X.real, X.imag], axis=1) of "
    "(cases, channels, timepoints)"
)
"""What to give where no field is taken, in a message."""


def in_quadratures(cases: Cases) -> Cases:
    """Fields as real series: the channels 2 c and 2 c + 1 are Re E_c and Im E_c.

    Where one of them is missing, both are. Objects (complex numbers, and None for what is missing)
    count as fields do.

    Parameters
    ----------
    cases : Cases
        Of shape (cases, timepoints) or (cases, channels, timepoints), or a list of such series.

    Raises
    ------
    InvalidInputError
        If a field has another number of dimensions, or fewer than two timepoints; if one case has
        more fields than another; or if there is anything but numbers and what is missing.
    """
    series = cases.series
    if isinstance(series, list):
        parts = [
            _parts(_complex_numbers(np.asarray(case)[np.newaxis], index)[0], 1)
            for index, case in enumerate(series)
        ]
        for index, case in enumerate(parts):
            if len(case) != len(parts[0]):
                raise InvalidInputError(
                    f"X: case {index} has {len(case) // 2} field(s), case 0 has "
                    f"{len(parts[0]) // 2}; all cases need as many."
                )
        return replace(cases, series=parts)
    return replace(cases, series=_parts(_complex_numbers(series), 2))


def _complex_numbers(fields: NDArray[Any], first_case: int = 0) -> NDArray[Any]:
    """Numbers as they are, and of objects complex ones, with NaN for what is missing."""
    if fields.dtype.kind in "biufc":
        return fields
    numbers = np.full(fields.shape, np.nan, dtype=np.complex128)
    for position, value in np.ndenumerate(fields):
        if isinstance(value, complex | np.complexfloating):
            numbers[position] = value
        elif is_real_number(value):
            numbers[position] = as_float(value)
        elif not is_missing(value):
            raise InvalidInputError(
                f"X has {shown(value)} ({type(plain(value)).__name__}) at "
                f"{place_of(position, first_case)}; complex numbers are accepted, and None or NaN "
                "for what is missing."
            )
    return numbers


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
