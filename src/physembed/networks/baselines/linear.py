"""A linear classifier on the series itself."""

from torch import Tensor

from physembed.networks.encoders.normalisations import z_score
from physembed.networks.series_network import LinearHead, SeriesNetwork


class LinearNetwork(SeriesNetwork):
    """Logits = W x + b on the z-normalised series: channels x timepoints weights per class."""

    def __init__(self, *, n_channels: int, n_timepoints: int, n_classes: int) -> None:
        super().__init__()
        self.head = LinearHead(n_channels * n_timepoints, n_classes)

    def features(self, x: Tensor) -> Tensor:
        return z_score(x).to(self.head.linear.weight.dtype).flatten(1)
