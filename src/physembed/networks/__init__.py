"""Networks as modules: encoders, media, detectors, heads, and the baselines beside them.

Knows physics and propagation; nothing of data sets or training.
"""

from physembed.networks.component import Component
from physembed.networks.configuration import register_part
from physembed.networks.detectors import (
    DETECTORS,
    Amplitude,
    BinnedIntensity,
    CellBands,
    CellStatistics,
    Counter,
    Detector,
    DetectorModule,
    Intensity,
    PointDetector,
    Quadratures,
    SideBySide,
    WinnerCounter,
)
from physembed.networks.encoders import SeriesEncoder
from physembed.networks.fibre import Fibre, Tap
from physembed.networks.head import LinearHead, SignedHead
from physembed.networks.medium import Medium, Trainable
from physembed.networks.physical_embedding_network import PhysicalEmbeddingNetwork
from physembed.networks.search_space import SearchSpace
from physembed.networks.series_network import SeriesNetwork
from physembed.networks.stacked_networks import StackedNetworks

__all__ = [
    "DETECTORS",
    "Amplitude",
    "BinnedIntensity",
    "CellBands",
    "CellStatistics",
    "Component",
    "Counter",
    "Detector",
    "DetectorModule",
    "Fibre",
    "Intensity",
    "LinearHead",
    "Medium",
    "PhysicalEmbeddingNetwork",
    "PointDetector",
    "Quadratures",
    "SearchSpace",
    "SeriesEncoder",
    "SeriesNetwork",
    "SideBySide",
    "SignedHead",
    "StackedNetworks",
    "Tap",
    "Trainable",
    "WinnerCounter",
    "register_part",
]
