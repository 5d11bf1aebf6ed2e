"""Networks as aeon and scikit-learn estimators: presets, baselines, and models on disk.

The table of models answers before torch is loaded; everything else is loaded when asked for.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
