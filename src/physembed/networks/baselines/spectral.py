"""A linear classifier on the power spectrum: the honest baseline of every spectral method."""

import torch
from torch import Tensor

from physembed.networks.encoders.normalisations import z_score
from physembed.networks.series_network import LinearHead, SeriesNetwork

FLOOR = 1e-3
"""Power, relative to white noise of the same variance, below which the logarithm flattens."""


class SpectralNetwork(SeriesNetwork):
    """Logits = W log(|F x|^2 + floor) + b: channels x (timepoints // 2 + 1) weights per class."""

    def __init__(self, *, n_channels: int, n_timepoints: int, n_classes: int) -> None:
        super().__init__()
        n_frequencies = n_timepoints // 2 + 1
        self.head = LinearHead(n_channels * n_frequencies, n_classes)

    def features(self, x: Tensor) -> Tensor:
        power = torch.fft.rfft(z_score(x), norm="ortho").abs().square()
        return torch.log(power + FLOOR).flatten(1).to(self.head.linear.weight.dtype)
