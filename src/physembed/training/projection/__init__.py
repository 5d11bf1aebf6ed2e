"""Training by projection: physics is searched for while the readout is solved exactly.

Knows networks only as modules with trainable parameters and features; not what they mean.
"""

from physembed.training.projection.alternatives import train_best_by_projection
from physembed.training.projection.ridge import LeftOut, leave_one_out, signed_targets
from physembed.training.projection.settings import ProjectionSettings
from physembed.training.projection.train import train_by_projection

__all__ = [
    "LeftOut",
    "ProjectionSettings",
    "leave_one_out",
    "signed_targets",
    "train_best_by_projection",
    "train_by_projection",
]
