"""Named compositions of equation, encoder, detector and training, one per file."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
