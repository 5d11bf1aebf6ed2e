"""The explorer: one page that computes the field in the browser while its coefficients are moved.

The arithmetic is plain JavaScript in ``browser/``, held against Python's by the tests.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
