"""Named compositions of equation, encoder, detector and training, one per file."""

from physembed.estimators.presets.gpe import GPE
from physembed.estimators.presets.lattice import LATTICE
from physembed.estimators.presets.nlse import NLSE
from physembed.estimators.presets.preset import Preset
from physembed.estimators.presets.tiny import TINY

PRESETS: dict[str, Preset] = {preset.name: preset for preset in (NLSE, GPE, LATTICE, TINY)}
"""Every preset by its name."""

__all__ = ["PRESETS", "Preset"]
