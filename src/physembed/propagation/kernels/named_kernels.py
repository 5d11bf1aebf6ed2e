"""Which kernel computes a field."""

import importlib.util
from functools import cache

from torch import Tensor

from physembed.propagation.kernels.compiled import CompiledKernel
from physembed.propagation.kernels.eager import EagerKernel
from physembed.propagation.kernels.fused import FusedKernel
from physembed.propagation.kernels.kernel import Kernel

KERNELS: dict[str, Kernel] = {
    kernel.name: kernel for kernel in (EagerKernel(), FusedKernel(), CompiledKernel())
}
"""Every kernel by its name, but for that of a GPU with Triton, which need not be installed."""


@cache
def has_triton() -> bool:
    """Whether Triton, in which the kernels for a GPU are written, is installed."""
    return importlib.util.find_spec("triton") is not None


def kernel_for(field: Tensor) -> Kernel:
    """The fastest kernel that serves the field's device and dtype."""
    if KERNELS["fused"].serves(field):
        return KERNELS["fused"]
    if not KERNELS["compiled"].serves(field):
        return KERNELS["eager"]
    return _graphed() if has_triton() else KERNELS["compiled"]


@cache
def _graphed() -> Kernel:
    from physembed.propagation.kernels.graphed import GraphedKernel

    return GraphedKernel()
