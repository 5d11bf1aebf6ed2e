"""The table of presets by name."""

from physembed.presets.auditory import AUDITORY
from physembed.presets.auto import AUTO
from physembed.presets.compact import COMPACT
from physembed.presets.gpe import GPE
from physembed.presets.homodyne import HOMODYNE, HOMODYNE_GATED, HOMODYNE_SMALL
from physembed.presets.lattice import LATTICE
from physembed.presets.lens import LENS
from physembed.presets.nlse import NLSE
from physembed.presets.paper import PAPER
from physembed.presets.preset import Preset
from physembed.presets.tiny import TINY

_ALL = (
    *(AUTO, COMPACT, NLSE, PAPER, GPE, LATTICE, AUDITORY),
    *(TINY, LENS, HOMODYNE, HOMODYNE_SMALL, HOMODYNE_GATED),
)
PRESETS: dict[str, Preset] = {preset.name: preset for preset in _ALL}
"""Every preset by its name."""
