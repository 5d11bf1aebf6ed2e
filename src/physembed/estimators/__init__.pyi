from .baseline_classifier import BaselineClassifier
from .catalogue import MODELS, ModelEntry, build_classifier
from .persistence import load
from .physical_embedding_classifier import PhysicalEmbeddingClassifier
from .series_classifier import SeriesClassifier

__all__ = [
    "MODELS",
    "BaselineClassifier",
    "ModelEntry",
    "PhysicalEmbeddingClassifier",
    "SeriesClassifier",
    "build_classifier",
    "load",
]
