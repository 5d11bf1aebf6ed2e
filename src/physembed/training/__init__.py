"""How coefficients and readouts are found: by gradient, or by a convex fit on fixed physics.

Knows networks as modules; nothing of data sets, estimators or the command line.
"""

from physembed.training.convex_readout import fit_readout
from physembed.training.gradient import train_by_gradient
from physembed.training.settings import TrainingSettings

__all__ = ["TrainingSettings", "fit_readout", "train_by_gradient"]
