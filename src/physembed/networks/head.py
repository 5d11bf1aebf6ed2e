"""The readout: one linear layer on the detected features."""

from torch import Tensor, nn


class LinearHead(nn.Module):
    """Logits = W f + b.

    A closed-form readout standardises the features first; that affine map has no trained numbers
    and is folded into W and b.

    Parameters
    ----------
    n_features, n_classes : int
    """

    def __init__(self, n_features: int, n_classes: int) -> None:
        super().__init__()
        self.linear = nn.Linear(n_features, n_classes)

    def forward(self, features: Tensor) -> Tensor:
        logits: Tensor = self.linear(features)
        return logits
