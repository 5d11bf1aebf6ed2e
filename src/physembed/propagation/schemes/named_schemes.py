"""The table of schemes by name."""

from physembed.propagation.schemes.lie import LIE
from physembed.propagation.schemes.splitting_scheme import SplittingScheme
from physembed.propagation.schemes.strang import STRANG
from physembed.propagation.schemes.yoshida4 import YOSHIDA4

SCHEMES: dict[str, SplittingScheme] = {s.name: s for s in (LIE, STRANG, YOSHIDA4)}
"""Every scheme by its name."""
