from .noise import Noise as Noise
from .propagate import propagate as propagate
from .reconstruction import reconstruction_error as reconstruction_error
from .sampling import SamplingWarning as SamplingWarning
from .schemes.named_schemes import SCHEMES as SCHEMES
from .schemes.splitting_scheme import SplittingScheme as SplittingScheme
