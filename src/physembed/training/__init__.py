"""How coefficients and readouts are found: by projection, by gradient, or only the readout.

Knows networks as modules; nothing of data sets, estimators or the command line. Lightning is
loaded with the first gradient training, so that predicting does not wait for it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
