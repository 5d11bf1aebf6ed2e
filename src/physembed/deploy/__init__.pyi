from .exporting import Exported as Exported
from .exporting import export as export
from .interpreter.run import scores as scores
from .lowering.estimator import lower as lower
from .lowering.refusal import NoLoweringError as NoLoweringError
from .plan import Plan as Plan
