"""Short checks of the physics on the user's own device: closed forms, gradients, precision.

A check is a function from device and dtype to a record of what was measured and what is allowed.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
