"""The readout: one linear layer on the detected features."""

from torch import Tensor, nn


class LinearHead(nn.Module):
    """Logits = W f + b, on features that may be standardised first.

    Standardisation (the features' running mean and deviation over the training cases) is an
    affine map without trained numbers; it can be folded into W and b and is not counted.

    Parameters
    ----------
    n_features, n_classes : int
    standardise : bool, default=False
    """

    def __init__(self, n_features: int, n_classes: int, *, standardise: bool = False) -> None:
        super().__init__()
        self.standardise = (
            nn.BatchNorm1d(n_features, affine=False) if standardise else nn.Identity()
        )
        self.linear = nn.Linear(n_features, n_classes)

    def forward(self, features: Tensor) -> Tensor:
        logits: Tensor = self.linear(self.standardise(features))
        return logits
