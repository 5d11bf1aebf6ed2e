"""Several networks of one shape as one module, whose parameters have an axis of members."""

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from physembed.errors import InvalidInputError
from physembed.networks.light_path import LightPath
from physembed.networks.medium import Medium
from physembed.networks.physical_embedding_network import PhysicalEmbeddingNetwork
from physembed.networks.series_network import SeriesNetwork

_HEAD = "head."
_SETTING = "trainable.", "frozen_"
"""How a medium calls a coefficient that is trained, and one that is not."""


def _is_readout(name: str) -> bool:
    return name.startswith(_HEAD)


class _Features(nn.Module):
    """What a network detects, as a module, which torch.func can call with other numbers."""

    def __init__(self, network: SeriesNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        return self.network.features(x)


class StackedNetworks(nn.Module):
    """Networks that differ in their numbers alone, computed together.

    Shapes: real (members, cases, channels, timepoints) to logits (members, cases, classes). A
    coefficient that is trainable in one member may be frozen in another; the member with the most
    trainable ones says what is a parameter, and :attr:`trained` where it is none.

    Parameters
    ----------
    networks : sequence of PhysicalEmbeddingNetwork
        Their numbers are copied; :meth:`write` puts them back.

    Attributes
    ----------
    names : tuple of str
        The parameters' names in the member with the most of them.
    stacked : list of Parameter of shape (members, ...)
        In the order of ``names``.
    trained : list of Tensor of shape (members,), bool
        In which members a parameter is one.

    Raises
    ------
    InvalidInputError
        If the networks are not of one shape; :func:`why_not_stacked` says why without raising.
    """

    def __init__(self, networks: Sequence[SeriesNetwork]) -> None:
        super().__init__()
        reason = why_not_stacked(networks)
        if reason:
            raise InvalidInputError(f"networks cannot be stacked: {reason}.")
        self.n_members = len(networks)
        model = _model(networks)
        # hidden from the module's own parameters; a call replaces all of its numbers
        self._model = (_Features(copy.deepcopy(model)),)
        trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
        self.names = tuple(trained)
        self.stacked = nn.ParameterList(
            torch.stack([_value(network, name) for network in networks]) for name in self.names
        )
        self._masks: list[str] = []
        for number, name in enumerate(self.names):
            mask = torch.tensor([_is_trained(network, name) for network in networks])
            self._masks.append(f"trained_{number}")
            self.register_buffer(self._masks[-1], mask, persistent=False)
        fixed = {**dict(model.named_parameters()), **dict(model.named_buffers())}
        self._fixed_names = tuple(name for name in fixed if name not in trained)
        for number, name in enumerate(self._fixed_names):
            values = torch.stack([_value(network, name) for network in networks])
            self.register_buffer(f"fixed_{number}", values)

    @property
    def trained(self) -> list[Tensor]:
        return [self.get_buffer(name) for name in self._masks]

    def forward(self, x: Tensor) -> Tensor:
        return torch.stack(self.of_members(x))

    def of_members(self, x: Tensor) -> list[Tensor]:
        """The logits of each member, (cases, classes), the same as it gives alone.

        Head by head and each from memory of its own: the order in which a product of matrices is
        summed depends on whether it is one of several, and on where in memory they lie.
        """
        numbers: dict[str, Tensor] = dict(zip(self.names, self.stacked, strict=True))
        for number, name in enumerate(self._fixed_names):
            numbers[name] = self.get_buffer(f"fixed_{number}")
        embedding = {f"network.{k}": v for k, v in numbers.items() if not _is_readout(k)}
        features = torch.vmap(self._features_of)(embedding, x)
        readout = {k.removeprefix(_HEAD): v for k, v in numbers.items() if _is_readout(k)}
        head = self._model[0].network.head
        logits = []
        of_members = zip(*(v.unbind() for v in readout.values()), strict=True)
        for seen, weights in zip(features.unbind(), of_members, strict=True):
            own = {k: v.clone() for k, v in zip(readout, weights, strict=True)}
            logits.append(torch.func.functional_call(head, own, (seen.clone(),)))
        return logits

    def _features_of(self, numbers: dict[str, Tensor], x: Tensor) -> Any:
        return torch.func.functional_call(self._model[0], numbers, (x,))

    def embedding_parameters(self) -> list[nn.Parameter]:
        """What is trained before the heads, of shape (members, ...)."""
        return [
            p for name, p in zip(self.names, self.stacked, strict=True) if not _is_readout(name)
        ]

    def readout_parameters(self) -> list[nn.Parameter]:
        """The trained weights of the heads, of shape (members, ...)."""
        return [p for name, p in zip(self.names, self.stacked, strict=True) if _is_readout(name)]

    def member_weights(self, member: int) -> dict[str, Tensor]:
        """A copy of the parameters of one member, by name."""
        return {
            name: values[member].detach().clone()
            for name, values in zip(self.names, self.stacked, strict=True)
        }

    @torch.no_grad()
    def write(self, weights: dict[str, Tensor], network: SeriesNetwork) -> None:
        """Put the weights of one member into its network, except what is frozen there."""
        own = dict(network.named_parameters())
        for name, value in weights.items():
            if name in own and own[name].requires_grad:
                own[name].copy_(value)


def why_not_stacked(networks: Sequence[SeriesNetwork]) -> str:
    """Why networks cannot be computed together, in a few words; empty where they can."""
    if not networks:
        return "there is none"
    for network in networks:
        if not isinstance(network, PhysicalEmbeddingNetwork):
            return f"{type(network).__name__} is not a PhysicalEmbeddingNetwork"
    model = _model(networks)
    return next(filter(None, (_difference(model, network) for network in networks)), "")


def _difference(model: SeriesNetwork, network: SeriesNetwork) -> str:
    if _form(network) != _form(model):
        return "their fibres, heads or numbers of channels, timepoints or classes differ"
    pairs = zip(_short_cuts(model), _short_cuts(network), strict=True)
    if any(linear and not as_well for linear, as_well in pairs):
        return "a fibre is linear in one and not in another"
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad and name not in trained:
            return f"{name} is trained in one, but not in the one that trains most"
    for name, parameter in trained.items():
        if _value(network, name).shape != parameter.shape:
            return f"{name} is shared by the layers in one and not in another"
        if _is_readout(name) and not _is_trained(network, name):
            return f"{name} is frozen in one and not in another"
    return ""


def _model(networks: Sequence[SeriesNetwork]) -> SeriesNetwork:
    """The network with the most trained parameters; of several, one that takes no short cut."""
    return max(
        networks,
        key=lambda n: (sum(p.requires_grad for p in n.parameters()), -sum(_short_cuts(n))),
    )


def _short_cuts(network: SeriesNetwork) -> list[bool]:
    """Which fibres are computed as one transfer function, because their numbers allow it."""
    return [part.is_transfer for part in network.modules() if isinstance(part, LightPath)]


def _form(network: SeriesNetwork) -> Any:
    """All of a network except its numbers."""
    assert isinstance(network, PhysicalEmbeddingNetwork)
    fibres = tuple(replace(fibre, coefficients={}) for fibre in network.fibres)
    heads = [(name, p.shape) for name, p in network.head.named_parameters()]
    sizes = (network.n_channels, network.n_timepoints)
    dtypes = {p.dtype for p in network.parameters()}
    media = [medium.gradient for medium in network.media if isinstance(medium, Medium)]
    return fibres, type(network.head), heads, sizes, dtypes, media


def _value(network: SeriesNetwork, name: str) -> Tensor:
    """A number of a network by the name that it has where it is trained, or frozen."""
    numbers = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    if name not in numbers:
        trained, frozen = _SETTING
        name = name.replace(trained, frozen) if trained in name else name.replace(frozen, trained)
    return numbers[name].detach()


def _is_trained(network: SeriesNetwork, name: str) -> bool:
    parameter = dict(network.named_parameters()).get(name)
    return parameter is not None and parameter.requires_grad
