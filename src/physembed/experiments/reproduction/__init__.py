"""The paper's tables and figures, run again by one command, and what is said about them.

The protocol says what is run; everything else follows from it and from the records.
"""

from physembed.experiments.reproduction.protocol import PARTS
from physembed.experiments.reproduction.reproduce import Reproduction, reproduce

__all__ = ["PARTS", "Reproduction", "reproduce"]
