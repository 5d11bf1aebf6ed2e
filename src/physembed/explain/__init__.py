"""What a medium does, shown: in physical units, in reports, and recovered from data.

Reads equations, trained models and comparisons, and changes none of them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
