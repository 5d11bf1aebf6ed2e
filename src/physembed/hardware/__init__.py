"""A laboratory as a layer: forward through the box, backward through a model of it.

Knows modules and fields; nothing of data sets, estimators or the command line.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
