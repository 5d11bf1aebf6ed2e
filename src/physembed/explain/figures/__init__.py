"""Pictures of fields and media, one kind per file, as matplotlib figures without a window."""

from physembed.explain.figures.evolution import evolution_figure

__all__ = ["evolution_figure"]
