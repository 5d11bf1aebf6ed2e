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
from .equations.allen_cahn import AllenCahn as AllenCahn
from .equations.benjamin_ono import BenjaminOno as BenjaminOno
from .equations.bragg_grating import BraggGrating as BraggGrating
from .equations.burgers import Burgers as Burgers
from .equations.cahn_hilliard import CahnHilliard as CahnHilliard
from .equations.complex_ginzburg_landau import ComplexGinzburgLandau as ComplexGinzburgLandau
from .equations.coupled_nonlinear_schrodinger import (
    CoupledNonlinearSchrodinger as CoupledNonlinearSchrodinger,
)
from .equations.cubic_quintic import CubicQuintic as CubicQuintic
from .equations.derivative_schrodinger import DerivativeSchrodinger as DerivativeSchrodinger
from .equations.fisher_kpp import FisherKPP as FisherKPP
from .equations.fitzhugh_nagumo import FitzHughNagumo as FitzHughNagumo
from .equations.fractional_diffusion import FractionalDiffusion as FractionalDiffusion
from .equations.fractional_schrodinger import FractionalSchrodinger as FractionalSchrodinger
from .equations.generalised_nonlinear_schrodinger import (
    GeneralisedNonlinearSchrodinger as GeneralisedNonlinearSchrodinger,
)
from .equations.gray_scott import GrayScott as GrayScott
from .equations.gross_pitaevskii import GrossPitaevskii as GrossPitaevskii
from .equations.hirota import Hirota as Hirota
from .equations.klein_gordon import KleinGordon as KleinGordon
from .equations.korteweg_de_vries import KortewegDeVries as KortewegDeVries
from .equations.kuramoto_sivashinsky import KuramotoSivashinsky as KuramotoSivashinsky
from .equations.lugiato_lefever import LugiatoLefever as LugiatoLefever
from .equations.maxwell_bloch import MaxwellBloch as MaxwellBloch
from .equations.modified_korteweg_de_vries import ModifiedKortewegDeVries as ModifiedKortewegDeVries
from .equations.named_equations import ALL_EQUATIONS as ALL_EQUATIONS
from .equations.named_equations import EQUATIONS as EQUATIONS
from .equations.named_equations import ZOO as ZOO
from .equations.named_equations import equation_named as equation_named
from .equations.nonlinear_schrodinger import NonlinearSchrodinger as NonlinearSchrodinger
from .equations.sine_gordon import SineGordon as SineGordon
from .equations.swift_hohenberg import SwiftHohenberg as SwiftHohenberg
from .equations.swift_hohenberg_laser import SwiftHohenbergLaser as SwiftHohenbergLaser
from .equations.telegraph import Telegraph as Telegraph
from .field_equation import FieldEquation as FieldEquation
from .grid import Grid as Grid
from .grid import PlaneGrid as PlaneGrid
from .grid import TimeGrid as TimeGrid
from .master_equation import Coordinates as Coordinates
from .master_equation import Example as Example
from .master_equation import MasterEquation as MasterEquation
from .potentials.free_form import FreeFormPotential as FreeFormPotential
from .potentials.harmonic_trap import HarmonicTrap as HarmonicTrap
from .potentials.named_potentials import POTENTIALS as POTENTIALS
from .potentials.optical_lattice import OpticalLattice as OpticalLattice
from .potentials.polynomial import PolynomialPotential as PolynomialPotential
from .potentials.potential import Potential as Potential
from .potentials.potential import SumOfPotentials as SumOfPotentials
