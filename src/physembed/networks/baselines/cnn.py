"""A one-dimensional convolutional network."""

from torch import Tensor, nn

from physembed.networks.encoders.normalisations import z_score
from physembed.networks.series_network import LinearHead, SeriesNetwork

WIDTHS = (16, 32, 64, 128)
KERNEL = 9
SHORTEST_POOLED = 16
"""A block halves or quarters its input only while at least so many points would remain."""


class ConvolutionalNetwork(SeriesNetwork):
    """Four blocks of convolution (width 9), batch norm, rectifier and max-pooling, then the mean.

    The widths are 16, 32, 64 and 128; pooling is by 4 while the series is long, then by 2, then
    none. Global average pooling makes it indifferent to where in the series a pattern lies.
    """

    def __init__(self, *, n_channels: int, n_timepoints: int, n_classes: int) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        channels, length = n_channels, n_timepoints
        for width in WIDTHS:
            blocks += [
                nn.Conv1d(channels, width, KERNEL, padding="same", bias=False),
                nn.BatchNorm1d(width),
                nn.ReLU(),
            ]
            pooling = _pooling(length)
            if pooling > 1:
                blocks.append(nn.MaxPool1d(pooling))
            channels, length = width, length // pooling
        self.blocks = nn.Sequential(*blocks)
        self.head = LinearHead(channels, n_classes)

    def features(self, x: Tensor) -> Tensor:
        pooled: Tensor = self.blocks(z_score(x).to(self.head.linear.weight.dtype)).mean(dim=-1)
        return pooled


def _pooling(length: int) -> int:
    return next((p for p in (4, 2) if length // p >= SHORTEST_POOLED), 1)
