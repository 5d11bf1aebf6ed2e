from .reversible import worst_reconstruction as worst_reconstruction
from .ways import GRADIENTS as GRADIENTS
from .ways import GradientNotice as GradientNotice
from .ways import available_gradients as available_gradients
from .ways import is_tabulated as is_tabulated
from .ways import needs_gradient as needs_gradient
from .ways import run_layers as run_layers
from .ways import run_schedule as run_schedule
