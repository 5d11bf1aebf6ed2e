"""How backpropagation goes through a cascade: plain, from stored fields, or by reversal.

All give the same gradients to rounding; they differ in time and in memory.
"""

from physembed.propagation.gradients.choice import (
    GRADIENTS,
    GradientNotice,
    available_gradients,
    check_gradient,
    is_tabulated,
    is_transformed,
    run_layers,
    run_schedule,
)
from physembed.propagation.gradients.reversible import worst_reconstruction

__all__ = [
    "GRADIENTS",
    "GradientNotice",
    "available_gradients",
    "check_gradient",
    "is_tabulated",
    "is_transformed",
    "run_layers",
    "run_schedule",
    "worst_reconstruction",
]
