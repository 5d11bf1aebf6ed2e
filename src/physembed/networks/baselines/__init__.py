"""What users would take instead, one network per file; sizes are stated in each."""

from physembed.networks.baselines.cnn import ConvolutionalNetwork
from physembed.networks.baselines.linear import LinearNetwork
from physembed.networks.baselines.lstm_attention import LSTMAttentionNetwork
from physembed.networks.baselines.minirocket import MiniRocketNetwork
from physembed.networks.baselines.mlp import MultilayerPerceptron
from physembed.networks.baselines.spectral import SpectralNetwork

__all__ = [
    "ConvolutionalNetwork",
    "LSTMAttentionNetwork",
    "LinearNetwork",
    "MiniRocketNetwork",
    "MultilayerPerceptron",
    "SpectralNetwork",
]
