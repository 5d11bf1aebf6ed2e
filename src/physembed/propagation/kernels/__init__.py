"""What computes a pass: plain PyTorch, fused loops on the CPU, compiled code on a GPU.

A kernel knows arrays and tables, but no equation, scheme or gradient.
"""

from physembed.propagation.kernels.choice import KERNELS, kernel_for
from physembed.propagation.kernels.kernel import Kernel

__all__ = ["KERNELS", "Kernel", "kernel_for"]
