from . import exact_solutions as exact_solutions
from . import invariants as invariants
from .coefficient import Coefficient as Coefficient
from .coefficient import CoefficientValues as CoefficientValues
from .coefficient import NaturalScale as NaturalScale
from .elements.delays import DelayLine as DelayLine
from .elements.delays import MachZehnder as MachZehnder
from .elements.delays import PhaseShifter as PhaseShifter
from .elements.delays import ThreePathInterferometer as ThreePathInterferometer
from .elements.element import Element as Element
from .elements.lens import Lens as Lens
from .elements.lens import Prism as Prism
from .elements.masks import FrequencyAmplitudeMask as FrequencyAmplitudeMask
from .elements.masks import FrequencyPhaseMask as FrequencyPhaseMask
from .elements.masks import TimeAmplitudeMask as TimeAmplitudeMask
from .elements.masks import TimePhaseMask as TimePhaseMask
from .elements.named_elements import ELEMENTS as ELEMENTS
from .elements.telescope import Telescope as Telescope
from .equations.complex_ginzburg_landau import ComplexGinzburgLandau as ComplexGinzburgLandau
from .equations.coupled_nonlinear_schrodinger import (
    CoupledNonlinearSchrodinger as CoupledNonlinearSchrodinger,
)
from .equations.generalised_nonlinear_schrodinger import (
    GeneralisedNonlinearSchrodinger as GeneralisedNonlinearSchrodinger,
)
from .equations.gross_pitaevskii import GrossPitaevskii as GrossPitaevskii
from .equations.lugiato_lefever import LugiatoLefever as LugiatoLefever
from .equations.named_equations import EQUATIONS as EQUATIONS
from .equations.nonlinear_schrodinger import NonlinearSchrodinger as NonlinearSchrodinger
from .grid import Grid as Grid
from .grid import PlaneGrid as PlaneGrid
from .grid import TimeGrid as TimeGrid
from .master_equation import Coordinates as Coordinates
from .master_equation import MasterEquation as MasterEquation
from .potentials.free_form import FreeFormPotential as FreeFormPotential
from .potentials.harmonic_trap import HarmonicTrap as HarmonicTrap
from .potentials.named_potentials import POTENTIALS as POTENTIALS
from .potentials.optical_lattice import OpticalLattice as OpticalLattice
from .potentials.polynomial import PolynomialPotential as PolynomialPotential
from .potentials.potential import Potential as Potential
from .potentials.potential import SumOfPotentials as SumOfPotentials
