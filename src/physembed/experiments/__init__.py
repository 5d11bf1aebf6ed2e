"""Grids of runs that survive a kill, and the tables and figures that come out of them.

Knows models and data sets by name only; what is heavy is loaded when the first run begins.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
