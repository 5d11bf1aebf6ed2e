"""Networks as modules: encoders, media, detectors, heads, and the baselines beside them.

Knows physics and propagation; nothing of data sets or training.
"""

from physembed.networks.configuration import register_part
from physembed.networks.detectors import DETECTORS, Amplitude, BinnedIntensity, Detector, Intensity
from physembed.networks.encoders import SeriesEncoder
from physembed.networks.head import LinearHead, SignedHead
from physembed.networks.medium import Medium, Trainable
from physembed.networks.physical_embedding_network import Fibre, PhysicalEmbeddingNetwork
from physembed.networks.search_space import SearchSpace
from physembed.networks.series_network import SeriesNetwork

__all__ = [
    "DETECTORS",
    "Amplitude",
    "BinnedIntensity",
    "Detector",
    "Fibre",
    "Intensity",
    "LinearHead",
    "Medium",
    "PhysicalEmbeddingNetwork",
    "SearchSpace",
    "SeriesEncoder",
    "SeriesNetwork",
    "SignedHead",
    "Trainable",
    "register_part",
]
