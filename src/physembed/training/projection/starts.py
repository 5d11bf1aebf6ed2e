"""Many values of a network's physics at once, as one batch of starts."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from physembed.networks import SearchSpace, SeriesNetwork

Values = dict[str, Tensor]
"""Embedding parameters by name, each with the starts as its first axis."""

LEEWAY = 0.5
"""How far a search may leave a range, in widths of it."""


@dataclass(frozen=True)
class Searched:
    """The numbers of a network that are searched for, and where.

    Parameters
    ----------
    network : SeriesNetwork
    spaces : dict of str to SearchSpace
    """

    network: SeriesNetwork
    spaces: dict[str, SearchSpace]

    @classmethod
    def of(cls, network: SeriesNetwork) -> "Searched":
        """All embedding parameters of a network."""
        return cls(network, network.search_spaces())

    @property
    def stages(self) -> list[int]:
        """The stages there are, in order."""
        return sorted({space.stage for space in self.spaces.values()})

    def current(self) -> Values:
        """The network's own values as a single start."""
        parameters = dict(self.network.named_parameters())
        return {name: parameters[name].detach().clone()[None] for name in self.spaces}

    def draw(self, n_starts: int, generator: torch.Generator) -> Values:
        """Starts: the network's own values, all zero, and the others drawn from the ranges.

        Zero, that is, a medium that does nothing, is among them so that what is found is worth no
        less. Numbers of a later stage stay at the network's own values.
        """
        values = self.current()
        first = min(self.stages, default=0)
        drawn = {}
        for name, space in self.spaces.items():
            start = values[name].expand(n_starts, *values[name].shape[1:]).clone()
            if space.stage == first:
                shape = (n_starts, *([1] * (start.ndim - 1))) if space.as_one else start.shape
                unit = torch.rand(shape, generator=generator, dtype=torch.float64)
                start[1:] = (space.low + space.width * unit).to(start)[1:]
                if n_starts > 1 and space.low <= 0 <= space.high:
                    start[1] = 0
            drawn[name] = start
        return drawn

    def limit(self, values: Values) -> Values:
        """The values, none of them further outside its range than the leeway."""
        limited = {}
        for name, value in values.items():
            space = self.spaces[name]
            low = space.low - LEEWAY * space.width
            low = low if space.least is None else max(low, space.least)
            limited[name] = value.clamp(low, space.high + LEEWAY * space.width)
        return limited

    def assign(self, values: Values) -> None:
        """Put the values of a single start into the network."""
        parameters = dict(self.network.named_parameters())
        with torch.no_grad():
            for name, value in values.items():
                parameters[name].copy_(value[0])

    def features(self, values: Values, x: Any) -> Tensor:
        """Features for every start, (starts, cases, features), by one batched call.

        ``x`` are series, or what the network's ``encode`` made of them.
        """
        detect = _Features(self.network)

        def at(one: Values) -> Tensor:
            named = {f"network.{name}": value for name, value in one.items()}
            detected: Tensor = functional_call(detect, named, (x,))
            return detected

        if n_starts(values) == 1:
            return at({name: value[0] for name, value in values.items()})[None]
        return torch.vmap(at)(values)


class _Features(nn.Module):
    """A network up to its detectors; ``functional_call`` knows only ``forward``."""

    def __init__(self, network: SeriesNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Any) -> Tensor:
        return self.network.features(x)


def n_starts(values: Values) -> int:
    """Number of starts in a batch."""
    return len(next(iter(values.values())))


def take(values: Values, chosen: Tensor) -> Values:
    """Some of the starts."""
    return {name: value[chosen] for name, value in values.items()}


def join(*batches: Values) -> Values:
    """All starts of several batches."""
    return {name: torch.cat([batch[name] for batch in batches]) for name in batches[0]}
