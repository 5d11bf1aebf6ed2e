from .baseline_classifier import BaselineClassifier
from .catalogue import MODELS, ModelEntry, build_classifier
from .persistence import load
from .physical_embedding_classifier import PhysicalEmbeddingClassifier
from .physical_embedding_forecaster import PhysicalEmbeddingForecaster
from .physical_embedding_regressor import PhysicalEmbeddingRegressor
from .physical_embedding_transformer import PhysicalEmbeddingTransformer
from .series_classifier import SeriesClassifier
from .series_estimator import SeriesEstimator

__all__ = [
    "MODELS",
    "BaselineClassifier",
    "ModelEntry",
    "PhysicalEmbeddingClassifier",
    "PhysicalEmbeddingForecaster",
    "PhysicalEmbeddingRegressor",
    "PhysicalEmbeddingTransformer",
    "SeriesClassifier",
    "SeriesEstimator",
    "build_classifier",
    "load",
]
