from .baseline_classifier import BaselineClassifier as BaselineClassifier
from .building import build_classifier as build_classifier
from .catalogue import MODELS as MODELS
from .catalogue import ModelEntry as ModelEntry
from .dataset_out import predict_dataset as predict_dataset
from .loading import load as load
from .parts_out import predict_parts as predict_parts
from .physical_embedding_classifier import (
    PhysicalEmbeddingClassifier as PhysicalEmbeddingClassifier,
)
from .physical_embedding_forecaster import (
    PhysicalEmbeddingForecaster as PhysicalEmbeddingForecaster,
)
from .physical_embedding_regressor import PhysicalEmbeddingRegressor as PhysicalEmbeddingRegressor
from .physical_embedding_transformer import (
    PhysicalEmbeddingTransformer as PhysicalEmbeddingTransformer,
)
from .series_classifier import SeriesClassifier as SeriesClassifier
from .series_estimator import SeriesEstimator as SeriesEstimator
from .windows import predict_windows as predict_windows
