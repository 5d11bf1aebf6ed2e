"""How a field is propagated: splitting schemes and the passes that carry them out.

Knows equations, but no encoder, detector or training.
"""

from physembed.propagation.noise import Noise
from physembed.propagation.propagate import propagate
from physembed.propagation.reconstruction import reconstruction_error
from physembed.propagation.sampling import SamplingWarning
from physembed.propagation.schemes import SCHEMES, SplittingScheme

__all__ = [
    "SCHEMES",
    "Noise",
    "SamplingWarning",
    "SplittingScheme",
    "propagate",
    "reconstruction_error",
]
