from .explain_comparison import explain_comparison as explain_comparison
from .explain_run import explain_run as explain_run
from .recovery.least_squares_fit import recover as recover
from .recovery.recovered import Recovered as Recovered
