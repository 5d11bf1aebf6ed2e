from .cnn import ConvolutionalNetwork as ConvolutionalNetwork
from .linear import LinearNetwork as LinearNetwork
from .lstm_attention import LSTMAttentionNetwork as LSTMAttentionNetwork
from .minirocket import MiniRocketNetwork as MiniRocketNetwork
from .mlp import MultilayerPerceptron as MultilayerPerceptron
from .spectral import SpectralNetwork as SpectralNetwork
