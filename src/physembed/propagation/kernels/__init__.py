"""What computes a pass: plain PyTorch, fused loops on the CPU, compiled code on a GPU.

A kernel knows arrays and tables, but no equation, scheme or gradient.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
