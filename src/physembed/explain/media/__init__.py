"""Trained layers in units that one can order: lengths, powers, amplifiers, traps, and their limits.

A catalogue of real media, and the translation of natural coefficients into them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
