from .choice import choose_network
from .convex_readout import fit_readout
from .gradient import train_by_gradient
from .projection import ProjectionSettings, train_by_projection
from .settings import TrainingSettings

__all__ = [
    "ProjectionSettings",
    "TrainingSettings",
    "choose_network",
    "fit_readout",
    "train_by_gradient",
    "train_by_projection",
]
