"""How a field is propagated: splitting schemes and the passes that carry them out.

Knows equations, but no encoder, detector or training.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
