"""What is propagated: grids, coefficients with units, potentials and master equations.

Knows nothing of networks or training.
"""

from physembed.physics.coefficient import Coefficient, NaturalScale
from physembed.physics.equations import EQUATIONS, GrossPitaevskii, NonlinearSchrodinger
from physembed.physics.grid import TimeGrid
from physembed.physics.master_equation import CoefficientValues, MasterEquation
from physembed.physics.potentials import POTENTIALS, HarmonicTrap, OpticalLattice, Potential

__all__ = [
    "EQUATIONS",
    "POTENTIALS",
    "Coefficient",
    "CoefficientValues",
    "GrossPitaevskii",
    "HarmonicTrap",
    "MasterEquation",
    "NaturalScale",
    "NonlinearSchrodinger",
    "OpticalLattice",
    "Potential",
    "TimeGrid",
]
