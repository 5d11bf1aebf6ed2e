from .choice import choose_network as choose_network
from .convex_readout import fit_readout as fit_readout
from .gradient import train_by_gradient as train_by_gradient
from .projection.settings import ProjectionSettings as ProjectionSettings
from .projection.train import train_by_projection as train_by_projection
from .settings import TrainingSettings as TrainingSettings
