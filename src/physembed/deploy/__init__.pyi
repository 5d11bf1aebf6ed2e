from .interpreter.run import scores as scores
from .lowering.estimator import lower as lower
from .lowering.refusal import NoLoweringError as NoLoweringError
from .plan import Plan as Plan
