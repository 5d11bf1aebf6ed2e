"""The Fourier transforms that PyTorch itself computes with, called without PyTorch around them.

PyTorch's builds for x86 carry Intel's Math Kernel Library, whose DFTI functions are part of
libtorch_cpu. Where they are not to be had, :func:`transforms_are_at_hand` says so, and cascades
go through ``torch.fft``.
"""

import ctypes
import weakref
from functools import cache, lru_cache
from pathlib import Path

import torch

from physembed.errors import PhysembedError

_COMPLEX, _REAL, _SINGLE, _DOUBLE = 32, 33, 35, 36
_FORWARD_SCALE, _BACKWARD_SCALE, _NUMBER_OF_TRANSFORMS = 4, 5, 7
_PLACEMENT, _INPUT_DISTANCE, _OUTPUT_DISTANCE, _THREAD_LIMIT = 11, 14, 15, 27
_NOT_INPLACE = 44
_CONJUGATE_EVEN_STORAGE, _COMPLEX_COMPLEX = 10, 39
"""Names of DFTI's enumeration (oneMKL's mkl_dfti.h)."""

FUNCTIONS = ("DftiComputeForward", "DftiComputeBackward")

_CREATE = {
    torch.complex64: "DftiCreateDescriptor_s_1d", torch.complex128: "DftiCreateDescriptor_d_1d"
}  # fmt: skip


@cache
def library() -> ctypes.CDLL | None:
    """PyTorch's library, if the functions are in it."""
    path = Path(torch.__file__).parent / "lib" / "libtorch_cpu.so"
    try:
        mkl = ctypes.CDLL(str(path))
        for name in (*FUNCTIONS, *_CREATE.values(), "DftiSetValue", "DftiFreeDescriptor"):
            getattr(mkl, name)
    except (OSError, AttributeError):
        return None
    return mkl


@cache
def transforms_are_at_hand() -> bool:
    """Whether compiled loops can call the transforms."""
    return torch.backends.mkl.is_available() and library() is not None


def function_addresses() -> dict[str, int]:
    """The addresses of the transforms by the names under which the loops call them."""
    mkl = library()
    addresses: dict[str, int] = {}
    for name in FUNCTIONS if mkl is not None else ():
        address = ctypes.cast(getattr(mkl, name), ctypes.c_void_p).value
        assert address is not None
        addresses[f"physembed_{name}"] = address
    return addresses


class Descriptor:
    """A committed transform of ``count`` rows of ``n`` points each.

    Parameters
    ----------
    n, count : int
    in_place : bool
    forward_scale, backward_scale : float
        Factors of the transform and of its inverse.
    dtype : {torch.complex64, torch.complex128}, default=torch.complex64
    real : bool, default=False
        Whether the points are real, and the spectrum is its half of n // 2 + 1; of one row.

    Attributes
    ----------
    address : int
        What the compiled loops are given.
    """

    def __init__(
        self,
        n: int,
        count: int,
        *,
        in_place: bool,
        forward_scale: float,
        backward_scale: float,
        dtype: torch.dtype = torch.complex64,
        real: bool = False,
    ) -> None:
        mkl = library()
        assert mkl is not None
        self._mkl = mkl
        self._handle = ctypes.c_void_p()
        create, domain = getattr(mkl, _CREATE[dtype]), _REAL if real else _COMPLEX
        self._check(create(ctypes.byref(self._handle), domain, ctypes.c_long(n)))
        end = weakref.finalize(self, mkl.DftiFreeDescriptor, ctypes.byref(self._handle))
        # the library may be gone before the last descriptor
        end.atexit = False
        self._set(_NUMBER_OF_TRANSFORMS, ctypes.c_long(count))
        self._set(_INPUT_DISTANCE, ctypes.c_long(n))
        self._set(_OUTPUT_DISTANCE, ctypes.c_long(n))
        self._set(_FORWARD_SCALE, ctypes.c_double(forward_scale))
        self._set(_BACKWARD_SCALE, ctypes.c_double(backward_scale))
        # the loops are run by a team of threads already
        self._set(_THREAD_LIMIT, ctypes.c_long(1))
        if real:
            self._set(_CONJUGATE_EVEN_STORAGE, ctypes.c_long(_COMPLEX_COMPLEX))
        if not in_place:
            self._set(_PLACEMENT, ctypes.c_long(_NOT_INPLACE))
        self._check(mkl.DftiCommitDescriptor(self._handle))
        assert self._handle.value is not None
        self.address: int = self._handle.value

    def backward(self, rows: torch.Tensor) -> None:
        """The inverse transform in the place of ``rows``, complex64 and contiguous."""
        self._check(self._mkl.DftiComputeBackward(self._handle, ctypes.c_void_p(rows.data_ptr())))

    def _set(self, name: int, value: ctypes.c_long | ctypes.c_double) -> None:
        self._check(self._mkl.DftiSetValue(self._handle, ctypes.c_int(name), value))

    def _check(self, status: int) -> None:
        if status:
            raise PhysembedError(f"the Fourier transform failed (DFTI {status}).")


@lru_cache(maxsize=32)
def descriptors(n: int, block: int) -> tuple[Descriptor, ...]:
    """The transforms of a cascade, each for ``block`` rows and then for a single one.

    Out of place and in place with the factor 1/n on the inverse, and in place with that factor on
    the transform: the adjoint of the inverse.
    """
    plain, adjoint = (1.0, 1 / n), (1 / n, 1.0)
    kinds = [(False, plain), (True, plain), (True, adjoint)]
    return tuple(
        Descriptor(n, count, in_place=in_place, forward_scale=scale[0], backward_scale=scale[1])
        for in_place, scale in kinds
        for count in (block, 1)
    )
