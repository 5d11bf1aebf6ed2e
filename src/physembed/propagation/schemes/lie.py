"""The first-order scheme of the paper: linear, then local."""

from physembed.propagation.schemes.splitting_scheme import SplittingScheme

LIE = SplittingScheme("lie", order=1, stages=((1.0, 1.0),))
