"""The report: one HTML file that needs nothing else, and the same pictures as files.

Lays out sections that others filled; knows nothing of what is in them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
