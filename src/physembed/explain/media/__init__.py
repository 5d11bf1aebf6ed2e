"""Trained layers in units that one can order: lengths, powers, amplifiers, traps, and their limits.

A catalogue of real media, and the translation of natural coefficients into them.
"""

from physembed.explain.media.catalogue import CONDENSATES, OPTICAL_MEDIA, Condensate, OpticalMedium
from physembed.explain.media.condensate import condensate_layers
from physembed.explain.media.layer import BuiltLayer
from physembed.explain.media.optical import optical_layers

__all__ = [
    "CONDENSATES",
    "OPTICAL_MEDIA",
    "BuiltLayer",
    "Condensate",
    "OpticalMedium",
    "condensate_layers",
    "optical_layers",
]
