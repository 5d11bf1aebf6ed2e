"""Master equations of physics as tiny, interpretable networks for time series.

Names are loaded when they are first used, so that the command line answers at once.
"""

import lazy_loader

from physembed import _threads as _threads

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
