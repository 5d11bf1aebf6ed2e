"""Which kernel computes a field."""

from torch import Tensor

from physembed.propagation.kernels.eager import EagerKernel
from physembed.propagation.kernels.fused import FusedKernel
from physembed.propagation.kernels.kernel import Kernel

_EAGER = EagerKernel()
_FUSED = FusedKernel()

KERNELS: dict[str, Kernel] = {kernel.name: kernel for kernel in (_EAGER, _FUSED)}
"""Every kernel by its name."""


def kernel_for(field: Tensor) -> Kernel:
    """The fastest kernel that serves the field's device and dtype."""
    return _FUSED if _FUSED.serves(field) else _EAGER
