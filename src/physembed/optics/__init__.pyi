from .catalogue import FIBRES as FIBRES
from .catalogue import fibre_named as fibre_named
from .dispersion import Dispersion as Dispersion
from .fibre import Fibre as Fibre
from .propagated import Propagated as Propagated
from .pulse import Pulse as Pulse
from .raman import RAMAN_MODELS as RAMAN_MODELS
from .units import in_si as in_si
