"""What to take where nothing is known about the series: the training cases decide.

Homodyne banks are strong on shapes, lattices on sound and on what is told by its spectrum; both
together have more to read out and need more cases. The leave-one-out error of the readout on the
training cases chooses.
"""

from physembed.networks import Fibre
from physembed.presets.homodyne import HOMODYNE, HOMODYNE_GATED, HOMODYNE_SMALL
from physembed.presets.lattice import LATTICE
from physembed.presets.preset import Preset


def _both(n_timepoints: int) -> tuple[Fibre, ...]:
    return (*HOMODYNE.fibres(n_timepoints), *LATTICE.fibres(n_timepoints))


BOTH = Preset(name="homodyne and lattice", fibres=_both, training=None)
AUTO = Preset(
    name="auto",
    fibres=HOMODYNE.fibres,
    training=None,
    candidates=(HOMODYNE, HOMODYNE_SMALL, HOMODYNE_GATED, LATTICE, BOTH),
)
