from .catalogue import CONDENSATES as CONDENSATES
from .catalogue import OPTICAL_MEDIA as OPTICAL_MEDIA
from .catalogue import Condensate as Condensate
from .catalogue import OpticalMedium as OpticalMedium
from .condensate import condensate_layers as condensate_layers
from .layer import BuiltLayer as BuiltLayer
from .optical import optical_layers as optical_layers
