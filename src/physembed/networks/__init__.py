"""Networks as modules: encoders, media, detectors, heads, and the baselines beside them.

Knows physics and propagation; nothing of data sets or training.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
