"""The readout: one linear layer on the detected features."""

import torch
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

    @property
    def n_outputs(self) -> int:
        """Number of logits: of classes, or 1 of a regression."""
        return self.linear.out_features

    def forward(self, features: Tensor) -> Tensor:
        logits: Tensor = self.linear(features)
        return logits

    def assign(self, weights: Tensor, bias: Tensor) -> None:
        """Put weights (classes, features) and biases (classes,) in, as a convex fit finds them."""
        with torch.no_grad():
            self.linear.weight.copy_(weights)
            self.linear.bias.copy_(bias)


class ZeroSumHead(LinearHead):
    """Logits of all classes from the scores of all but the first, which has what they leave.

    Of a softmax only the differences of the rows matter: with logits that sum to zero, C - 1 rows
    of a :class:`LinearHead` say all.

    Parameters
    ----------
    n_features, n_classes : int
        At least two classes.
    """

    def __init__(self, n_features: int, n_classes: int) -> None:
        super().__init__(n_features, n_classes - 1)

    @property
    def n_outputs(self) -> int:
        return self.linear.out_features + 1

    def forward(self, features: Tensor) -> Tensor:
        scores = super().forward(features)
        return torch.cat([-scores.sum(dim=-1, keepdim=True), scores], dim=-1)

    def assign(self, weights: Tensor, bias: Tensor) -> None:
        super().assign((weights - weights.mean(dim=0))[1:], (bias - bias.mean())[1:])


class SignedHead(LinearHead):
    """Two classes from one score: logits -s and s with s = w f + b.

    Of a two-class softmax only the difference of the rows matters, so half of a
    :class:`LinearHead`'s numbers suffice.

    Parameters
    ----------
    n_features : int
    """

    def __init__(self, n_features: int) -> None:
        super().__init__(n_features, 1)

    @property
    def n_outputs(self) -> int:
        return 2

    def forward(self, features: Tensor) -> Tensor:
        score = super().forward(features)
        return torch.cat([-score, score], dim=-1)

    def assign(self, weights: Tensor, bias: Tensor) -> None:
        super().assign((weights[1:] - weights[:1]) / 2, (bias[1:] - bias[:1]) / 2)
