"""Which kernel computes a field."""

from torch import Tensor

from physembed.propagation.kernels.compiled import CompiledKernel
from physembed.propagation.kernels.eager import EagerKernel
from physembed.propagation.kernels.fused import FusedKernel
from physembed.propagation.kernels.kernel import Kernel

_SPECIAL = (FusedKernel(), CompiledKernel())
_EAGER = EagerKernel()

KERNELS: dict[str, Kernel] = {kernel.name: kernel for kernel in (_EAGER, *_SPECIAL)}
"""Every kernel by its name."""


def kernel_for(field: Tensor) -> Kernel:
    """The fastest kernel that serves the field's device and dtype."""
    return next((kernel for kernel in _SPECIAL if kernel.serves(field)), _EAGER)
