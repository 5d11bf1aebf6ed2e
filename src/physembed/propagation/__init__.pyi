from .check_equation import EquationReport as EquationReport
from .check_equation import check_equation as check_equation
from .noise import Noise as Noise
from .propagate import propagate as propagate
from .reconstruction import reconstruction_error as reconstruction_error
from .sampling_warning import SamplingWarning as SamplingWarning
from .schemes import SCHEMES as SCHEMES
from .schemes import SplittingScheme as SplittingScheme
