"""Closed forms of the master equations, as plain functions of position and z.

Every one is complex128 and follows the sign conventions of the equations: d/dt -> i omega.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
