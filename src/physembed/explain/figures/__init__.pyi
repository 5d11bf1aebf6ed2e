from .evolution import evolution_figure as evolution_figure
