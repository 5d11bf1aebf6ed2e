"""The symmetric second-order scheme: half linear, local, half linear (Strang, 1968)."""

from physembed.propagation.schemes.splitting_scheme import SplittingScheme

STRANG = SplittingScheme("strang", order=2, stages=((0.5, 1.0),), closing=0.5)
