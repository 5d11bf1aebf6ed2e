"""What is propagated: grids, coefficients with units, potentials and master equations.

Knows nothing of networks or training.
"""

from physembed.physics import exact_solutions, invariants
from physembed.physics.coefficient import Coefficient, NaturalScale
from physembed.physics.elements import (
    ELEMENTS,
    DelayLine,
    Element,
    FrequencyAmplitudeMask,
    FrequencyPhaseMask,
    Lens,
    MachZehnder,
    PhaseShifter,
    Prism,
    Telescope,
    ThreePathInterferometer,
    TimeAmplitudeMask,
    TimePhaseMask,
)
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
    "ELEMENTS",
    "EQUATIONS",
    "POTENTIALS",
    "Coefficient",
    "CoefficientValues",
    "ComplexGinzburgLandau",
    "Coordinates",
    "CoupledNonlinearSchrodinger",
    "DelayLine",
    "Element",
    "FreeFormPotential",
    "FrequencyAmplitudeMask",
    "FrequencyPhaseMask",
    "GeneralisedNonlinearSchrodinger",
    "Grid",
    "GrossPitaevskii",
    "HarmonicTrap",
    "Lens",
    "LugiatoLefever",
    "MachZehnder",
    "MasterEquation",
    "NaturalScale",
    "NonlinearSchrodinger",
    "OpticalLattice",
    "PhaseShifter",
    "PlaneGrid",
    "PolynomialPotential",
    "Potential",
    "Prism",
    "SumOfPotentials",
    "Telescope",
    "ThreePathInterferometer",
    "TimeAmplitudeMask",
    "TimeGrid",
    "TimePhaseMask",
    "exact_solutions",
    "invariants",
]
