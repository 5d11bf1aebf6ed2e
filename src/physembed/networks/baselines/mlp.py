"""The multilayer perceptron of the field's standard baselines."""

from torch import Tensor, nn

from physembed.networks.encoders.normalisations import z_score
from physembed.networks.series_network import LinearHead, SeriesNetwork

WIDTH = 500
DROPOUT = (0.1, 0.2, 0.2, 0.3)


class MultilayerPerceptron(SeriesNetwork):
    """Three hidden layers of 500 rectified units with dropout 0.1, 0.2, 0.2 and 0.3.

    References
    ----------
    Wang, Yan and Oates, Time series classification from scratch with deep neural networks (2017).
    """

    def __init__(self, *, n_channels: int, n_timepoints: int, n_classes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Flatten(), nn.Dropout(DROPOUT[0])]
        width = n_channels * n_timepoints
        for dropout in DROPOUT[1:]:
            layers += [nn.Linear(width, WIDTH), nn.ReLU(), nn.Dropout(dropout)]
            width = WIDTH
        self.hidden = nn.Sequential(*layers)
        self.head = LinearHead(WIDTH, n_classes)

    def features(self, x: Tensor) -> Tensor:
        hidden: Tensor = self.hidden(z_score(x).to(self.head.linear.weight.dtype))
        return hidden
