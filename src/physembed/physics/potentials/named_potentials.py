"""The table of potentials by name."""

from physembed.physics.potentials.free_form import FreeFormPotential
from physembed.physics.potentials.harmonic_trap import HarmonicTrap
from physembed.physics.potentials.optical_lattice import OpticalLattice
from physembed.physics.potentials.polynomial import PolynomialPotential
from physembed.physics.potentials.potential import Potential, SumOfPotentials

POTENTIALS: dict[str, type[Potential]] = {
    "harmonic-trap": HarmonicTrap,
    "optical-lattice": OpticalLattice,
    "polynomial": PolynomialPotential,
    "free-form": FreeFormPotential,
    "sum": SumOfPotentials,
}
"""Every potential by its name; it drives the docs and the tests."""
