"""What a step of training costs, measured against the floor: its own Fourier transforms.

``physembed bench`` measures, writes a record, and draws; the page docs/performance.md is written
from the committed record.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
