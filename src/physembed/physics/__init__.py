"""What is propagated: grids, coefficients with units, potentials and master equations.

Knows nothing of networks or training.
"""

from physembed.physics import exact_solutions, invariants
from physembed.physics.coefficient import Coefficient, NaturalScale
from physembed.physics.equations import (
    EQUATIONS,
    ComplexGinzburgLandau,
    CoupledNonlinearSchrodinger,
    GeneralisedNonlinearSchrodinger,
    GrossPitaevskii,
    LugiatoLefever,
    NonlinearSchrodinger,
)
from physembed.physics.grid import Grid, PlaneGrid, TimeGrid
from physembed.physics.master_equation import CoefficientValues, Coordinates, MasterEquation
from physembed.physics.potentials import (
    POTENTIALS,
    FreeFormPotential,
    HarmonicTrap,
    OpticalLattice,
    PolynomialPotential,
    Potential,
    SumOfPotentials,
)

__all__ = [
    "EQUATIONS",
    "POTENTIALS",
    "Coefficient",
    "CoefficientValues",
    "ComplexGinzburgLandau",
    "Coordinates",
    "CoupledNonlinearSchrodinger",
    "FreeFormPotential",
    "GeneralisedNonlinearSchrodinger",
    "Grid",
    "GrossPitaevskii",
    "HarmonicTrap",
    "LugiatoLefever",
    "MasterEquation",
    "NaturalScale",
    "NonlinearSchrodinger",
    "OpticalLattice",
    "PlaneGrid",
    "PolynomialPotential",
    "Potential",
    "SumOfPotentials",
    "TimeGrid",
    "exact_solutions",
    "invariants",
]
