"""What the detectors say of some cases, kept fibre by fibre."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from physembed.explain.measures.variation import Change, replaced_values
from physembed.explain.subject import Subject
from physembed.networks import PhysicalEmbeddingNetwork
from physembed.networks.encoded_series import EncodedSeries
from physembed.networks.light_path import LightPath
from physembed.physics.transforms import COMPLEX_OF

POINTS_AT_ONCE = 1 << 18
"""Points of the field on all arms that are worked on at once: about a processor's cache."""

POINTS_OF_A_SWEEP = 1 << 22
"""The same in single precision, whose detectors are read in one pass where there are enough."""


class OneFibre(nn.Module):
    """One fibre of a network, from the encoded field and its spectrum to features."""

    def __init__(self, network: PhysicalEmbeddingNetwork, fibre: int) -> None:
        super().__init__()
        self.fibre = network.fibres[fibre]
        self.medium = network.media[fibre]
        path = network.paths[fibre]
        assert isinstance(path, LightPath)
        self.path = path
        self.n_arms = len(network.fibres[fibre].arms)

    def forward(self, field: Tensor, spectrum: Tensor) -> Tensor:
        sweep = self.path.sweep(field, field.dtype)
        features: Tensor = self.path(self.medium, field, lambda: spectrum, sweep=sweep)
        return features


class Detected:
    """Features and decisions of some cases, of the network as it is or with a change.

    A change of one fibre costs one fibre's work: the others' features are kept.

    Parameters
    ----------
    subject : Subject
    x : Tensor of shape (cases, channels, timepoints)
    network : PhysicalEmbeddingNetwork or None, default=None
        Another form of the subject's network, ``subject.soft`` or ``subject.in_single_precision``;
        its precision is the one that is worked in.
    """

    def __init__(
        self, subject: Subject, x: Tensor, network: PhysicalEmbeddingNetwork | None = None
    ) -> None:
        self._subject = subject
        network = subject.network if network is None else network
        self._head = network.head
        self._dtype = network.head.linear.weight.dtype
        self._x = x.to(self._dtype)
        self._encoded = EncodedSeries(self._x, COMPLEX_OF[self._dtype], network.zero)
        self._fibres = [OneFibre(network, k) for k in range(len(network.fibres))]
        self.of_fibre = [self._read(fibre, {}) for fibre in self._fibres]

    def features(self, change: Change | None = None) -> Tensor:
        """What the detectors say, shape (cases, features)."""
        of_fibre = list(self.of_fibre)
        for fibre, replaced in replaced_values(self._subject, change or {}).items():
            values = {name: value.to(self._dtype) for name, value in replaced.items()}
            of_fibre[fibre] = self._read(self._fibres[fibre], values)
        return torch.cat(of_fibre, dim=1)

    def logits(self, change: Change | None = None) -> Tensor:
        """Logits, shape (cases, classes)."""
        with torch.no_grad():
            logits: Tensor = self._head(self.features(change))
        return logits

    def chosen(self, change: Change | None = None) -> Tensor:
        """Classes that the network chooses, as places, shape (cases,)."""
        return self.logits(change).argmax(dim=1)

    def _read(self, fibre: OneFibre, replaced: dict[str, Tensor]) -> Tensor:
        with torch.no_grad():
            field, spectrum = self._encoded.by(fibre.fibre)
            return torch.cat(
                [
                    torch.func.functional_call(fibre, replaced, parts)
                    for parts in _batches(field, spectrum(), fibre.n_arms)
                ]
            )


def rivals(logits: Tensor, y: Tensor) -> Tensor:
    """The class that comes nearest to the true one of every case, or beats it."""
    true = torch.nn.functional.one_hot(y, logits.shape[1]).bool()
    return logits.masked_fill(true, -torch.inf).argmax(dim=1)


def _batches(field: Tensor, spectrum: Tensor, n_arms: int) -> Iterator[tuple[Tensor, Tensor]]:
    at_once = POINTS_OF_A_SWEEP if field.dtype == torch.complex64 else POINTS_AT_ONCE
    size = max(1, at_once // (n_arms * field[0].numel()))
    yield from zip(field.split(size), spectrum.split(size), strict=True)
