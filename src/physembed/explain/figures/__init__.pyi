from .evolution import evolution_chart as evolution_chart
