"""How the loops are compiled: once, kept on disk, and called by address."""

import hashlib
from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

FAST = {"contract", "nsz", "arcp"}
"""What the compiler may assume; sums and range reductions keep their order, and what overflows
shows."""

f4, f8, i8 = np.float32, np.float64, np.int64
SIGNATURE = types.void(types.CPointer(types.int64))


@intrinsic
def take(context: Any, address: Any) -> Any:
    """Atomically read the 64-bit integer at a pointer and add one to it."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.atomic_rmw("add", args[0], ir.Constant(ir.IntType(64), 1), "monotonic")

    return types.int64(types.CPointer(types.int64)), generate


@intrinsic
def pointer(context: Any, address: Any) -> Any:
    """An integer as a pointer."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.inttoptr(args[0], cgutils.voidptr_t)

    return types.voidptr(types.int64), generate


@intrinsic
def bits(context: Any, number: Any) -> Any:
    """The bits of a floating-point number as an integer: of numbers above zero in their order.

    The largest of integers is looked for several at a time, that of floating-point numbers is not.
    """
    integer = types.int32 if number == types.float32 else types.int64

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.IntType(integer.bitwidth))

    return integer(number), generate


@intrinsic
def wide(context: Any) -> Any:
    """Let the function that calls this be compiled for vectors of 512 bits, where there are any.

    LLVM prefers 256 on Intel's processors, since those of 2017 slowed down for wider ones. Parts
    that lie side by side are still taken apart by 512, and while one of those is on its way the
    third of three ports takes no vector: neither width's best. The transforms are of 512 bits
    anyway. What is not summed is the same in either. Sums in any order ("reassoc") have another
    order by it, and round otherwise: those that gradients are made of do not ask for this; those
    that only checks of sampling and energy read, in ``sweep``, do.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        # llvmlite's own list knows no attribute that is a pair of strings; LLVM passes over those
        # that it does not know
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')
        return context.get_dummy_value()

    return types.void(), generate


@intrinsic
def stream(context: Any, source: Any, target: Any) -> Any:
    """Copy a line of the caches, 64 bytes, from an address to one that begins a line, past caches.

    What is stored otherwise is first fetched.
    """

    # such stores are not ordered with those that follow, and no fence is set for them: whoever
    # streams must call ``take`` afterwards, on the same thread, before the unit counts as done. On
    # x86 its locked add waits for them all; where `take` is anything else, a fence belongs here
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        line = ir.VectorType(ir.FloatType(), 16)
        here, there = (builder.inttoptr(address, line.as_pointer()) for address in args)
        stored = builder.store(builder.load(here, align=4), there, align=64)
        one = ir.Constant(ir.IntType(32), 1)
        stored.set_metadata("nontemporal", builder.module.add_metadata([one]))
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), generate


@cache
def version(folder: Path) -> str:
    """A digest of every source file of a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


class Compiled:
    """A function of a task's address, compiled when its own address is asked for and kept on disk.

    Parameters
    ----------
    function : callable
    """

    def __init__(self, function: Callable[[Any], None]) -> None:
        # numba names what it keeps after the function, and looks at no file but the function's own
        for folder in sorted({Path(__file__).parent, Path(function.__code__.co_filename).parent}):
            function.__qualname__ += f"_{version(folder)}"
        self.function = function

    @cached_property
    def address(self) -> int:
        """Where the compiled code begins."""
        address: int = self._code.address
        return address

    @cached_property
    def _code(self) -> Any:
        try:
            return _compile(self.function, cache=True)
        except RuntimeError:
            # no folder to keep it in
            return _compile(self.function, cache=False)


def _compile(function: Callable[[Any], None], *, cache: bool) -> Any:
    return numba.cfunc(SIGNATURE, fastmath=FAST, cache=cache, error_model="numpy")(function)
