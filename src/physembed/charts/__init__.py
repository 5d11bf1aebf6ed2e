"""Charts described once and drawn twice: by matplotlib for papers, by Plotly for the report.

Knows nothing of fields, media, networks, runs or data sets.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
