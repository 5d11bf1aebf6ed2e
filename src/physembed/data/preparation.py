"""How recordings became the cases of a data set; kept with a model, so that predict repeats it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from physembed.data.cases import Cases
from physembed.errors import InvalidInputError

_SAME_INTERVAL = 1e-3
"""Relative difference of two sampling intervals that are taken for one."""
_LARGEST_FACTOR = 1000
"""Of resampling: both whole numbers of the ratio are at most this."""


@dataclass(frozen=True)
class Preparation:
    """What was done to recordings.

    Parameters
    ----------
    sampling_interval : float or None
        Seconds between two timepoints; None where nobody has said.
    n_timepoints : int or None
        Longer recordings were cut to so many timepoints, shorter ones padded with zeros at their
        end; None where they are as they were.
    """

    sampling_interval: float | None = None
    n_timepoints: int | None = None

    @classmethod
    def from_plain(cls, data: Mapping[str, Any] | None) -> Self:
        """What :meth:`to_plain` gave; anything that it cannot have given is a ValueError."""
        data = data or {}
        interval, n_timepoints = data.get("sampling_interval"), data.get("n_timepoints")
        if interval is not None and not (isinstance(interval, float) and 0 < interval < np.inf):
            raise ValueError(f"sampling_interval is {interval!r}")
        if n_timepoints is not None and not (type(n_timepoints) is int and n_timepoints > 1):
            raise ValueError(f"n_timepoints is {n_timepoints!r}")
        return cls(interval, n_timepoints)

    def to_plain(self) -> dict[str, Any] | None:
        """JSON-ready; None where nothing was done or said."""
        return asdict(self) if self != type(self)() else None

    def check_interval(self, interval: float | None, called: str, *, remedy: str = "") -> None:
        """Refuse series that are sampled otherwise, where both intervals are known.

        Raises
        ------
        InvalidInputError
        """
        expected = self.sampling_interval
        if interval is None or expected is None or _same(interval, expected):
            return
        raise InvalidInputError(
            f"{called}: sampled every {interval:.6g} s ({1 / interval:.6g} a second), where the "
            f"model was trained on series sampled every {expected:.6g} s ({1 / expected:.6g} a "
            f"second).{remedy}"
        )

    def applied(self, cases: Cases, called: str, *, resample: bool = False) -> Cases:
        """Do to recordings what was done to those that the model was trained on.

        Parameters
        ----------
        cases : Cases
        called : str
            What errors call them.
        resample : bool
            Whether recordings of another sampling interval are resampled, by scipy's polyphase
            filter; else they are refused.

        Returns
        -------
        Cases

        Raises
        ------
        InvalidInputError
        """
        series: Any = cases.series
        interval, expected = cases.sampling_interval, self.sampling_interval
        if interval is not None and expected is not None and not _same(interval, expected):
            if not resample:
                self.check_interval(interval, called, remedy=" Resample them with --resample.")
            ratio = Fraction(interval / expected).limit_denominator(_LARGEST_FACTOR)
            exact = _same(float(ratio), interval / expected)
            if not exact or max(ratio.numerator, ratio.denominator) > _LARGEST_FACTOR:
                raise InvalidInputError(
                    f"{called}: an interval of {interval:.6g} s is no ratio of small whole numbers "
                    f"to {expected:.6g} s; resample it first."
                )
            series = _each(series, lambda one: _resampled(one, ratio, called))
            interval = expected
        if self.n_timepoints is not None:
            n_timepoints = self.n_timepoints
            series = _each(series, lambda one: _cut_or_padded(one, n_timepoints))
        if isinstance(series, list) and len({np.shape(one) for one in series}) == 1:
            series = np.stack(series)
        return replace(cases, series=series, sampling_interval=interval)


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME_INTERVAL * other


def _each(series: Any, change: Any) -> Any:
    return [change(one) for one in series] if isinstance(series, list) else change(series)


def _resampled(series: NDArray[Any], ratio: Fraction, called: str) -> NDArray[np.float64]:
    from scipy.signal import resample_poly

    if not np.isfinite(series).all():
        raise InvalidInputError(f"{called}: series with missing values are not resampled.")
    resampled: NDArray[np.float64] = resample_poly(
        series.astype(np.float64), ratio.numerator, ratio.denominator, axis=-1
    )
    return resampled


def _cut_or_padded(series: NDArray[Any], n_timepoints: int) -> NDArray[Any]:
    series = series[..., :n_timepoints]
    padding = [(0, 0)] * (series.ndim - 1) + [(0, n_timepoints - series.shape[-1])]
    return np.pad(series, padding)
