"""What to take where nothing is known about the series: the training cases decide.

Homodyne banks are strong on shapes, lattices on sound and on what is told by its spectrum; both
together have more to read out and need more cases. The leave-one-out error of the readout on the
training cases chooses.
"""

from collections.abc import Sequence

from torch import Tensor

from physembed.networks import Fibre
from physembed.presets.homodyne import HOMODYNE, HOMODYNE_GATED, HOMODYNE_SMALL
from physembed.presets.lattice import LATTICE
from physembed.presets.preset import Asked, Preset, for_every_length
from physembed.training.readout.candidates import choose_network
from physembed.training.recipe import Candidates, Sizes


def _both(n_timepoints: int) -> tuple[Fibre, ...]:
    return (*HOMODYNE.fibres(n_timepoints), *LATTICE.fibres(n_timepoints))


BOTH = Preset("homodyne and lattice", for_every_length(_both))
CANDIDATES = (HOMODYNE, HOMODYNE_SMALL, HOMODYNE_GATED, LATTICE, BOTH)


def _compositions(sizes: Sizes, budget: int | None) -> Sequence[Sequence[Fibre]]:
    return [candidate.fibres(sizes[1]) for candidate in CANDIDATES]


def _by_left_out_error(
    asked: Asked, compositions: Sequence[Sequence[Fibre]], x: Tensor, y: Tensor
) -> Candidates:
    makers = {
        candidate.name: asked.maker(fibres)
        for candidate, fibres in zip(CANDIDATES, compositions, strict=True)
    }
    name, errors = choose_network(makers, x, y, seed=asked.seed, device=asked.device)
    return Candidates(name, [makers[name]], errors)


AUTO = Preset("auto", _compositions, choose=_by_left_out_error)
