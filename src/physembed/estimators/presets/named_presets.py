"""The table of presets by name."""

from physembed.estimators.presets.auditory import AUDITORY
from physembed.estimators.presets.auto import AUTO
from physembed.estimators.presets.gpe import GPE
from physembed.estimators.presets.homodyne import HOMODYNE, HOMODYNE_GATED, HOMODYNE_SMALL
from physembed.estimators.presets.lattice import LATTICE
from physembed.estimators.presets.lens import LENS
from physembed.estimators.presets.nlse import NLSE
from physembed.estimators.presets.paper import PAPER
from physembed.estimators.presets.preset import Preset
from physembed.estimators.presets.tiny import TINY

_ALL = (
    *(AUTO, NLSE, PAPER, GPE, LATTICE, AUDITORY),
    *(TINY, LENS, HOMODYNE, HOMODYNE_SMALL, HOMODYNE_GATED),
)
PRESETS: dict[str, Preset] = {preset.name: preset for preset in _ALL}
"""Every preset by its name."""
