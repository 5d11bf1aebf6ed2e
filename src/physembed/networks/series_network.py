"""What every network has: features, a linear head, and parameters counted apart."""

from abc import ABC, abstractmethod
from typing import Any

from torch import Tensor, nn

from physembed.networks.head import LinearHead
from physembed.networks.search_space import SearchSpace, declared_search_spaces


class SeriesNetwork(nn.Module, ABC):
    """A network from series (cases, channels, timepoints) to logits (cases, classes).

    A subclass assigns ``head`` and gives :meth:`features`; all that it trains outside the head is
    its embedding.
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
