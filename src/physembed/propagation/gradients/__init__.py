"""How backpropagation goes through a cascade: plain, from stored fields, or by reversal.

All give the same gradients to rounding; they differ in time and in memory.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
