from .named_presets import PRESETS as PRESETS
from .named_presets import PresetName as PresetName
from .named_presets import check_preset as check_preset
from .nlse import NLSE as NLSE
from .preset import Preset as Preset
from .preset import check_budget as check_budget
from .preset import n_detectors as n_detectors
