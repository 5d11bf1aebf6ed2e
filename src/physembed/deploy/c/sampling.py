"""How samples come to a program of C."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.integers.intensity_plan import IntensityPlan
from physembed.deploy.integers.spectral_plan import SpectralPlan
from physembed.deploy.integers.whole_plan import WholePlan
from physembed.deploy.plan import Plan
from physembed.errors import InvalidInputError

INPUTS = {"float32": "float", "int16": "int16_t"}
"""Types of C of a sample, by the name of its number."""

LARGEST = 2**15 - 1
FULL = 2**14
"""To which series are brought that no unit binds, as by a converter with a bit to spare."""


@dataclass(frozen=True)
class Sampling:
    """The number of a sample, and whether samples come one by one.

    Parameters
    ----------
    number : {"float32", "int16"}, default="float32"
    hop : int or None, default=None
        Samples from one window to the next where they come one by one; None: whole windows come.
    """

    number: str = "float32"
    hop: int | None = None

    @property
    def c_type(self) -> str:
        """Of a sample in C."""
        return INPUTS[self.number]

    def stream_bytes(self, plan: Plan | WholePlan | SpectralPlan | IntensityPlan) -> int:
        """Of a ring of samples and its two counters."""
        each = np.dtype(self.number).itemsize
        return -(-each * plan.n_channels * plan.n_timepoints // 4) * 4 + 8


WINDOWS = Sampling()
"""Whole windows in single precision."""


def as_sampled(plan: Plan, series: NDArray[np.float32], number: str) -> NDArray[np.float32]:
    """Series as samples of a number can hold them.

    Where every path normalises, a model does not see the unit of a series: a case that is not
    whole already is brought to 2¹⁴ by a power of two and rounded.

    Raises
    ------
    InvalidInputError
        If the model sees the unit, and the series are not whole numbers of 16 bits.
    """
    if number == "float32":
        return series
    largest = np.abs(series).max(axis=(1, 2), keepdims=True)
    whole = (series == np.rint(series)).all(axis=(1, 2), keepdims=True) & (largest <= LARGEST)
    if whole.all():
        return series
    if any(path.encoding.normalisation == "none" for path in plan.paths):
        raise InvalidInputError(
            "data must be whole numbers from -32768 to 32767 with input='int16', for this model "
            "sees their unit; fit it on what the converter gives."
        )
    _, exponent = np.frexp(np.where(largest > 0, largest, 1))
    scaled = np.rint(np.ldexp(series, np.log2(FULL).astype(int) - exponent))
    return np.where(whole, series, scaled).astype(np.float32)
