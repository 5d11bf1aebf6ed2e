"""Single values and arrays from whatever library, as numpy and Python have them.

pandas and torch objects are recognised when the caller has loaded those.
"""

import math
import sys
from typing import Any

import numpy as np

LONGEST_SHOWN = 60
"""Characters of a value that a message shows."""


def to_numpy(data: Any) -> Any:
    """Turn tensors, pandas objects and masked arrays into numpy; leave the rest as it is.

    An index of pandas is left out: what it says of series is read by
    :func:`~physembed.data.containers.cases_in`.
    """
    torch, pandas = sys.modules.get("torch"), sys.modules.get("pandas")
    if torch is not None and isinstance(data, torch.Tensor):
        data = data.detach().cpu()
        return data.double().numpy() if data.is_floating_point() else data.resolve_conj().numpy()
    if pandas is not None and isinstance(data, pandas.DataFrame | pandas.Series | pandas.Index):
        return data.to_numpy()
    if isinstance(data, np.ma.MaskedArray) and np.ma.is_masked(data):
        values = data.data.astype(object)
        values[data.mask] = None
        return values
    return data


def plain(value: Any) -> Any:
    """Return a numpy scalar as Python shows it."""
    return value.item() if isinstance(value, np.generic) else value


def shown(value: Any) -> str:
    """A value in a message: one line, of a length that can be read."""
    text = " ".join(repr(plain(value)).split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def is_real_number(value: Any) -> bool:
    return isinstance(value, int | float | np.bool_ | np.integer | np.floating)


def is_missing(value: Any) -> bool:
    if value is None or (isinstance(value, float | np.floating) and math.isnan(value)):
        return True
    if isinstance(value, np.datetime64 | np.timedelta64):
        return bool(np.isnat(value))
    pandas = sys.modules.get("pandas")
    return pandas is not None and (value is pandas.NA or value is pandas.NaT)
