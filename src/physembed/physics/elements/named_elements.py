"""The table of elements by name."""

from physembed.physics.elements.delays import (
    DelayLine,
    MachZehnder,
    PhaseShifter,
    ThreePathInterferometer,
)
from physembed.physics.elements.element import Element
from physembed.physics.elements.lens import Lens, Prism
from physembed.physics.elements.masks import (
    FrequencyAmplitudeMask,
    FrequencyPhaseMask,
    TimeAmplitudeMask,
    TimePhaseMask,
)
from physembed.physics.elements.tapped_delay_line import TappedDelayLine
from physembed.physics.elements.telescope import Telescope

ELEMENTS: dict[str, type[Element]] = {
    "delay-line": DelayLine,
    "mach-zehnder": MachZehnder,
    "three-path-interferometer": ThreePathInterferometer,
    "lens": Lens,
    "phase-shifter": PhaseShifter,
    "prism": Prism,
    "tapped-delay-line": TappedDelayLine,
    "telescope": Telescope,
    "time-phase-mask": TimePhaseMask,
    "time-amplitude-mask": TimeAmplitudeMask,
    "frequency-phase-mask": FrequencyPhaseMask,
    "frequency-amplitude-mask": FrequencyAmplitudeMask,
}
"""Every element by its name; it drives the docs and the tests."""
