"""Several networks of one shape trained as one batch: as many results as from separate runs.

Members share data, settings and steps; seed, held-out cases, order and weights are their own.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
