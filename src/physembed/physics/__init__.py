"""What is propagated: grids, coefficients with units, potentials and master equations.

Knows nothing of networks or training.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
