from .evolution import Evolution as Evolution
from .evolution import evolve as evolve
from .picture import evolution_chart as evolution_chart
