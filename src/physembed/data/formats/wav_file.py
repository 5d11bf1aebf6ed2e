"""A recording in a .wav file, read by scipy: PCM of any depth, floating point, extensible."""

import struct
import warnings
from pathlib import Path

import numpy as np

from physembed.data.cases import Cases
from physembed.errors import DatasetError

_DAMAGE = (ValueError, struct.error, ArithmeticError, OverflowError, EOFError, TypeError)
"""What scipy raises for a header that does not tell the truth."""


def read_wav_file(path: Path) -> Cases:
    """Read a recording as one case.

    Parameters
    ----------
    path : pathlib.Path
        Integers of 8 to 64 bits, or floating-point numbers of 32 or 64; any number of channels.

    Returns
    -------
    Cases
        One of shape (channels, timepoints); amplitudes of integers are in [-1, 1], others as they
        are. The sampling interval is the header's.

    Raises
    ------
    DatasetError
        If it is damaged, cut short, or compressed.
    """
    from scipy.io import wavfile

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", wavfile.WavFileWarning)
            rate, samples = wavfile.read(path)
    except (*_DAMAGE, UnboundLocalError, MemoryError) as error:
        raise DatasetError(f"{path} is not a readable .wav file: {error or 'cut short'}.") from None
    if rate == 0 or samples.size == 0:
        raise DatasetError(f"{path} has no samples, or a rate of none a second.")
    series = np.atleast_2d(samples.T).astype(np.float64)
    if samples.dtype.kind in "iu":
        full_scale = 2.0 ** (8 * samples.dtype.itemsize - 1)
        # eight bits have their zero in the middle
        series = series / full_scale - (samples.dtype.kind == "u")
    return Cases(series[np.newaxis], sampling_interval=1 / rate)
