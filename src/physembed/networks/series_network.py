"""What every network has: features, a linear head, and parameters counted apart."""

from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor, nn

from physembed.networks.search_space import SearchSpace, declared_search_spaces


class LinearHead(nn.Module):
    """Logits = W f + b.

    A closed-form readout standardises the features first; that affine map has no trained numbers
    and is folded into W and b.

    Parameters
    ----------
    n_features, n_classes : int

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> head = pe.LinearHead(n_features=8, n_classes=3)
    >>> head(torch.zeros(5, 8)).shape
    torch.Size([5, 3])
    """

    def __init__(self, n_features: int, n_classes: int) -> None:
        super().__init__()
        self.linear = nn.Linear(n_features, n_classes)

    @property
    def n_outputs(self) -> int:
        """Number of logits: of classes, or 1 of a regression."""
        return self.linear.out_features

    def forward(self, features: Tensor) -> Tensor:
        if features.device.type == "cuda":
            # cuBLAS adds a bias to few rows by a kernel that takes twice as long as both apart
            return features @ self.linear.weight.mT + self.linear.bias
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


class SeriesNetwork(nn.Module, ABC):
    """A network from series (cases, channels, timepoints) to logits (cases, classes).

    A subclass assigns ``head`` and gives :meth:`features`; all that it trains outside the head is
    its embedding.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> class Means(pe.SeriesNetwork):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.head = pe.LinearHead(n_features=2, n_classes=2)
    ...
    ...     def features(self, series):
    ...         return torch.cat([series.mean(dim=2), series.std(dim=2)], dim=1)
    >>> Means()(torch.zeros(5, 1, 64)).shape
    torch.Size([5, 2])
    """

    head: LinearHead

    @abstractmethod
    def features(self, x: Tensor) -> Tensor:
        """Real features of shape (cases, features) for real series."""

    def encode(self, x: Tensor) -> Any:
        """What :meth:`features` makes of series before any trained number matters.

        It is indexed by cases, and :meth:`features` takes it in place of the series: a search that
        looks at the same cases again and again encodes them once. Here, the series themselves.
        """
        return x

    def prepare(self, x: Tensor, *, seed: int) -> None:
        """Take from the training cases what the features need beside trained weights: nothing."""

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.head(self.features(x))
        return logits

    def readout_parameters(self) -> list[nn.Parameter]:
        """The trained weights of the head."""
        return [p for p in self.head.parameters() if p.requires_grad]

    def embedding_parameters(self) -> list[nn.Parameter]:
        """Everything else that is trained."""
        readout = {id(p) for p in self.head.parameters()}
        return [p for p in self.parameters() if p.requires_grad and id(p) not in readout]

    def search_spaces(self) -> dict[str, SearchSpace]:
        """Where a search may look for each embedding parameter, by its full name."""
        embedding = {id(p) for p in self.embedding_parameters()}
        names = {name for name, p in self.named_parameters() if id(p) in embedding}
        spaces = declared_search_spaces(self)
        return {name: space for name, space in spaces.items() if name in names}

    def parameter_counts(self) -> dict[str, int]:
        """Number of embedding and readout parameters."""
        return {
            "embedding": sum(p.numel() for p in self.embedding_parameters()),
            "readout": sum(p.numel() for p in self.readout_parameters()),
        }

    def coefficients(self) -> dict[str, float]:
        """Stated coefficients in natural units by "fibre1/layer1/beta2"; {} without physics."""
        return {}
