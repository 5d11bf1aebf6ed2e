"""Where series come from: sources, downloads, splits, and the checks every input passes.

The catalogue answers before aeon is loaded; everything else is loaded when asked for.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
