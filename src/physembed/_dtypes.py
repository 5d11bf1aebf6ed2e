"""The real numbers that complex ones are made of; torch.compile does not know torch's own names."""

import torch

_COMPLEX = {
    torch.float16: torch.complex32,
    torch.float32: torch.complex64,
    torch.float64: torch.complex128,
}
_REAL = {complex_: real for real, complex_ in _COMPLEX.items()}


def complex_dtype(dtype: torch.dtype) -> torch.dtype:
    """The complex dtype whose parts are of ``dtype``."""
    return _COMPLEX[dtype]


def real_dtype(dtype: torch.dtype) -> torch.dtype:
    """The dtype of the parts of a complex ``dtype``."""
    return _REAL[dtype]
