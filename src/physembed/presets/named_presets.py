"""The table of presets by name."""

from typing import Literal

from physembed._checks import check_choice
from physembed.presets.auditory import AUDITORY
from physembed.presets.auditory_frames import AUDITORY_FRAMES
from physembed.presets.compact import COMPACT
from physembed.presets.gpe import GPE
from physembed.presets.homodyne import HOMODYNE
from physembed.presets.lattice import LATTICE
from physembed.presets.lens import LENS
from physembed.presets.nlse import NLSE
from physembed.presets.paper import PAPER
from physembed.presets.preset import Preset
from physembed.presets.retired import RETIRED
from physembed.presets.tiny import TINY
from physembed.presets.tiny_integer import TINY_INTEGER

_ALL = (
    *(COMPACT, NLSE, PAPER, GPE, LATTICE, AUDITORY, AUDITORY_FRAMES),
    *(TINY, TINY_INTEGER, LENS, HOMODYNE),
)
PRESETS: dict[str, Preset] = {preset.name: preset for preset in _ALL}
"""Every preset by its name."""


PresetName = Literal[
    "compact",
    "nlse",
    "paper",
    "gpe",
    "lattice",
    "auditory",
    "auditory-frames",
    "tiny",
    "tiny-integer",
    "lens",
    "homodyne",
]
"""The same names as a type, by which editors complete them."""


def check_preset(name: object) -> None:
    """Refuse what is no preset's name.

    Raises
    ------
    UnknownNameError
        With what took its place, if it was one.
    """
    check_choice("preset", name, PRESETS, retired=RETIRED)
