"""The pictures of a comparison or a run, one per file, described as charts.

They read records and histories and know nothing of how those came about.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
