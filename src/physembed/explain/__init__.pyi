from .explain_comparison import explain_comparison
from .explain_run import explain_run
from .recovery import Recovered, recover

__all__ = ["Recovered", "explain_comparison", "explain_run", "recover"]
