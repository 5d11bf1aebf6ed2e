from .evolution import Evolution as Evolution
from .evolve import evolve as evolve
