"""A field on its way through a medium: kept at equal distances, drawn, and in netCDF.

Without units; for every equation there is a scene that shows what it is about.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
