"""External potentials V(x) of the Gross-Pitaevskii equation, one per file."""

from physembed.physics.potentials.harmonic_trap import HarmonicTrap
from physembed.physics.potentials.optical_lattice import OpticalLattice
from physembed.physics.potentials.potential import Potential

POTENTIALS: dict[str, type[Potential]] = {
    "harmonic-trap": HarmonicTrap,
    "optical-lattice": OpticalLattice,
}
"""Every potential by its name; it drives the docs and the tests."""

__all__ = ["POTENTIALS", "HarmonicTrap", "OpticalLattice", "Potential"]
