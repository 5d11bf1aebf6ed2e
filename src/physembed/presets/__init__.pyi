from .auto import AUTO as AUTO
from .budget import check_budget as check_budget
from .budget import n_detectors as n_detectors
from .named_presets import PRESETS as PRESETS
from .nlse import NLSE as NLSE
from .preset import Preset as Preset
