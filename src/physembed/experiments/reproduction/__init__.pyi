from .protocol import PARTS as PARTS
from .reproduce import Reproduction as Reproduction
from .reproduce import reproduce as reproduce
