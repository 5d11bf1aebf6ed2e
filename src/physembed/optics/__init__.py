"""A front door in SI: pulses, fibres, and what leaves them; the core below has no units.

A quantity is a number in SI units, or a text with its unit: 100e-15 and "100 fs" are the same.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
