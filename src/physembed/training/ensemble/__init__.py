"""Several networks of one shape trained as one batch: as many results as from separate runs.

Members share data, settings and steps; seed, held-out cases, order and weights are their own.
"""

from physembed.training.ensemble.member import Member
from physembed.training.ensemble.train import train_together

__all__ = ["Member", "train_together"]
