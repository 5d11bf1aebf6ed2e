"""The pictures of a comparison or a run, one per file, as matplotlib figures without a window.

They read records and histories and know nothing of how those came about.
"""

from physembed.experiments.figures.accuracy_against_parameters import accuracy_against_parameters
from physembed.experiments.figures.coefficient_convergence import coefficient_convergence
from physembed.experiments.figures.confusion_matrix import confusion_matrix
from physembed.experiments.figures.learning_curves import learning_curves
from physembed.experiments.figures.writing import write_comparison_figures, write_run_figures

__all__ = [
    "accuracy_against_parameters",
    "coefficient_convergence",
    "confusion_matrix",
    "learning_curves",
    "write_comparison_figures",
    "write_run_figures",
]
