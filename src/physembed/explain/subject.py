"""What is explained: a trained network, and the cases it is explained on."""

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.explain.layers import dispersions
from physembed.explain.soft_comparators import is_hard, softened
from physembed.networks import Fibre, Medium, PhysicalEmbeddingNetwork
from physembed.networks.encoded_series import EncodedSeries
from physembed.networks.light_path import LightPath

if TYPE_CHECKING:
    from physembed.estimators.series_classifier import SeriesClassifier

POINT_BUDGET = 800_000
"""Cases times points times layers of one look at a set of cases; a larger set is thinned out."""

FEWEST_CASES = 100

CASES_AT_ONCE = 128
"""Cases whose detectors are read in one sweep."""

POINTS_AT_ONCE = 1 << 19
"""Points of all layers that are worked on at once: no more memory than a small machine has."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A network in double precision and the cases that it is shown.

    Parameters
    ----------
    network : PhysicalEmbeddingNetwork
    x_train, x_test : Tensor of shape (cases, channels, timepoints), float64
    y_train, y_test : Tensor of shape (cases,), int64
        Places in ``classes``; -1 for a class that the network does not know.
    classes : tuple of str
    dataset : str, default=""
    sampling_interval : float or None, default=None
        Seconds between timepoints.
    record : mapping, default={}
        What was kept of the run.
    called : str, default="test cases"
        What the cases looked at are to the model.
    unseen : bool, default=True
        Whether it was trained on none of them, so that they tell how it does on others.
    channels : tuple of str, default=()
        What the file calls them that it was trained on; none where nobody says.
    """

    network: PhysicalEmbeddingNetwork
    x_train: Tensor
    y_train: Tensor
    x_test: Tensor
    y_test: Tensor
    classes: tuple[str, ...]
    dataset: str = ""
    sampling_interval: float | None = None
    record: Mapping[str, Any] = field(default_factory=dict)
    called: str = "test cases"
    unseen: bool = True
    channels: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        classifier: "SeriesClassifier",
        X_train: NDArray[np.float64],
        y_train: NDArray[Any],
        X_test: NDArray[np.float64],
        y_test: NDArray[Any],
        **details: Any,
    ) -> "Subject":
        """A fitted classifier and the cases that it was trained and tested on.

        Raises
        ------
        InvalidInputError
            If the model has no medium, as a baseline.
        """
        network = classifier.network_
        if not isinstance(network, PhysicalEmbeddingNetwork):
            raise InvalidInputError(
                f"the model is a {type(network).__name__}, which has no medium to look into; "
                "explain takes physical embedding networks, such as nlse, lattice and homodyne."
            )
        classes = tuple(str(label) for label in classifier.classes_)
        x_train, labels_train = _tensors(X_train, y_train, classes)
        x_test, labels_test = _tensors(X_test, y_test, classes)
        return cls(
            copy.deepcopy(network).double().eval().requires_grad_(False),
            x_train,
            labels_train,
            x_test,
            labels_test,
            classes,
            **details,
        )

    @cached_property
    def in_single_precision(self) -> PhysicalEmbeddingNetwork:
        """The network as it was trained, for measures that need only its decisions."""
        return copy.deepcopy(self.network).float()

    @cached_property
    def soft(self) -> PhysicalEmbeddingNetwork:
        """The network with slopes: hard comparators, where it has any, replaced by soft ones."""
        return softened(self.network) if is_hard(self.network) else self.network

    @property
    def fibres(self) -> list[tuple[Fibre, Medium]]:
        """Each fibre with its medium."""
        return list(zip(self.network.fibres, self.network.media, strict=True))  # type: ignore[arg-type]

    @property
    def paths(self) -> list[LightPath]:
        """Elements, arms and detectors of each fibre."""
        return list(self.network.paths)  # type: ignore[arg-type]

    @property
    def work_per_case(self) -> int:
        """Channels times points times layers and arms over all fibres."""
        return sum(self._work_of(fibre) for fibre in range(len(self.fibres)))

    def _work_of(self, fibre: int) -> int:
        described, medium = self.fibres[fibre]
        steps = medium.n_layers * medium.steps_per_layer + len(described.arms) - 1
        return self.network.n_channels * int(medium.grid.shape[-1]) * steps

    @cached_property
    def few_train(self) -> Tensor:
        """Training cases for measures that look at every case many times."""
        return thinned(self.y_train, self._most_cases())

    @cached_property
    def few_test(self) -> Tensor:
        """Test cases for measures that look at every case many times."""
        return thinned(self.y_test, self._most_cases())

    @cached_property
    def few_known(self) -> Tensor:
        """Those of them whose classes the network knows."""
        return self.few_test[self.y_test[self.few_test] >= 0]

    @cached_property
    def few_sloped(self) -> Tensor:
        """Those of them for measures by slopes, which soft comparators make dear."""
        known = self.few_known
        if not is_hard(self.network):
            return known
        return known[thinned(self.y_test[known], max(FEWEST_CASES // 2, len(self.classes)))]

    def _most_cases(self) -> int:
        return max(FEWEST_CASES, 2 * len(self.classes), POINT_BUDGET // self.work_per_case)

    def batches(self, x: Tensor, fibre: int | None = None) -> tuple[Tensor, ...]:
        """Series in parts that together need no more memory than a small machine has.

        In all fibres, or in one.
        """
        work = self.work_per_case if fibre is None else self._work_of(fibre)
        return x.split(max(1, POINTS_AT_ONCE // work))

    def logits(self, x: Tensor, network: PhysicalEmbeddingNetwork | None = None) -> Tensor:
        """What the network, or another form of it, says of series, shape (cases, classes)."""
        network = self.network if network is None else network
        with torch.no_grad():
            return torch.cat([network(part) for part in self.batches(x)])

    def decisions(self, x: Tensor) -> Tensor:
        """As :meth:`logits`, of the network as it was trained: sooner, where no slope is needed."""
        network = self.in_single_precision
        with torch.no_grad():
            return torch.cat([network(part.float()) for part in x.split(CASES_AT_ONCE)]).double()

    def entering(self, fibre: int, x: Tensor) -> Tensor:
        """Series as fields in front of a fibre's medium, in double precision."""
        encoded = EncodedSeries(x, torch.complex128, self.network.zero)
        return self.paths[fibre].entering(encoded.by(self.network.fibres[fibre])[0])

    def is_empty(self, fibre: int) -> bool:
        """Whether a fibre changes nothing: every coefficient is zero, and it has no elements."""
        values = self.fibres[fibre][1].dimensionless().values()
        return not (self.has_elements(fibre) or any(bool(value.any()) for value in values))

    def has_elements(self, fibre: int) -> bool:
        """Whether anything but a medium lies between encoder and detector."""
        described = self.network.fibres[fibre]
        return bool(described.before or described.after or any(described.arms))

    def name(self, fibre: int) -> str:
        """What a fibre is called: its number and its medium."""
        described, medium = self.fibres[fibre]
        equation = described.equation
        potential = getattr(equation, "potential", None)
        of = {"NonlinearSchrodinger": "NLSE", "GrossPitaevskii": "GPE"}
        short = of.get(type(equation).__name__, type(equation).__name__)
        period = getattr(potential, "period", None)
        if period is not None:
            return f"fibre {fibre + 1} ({short}, lattice of period {period:.4g})"
        if self.has_elements(fibre) and medium.is_linear():
            # over what time the dispersion of all layers spreads an edge
            blur = math.sqrt(abs(float(dispersions(medium).sum())))
            return f"fibre {fibre + 1} ({short}, blurs over {blur:.3g} timepoints)"
        return f"fibre {fibre + 1} ({short})"


def thinned(labels: Tensor, most: int) -> Tensor:
    """Indices of at most ``most`` cases, in order, as many of each class as there are of few.

    Cases are taken in turn, one of each class, the first ones first: no chance is involved.
    """
    if len(labels) <= most:
        return torch.arange(len(labels))
    rank = torch.empty(len(labels), dtype=torch.long)
    for label in labels.unique():
        members = (labels == label).nonzero()[:, 0]
        rank[members] = torch.arange(len(members))
    chosen = torch.argsort(rank * (int(labels.max()) + 2) + labels, stable=True)[:most]
    return chosen.sort().values


def _tensors(
    X: NDArray[np.float64], y: NDArray[Any], classes: tuple[str, ...]
) -> tuple[Tensor, Tensor]:
    place = {label: k for k, label in enumerate(classes)}
    labels = torch.tensor([place.get(str(label), -1) for label in y], dtype=torch.long)
    return torch.from_numpy(np.ascontiguousarray(X, dtype=np.float64)), labels
