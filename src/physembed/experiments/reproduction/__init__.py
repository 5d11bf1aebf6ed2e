"""The paper's tables and figures, run again by one command, and what is said about them.

The protocol says what is run; everything else follows from it and from the records.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
